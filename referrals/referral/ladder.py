"""The ladder of a deadline that nobody kept: each rung once, however many clocks look and whenever one is killed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from sqlalchemy import bindparam, func, select, update

from referrals.applications.records import Application
from referrals.appointments.calling import ask_to_call
from referrals.conversations.records import Conversation, HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.directory.records import Location
from referrals.families.identities import data_key_of
from referrals.lifecycles import LADDER, REFERRAL, next_rung
from referrals.lifecycles import step as row_of
from referrals.matching.finding import find_centres
from referrals.portions import AFTER_A_FAULT, by_portions, owe_together
from referrals.referral.deadlines import plan_rung, rung_ahead
from referrals.referral.noting import note_event
from referrals.referral.records import WAITS, Referral
from referrals.referral.rerouting import asked_organizations, may_propose, still_needed, went_on
from referrals.referral.telling import in_danger, tell, was_told
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
CALL_CENTRE, LATE_CENTRE, NO_OTHER, REVIEW = "call_centre", "late_centre", "late_no_other", "review_hold"
OVERDUE, ESCALATED, NEEDS_A_PERSON, _ = LADDER

# ix_referral_rung: its first entry.
FIRST = select(func.min(Referral.next_rung_at).label("due_at")).where(WAITS)
NEXT = Ready(FIRST)

# ix_referral_rung: the earliest of what is due. Two clocks never take the same one.
_DUE = (
    select(Referral.id)
    .where(WAITS, Referral.next_rung_at <= bindparam("at", type_=Referral.next_rung_at.type))
    .order_by(Referral.next_rung_at)
    .limit(AT_A_TIME)
)


def climb(store: Store, at: datetime) -> int:
    """Rungs that are due, a portion a commit; returns how many referrals were looked at."""
    return by_portions(store, at, NEXT, climb_some)


def climb_some(uow: UnitOfWork, at: datetime) -> int:
    """A commit's worth of it."""
    rows = uow.connection.execute(_DUE.with_for_update(skip_locked=True), {"at": at}).scalars().all()

    def put_off(referral_id: int) -> None:
        later = update(Referral).where(Referral.id == referral_id)
        uow.connection.execute(later.values(next_rung_at=at + AFTER_A_FAULT))

    return owe_together(uow, rows, lambda each: _climb_one(uow, each, at), put_off, "the deadline of referral")


def _climb_one(uow: UnitOfWork, referral_id: int, at: datetime) -> None:
    referral = uow.session.get_one(Referral, referral_id)
    if referral.state == "on-hold":
        _remind_of_pause(uow, referral, at)
        return
    while referral.next_rung_at is not None and referral.next_rung_at <= at:
        rung = rung_ahead(uow, referral)
        if rung is None:
            referral.next_rung_at = None
            break
        referral.rung += 1
        _STEPS[rung.step](uow, referral, at)
        plan_rung(uow, referral)
    uow.flush()


def _remind_of_pause(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """The day on which a pause is looked at again has come: the desk finds it among its questions, once."""
    referral.next_rung_at = None
    ask_about(uow, referral, REVIEW, at, location_id=referral.to_location_id)


def _call_desk(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """Half of an emergency's time has passed: somebody calls the centre."""
    _note(uow, referral, "call_desk", at)
    ask_about(uow, referral, CALL_CENTRE, at)


def _tell_desk(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """The centre and its organization see it as overdue; the family hears that we follow it up."""
    _mark(referral, OVERDUE)
    _note(uow, referral, "tell_desk_and_partner", at)
    _tell_family(uow, referral, at)


def _tell_supervisor(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    _mark(referral, ESCALATED)
    _note(uow, referral, "tell_supervisor", at)
    ask_about(uow, referral, LATE_CENTRE, at)
    _tell_family(uow, referral, at)


def _match_again(uow: UnitOfWork, referral: Referral, at: datetime, rung: str = "match_again") -> None:
    """Another place is proposed to the family, which alone can agree to it; else a supervisor finds a way.

    It is `rerouted` once it went there (`sending.leave_parent`), and not before: a proposal may stay without an answer.
    """
    if went_on(uow, referral):  # the family went on to another place by itself
        return
    _mark(referral, NEEDS_A_PERSON)
    _note(uow, referral, rung, at)
    if in_danger(uow, referral.person_id):
        ask_to_call(uow, referral.person_id, referral.programme_id, at, restricted=True)
    elif may_propose(referral) and _another_place(uow, referral, at):
        tell(uow, referral, "elsewhere", at, by_clock=True)
    else:
        ask_about(uow, referral, NO_OTHER, at)


_STEPS: Mapping[str, Callable[[UnitOfWork, Referral, datetime], None]] = {
    "call_desk": _call_desk,
    "tell_desk_and_partner": _tell_desk,
    "tell_supervisor": _tell_supervisor,
    "match_again": _match_again,
    "ask_second_centre": partial(_match_again, rung="ask_second_centre"),
}


def _another_place(uow: UnitOfWork, referral: Referral, at: datetime) -> bool:
    asked = asked_organizations(uow, referral)
    if not still_needed(uow, referral):
        return False
    found = find_centres(uow, referral.application_id, at, need_code=referral.need_code, excluding=asked)
    return found.outcome.code == "matched"


def _mark(referral: Referral, status: str) -> None:
    """Rung by rung up to `status`, none left out, and never back to a lower one: a second deadline that runs out says
    nothing less than the first."""
    now = referral.business_status
    if now in LADDER and LADDER.index(now) >= LADDER.index(status):
        return
    while (rung := next_rung(referral.business_status)) is not None:
        referral.business_status = rung
        if rung == status:
            return


def _note(uow: UnitOfWork, referral: Referral, rung: str, at: datetime) -> None:
    row_of(REFERRAL, referral.state, "overdue", "system")  # what the table does not have cannot happen
    note_event(uow, referral, "overdue", referral.state, "system", at, reason=rung)


def _tell_family(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """Once for each deadline: that it takes longer, and that we follow it up."""
    which = 1 if referral.state == "received" else 0
    if not was_told(uow, referral.id, "late", which):
        tell(uow, referral, "late", at, by_clock=True, subject=which)


def ask_about(uow: UnitOfWork, referral: Referral, kind: str, at: datetime, *, location_id: int | None = None) -> None:
    """A line for staff about one referral: its number, and whom to call; in a centre's own queue or the programme's."""
    if in_danger(uow, referral.person_id):
        ask_to_call(uow, referral.person_id, referral.programme_id, at, restricted=True)
        return
    thread = select(Conversation.id).filter_by(person_id=referral.person_id).order_by(Conversation.updated_at.desc())
    number = uow.session.get_one(Application, referral.application_id).number
    place = uow.session.get_one(Location, referral.to_location_id)
    words = "\n".join(filter(None, (number, place.name, place.phone)))
    uow.session.add(
        HelpRequest(
            programme_id=referral.programme_id,
            conversation_id=uow.session.scalar(thread.limit(1)),
            person_id=referral.person_id,
            location_id=location_id,
            kind=kind,
            text_sealed=uow.vault.seal_text(data_key_of(uow, referral.person_id), words, TEXT),
            state="open",
            created_at=at,
            due_at=at,
        )
    )
    uow.flush()
