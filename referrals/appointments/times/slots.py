"""Appointment slots: cut out of opening hours, counted down by what is booked, and offered three at a time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

Interval = tuple[datetime, datetime]
PartOfDay = Literal["morning", "noon", "afternoon"]
OFFERED = 3
NOON_HOUR = 12  # «صباحاً» before, «ظهراً» from here
ASR_HOUR = 15  # «بعد العصر» from about here, in every season of both countries


@dataclass(frozen=True)
class Slot:
    """A time at which `seats` families can still be received; aware, the end is not part of it."""

    starts_at: datetime
    ends_at: datetime
    seats: int = 1
    for_women: bool = False


@dataclass(frozen=True)
class Spread:
    """How offers are spread: not sooner than `notice_hours`, if possible within `days` of the first one."""

    zone: str = "UTC"
    notice_hours: float = 24
    days: int = 7


def overlaps(one: Interval, other: Interval) -> bool:
    """Whether two stretches of time share a moment; the end of one may be the start of the next."""
    (one_starts, one_ends), (other_starts, other_ends) = _utc(one), _utc(other)
    return one_starts < other_ends and other_starts < one_ends


def slots_within(openings: Iterable[Interval], minutes: int, seats: int = 1) -> tuple[Slot, ...]:
    """Slots of so many minutes, back to back from each opening, earliest first; a remainder is left free.

    Openings that overlap are read as one. Minutes are real ones, also in the night the clock changes; each slot is in
    the time zone of its opening. Raises ValueError for naive times, minutes or seats below 1.
    """
    if minutes < 1 or seats < 1:
        raise ValueError(f"{minutes} minutes and {seats} seats make no slot: both start at 1")
    length = timedelta(minutes=minutes)
    slots = []
    for starts, ends in _merged(openings):
        zone = starts.tzinfo
        at, closes = starts.astimezone(UTC), ends.astimezone(UTC)
        while at + length <= closes:
            slots.append(Slot(at.astimezone(zone), (at + length).astimezone(zone), seats))
            at += length
    return tuple(slots)


def offer_three(slots: Iterable[Slot], now: datetime, spread: Spread) -> tuple[Slot, ...]:
    """Up to three slots to choose from, earliest first: the earliest, then other days at other times of day.

    A family that cannot come in the morning of one day should find another morning and another time of day.
    Fewer than three only where fewer are open after the notice.
    """
    earliest = now.astimezone(UTC) + timedelta(hours=spread.notice_hours)
    is_open = [slot for slot in slots if slot.seats > 0 and slot.starts_at.astimezone(UTC) >= earliest]
    is_open.sort(key=_start)
    if not is_open:
        return ()
    horizon = _start(is_open[0]) + timedelta(days=spread.days)
    soon = [slot for slot in is_open if _start(slot) < horizon]
    later = [slot for slot in is_open if _start(slot) >= horizon]
    chosen: list[Slot] = []
    for pool in (soon, later):
        while len(chosen) < OFFERED and (rest := [slot for slot in pool if not _clashes(slot, chosen)]):
            chosen.append(min(rest, key=lambda slot: _sameness(slot, chosen, spread.zone)))
    return tuple(sorted(chosen, key=_start))


def part_of_day(at: datetime, zone: str) -> PartOfDay:
    """Morning, noon (12:00 to 15:00) or afternoon, by the wall clock of `zone`."""
    hour = at.astimezone(ZoneInfo(zone)).hour
    if hour < NOON_HOUR:
        return "morning"
    return "noon" if hour < ASR_HOUR else "afternoon"


def _sameness(slot: Slot, chosen: Sequence[Slot], zone: str) -> tuple[int, int, datetime]:
    """How often its day and its time of day are among the chosen already, then how late it is."""
    day = slot.starts_at.astimezone(ZoneInfo(zone)).date()
    part = part_of_day(slot.starts_at, zone)
    days = sum(each.starts_at.astimezone(ZoneInfo(zone)).date() == day for each in chosen)
    parts = sum(part_of_day(each.starts_at, zone) == part for each in chosen)
    return days, parts, _start(slot)


def _clashes(slot: Slot, chosen: Sequence[Slot]) -> bool:
    return any(overlaps((slot.starts_at, slot.ends_at), (each.starts_at, each.ends_at)) for each in chosen)


def _merged(openings: Iterable[Interval]) -> list[Interval]:
    merged: list[Interval] = []
    for starts, ends in sorted(openings, key=lambda each: _utc(each)):
        if merged and _utc((starts, ends))[0] < _utc(merged[-1])[1]:
            if _utc((starts, ends))[1] > _utc(merged[-1])[1]:
                merged[-1] = (merged[-1][0], ends)
        else:
            merged.append((starts, ends))
    return merged


def _start(slot: Slot) -> datetime:
    return slot.starts_at.astimezone(UTC)


def _utc(interval: Interval) -> Interval:
    """In UTC: times of one zone compare by their wall time, which is wrong in the hour that comes twice."""
    for moment in interval:
        if moment.tzinfo is None:
            raise ValueError(f"{moment!r} is naive: give it a time zone")
    return interval[0].astimezone(UTC), interval[1].astimezone(UTC)
