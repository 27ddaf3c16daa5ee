"""Until when a seat is held for a family: so many hours in which it may be written to, and never through a night."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from referrals.quiet_hours import Hours, is_quiet, next_decent
from referrals.wall_clock import as_utc

STEP = timedelta(minutes=15)  # decent hours begin and end on quarters; a hold need not be finer
FARTHEST = timedelta(days=7)


def held_until(at: datetime, waking_hours: float, zone: ZoneInfo, hours: Hours) -> datetime:
    """The moment (UTC) at which so many decent hours have passed since `at`; a week on where there are too few."""
    moment, left = as_utc(at), timedelta(hours=waking_hours)
    last = moment + FARTHEST
    while left > timedelta() and moment < last:
        if is_quiet(moment, zone, hours):
            moment = next_decent(moment, zone, hours) or last
            continue
        into = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
        step = min(STEP - into, left)
        moment, left = moment + step, left - step
    into = timedelta(minutes=moment.minute % 15, seconds=moment.second, microseconds=moment.microsecond)
    return min(moment + (STEP - into if into else into), last)  # a quarter that can be said: they gain a few minutes
