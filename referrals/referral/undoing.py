"""A step of a desk is taken back for a short while: as an event of its own, told to whoever had heard of the step.

The way back leads along a row of the table to where the referral came from. Its place and its appointment are taken
again where they are still free, and so are visits at home and times that were offered; where something came of the
step meanwhile, it stands.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlalchemy import func, select, update

from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.taken_back import offers_after_all, visits_after_all
from referrals.directory.records import ServiceAtLocation
from referrals.families.consents import stands, stands_until_then
from referrals.families.records import Person
from referrals.lifecycles import TAKEN_BACK
from referrals.matching.reserving import release, reserve
from referrals.referral.before import Before, read_before
from referrals.referral.booked_again import keep_appointment
from referrals.referral.deadlines import WAITLISTED, plan_rung
from referrals.referral.holding import hold_application, hold_services
from referrals.referral.noting import note_event
from referrals.referral.records import Referral, ReferralEvent, ReferralTransfer, ReferralWord
from referrals.referral.rerouting import ELSEWHERE, went_on
from referrals.referral.sending import OPEN
from referrals.referral.stepping import Actor, GuardFailed
from referrals.referral.telling import tell
from referrals.referral.waiting import offer_waiting
from referrals.store.unit_of_work import UnitOfWork

UNDO = "undo"
UNDO_WITHIN = timedelta(minutes=15)
SENDER = "clerk"
BY_A_DESK = ("desk", "supervisor")
WORDS_BACK = {  # the step -> what is said where the family had heard of it
    "accept": "undone_accept",
    "reject": "undone_answer",
    "fail": "undone_answer",
    "complete": "undone_complete",
    "cancel": "undone_cancel",
    "pause": "resumed",
    "resume": "paused",
    "transfer": "moved",
}


@dataclass(frozen=True)
class Undoable:
    """The latest step of a referral, while it can be taken back."""

    event_id: int
    event: str
    from_state: str
    at: datetime
    until: datetime
    time_gone: bool = False
    """Once it is taken back: whether the family's appointment or visit could not be given back with it."""


def undoable(uow: UnitOfWork, referral: Referral, at: datetime, role: str = "desk") -> Undoable | None:
    """The latest step, where it was taken just now and nothing came of it yet; None otherwise.

    A desk takes back what its desk did, and a sender (`clerk`) what a sender did.
    """
    step = _latest(uow, referral.id)
    if (
        step is None
        or step.event not in TAKEN_BACK
        or step.before is None
        or step.actor not in ((SENDER,) if role == SENDER else BY_A_DESK)
    ):
        return None
    until = step.at + UNDO_WITHIN
    # a clock that was set back a little meanwhile keeps nobody from it
    if abs(at - step.at) >= UNDO_WITHIN or referral.state != step.to_state or _came_of_it(uow, referral, step, at):
        return None
    return Undoable(step.id, step.event, step.from_state, step.at, until)


def undo(uow: UnitOfWork, referral: Referral, event_id: int, actor: Actor, at: datetime) -> Undoable:
    """Takes the step back, which is a step of its own; returns it. Raises `GuardFailed` where it stands by now.

    `event_id` is the step that somebody looked at: another one that came since is never taken back in its stead.
    """
    hold_application(uow, referral.application_id)
    uow.session.refresh(referral)
    found = undoable(uow, referral, at, actor.role)
    if found is None or found.event_id != event_id or not _agreed_still(uow, event_id, at):
        raise GuardFailed(UNDO, "This step can be taken back no longer: time passed, or something came of it.")
    before = _go_back(uow, referral, event_id, actor, at)
    if found.event == "accept":
        _come_back(uow, referral, found.at, at)
    heard = _forget_words(uow, referral.id, found.at, at)
    kept = keep_appointment(uow, referral, before, at, actor)
    offers_after_all(uow, referral.id, before.offers, at)
    time_gone = visits_after_all(uow, before.visits, at) or (kept or 0) < 0
    if heard and found.event in WORDS_BACK:
        tell(uow, referral, WORDS_BACK[found.event], at, by_clock=actor.by_machine, subject=kept)
    elif time_gone:  # they heard nothing of the step, and would wait for what is no more
        ask_to_call(
            uow, referral.person_id, referral.programme_id, at, kind="other_time", location_id=referral.to_location_id
        )
    return replace(found, time_gone=time_gone)


def _latest(uow: UnitOfWork, referral_id: int) -> ReferralEvent | None:
    query = select(ReferralEvent).filter_by(referral_id=referral_id).order_by(ReferralEvent.id.desc())
    return uow.session.scalar(query.limit(1))


def _came_of_it(uow: UnitOfWork, referral: Referral, step: ReferralEvent, at: datetime) -> bool:
    """Whether others built on the step already: the family, another centre, an appointment."""
    assert step.before is not None
    before = read_before(step.before).fields
    later = select(Appointment.id).where(Appointment.referral_id == referral.id, Appointment.created_at >= step.at)
    visits = select(HomeVisit.id).where(HomeVisit.referral_id == referral.id, HomeVisit.created_at >= step.at)
    said = referral.feedback_at is not None and referral.feedback_at >= step.at
    erased = uow.session.get_one(Person, referral.person_id).erased_at is not None
    if erased or said or went_on(uow, referral) or not stands(uow, before["consent_id"], at):
        return True
    if step.event in ("accept", "transfer") and (
        uow.session.scalar(later.limit(1)) is not None or uow.session.scalar(visits.limit(1)) is not None
    ):
        return True
    return _another_stands(uow, referral, before["to_organization_id"])


def _another_stands(uow: UnitOfWork, referral: Referral, organization_id: int) -> bool:
    """Whether the organization that had it has an open one of the same need: there is never a second one."""
    query = select(Referral.id).where(
        Referral.application_id == referral.application_id,
        Referral.need_code == referral.need_code,
        Referral.to_organization_id == organization_id,
        Referral.state.in_(OPEN),
        Referral.id != referral.id,
    )
    return uow.session.scalar(query.limit(1)) is not None


def _agreed_still(uow: UnitOfWork, event_id: int, at: datetime) -> bool:
    """Whether the family agrees to where it goes back to, and does until it is there."""
    before = uow.session.get_one(ReferralEvent, event_id).before
    return before is not None and stands_until_then(uow, read_before(before).fields["consent_id"], at)


def _go_back(uow: UnitOfWork, referral: Referral, event_id: int, actor: Actor, at: datetime) -> Before:
    """The referral as it was, its place and what it waited for, and the event that says so."""
    step = uow.session.get_one(ReferralEvent, event_id)
    assert step.before is not None
    before, left = read_before(step.before), referral.state
    had, held = referral.to_service_at_location_id, referral.holds_place
    hold_services(uow, [had, before.fields["to_service_at_location_id"]])
    for name, value in before.fields.items():
        setattr(referral, name, value)
    if referral.outcome == "":
        referral.outcome_note_sealed = None
    _take_place_back(uow, referral, step, before, had if held else 0, at)
    entry = update(WaitlistEntry).where(WaitlistEntry.id == before.waited_for_time, WaitlistEntry.state == "left")
    uow.connection.execute(entry.values(state="waiting", settled_at=None, look_at=at))
    for transfer_id, state in before.transfers:
        transfer = uow.session.get_one(ReferralTransfer, transfer_id)
        if transfer.decided_at == step.at:
            transfer.state, transfer.decided_at, transfer.decided_by_id = state, None, None
    note_event(
        uow,
        referral,
        UNDO,
        left,
        "supervisor" if actor.override else actor.role,
        at,
        staff_id=actor.staff_id,
        system=actor.system,
        reason=step.event,
        note=actor.override,
        undoes_id=step.id,
    )
    return before


def _take_place_back(
    uow: UnitOfWork, referral: Referral, step: ReferralEvent, before: Before, held: int, at: datetime
) -> None:
    """The place that it had, where it is still free; without one a centre that keeps a list keeps it on that."""
    given = referral.to_service_at_location_id
    service = uow.session.get_one(ServiceAtLocation, given, populate_existing=True)
    if service.lacking_since == step.at:  # «no room» was said by this very step
        service.lacking_since = before.lacking_since
    wanted = bool(before.fields["holds_place"])
    referral.holds_place = wanted and (held == given or reserve(uow, given, at))
    uow.flush()
    if held and not (wanted and held == given):
        release(uow, held)
        offer_waiting(uow, held, at)
    if wanted and not referral.holds_place and referral.state in ("requested", "received") and service.waitlist:
        referral.business_status = WAITLISTED
        plan_rung(uow, referral)


def _come_back(uow: UnitOfWork, referral: Referral, when: datetime, at: datetime) -> None:
    """Whoever gave way when this centre accepted is asked again."""
    gave_way = (
        select(Referral, ReferralEvent.id)
        .join(ReferralEvent, ReferralEvent.referral_id == Referral.id)
        .where(
            Referral.application_id == referral.application_id,
            Referral.need_code == referral.need_code,
            Referral.state == "cancelled",
            Referral.status_reason == ELSEWHERE,
            ReferralEvent.event == "cancel",
            ReferralEvent.at == when,
            ReferralEvent.before.is_not(None),
        )
    )
    for other, event_id in uow.session.execute(gave_way).all():
        newest = uow.session.scalar(select(func.max(ReferralEvent.id)).filter_by(referral_id=other.id))
        if newest == event_id and stands_until_then(uow, other.consent_id, at):
            _go_back(uow, other, event_id, Actor(None, "system"), at)


def _forget_words(uow: UnitOfWork, referral_id: int, when: datetime, at: datetime) -> bool:
    """What the step wanted said is said no more; whether some of it was heard already."""
    heard = False
    for word in uow.session.scalars(select(ReferralWord).filter_by(referral_id=referral_id, created_at=when)):
        heard = heard or word.state == "said" or word.tries > 0
        if word.state == "planned":
            word.state, word.settled_at = "dropped", at
    uow.flush()
    return heard
