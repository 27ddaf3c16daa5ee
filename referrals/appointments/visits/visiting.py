"""Visits at home instead of coming: when somebody may be there, who goes, and what came of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.appointments.booking import give_way, withdraw
from referrals.appointments.calling import ask_to_call
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import facts_of
from referrals.appointments.times.place_time import decent_hours, wall_time_of, zone_of
from referrals.appointments.times.seats import alone_at
from referrals.appointments.times.slots import overlaps
from referrals.appointments.times.slots_at import closures_ahead
from referrals.appointments.visits.records import HomeVisit
from referrals.definitions.in_force import settings_of
from referrals.directory.hours.hours_of import hours_of
from referrals.directory.hours.opening_hours import hours_on
from referrals.lifecycles import VISIT, advance
from referrals.protection.audit import audit
from referrals.protection.danger import in_danger
from referrals.quiet_hours import reminder_times
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from referrals.visit_rules import VisitRules, lives_alone, why_at_home
from referrals.wall_clock import moment_of
from referrals.women_times import is_woman

STANDING = ("planned", "assigned", "confirmed", "attempted")
AGREED = ("planned", "assigned", "confirmed")  # where it has a time, somebody goes then
STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")
REMIND_HOURS = (24.0,)
Window = tuple[datetime, datetime]


class WomanOnly(ValueError):
    """Only a woman visits there. Choose a colleague, or tick that a woman goes."""


def rules_of(uow: UnitOfWork, programme_id: str) -> VisitRules:
    """The programme's rules on visits at home."""
    return settings_of(uow, programme_id).visits


def why_visited(uow: UnitOfWork, referral: Referral) -> str:
    """Why this family may ask for a visit; blank where it may not, and always for somebody who may be in danger."""
    rules = rules_of(uow, referral.programme_id)
    if not rules.offered or referral.state not in STANDS or standing_visit(uow, referral.id) is not None:
        return ""
    why = why_at_home(rules, facts_of(uow, referral))
    return "" if not why or in_danger(uow, referral.person_id) else why


def window_at(uow: UnitOfWork, referral: Referral, start: datetime, at: datetime) -> Window | None:
    """The hours that begin then, where somebody could come; whoever closes the place meanwhile waits for this word."""
    alone_at(uow, [referral.to_location_id])
    return next((each for each in windows(uow, referral, at) if each[0] == start), None)


def windows(uow: UnitOfWork, referral: Referral, at: datetime) -> list[Window]:
    """When somebody could come: hours of days on which the place is open, from some days on; none of those in which it
    is closed after all."""
    rules = rules_of(uow, referral.programme_id)
    zone = settings_of(uow, referral.programme_id).time_zone
    hours = hours_of(uow, [referral.to_location_id], zone)[referral.to_location_id]
    first = at.astimezone(hours.zone).date()
    shut = [span for _, span in closures_ahead(uow, [referral.to_location_id], at)]
    found = []
    for ahead in range(rules.notice_days, rules.notice_days + rules.ahead_days):
        day = first + timedelta(days=ahead)
        if day in hours.closed or not hours_on(day, hours.weekly):
            continue
        for starts, ends in rules.windows:
            span = tuple(moment_of(datetime.combine(day, each), hours.zone) for each in (starts, ends))
            if not any(overlaps((span[0], span[1]), each) for each in shut):
                found.append((span[0], span[1]))
    return found


def agree_visit(
    uow: UnitOfWork, referral: Referral, window: Window, at: datetime, *, instead_of: Appointment | None = None
) -> HomeVisit:
    """The family is at home then; what was offered at the centre is withdrawn. An agreed visit that stands moves."""
    if instead_of is not None:
        alone_at(uow, [instead_of.location_id])
        give_way(uow, {referral.id}, at, "family", "home-visit")
    zone = zone_of(uow, referral.to_location_id, referral.programme_id)
    visit = standing_visit(uow, referral.id)
    if visit is None:
        facts = facts_of(uow, referral)
        country = settings_of(uow, referral.programme_id).country
        visit = HomeVisit(
            referral_id=referral.id,
            person_id=referral.person_id,
            programme_id=referral.programme_id,
            location_id=referral.to_location_id,
            state=VISIT.initial,
            why=why_visited(uow, referral) or "staff",
            by_woman=(lives_alone(facts) and is_woman(facts, country) is not False) or _wants_a_woman(facts),
            attempts=0,
            created_at=at,
        )
        uow.session.add(visit)
    visit.starts_at, visit.ends_at, visit.updated_at = *window, at
    visit.wall_time, visit.zone = wall_time_of(window[0], zone), zone
    visit.reason = ""
    plan_reminder(uow, visit, at)
    uow.flush()
    if instead_of is not None:
        withdraw(uow, instead_of, at, "home-visit", "family")
    referral.business_status = "appointment-set"
    _note(uow, visit, "agreed", at, "family")
    return visit


def plan_reminder(uow: UnitOfWork, visit: HomeVisit, at: datetime) -> None:
    """The day before, in decent hours; none where it is too late for that."""
    assert visit.starts_at is not None
    due = reminder_times(visit.starts_at, REMIND_HOURS, visit.zone, decent_hours(uow, visit.programme_id), at)
    visit.remind_at = due[0].due_at if due else None


def _wants_a_woman(facts: object) -> bool:
    return isinstance(facts, dict) and str(facts.get("prefers_staff") or "") in ("woman", "women", "female")


def standing_visit(uow: UnitOfWork, referral_id: int) -> HomeVisit | None:
    """The visit of a referral that is still to be made."""
    query = select(HomeVisit).where(HomeVisit.referral_id == referral_id, HomeVisit.state.in_(STANDING))
    return uow.session.scalar(query.order_by(HomeVisit.id.desc()).limit(1))


def assign_visit(uow: UnitOfWork, visit: HomeVisit, staff_id: int, at: datetime, *, woman: bool) -> None:
    """Somebody goes there; the time was agreed with the family already. Raises `WomanOnly`."""
    if visit.by_woman and not woman:
        raise WomanOnly(WomanOnly.__doc__)
    visit.state = advance(VISIT, visit.state, "assign", "system")
    if visit.starts_at is not None:
        visit.state = advance(VISIT, visit.state, "confirm", "family")
    visit.staff_id, visit.updated_at = staff_id, at
    _note(uow, visit, "assigned", at, f"staff:{staff_id}")


def not_at_home(uow: UnitOfWork, visit: HomeVisit, at: datetime, staff_id: int) -> bool:
    """Nobody opened. They are asked for another time; True when it was so often that a supervisor decides instead."""
    visit.state = advance(VISIT, visit.state, "not_home", "researcher")
    visit.attempts, visit.updated_at, visit.remind_at = visit.attempts + 1, at, None
    _note(uow, visit, "not_home", at, f"staff:{staff_id}")
    if visit.attempts >= rules_of(uow, visit.programme_id).not_home_before_supervisor:
        ask_to_call(uow, visit.person_id, visit.programme_id, at, kind="visit_supervisor")
        return True
    visit.state = advance(VISIT, visit.state, "replan", "system")
    _without_time(visit)
    uow.flush()
    return False


def replan_visit(uow: UnitOfWork, visit: HomeVisit, at: datetime, staff_id: int) -> None:
    """A supervisor decided that somebody tries again."""
    visit.state = advance(VISIT, visit.state, "replan", "researcher")
    _without_time(visit)
    visit.updated_at = at
    _note(uow, visit, "replanned", at, f"staff:{staff_id}")


def put_off(uow: UnitOfWork, visit: HomeVisit, at: datetime, reason: str) -> None:
    """Nobody can go there then after all: it is still to be made, on a day that the family chooses anew."""
    if visit.state in ("assigned", "confirmed"):
        visit.state = advance(VISIT, visit.state, "put_off", "system")
    _without_time(visit)
    visit.reason, visit.updated_at = reason[:80], at
    _note(uow, visit, "put_off", at, "system")


def _without_time(visit: HomeVisit) -> None:
    visit.staff_id, visit.starts_at, visit.ends_at, visit.wall_time, visit.remind_at = None, None, None, "", None


def complete_visit(uow: UnitOfWork, visit: HomeVisit, at: datetime, staff_id: int) -> None:
    """They were visited."""
    visit.state = advance(VISIT, visit.state, "complete", "researcher")
    visit.updated_at, visit.remind_at = at, None
    _note(uow, visit, "done", at, f"staff:{staff_id}")


def refuse_visit(uow: UnitOfWork, visit: HomeVisit, at: datetime) -> None:
    """The family wants nobody to come after all."""
    visit.state = advance(VISIT, visit.state, "refuse", "family")
    visit.updated_at, visit.remind_at = at, None
    _note(uow, visit, "refused", at, "family")


def _note(uow: UnitOfWork, visit: HomeVisit, event: str, at: datetime, actor: str) -> None:
    uow.flush()
    audit(uow, at=at, actor=actor, action=f"visit.{event}", object_kind="visit", object_id=visit.id)
