"""The chat as one visitor meets it: what is stored of a post, what the page shows, what it has been shown."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.web.bubbles import Bubble, Timing, bubbles
from bot.channels.web.page import View, clock_face, once, progress_bar
from bot.channels.web.posting import Posted, PostedFile, contents_of, events_of
from bot.channels.web.visitors import Visitor
from bot.channels.web.visits import (
    Visit,
    anything_new,
    news,
    note_on_page,
    programmes_of,
    progress,
    settings_shown,
    unseen,
    visit_of,
)
from bot.channels.web.words import PageWords, page_words
from bot.clock import Clock
from bot.intake.inbox import Inbox
from referrals.conversations.transcript import Line, transcript
from referrals.families.identities import identity_of
from referrals.inbound import Content, MediaRef
from referrals.media.keeping import keep_upload
from referrals.store.unit_of_work import Store, UnitOfWork

LOOKS_AGAIN_FOR = timedelta(seconds=40)  # a page without our script reloads itself this long while no answer came


@dataclass
class Chat:
    """The web chat of one sender."""

    store: Store
    inbox: Inbox
    clock: Clock
    sender_id: int

    def visit(self, visitor: Visitor) -> Visit:
        """Who this is; nothing is made of somebody new."""
        with self.store.reading() as uow:
            return visit_of(uow, self.sender_id, visitor.address)

    def speaks_for(self, programme: str) -> bool:
        with self.store.reading() as uow:
            return programme in programmes_of(uow, self.sender_id)

    # -- what a person does

    async def take(self, visitor: Visitor, posted: Posted) -> list[Line]:
        """Stores what was posted; returns it as lines, without what had been posted before."""
        contents = contents_of(posted)
        if posted.file is not None:
            ref = await asyncio.to_thread(self._keep, visitor, posted.file)
            typed = next((each for each in contents if not each.choice and each.point is None), Content())
            caption = Content(text=typed.text, media=ref, start=posted.text("start")[:64])
            contents = [caption, *(each for each in contents if each is not typed)]
        events = events_of(contents, posted, visitor.address)
        lines = []
        for event in events:
            for row_id in await self.inbox.take(self.sender_id, [event]):
                lines.append(Line(row_id, self.clock(), said=event.content))
        return lines

    def _keep(self, visitor: Visitor, file: PostedFile) -> MediaRef:
        at = self.clock()

        def work(uow: UnitOfWork) -> MediaRef:
            _, *owner = identity_of(uow, self.sender_id, visitor.address, at)
            return keep_upload(
                uow, (owner[0], owner[1]), self.sender_id, file.kind, file.content, file.content_type, file.name, at
            )

        return self.store.transact(work)

    # -- what the page shows

    def page(self, visitor: Visitor, language: str, start: str) -> tuple[View, PageWords]:
        """Everything that was said; these rows count as shown, since a reload always has them again."""
        at = self.clock()
        with self.store.reading() as uow:
            visit = visit_of(uow, self.sender_id, visitor.address)
            lines = transcript(uow, visit.identity_id, at) if visit.identity_id is not None else []
            view, words, timing = self._furniture(uow, visitor, visit, language, start, at)
            ours = [line.id for line in lines if line.message is not None]
            owed = unseen(uow, visit, ours)
        self._note(owed, at)
        waits = bool(lines) and lines[-1].said is not None and at - lines[-1].at < LOOKS_AGAIN_FOR
        shown = bubbles(lines, words, timing)
        start = "" if lines else start
        return replace(view, after=max(ours, default=0), bubbles=shown, waiting=waits, start=start), words

    def news(
        self, visitor: Visitor, after: int, day: str, told: Sequence[Line] = (), label: str = ""
    ) -> tuple[View, PageWords, list[int]]:
        """What is new behind the cursor `after`, told lines first; and which rows of ours that are."""
        at = self.clock()
        with self.store.reading() as uow:
            visit = visit_of(uow, self.sender_id, visitor.address)
            fresh = news(uow, visit, after, at)
            view, words, timing = self._furniture(uow, visitor, visit, "", "", at)
        shown = bubbles([*told, *fresh], words, timing, day)
        rows = [line.id for line in fresh]
        view = replace(view, after=max([after, *rows]), bubbles=[_labelled(b, label, words) for b in shown], fresh=True)
        return view, words, rows

    def anything_new(self, visitor: Visitor, after: int) -> bool:
        """Whether `news` has something to show."""
        at = self.clock()
        with self.store.reading() as uow:
            return anything_new(uow, visit_of(uow, self.sender_id, visitor.address), after, at)

    def first_new(self, visitor: Visitor, after: int) -> str:
        """Where a page without our script goes on reading."""
        at = self.clock()
        with self.store.reading() as uow:
            fresh = news(uow, visit_of(uow, self.sender_id, visitor.address), after, at)
        return f"m{fresh[0].id}" if fresh else "composer"

    def note_shown(self, visitor: Visitor, rows: Sequence[int]) -> None:
        """The page says that it has these rows."""
        if not rows:
            return
        with self.store.reading() as uow:
            owed = unseen(uow, visit_of(uow, self.sender_id, visitor.address), rows)
        self._note(owed, self.clock())

    def _note(self, rows: Sequence[int], at: datetime) -> None:
        if rows:
            self.store.transact(lambda uow: note_on_page(uow, rows, at))

    def _furniture(
        self, uow: UnitOfWork, visitor: Visitor, visit: Visit, language: str, start: str, at: datetime
    ) -> tuple[View, PageWords, Timing]:
        words = page_words(visit.language or ("en" if language == "en" else "ar"))
        settings = settings_shown(uow, visit, start)
        timing = Timing(
            words.language, settings.digits if settings else "arab", settings.time_zone if settings else "UTC", at
        )
        named = settings is not None and bool(visit.programme_id or start)
        view = View(
            csrf=visitor.csrf,
            once=once(),
            after=0,
            start=start,
            subtitle=settings.name(words.language) if settings is not None and named else words.subtitle,
            bubbles=(),
            progress=progress_bar(progress(uow, visit, at), words, timing),
            clock=clock_face(at, timing) if self.clock.movable else None,
        )
        return view, words, timing


def _labelled(bubble: Bubble, label: str, words: PageWords) -> Bubble:
    """A tap of this very moment under the words that its button has on the page."""
    return replace(bubble, text=label[:200]) if label and bubble.mine and bubble.text == words.tapped else bubble
