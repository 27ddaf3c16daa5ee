"""Wall-clock times as moments: also an hour that does not exist, and one that comes twice."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = timedelta(minutes=1)


def zone_named(zone: str | ZoneInfo) -> ZoneInfo:
    """The zone itself, or the one of that IANA name."""
    return ZoneInfo(zone) if isinstance(zone, str) else zone


def as_utc(at: datetime) -> datetime:
    """The moment in UTC. Raises ValueError for a naive one.

    Rules compare moments in UTC only: datetimes of one zone compare by their wall time, which is wrong in the hour
    that comes twice.
    """
    if at.tzinfo is None:
        raise ValueError(f"{at!r} is naive: give it a time zone")
    return at.astimezone(UTC)


def moment_of(wall: datetime, zone: ZoneInfo, fold: int = 0) -> datetime:
    """The moment, in UTC, at which the clocks of the zone show that naive time.

    A time that the clocks jump over (Cairo, the last Friday of April, 00:00 to 01:00) is the moment of the jump; of an
    hour that comes twice (Cairo, the last Thursday of October from 23:00) `fold` 0 is the first pass, 1 the second.
    """
    found = wall.replace(tzinfo=zone, fold=fold).astimezone(UTC)
    if found.astimezone(zone).replace(tzinfo=None) == wall:
        return found
    whole = wall.replace(second=0, microsecond=0)
    before, after = (whole.replace(tzinfo=zone, fold=each).astimezone(UTC) for each in (1, 0))
    return _change(before, after, zone)


def change_on(day: date, zone: ZoneInfo) -> datetime | None:
    """The moment, in UTC, at which the clocks are changed between that midnight and the next; None on other days."""
    starts, ends = (datetime.combine(each, time(), tzinfo=UTC) for each in (day, day + timedelta(days=1)))
    starts, ends = starts - timedelta(hours=14), ends + timedelta(hours=14)
    if starts.astimezone(zone).utcoffset() == ends.astimezone(zone).utcoffset():
        return None
    return _change(starts, ends, zone)


def wall_before(starts_at: datetime, hours: float, zone: ZoneInfo) -> datetime:
    """So many hours before, in UTC: whole days by the calendar on the wall, what is left by the clock.

    Two days before an appointment at ten it is ten, whatever the clocks did between; three hours are three hours.
    """
    days, rest = divmod(hours, 24)
    local = as_utc(starts_at).astimezone(zone)
    day_before = local.replace(tzinfo=None, fold=0) - timedelta(days=days)
    return moment_of(day_before, zone, local.fold) - timedelta(hours=rest)


def _change(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """The first minute with the later of two offsets; both moments are whole minutes."""
    later = after.astimezone(zone).utcoffset()
    low, high = 0, (after - before) // MINUTE
    while high - low > 1:
        middle = (low + high) // 2
        if (before + middle * MINUTE).astimezone(zone).utcoffset() == later:
            high = middle
        else:
            low = middle
    return before + high * MINUTE
