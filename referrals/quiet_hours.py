"""When something may be sent: never in quiet hours by the family's wall clock, and a reminder never after its hour."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

LAST_CALL = timedelta(minutes=30)  # closer to the appointment than this a reminder helps nobody
APART = timedelta(minutes=30)  # two reminders closer than this are one
EVENING_MARGIN = timedelta(minutes=15)  # moved before the evening's quiet hours: room for a slow delivery


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


@dataclass(frozen=True)
class Reminder:
    """One reminder owed: which one it is (hours before), and the moment, aware, when it is due."""

    before_hours: int
    due_at: datetime


def next_allowed(at: datetime, zone: str | ZoneInfo, quiet_from: time, quiet_to: time) -> datetime:
    """`at` itself when it is not quiet, else the moment the quiet hours end; aware, in `zone`.

    Where the clock springs over the end of the quiet hours, up to an hour later; where it falls back into
    them, after the second pass. Raises ValueError for a naive `at`.
    """
    zone = _zone(zone)
    moment = _utc(at)
    quiet = QuietHours(quiet_from, quiet_to)
    if _is_quiet(moment, zone, quiet):
        ends = _moments_of(quiet_to, moment, zone, days=(0, 1, 2))
        moment = min(end for end in ends if end >= moment and not _is_quiet(end, zone, quiet))
    return moment.astimezone(zone)


def last_allowed(at: datetime, zone: str | ZoneInfo, quiet_from: time, quiet_to: time) -> datetime:
    """`at` itself when it is not quiet, else a quarter of an hour before those quiet hours began; aware, in `zone`.

    Where the day leaves no quarter of an hour open, a minute before. Raises ValueError for a naive `at`.
    """
    zone = _zone(zone)
    moment = _utc(at)
    quiet = QuietHours(quiet_from, quiet_to)
    if _is_quiet(moment, zone, quiet):
        starts = [each for each in _moments_of(quiet_from, moment, zone, days=(-2, -1, 0, 1)) if each <= moment]
        for margin in (EVENING_MARGIN, timedelta(minutes=1)):
            open_ones = [each - margin for each in starts if not _is_quiet(each - margin, zone, quiet)]
            if open_ones:
                return max(open_ones).astimezone(zone)
    return moment.astimezone(zone)


def reminder_times(
    starts_at: datetime,
    before_hours: Iterable[int],
    zone: str | ZoneInfo,
    quiet: QuietHours,
    booked_at: datetime,
) -> tuple[Reminder, ...]:
    """The reminders of one appointment, earliest first, none in quiet hours and none after the appointment.

    A time that falls into quiet hours moves to the evening before them. A time that is past when the
    appointment is booked becomes the next allowed moment, unless less than half an hour would be left.
    Two that fall together become the one nearer to the appointment.
    """
    starts, booked = _utc(starts_at), _utc(booked_at)
    kept: dict[int, datetime] = {}
    for hours in sorted(set(before_hours)):
        due = _utc(last_allowed(starts - timedelta(hours=hours), zone, quiet.starts, quiet.ends))
        if due < booked:
            due = _utc(next_allowed(booked, zone, quiet.starts, quiet.ends))
        if due <= starts - LAST_CALL and all(abs(due - other) >= APART for other in kept.values()):
            kept[hours] = due
    in_order = sorted(kept.items(), key=lambda entry: entry[1])
    return tuple(Reminder(hours, due.astimezone(_zone(zone))) for hours, due in in_order)


def _moments_of(wall: time, around: datetime, zone: ZoneInfo, days: tuple[int, ...]) -> list[datetime]:
    """That wall-clock time on the days around, in UTC; both passes where the clock falls back.

    Compared in UTC only: datetimes of one zone compare by their wall time, which is wrong in that hour.
    """
    dates = [around.astimezone(zone).date() + timedelta(days=day) for day in days]
    walls = [datetime.combine(date, wall, tzinfo=zone).replace(fold=fold) for date in dates for fold in (0, 1)]
    return sorted({moment.astimezone(UTC) for moment in walls})


def _is_quiet(moment: datetime, zone: ZoneInfo, quiet: QuietHours) -> bool:
    return quiet.hold(moment.astimezone(zone).time())


def _zone(zone: str | ZoneInfo) -> ZoneInfo:
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def _utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError(f"{at!r} is naive: give it a time zone")
    return at.astimezone(UTC)
