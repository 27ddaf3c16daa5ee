"""Families for the benches: Kuwait's intake recorded once, answer by answer, and played again by any number of them."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from itertools import count
from pathlib import Path

from sqlalchemy import select

from bot.cli.form.respondent import Respondent
from bot.settings import ROOT
from dialogs.interview import Asked, Prompt, Said, ask_again, session_from_json
from referrals.conversations.inbox.waiting import receive
from referrals.conversations.interviews.sessions import JOURNAL
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.transcript import messages_after
from referrals.conversations.turns import take_turns
from referrals.definitions.in_force import form_by_id
from referrals.families.identities import identity_of
from referrals.inbound import Address, Content, Inbound
from referrals.protection.vault import MasterKeys
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store

PROGRAMME = "kuwait"
SEED = "1"  # of the answers: about as many questions as most families meet
LONGEST_WALK = 200
AT_A_TIME = 200
ARRIVAL = Content(text="/start", start=PROGRAMME)  # the programme's own link: a sender may speak for several
TO_THE_INTERVIEW = ("d:menu:apply", "d:language:ar", "d:consent:yes", "d:readers:alone", "d:safe:yes")


def now() -> datetime:
    """The real time: the benches need no other."""
    return datetime.now(UTC)


@dataclass(frozen=True)
class Family:
    """Who speaks; `tag` is what the ids of its own interview's buttons begin with."""

    address: Address
    tag: str = ""

    def does(self, recorded: Content) -> Content:
        """The recorded thing as this family does it: its own button instead of the recorded one."""
        if not recorded.choice.startswith("q"):
            return recorded
        return replace(recorded, choice=self.tag + recorded.choice[len(self.tag) :])


@dataclass
class Town:
    """A store with one sender and as many families as are asked for."""

    store: Store
    sender_id: int
    _ids: Iterator[int] = field(default_factory=lambda: count(1))

    @classmethod
    def founded(cls, folder: Path) -> Town:
        """A new SQLite database below `folder`, with Kuwait's programme and one web sender."""
        store = open_store(f"sqlite:///{folder / 'sanad.db'}", MasterKeys.parse(MasterKeys.new()))
        load_programmes(store, [ROOT / "programmes" / PROGRAMME], now())
        at = now()
        sender = store.transact(lambda uow: ensure_sender(uow, "web", "bench", at, programmes=[PROGRAMME]).id)
        return cls(store, sender)

    def event(self, family: Family, recorded: Content) -> Inbound:
        """What a family does, as a channel would hand it over."""
        content = family.does(recorded)
        return Inbound("tap" if content.choice else "message", f"bench-{next(self._ids)}", family.address, content)

    def take_in(self, events: list[Inbound]) -> None:
        """Stores what came in, and commits."""
        at = now()
        self.store.transact(lambda uow: receive(uow, self.sender_id, events, at))

    def answer_all(self) -> None:
        """Takes turns until nobody waits."""
        while take_turns(self.store, now()):
            continue

    def settle(self, families: int) -> list[Family]:
        """So many new families, each at the first question of its interview."""
        settled: list[Family] = []
        for start in range(0, families, AT_A_TIME):
            some = [Family(Address("web", uuid.uuid4().hex)) for _ in range(min(AT_A_TIME, families - start))]
            for content in (ARRIVAL, *(Content(choice=each) for each in TO_THE_INTERVIEW)):
                self.take_in([self.event(family, content) for family in some])
                self.answer_all()
            settled += [replace(family, tag=self._tag(family)) for family in some]
        return settled

    def greet(self, families: int) -> None:
        """So many more families, each with a conversation that waits for what they want."""
        for start in range(0, families, AT_A_TIME):
            some = [Family(Address("web", uuid.uuid4().hex)) for _ in range(min(AT_A_TIME, families - start))]
            self.take_in([self.event(family, ARRIVAL) for family in some])
            self.answer_all()

    def _tag(self, family: Family) -> str:
        with self.store.reading() as uow:
            identity, _, _ = identity_of(uow, self.sender_id, family.address, now())
            lines = messages_after(uow, identity, 0, now())
        shown = [choice.id for line in lines if line.message for choice in line.message.choices]
        return next(each.partition(".")[0] for each in reversed(shown) if each.startswith("q"))

    def prompt(self, family: Family) -> Prompt | None:
        """The question that waits for this family; None at the review."""
        with self.store.reading() as uow:
            identity, _, _ = identity_of(uow, self.sender_id, family.address, now())
            query = (
                select(InterviewSession)
                .join(Conversation, Conversation.session_id == InterviewSession.id)
                .where(Conversation.identity_id == identity)
            )
            row = uow.session.scalars(query).one()
            session = session_from_json(uow.vault.open_json(row.journal_sealed, JOURNAL))
            events = ask_again(form_by_id(uow, row.form_id), session, now=now())
        return next((event.prompt for event in events if isinstance(event, Asked)), None)


def record_interview(town: Town) -> list[Content]:
    """What one family does from the first question to the review. Raises `LookupError` when it never gets there."""
    [family] = town.settle(1)
    person = Respondent(SEED, "KW", now())
    done: list[Content] = []
    before = ""
    for _ in range(LONGEST_WALK):
        prompt = town.prompt(family)
        if prompt is None:
            return done
        settled = not prompt.multiple or done[-1].choice.endswith("!done")
        said = person.answer(prompt, refused=prompt.ref == before and settled)
        before = prompt.ref
        done.append(_as_content(said))
        town.take_in([town.event(family, done[-1])])
        town.answer_all()
    raise LookupError(f"the family was not at the review after {LONGEST_WALK} answers")


def _as_content(said: Said) -> Content:
    if said.media is not None:
        return Content(text="تخطي")
    return Content(text=said.text, choice=said.choice, point=said.point)


def played(families: Iterable[Family], script: list[Content]) -> Iterator[tuple[Family, Content]]:
    """Every family's answers, one family after the other."""
    for family in families:
        for content in script:
            yield family, content
