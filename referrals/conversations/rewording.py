"""A person changes what they had said: the answer it gave is changed with it, where it is still in an interview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import func, select

from dialogs.interview import Answered, Asked, Entry, Event, Reviewed, Said, Session, Understood, resume
from dialogs.interview.layout import layout_of
from dialogs.interview.option_ids import option_id
from dialogs.interview.packing import parts_of
from dialogs.understanding import read_danger, read_intent
from referrals.conversations.asking.offering import INTERVIEW
from referrals.conversations.asking.prompting import question_alone
from referrals.conversations.asking.reviewing import ASKS
from referrals.conversations.desk import Desk
from referrals.conversations.front_desk.repeating import repeat_pending
from referrals.conversations.front_desk.responding import respond
from referrals.conversations.interviews.sessions import (
    UNDER_WAY,
    StoredSession,
    ask_once_more,
    load_session,
    save_session,
)
from referrals.conversations.pending import BEGINNING
from referrals.conversations.records import InboxMessage
from referrals.conversations.stages import safe_now, safety
from referrals.conversations.stages.interview_events import Telling, say_events
from referrals.conversations.wordings import Wording, history_of, is_ahead
from referrals.inbound import Inbound

IN_DANGER = (safety.DANGER, safety.CALL_ME, safety.AFTER, safe_now.SAFE)  # where nothing is said that was not asked
ANSWERS = ("yes", "no", "greeting", "thanks")  # what may be an answer; the other intents are wishes («توقف»، «رجوع»)
AHEAD, MOST_AHEAD = "edited_ahead", 5  # messages whose edit overtook them on the way
LEFT_OUT = "-–—ـ. "  # in the place of an answer
NOTHING_NOW = "edit: nothing is said now"


def take_edit(desk: Desk, event: Inbound) -> str:
    """Hears the new words; returns what came of it: a stable name."""
    history = history_of(desk)
    wordings = [each for each in history if event.revises in (each.event.revises, each.name)]
    words = event.content.text.strip()
    last = wordings[-1] if wordings else None
    if last is not None and last.event.sent_at > event.sent_at > 0:
        return "edit: an older wording"
    if words and (read_danger(words) or read_intent(words).value in ("danger", "urgent")):
        respond(desk, event.content)
        return "edit: danger"
    if desk.stage in IN_DANGER:
        return NOTHING_NOW
    if last is None and is_ahead(event.revises, history):
        desk.state[AHEAD] = [*desk.state.get(AHEAD, []), event.revises][-MOST_AHEAD:]
        respond(desk, event.content)
        return "edit: heard as said"
    if desk.stage == BEGINNING or (last is not None and wordings[0].state == "parked"):
        respond(desk, event.content)  # what they had said was never answered
        return "edit: heard as said"
    if last is not None and last.event.content == event.content:
        return "edit: the same words"
    return _heard(desk, event, wordings, words)


def was_edited_ahead(desk: Desk, event: Inbound) -> bool:
    """Whether a message comes only after its later wording, which was heard in its place: then it is past."""
    ahead: list[str] = desk.state.get(AHEAD, [])
    name = event.said_as or event.external_id
    if name not in ahead:
        return False
    desk.state[AHEAD] = [each for each in ahead if each != name]
    return True


def _heard(desk: Desk, event: Inbound, wordings: Sequence[Wording], words: str) -> str:
    stored = load_session(desk) if desk.stage == INTERVIEW else None
    refs = _answered_by(stored, desk, wordings) if stored is not None and words else []
    wish = read_intent(words).value if words else None
    plain = wish is None or wish in ANSWERS
    parts = _parts(refs, words) if plain else {}
    if stored is not None and stored.session.status in UNDER_WAY and parts:
        return _reword(desk, stored, parts)
    if wordings and wordings[0].is_last_said and not (refs and plain) and event.content.media is None:
        respond(desk, event.content)  # nothing came after: a slip that they mended, or a wish
        return "edit: heard as said"
    filed = load_session(desk)
    if filed is None:
        return "edit: nothing to change"
    desk.say("edit.too_late" if filed.session.status in UNDER_WAY else "edit.after_filing")
    repeat_pending(desk)
    return "edit: too late"


def _parts(refs: Sequence[str], words: str) -> dict[str, str]:
    """The new words of each answer: questions that were asked in one message were answered in one, by their numbers."""
    if len(refs) < 2:
        return dict.fromkeys(refs, words)
    parts = parts_of(words, len(refs)).items()
    return {refs[place]: part for place, part in parts if part.strip(LEFT_OUT)}


def _reword(desk: Desk, stored: StoredSession, parts: Mapping[str, str]) -> str:
    """Puts the new words in the place of the answers at these questions; what was pending stays pending."""
    session, events = stored.session, list[Event]()
    for ref, words in parts.items():
        session, more = _answered_anew(stored, desk, session, ref, words)
        events += more
    answered = [event for event in events if isinstance(event, Answered) and event.ref in parts]
    if {event.ref for event in answered} != parts.keys():
        desk.say("edit.not_understood")
        repeat_pending(desk)
        return "edit: not understood"
    session = _as_it_stood(stored.session, session)
    save_session(desk, stored, session)
    now_stored = replace(stored, session=session, version=stored.version + 1, updated_at=desk.at)
    told = tuple(event for event in events if not isinstance(event, Asked | Reviewed | Answered))
    echoed = {event.ref for event in told if isinstance(event, Understood)}
    desk.pend(INTERVIEW)
    lines = (desk.voice.say("edit.replaced"), *(_told(desk, each) for each in answered if each.ref not in echoed))
    before = tuple(filter(None, lines))
    say_events(desk, (*told, *ask_once_more(desk, now_stored)), Telling(before=before))
    return "edit: replaced"


def _answered_anew(
    stored: StoredSession, desk: Desk, session: Session, ref: str, words: str
) -> tuple[Session, tuple[Event, ...]]:
    """The session after these words were said to that question, and what happened."""
    opening = Said(choice=option_id(layout_of(stored.form), session, ref, "!edit"))
    opened, _ = resume(stored.form, session, opening, now=desk.at)
    return resume(stored.form, opened, Said(text=words), now=desk.at)


def _as_it_stood(was: Session, changed: Session) -> Session:
    """The changed journal, and everything else where it was: a mended answer moves nobody to another question."""
    return replace(
        changed,
        status=was.status,
        pending=was.pending,
        history=was.history,
        attempts=was.attempts,
        draft=was.draft,
        offers=was.offers,
        offered_said=was.offered_said,
        stale=was.stale,
    )


def _told(desk: Desk, answered: Answered) -> str:
    """What the answer is now; blank where that is not to be read here."""
    if answered.sensitive or not answered.shown:
        return ""
    question = question_alone(answered.label)
    label = question if question.endswith(ASKS) else f"{question}:"
    return desk.voice.say("edit.answer_now", question=label, shown=desk.voice.written(answered.shown))


# ---- which answer it was


def _answered_by(stored: StoredSession, desk: Desk, wordings: Sequence[Wording]) -> list[str]:
    """The questions whose answer, as it stands, was given by one of these wordings."""
    layout = layout_of(stored.form)
    moments = {wording.handled_at for wording in wordings if wording.handled_at is not None}
    standing: dict[str, Entry] = {entry.ref: entry for entry in stored.session.journal}
    refs = [
        ref
        for ref, entry in standing.items()
        if entry.kind in ("answer", "skip") and not entry.media and datetime.fromisoformat(entry.at) in moments
    ]
    refs.sort(key=lambda ref: layout.index[layout.bare(ref)])
    if not _shared_moment(desk, moments):
        return refs
    said = [wording.event.content.text for wording in wordings]
    return [ref for ref in refs if any(_gives(stored, desk, ref, words) == standing[ref].value for words in said)]


def _shared_moment(desk: Desk, moments: set[datetime]) -> bool:
    """Whether several of their messages were handled at the same instant: then the time alone tells none apart."""
    together = (
        select(func.count())
        .where(
            InboxMessage.identity_id == desk.identity_id,
            InboxMessage.kind.in_(("message", "tap")),
            InboxMessage.handled_at.in_(moments),
        )
        .group_by(InboxMessage.handled_at)
        .having(func.count() > 1)
    )
    return desk.uow.connection.execute(together.limit(1)).first() is not None


def _gives(stored: StoredSession, desk: Desk, ref: str, words: str) -> str | None:
    """The value that these words would give at that question."""
    _, events = _answered_anew(stored, desk, stored.session, ref, words)
    return next((event.value for event in events if isinstance(event, Answered) and event.ref == ref), None)
