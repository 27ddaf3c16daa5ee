"""What the clock owes: each reminder once, when it is due and worth it, by however many clocks and however late."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from referrals.appointments.calling import ask_to_call
from referrals.appointments.reminders import due
from referrals.appointments.reminders.planning import key_of
from referrals.appointments.reminders.worth import Verdict, verdict
from referrals.appointments.times.place_time import decent_hours
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.reminding import Saying
from referrals.definitions.in_force import settings_of
from referrals.lifecycles import REMINDER, advance
from referrals.portions import AFTER_A_FAULT, by_portions, one_portion, owe_each
from referrals.seasonal_hours import SeasonalHours
from referrals.store.unit_of_work import Store, UnitOfWork

AT_A_TIME = 50
STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")
A_DAY = 24.0
NEAR = timedelta(hours=2)  # on the day itself two appointments are one message when their reminders are this near


def remind(store: Store, at: datetime) -> int:
    """The reminders that are due, a commit's worth; how many were looked at. Nothing is locked where none is due."""
    return one_portion(store, at, due.NEXT, owe_reminders)


def remind_for_a_while(store: Store, at: datetime) -> int:
    """The same, commit after commit, until none is due or the clock's other duties have their turn."""
    return by_portions(store, at, due.NEXT, owe_reminders)


def next_due(store: Store) -> datetime | None:
    """When the next reminder is due; None when none is planned."""
    with store.reading() as uow:
        found: datetime | None = due.NEXT.value(uow.connection)
    return found


def seconds_to_next(store: Store, at: datetime, longest: float) -> float:
    """How long a clock may rest: until the next reminder is due, at most so long; others may plan one meanwhile."""
    soonest = next_due(store)
    return longest if soonest is None else min(longest, max(0.0, (soonest - at).total_seconds()))


def owe_reminders(uow: UnitOfWork, at: datetime) -> int:
    """Reminders whose time has come; returns how many were looked at: said, put off, or ended with a reason."""
    rows = due.DUE.all(uow.connection, at=at, most=AT_A_TIME)
    batch = _Batch(uow, at)

    def put_off(row: Any) -> None:
        batch.settle(row, Verdict("put_off", "a fault", at + AFTER_A_FAULT))

    return owe_each(uow, rows, batch.owe, put_off, "reminder")


def _state(row: Any) -> str:
    """The appointment's state; nothing of a referral that has ended is reminded of."""
    return str(row.state) if row.referral_state in STANDS else f"of a referral that is {row.referral_state}"


@dataclass
class _Batch:
    """Some reminders that are due at the same moment. `ended` are those that went along with another one's message."""

    uow: UnitOfWork
    at: datetime
    ended: set[int] = field(default_factory=set)
    hours: dict[str, SeasonalHours] = field(default_factory=dict)

    def owe(self, row: Any) -> None:
        """Says it, or notes why it is not said; nothing where it went along with another one's message."""
        if row.id in self.ended:
            return
        zone = self.zone(row)
        siblings = due.SIBLINGS.all(self.uow.connection, appointment=row.appointment_id, reminder=row.id)
        found = verdict(
            _state(row), row.starts_at, row.due_at, siblings, zone, self.hours_of(row.programme_id), self.at
        )
        if found.event == "owe":
            self.say(row, zone)
        else:
            self.settle(row, found)

    def say(self, row: Any, zone: ZoneInfo) -> None:
        """One message for everything the family has on that day."""
        others = self._same_day(row, zone)
        day = row.starts_at.astimezone(zone).date()
        closed = due.CLOSED.first(self.uow.connection, programme=row.programme_id, day=day, location=row.location_id)
        told = sorted([row, *others] if closed is None else [row], key=lambda each: each.starts_at)
        saying = Saying(told, closed=closed is not None)
        key = key_of(row.appointment_id, row.kind)
        reached = reach(self.uow, row.person_id, row.programme_id, self.at, reason=key, compose=saying)
        if not reached:
            self._note(row.id, "fail", "no way to them", row.due_at, settled_at=self.at)
        elif saying.withheld:
            self._withhold(row, saying.withheld)
        else:
            self._note(row.id, "owe", "the place is closed" if closed else "", row.due_at, owed_at=self.at)
            for each in others if closed is None else ():
                self.ended.add(each.id)
                self._note(each.id, "supersede", f"said with {key}", each.due_at, settled_at=self.at)

    def settle(self, row: Any, found: Verdict) -> None:
        """Notes what becomes of a reminder that is not said now."""
        if found.event == "put_off":
            self._note(row.id, "put_off", found.reason, found.until or row.due_at)
        else:
            self._note(row.id, found.event, found.reason, row.due_at, settled_at=self.at)

    def _withhold(self, row: Any, why: str) -> None:
        """They want no reminders, or a message could bring somebody into danger: then a person calls."""
        if why == "safety":
            ask_to_call(self.uow, row.person_id, row.programme_id, self.at, restricted=True)
        self._note(row.id, "skip", why, row.due_at, settled_at=self.at)

    def _same_day(self, row: Any, zone: ZoneInfo) -> Sequence[Any]:
        """The other appointments of that day whose reminder of this kind goes along."""
        local = row.starts_at.astimezone(zone)
        begins = local.replace(hour=0, minute=0, second=0, microsecond=0)
        found = due.SAME_DAY.all(
            self.uow.connection,
            person=row.person_id,
            appointment=row.appointment_id,
            begins=begins,
            ends=begins + timedelta(days=1) - timedelta(minutes=1),
            kind=row.kind,
            programme=row.programme_id,
        )
        if float(row.kind.removesuffix("h")) >= A_DAY:
            return found
        return [each for each in found if each.due_at - self.at <= NEAR]

    def zone(self, row: Any) -> ZoneInfo:
        return ZoneInfo(row.zone or settings_of(self.uow, row.programme_id).time_zone)

    def hours_of(self, programme_id: str) -> SeasonalHours:
        if programme_id not in self.hours:
            self.hours[programme_id] = decent_hours(self.uow, programme_id)
        return self.hours[programme_id]

    def _note(
        self,
        reminder_id: int,
        event: str,
        reason: str,
        due_at: datetime,
        *,
        owed_at: datetime | None = None,
        settled_at: datetime | None = None,
    ) -> None:
        due.SETTLE.all(
            self.uow.connection,
            reminder=reminder_id,
            new_state=advance(REMINDER, REMINDER.initial, event, "system"),
            new_reason=reason[:120],
            new_due_at=due_at,
            new_owed_at=owed_at,
            new_settled_at=settled_at,
        )
