"""By when a centre has to acknowledge and to answer, and when the next rung of the ladder is due."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import case

from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Rung, Settings
from referrals.directory.hours.hours_of import Hours, hours_of
from referrals.directory.hours.opening_hours import NeverOpen, working_hours_after
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

CLOCK_HOURS_FOR_ONE = 3  # a centre without hours still has to answer: a working hour counts three by the clock
WAITLISTED = "waitlisted"
# `due_at` as a column: it counts only while the centre has not answered
DUE = case((Referral.state == "requested", Referral.ack_due), else_=Referral.respond_due)


def due_times(
    uow: UnitOfWork, settings: Settings, location_id: int, priority: str, at: datetime
) -> tuple[datetime, datetime]:
    """By when to acknowledge (the centre's working hours) and to answer (clock hours)."""
    deadlines = settings.deadlines.get(priority, settings.deadlines["normal"])
    ack = _working(uow, settings, location_id, deadlines.acknowledge_working_hours, at)
    return ack, at + timedelta(hours=deadlines.respond_hours)


def due_at(referral: Referral) -> datetime | None:
    """The deadline that counts in this state: to acknowledge, then to answer."""
    return {"requested": referral.ack_due, "received": referral.respond_due}.get(referral.state)


def start_clock(uow: UnitOfWork, referral: Referral, at: datetime) -> None:
    """Both deadlines run from now, by the hours of the centre that has the referral."""
    settings = settings_of(uow, referral.programme_id)
    referral.ack_due, referral.respond_due = due_times(uow, settings, referral.to_location_id, referral.priority, at)
    referral.clock_from = at
    next_clock(uow, referral)


def next_clock(uow: UnitOfWork, referral: Referral) -> None:
    """The deadline of the state that the referral is in runs now, from the foot of its ladder; or none does."""
    referral.rung = 0
    plan_rung(uow, referral)


def plan_rung(uow: UnitOfWork, referral: Referral) -> None:
    """Writes down when the clock has to look again: at the next rung, or when a pause is to be looked at."""
    rung = rung_ahead(uow, referral)
    if referral.state == "on-hold":
        referral.next_rung_at = referral.review_at
    else:
        referral.next_rung_at = None if rung is None else _moment(uow, referral, rung.share)
    uow.flush()


def rung_ahead(uow: UnitOfWork, referral: Referral) -> Rung | None:
    """The rung that comes next; None where no deadline runs, or the ladder is climbed."""
    if referral.state not in ("requested", "received") or referral.business_status == WAITLISTED:
        return None
    settings = settings_of(uow, referral.programme_id)
    ladder = settings.ladder.get(referral.priority, settings.ladder["normal"])
    return ladder[referral.rung] if referral.rung < len(ladder) else None


def _moment(uow: UnitOfWork, referral: Referral, share: float) -> datetime:
    """When that share of the deadline that runs has passed."""
    begins = referral.clock_from or referral.requested_at
    if referral.state == "received":
        return begins + (referral.respond_due - begins) * share
    if share == 1:
        return referral.ack_due
    settings = settings_of(uow, referral.programme_id)
    deadlines = settings.deadlines.get(referral.priority, settings.deadlines["normal"])
    hours = deadlines.acknowledge_working_hours * share
    return _working(uow, settings, referral.to_location_id, hours, begins)


def _working(uow: UnitOfWork, settings: Settings, location_id: int, working: float, at: datetime) -> datetime:
    once, asked = uow.once if uow.once is not None else {}, ("hours", location_id)
    if asked not in once:
        once[asked] = hours_of(uow, [location_id], settings.time_zone)[location_id]
    hours: Hours = once[asked]
    try:
        return working_hours_after(at, working, hours.weekly, hours.zone, hours.closed)
    except NeverOpen:
        return at + timedelta(hours=working * CLOCK_HOURS_FOR_ONE)
