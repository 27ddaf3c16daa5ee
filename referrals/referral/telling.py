"""What a family hears of its referral: now when somebody at a desk did it, in decent hours when the clock did; in a few
tries where an answer is hoped for; and never automatically where somebody may be in danger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select

from referrals.appointments.calling import ask_to_call
from referrals.appointments.times.place_time import decent_hours
from referrals.conversations.carrying import IN_DANGER
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import Conversation
from referrals.definitions.in_force import settings_of
from referrals.families.records import Person
from referrals.portions import AFTER_A_FAULT, by_portions, owe_together
from referrals.protection.danger import in_danger as danger_stands
from referrals.quiet_hours import next_decent
from referrals.referral.noting import note_event
from referrals.referral.records import PLANNED, Referral, ReferralWord
from referrals.referral.words import CLOSING, WORDS, let_go_of_old
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
UNREACHABLE = "loop-open-unreachable"

# ix_referral_word_planned: its first entry.
FIRST = select(func.min(ReferralWord.due_at).label("due_at")).where(PLANNED)
NEXT = Ready(FIRST)


def tell(
    uow: UnitOfWork,
    referral: Referral,
    kind: str,
    at: datetime,
    *,
    by_clock: bool = False,
    subject: int | None = None,
) -> None:
    """Says it now, or plans it for decent hours where nobody at a desk stands behind it (`by_clock`)."""
    due_at = decent(uow, referral.programme_id, at) if by_clock else at
    word = ReferralWord(
        referral_id=referral.id, kind=kind, state="planned", due_at=due_at, subject_id=subject, created_at=at, tries=0
    )
    uow.session.add(word)
    uow.flush()
    if due_at <= at:
        say(uow, word, referral, at)


def was_told(uow: UnitOfWork, referral_id: int, kind: str, subject: int | None = None) -> bool:
    """Whether that was said already, or is about to be."""
    query = select(ReferralWord.id).filter_by(referral_id=referral_id, kind=kind, subject_id=subject)
    return uow.session.scalar(query.limit(1)) is not None


def drop_words(uow: UnitOfWork, referral_id: int, at: datetime, *, but: tuple[str, ...] = ()) -> None:
    """What is still planned is not said any more: it is no longer true."""
    for word in uow.session.scalars(select(ReferralWord).filter_by(referral_id=referral_id, state="planned")):
        if word.kind not in but:
            word.state, word.settled_at = "dropped", at
    uow.flush()


def decent(uow: UnitOfWork, programme_id: str, at: datetime) -> datetime:
    """`at` itself in decent hours of the programme, else when they begin."""
    zone = ZoneInfo(settings_of(uow, programme_id).time_zone)
    return next_decent(at, zone, decent_hours(uow, programme_id)) or at


def in_danger(uow: UnitOfWork, person_id: int) -> bool:
    """Whether a person must decide what is written to them: they said that they are in danger, here or anywhere."""
    speaks = select(Conversation.id).where(Conversation.person_id == person_id, Conversation.stage.in_(IN_DANGER))
    return danger_stands(uow, person_id) or uow.session.scalar(speaks.limit(1)) is not None


def say(uow: UnitOfWork, word: ReferralWord, referral: Referral, at: datetime) -> None:
    """Says a word that is due, or settles why it is not said."""
    kind = WORDS[word.kind]
    if not kind.holds(referral) or _erased(uow, referral.person_id):
        _settle(word, "dropped", at)
    elif word.kind in CLOSING and word.tries >= settings_of(uow, referral.programme_id).loop_tries:
        _give_up(uow, word, referral, at)
    elif in_danger(uow, referral.person_id):
        ask_to_call(uow, referral.person_id, referral.programme_id, at, restricted=True)
        _settle(word, "withheld", at)
    else:
        _say(uow, word, referral, at, kind.compose)
    uow.flush()


def _say(
    uow: UnitOfWork, word: ReferralWord, referral: Referral, at: datetime, compose: Callable[[Desk, Referral], None]
) -> None:
    reason = f"{word.kind}:{referral.id}:{word.id}:{word.tries}"
    word.tries += 1
    speak = partial(_speak, referral=referral, word=word, compose=compose)
    reach(uow, referral.person_id, referral.programme_id, at, reason=reason, compose=speak)
    if word.kind in CLOSING:
        days = settings_of(uow, referral.programme_id).loop_days_between
        word.due_at = decent(uow, referral.programme_id, at + timedelta(days=days))
    else:
        _settle(word, "said", at)


def _speak(desk: Desk, *, referral: Referral, word: ReferralWord, compose: Callable[[Desk, Referral], None]) -> None:
    let_go_of_old(desk, referral)
    desk.state["word"] = word.subject_id or 0
    compose(desk, referral)
    desk.state.pop("word", None)


def _give_up(uow: UnitOfWork, word: ReferralWord, referral: Referral, at: datetime) -> None:
    """Asked so often without an answer: it is not known how it ended, and that is said so."""
    referral.business_status = UNREACHABLE
    note_event(uow, referral, "tell_family", referral.state, "system", at, reason="unreachable")
    _settle(word, "dropped", at)


def _settle(word: ReferralWord, state: str, at: datetime) -> None:
    word.state, word.settled_at = state, at


def _erased(uow: UnitOfWork, person_id: int) -> bool:
    return uow.session.get_one(Person, person_id).erased_at is not None


def tell_due(store: Store, at: datetime) -> int:
    """Words whose time has come, a portion a commit; returns how many were looked at."""
    return by_portions(store, at, NEXT, _say_due)


# ix_referral_word_planned; two clocks never take the same one
_DUE = (
    select(ReferralWord.id)
    .where(PLANNED, ReferralWord.due_at <= bindparam("at", type_=ReferralWord.due_at.type))
    .order_by(ReferralWord.due_at, ReferralWord.id)
    .limit(AT_A_TIME)
)


def _say_due(uow: UnitOfWork, at: datetime) -> int:
    rows = uow.connection.execute(_DUE.with_for_update(skip_locked=True), {"at": at}).scalars().all()

    def put_off(word_id: int) -> None:
        uow.session.get_one(ReferralWord, word_id).due_at = at + AFTER_A_FAULT
        uow.flush()

    return owe_together(uow, rows, lambda each: _say_one(uow, each, at), put_off, "the word of a referral,")


def _say_one(uow: UnitOfWork, word_id: int, at: datetime) -> None:
    word = uow.session.get_one(ReferralWord, word_id)
    programme = select(Referral.programme_id).where(Referral.id == word.referral_id)
    if (later := decent(uow, uow.connection.execute(programme).scalar_one(), at)) > at:  # a clock that comes at night
        word.due_at = later
        return
    referral = uow.session.scalars(select(Referral).filter_by(id=word.referral_id).with_for_update()).one()
    say(uow, word, referral, at)
