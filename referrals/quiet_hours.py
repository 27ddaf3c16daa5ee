"""When something may be sent: in decent hours by the family's wall clock, and a reminder never after its hour."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from referrals.wall_clock import as_utc, change_on, moment_of, wall_before, zone_named

LAST_CALL = timedelta(minutes=30)  # closer to the appointment than this a reminder helps nobody
APART = timedelta(minutes=30)  # two reminders closer than this are one
EVENING_MARGIN = timedelta(minutes=15)  # moved before the evening's quiet hours: room for a slow delivery
USEFUL_LEAD = timedelta(hours=1)  # a reminder is not moved nearer to the appointment: they still have to come
A_DAY = 24 * 60

Window = tuple[int, int]
"""Minutes of the day from the first that is decent up to the first that is not: (540, 1260) is 09:00 to 21:00."""


class Hours(Protocol):
    """Which hours of each day are decent."""

    def open_on(self, day: date) -> tuple[Window, ...]: ...


@dataclass(frozen=True)
class QuietHours:
    """Wall-clock hours without messages, from `starts` up to but without `ends`; equal times mean none."""

    starts: time
    ends: time

    @classmethod
    def parse(cls, starts: str, ends: str) -> QuietHours:
        """From the words of programme.toml: parse("21:00", "09:00"). Raises ValueError for anything but HH:MM."""
        return cls(time.fromisoformat(starts), time.fromisoformat(ends))

    def hold(self, at: time) -> bool:
        """Whether this wall-clock time is quiet."""
        if self.starts <= self.ends:
            return self.starts <= at < self.ends
        return at >= self.starts or at < self.ends

    def open_on(self, day: date) -> tuple[Window, ...]:
        """The decent hours, the same on every day."""
        starts, ends = _minutes(self.starts), _minutes(self.ends)
        if starts == ends:
            return ((0, A_DAY),)
        if starts < ends:
            return tuple(window for window in ((0, starts), (ends, A_DAY)) if window[0] < window[1])
        return ((ends, starts),)


@dataclass(frozen=True)
class InBoth:
    """The hours that are decent by two clocks at once: a family's own, and the programme's."""

    own: Hours
    programme: Hours

    def open_on(self, day: date) -> tuple[Window, ...]:
        pairs = ((one, other) for one in self.own.open_on(day) for other in self.programme.open_on(day))
        found = sorted((max(one[0], other[0]), min(one[1], other[1])) for one, other in pairs)
        return tuple(window for window in found if window[0] < window[1])


@dataclass(frozen=True)
class Reminder:
    """One reminder owed: which one it is (hours before), and the moment, aware, when it is due."""

    before_hours: float
    due_at: datetime


def is_quiet(at: datetime, zone: ZoneInfo, hours: Hours) -> bool:
    """Whether nothing is sent at this moment."""
    local = at.astimezone(zone)
    minute = local.hour * 60 + local.minute
    return not any(starts <= minute < ends for starts, ends in hours.open_on(local.date()))


def next_decent(at: datetime, zone: ZoneInfo, hours: Hours) -> datetime | None:
    """`at` itself in decent hours, else the moment they begin, in UTC; None when none begin within a week."""
    moment = as_utc(at)
    if not is_quiet(moment, zone, hours):
        return moment
    begins = (each for each in _begins(moment, zone, hours) if each >= moment and not is_quiet(each, zone, hours))
    return min(begins, default=None)


def last_decent(at: datetime, zone: ZoneInfo, hours: Hours) -> datetime | None:
    """`at` itself in decent hours, else a quarter of an hour before they ended, in UTC; None when none did in a week.

    Where they were shorter than that, a minute before.
    """
    moment = as_utc(at)
    if not is_quiet(moment, zone, hours):
        return moment
    ends = [each for each in _ends(moment, zone, hours) if each <= moment]
    for margin in (EVENING_MARGIN, timedelta(minutes=1)):
        open_ones = [each - margin for each in ends if not is_quiet(each - margin, zone, hours)]
        if open_ones:
            return max(open_ones)
    return None


def reminder_times(
    starts_at: datetime, before_hours: Iterable[float], zone: str | ZoneInfo, quiet: Hours, booked_at: datetime
) -> tuple[Reminder, ...]:
    """The reminders of one appointment, earliest first, each in decent hours and none after the appointment.

    A time in quiet hours moves to the nearest decent one, earlier or later, but not nearer than an hour to the
    appointment. A time that is past when the appointment is booked becomes the next decent moment, unless less than
    half an hour would be left. Of two within half an hour the one nearer to the appointment is kept. Whenever there is
    a decent moment left at all, there is at least one reminder.
    """
    zone, starts, booked = zone_named(zone), as_utc(starts_at), as_utc(booked_at)
    kept: dict[float, datetime] = {}
    for hours in sorted(set(before_hours)):
        due = _due(wall_before(starts, hours, zone), starts, booked, zone, quiet)
        if due is not None and all(abs(due - other) >= APART for other in kept.values()):
            kept[hours] = due
    in_order = sorted(kept.items(), key=lambda entry: entry[1])
    return tuple(Reminder(hours, due.astimezone(zone)) for hours, due in in_order)


def _due(wanted: datetime, starts: datetime, booked: datetime, zone: ZoneInfo, quiet: Hours) -> datetime | None:
    """The nearest decent moment to the wanted one; at once where that is over; None where nothing useful is left."""
    if wanted > booked:
        earlier, later = last_decent(wanted, zone, quiet), next_decent(wanted, zone, quiet)
        near = [each for each in (earlier, later) if each is not None and booked <= each <= starts - USEFUL_LEAD]
        if near:
            return min(near, key=lambda each: (abs(each - wanted), each))
    at_once = next_decent(booked, zone, quiet)
    return at_once if at_once is not None and at_once <= starts - LAST_CALL else None


def _begins(moment: datetime, zone: ZoneInfo, hours: Hours) -> Iterator[datetime]:
    """The moments around at which decent hours begin: windows of each day, and the moment the clocks are changed."""
    return _edges(moment, zone, hours, range(8), 0)


def _ends(moment: datetime, zone: ZoneInfo, hours: Hours) -> Iterator[datetime]:
    return _edges(moment, zone, hours, range(-7, 2), 1)


def _edges(moment: datetime, zone: ZoneInfo, hours: Hours, days: range, edge: int) -> Iterator[datetime]:
    today = moment.astimezone(zone).date()
    for day in (today + timedelta(days=each) for each in days):
        for window in hours.open_on(day):
            wall = datetime.combine(day, time()) + timedelta(minutes=window[edge])
            yield from {moment_of(wall, zone, fold) for fold in (0, 1)}
        changed = change_on(day, zone)
        if changed is not None:
            yield changed


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute
