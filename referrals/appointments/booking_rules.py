"""How long a time at a centre is and how many families are received side by side; in Ramadan fewer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.appointments.centre_records import BookingRule
from referrals.appointments.records import Slot
from referrals.appointments.waking import wake
from referrals.directory.hours.hours_of import Hours, hours_at
from referrals.protection.audit import audit
from referrals.seasonal_hours import in_ramadan
from referrals.store.unit_of_work import UnitOfWork

SHORTEST, LONGEST = 5, 240  # minutes of one family's time
MOST_SEATS = 50
WHOLE = 100


class RuleRefused(ValueError):
    """Minutes are 5 to 240, seats 1 to 50, and in Ramadan 10 to 100 percent of them."""


@dataclass(frozen=True)
class Rule:
    """Minutes a family's time takes, families at once, and which percent of those seats there are in Ramadan."""

    minutes: int = 30
    seats: int = 2  # two desks receive families side by side until a centre says otherwise
    ramadan_percent: int = 75

    def __post_init__(self) -> None:
        if not (
            SHORTEST <= self.minutes <= LONGEST
            and 1 <= self.seats <= MOST_SEATS
            and 10 <= self.ramadan_percent <= WHOLE
        ):
            raise RuleRefused(RuleRefused.__doc__)

    def seats_on(self, day: date, ramadan: frozenset[date]) -> int:
        """Families at once on that day; at least one."""
        if not in_ramadan(day, ramadan):
            return self.seats
        return max(1, self.seats * self.ramadan_percent // WHOLE)


def rule_of(uow: UnitOfWork, location_id: int) -> Rule:
    """What holds at a location; the usual where it said nothing."""
    return rules_of(uow, [location_id])[location_id]


def rules_of(uow: UnitOfWork, locations: Iterable[int]) -> dict[int, Rule]:
    """The same for several, in one question."""
    wanted = list(locations)
    rows = uow.session.scalars(select(BookingRule).where(BookingRule.location_id.in_(wanted)))
    said = {row.location_id: Rule(row.minutes, row.seats, row.ramadan_percent) for row in rows}
    return {location: said.get(location, Rule()) for location in wanted}


def set_rule(uow: UnitOfWork, location_id: int, rule: Rule, zone: str, at: datetime, staff_id: int | None) -> None:
    """The centre receives families so from now on. What is booked stays as it was agreed; who came first keeps its
    seat also where there are fewer now. Those who wait are offered what became free."""
    row = uow.session.scalar(select(BookingRule).filter_by(location_id=location_id))
    if row is None:
        row = BookingRule(location_id=location_id)
        uow.session.add(row)
    row.minutes, row.seats, row.ramadan_percent = rule.minutes, rule.seats, rule.ramadan_percent
    row.staff_id, row.updated_at = staff_id, at
    uow.flush()
    refit_slots(uow, location_id, zone, at)
    wake(uow, location_id, at)
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else "system",
        action="booking_rule.set",
        object_kind="location",
        object_id=location_id,
        details={"minutes": rule.minutes, "seats": rule.seats, "ramadan_percent": rule.ramadan_percent},
    )


def refit_slots(uow: UnitOfWork, location_id: int, zone: str, at: datetime) -> None:
    """The slots ahead have as many seats as the rule and the calendar give them now."""
    rule, hours = rule_of(uow, location_id), dict[int, Hours]()
    session: Session = uow.session
    for slot in session.scalars(select(Slot).where(Slot.location_id == location_id, Slot.starts_at > at)):
        if slot.given_id not in hours:
            hours[slot.given_id] = hours_at(uow, location_id, zone, slot.given_id)
        there = hours[slot.given_id]
        slot.seats = rule.seats_on(slot.starts_at.astimezone(there.zone).date(), there.ramadan)
    uow.flush()
