"""When a place is open: weekly hours in wall time and an IANA zone, seasons and closures, correct over clock changes.

On which days hours come back is read by `recurring.py` beside this (RFC 5545); the validity is that of HSDS
(`valid_from`, `valid_to`, both included). Three rules go with it:

* A *season* (hours with both validity dates, such as Ramadan) replaces the hours without them on every day it covers.
* A holiday or a closure is a local day on which nothing opens; what opened the evening before still closes normally.
* Hours are what the clock on the wall shows: they open the first and close the last time it shows it (an hour that
  happens twice is open twice), and a time that the clock leaps over is the instant of the leap.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from referrals.directory.hours.recurring import Recurrence, recurs_on

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as date.weekday() counts; names of RFC 5545
HORIZON = timedelta(days=400)  # past a year without an opening the place is closed for good, not for a season
DAY = timedelta(days=1)


class NeverOpen(ValueError):
    """The place has no opening in the next 400 days. Give it schedule rows, or count this deadline in clock hours."""


@dataclass(frozen=True, slots=True)
class WeeklyHours:
    """Hours that come back, every week unless `rule` says otherwise. `closes` at or before `opens` is on the next day
    (00:00 is midnight)."""

    days: frozenset[int]  # 0 Monday .. 6 Sunday
    opens: time
    closes: time
    valid_from: date | None = None
    valid_to: date | None = None
    rule: Recurrence | None = None
    for_women: bool = False

    @property
    def seasonal(self) -> bool:
        """Whether these hours replace the usual ones while they are valid."""
        return self.valid_from is not None and self.valid_to is not None

    def valid_on(self, day: date) -> bool:
        """Whether the day lies within the validity, both ends included."""
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)

    def falls_on(self, day: date) -> bool:
        """Whether these hours come back on that day, its validity apart."""
        return day.weekday() in self.days if self.rule is None else recurs_on(self.rule, day)


@dataclass(frozen=True, slots=True, order=True)
class Opening:
    """One stretch of time, in aware UTC, in which a place is open: from `starts_at` until just before `ends_at`."""

    starts_at: datetime
    ends_at: datetime


def read_byday(byday: str) -> frozenset[int]:
    """The weekdays of a BYDAY value (`SU,MO`), as date.weekday() counts. ValueError names what it cannot read."""
    days = set()
    for part in byday.replace(";", ",").replace(" ", ",").split(","):
        if not part:
            continue
        if part.upper() not in WEEKDAYS:
            raise ValueError(part)
        days.add(WEEKDAYS.index(part.upper()))
    return frozenset(days)


def weekly_hours(
    byday: str, opens_at: str, closes_at: str, valid_from: date | None = None, valid_to: date | None = None
) -> WeeklyHours:
    """Hours from a stored row: `SU,MO`, `08:30`, `14:00`. Raises ValueError on what it cannot read."""
    closes = "00:00" if closes_at == "24:00" else closes_at
    return WeeklyHours(
        read_byday(byday), time.fromisoformat(opens_at), time.fromisoformat(closes), valid_from, valid_to
    )


def next_openings(
    schedules: Collection[WeeklyHours],
    after: datetime,
    until: datetime,
    zone: ZoneInfo,
    holidays: Collection[date] = frozenset(),
) -> tuple[Opening, ...]:
    """The openings between two instants, in order, none overlapping; the first and last are cut at the two instants."""
    return tuple(openings(schedules, _aware(after), _aware(until), zone, holidays))


def working_hours_after(
    start: datetime,
    hours: float,
    schedules: Collection[WeeklyHours],
    zone: ZoneInfo,
    holidays: Collection[date] = frozenset(),
) -> datetime:
    """The instant (UTC) at which the place has been open for `hours` since `start`. Raises NeverOpen.

    Deadlines to acknowledge a referral count so (the inter-agency form counts working time of the receiving office).
    """
    left = timedelta(hours=hours)
    for opening in openings(schedules, _aware(start), start + HORIZON, zone, holidays):
        if opening.ends_at - opening.starts_at >= left:
            return opening.starts_at + left
        left -= opening.ends_at - opening.starts_at
    raise NeverOpen


def hours_on(day: date, schedules: Iterable[WeeklyHours]) -> tuple[WeeklyHours, ...]:
    """The hours in force on a day: those of the season when there is one, else the usual ones; in order of opening."""
    valid = [hours for hours in schedules if hours.valid_on(day)]
    season = [hours for hours in valid if hours.seasonal]
    chosen = [hours for hours in season or valid if hours.falls_on(day)]
    return tuple(sorted(chosen, key=lambda hours: (hours.opens, hours.closes)))


def at_wall_time(day: date, wall: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """The instant (UTC) at which the clock shows `wall` that day: the first time, or the `last` where it comes twice.

    A time that the clock leaps over (midnight of the last Friday of April in Cairo) is the instant of the leap.
    """
    local = datetime.combine(day, wall, tzinfo=zone).replace(fold=int(last))
    instant = local.astimezone(UTC)
    if instant.astimezone(zone).replace(tzinfo=None) == local.replace(tzinfo=None):
        return instant
    return _leap(local)


def _leap(local: datetime) -> datetime:
    """The instant at which the clock leaps over `local`, found by halving the stretch around it."""
    before = local.replace(fold=1).astimezone(UTC)  # read with the offset after the leap: still before it
    after = local.replace(fold=0).astimezone(UTC)
    offset = after.astimezone(local.tzinfo).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + (after - before) // 2
        if middle.astimezone(local.tzinfo).utcoffset() == offset:
            after = middle
        else:
            before = middle
    return after.replace(microsecond=0)


def _openings_on(
    day: date, schedules: Iterable[WeeklyHours], zone: ZoneInfo, holidays: Collection[date], *, women: bool = False
) -> list[Opening]:
    """The openings that begin on a local day, merged where they touch; those for everyone, or for women alone."""
    merged: list[Opening] = []
    if day in holidays:
        return merged
    for hours in hours_on(day, schedules):
        if hours.for_women != women:
            continue
        closing_day = day if hours.closes > hours.opens else day + DAY
        starts, ends = at_wall_time(day, hours.opens, zone), at_wall_time(closing_day, hours.closes, zone, last=True)
        if merged and starts <= merged[-1].ends_at:
            merged[-1] = Opening(merged[-1].starts_at, max(ends, merged[-1].ends_at))
        elif ends > starts:
            merged.append(Opening(starts, ends))
    return merged


def openings(
    schedules: Collection[WeeklyHours],
    after: datetime,
    until: datetime,
    zone: ZoneInfo,
    holidays: Collection[date] = frozenset(),
    *,
    women: bool = False,
) -> Iterator[Opening]:
    """The openings between two instants, one by one, so that who looks for the first stops there.

    Those for everyone; with `women` the ones that are for women alone.
    """
    day, last_day = after.astimezone(zone).date() - DAY, until.astimezone(zone).date()
    reached = after.astimezone(UTC)
    while day <= last_day:
        for opening in _openings_on(day, schedules, zone, holidays, women=women):
            starts, ends = max(opening.starts_at, reached), min(opening.ends_at, until.astimezone(UTC))
            if ends > starts:
                yield Opening(starts, ends)
                reached = ends
        day += DAY


def _aware(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("an instant without a time zone: pass an aware datetime")
    return at
