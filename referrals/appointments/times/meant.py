"""Which of the free times somebody means: the one that is taken, those that are shown to choose from, or none; pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from referrals.appointments.times.said_values import Hours, Option, Said
from referrals.appointments.times.said_words import A_DAY, EARLY_UNTIL, LATE_SINCE

MOST_SHOWN = 6
NEAREST = 3


@dataclass(frozen=True)
class Time:
    """One free time, or a stretch of hours in which somebody comes; aware."""

    starts_at: datetime
    ends_at: datetime
    a_stretch: bool = False
    """Whether every hour between the two is meant by it."""


@dataclass(frozen=True)
class Meaning:
    """`take` the one time, `day`: all times of that one's day are shown, `show` some, or `none` with the nearest."""

    kind: Literal["take", "day", "show", "none"]
    times: tuple[Time, ...]


def time_meant(
    said: Said, shown: Sequence[Time], free: Sequence[Time], zone: ZoneInfo, *, numbered: bool
) -> Meaning | None:
    """What a word means beside the times that were just `shown` and all that are `free`; None where it names none.

    `numbered`: a number in the shown list stands before each. One is taken only where nothing else can be meant.
    """
    found = _meant(said, shown, free, zone, numbered=numbered)
    return replace(found, kind="show") if found and found.kind == "take" and not said.sure else found


def _meant(
    said: Said, shown: Sequence[Time], free: Sequence[Time], zone: ZoneInfo, *, numbered: bool
) -> Meaning | None:
    every = sorted({each.starts_at: each for each in (*free, *shown)}.values(), key=_start)
    if not every:
        return None
    if said.number is not None:
        return _by_number(said, shown, every, zone, numbered=numbered)
    if said.others:
        left = [each for each in every if not _holds(said.options, each, zone)]
        return _some(left, zone) if left else Meaning("none", tuple(every[:NEAREST]))
    if said.which == "another" or (said.which == "first_shown" and numbered and not said.options):
        return None
    if said.which in ("first_shown", "last") and not said.options:
        return _at_the_end(said, shown)
    return _plainly(_narrowed(said), shown, every, zone)


def _plainly(said: Said, shown: Sequence[Time], every: Sequence[Time], zone: ZoneInfo) -> Meaning:
    near = [each for each in sorted(shown, key=_start) if _holds(said.options, each, zone)]
    found, nearest = _nearest_days(said, [each for each in every if _holds(said.options, each, zone)], zone)
    if not found:
        return Meaning("none", _closest(said, every, zone))
    if said.which in ("any", "first", "first_shown", "last"):
        return _one_of(said, near, found)
    if len(near) == 1:
        return Meaning("take", (near[0],))
    if near:
        return _some(near, zone)
    precise = any(days is not None or (hours is not None and hours.exact) for days, hours in said.options)
    if len(found) == 1 and nearest and precise:
        return Meaning("take", (found[0],))
    whole_day = len({_day(each, zone) for each in found}) == 1 and all(hours is None for _, hours in said.options)
    return Meaning("day", (found[0],)) if whole_day and len(found) > 1 else _some(found, zone)


def _one_of(said: Said, near: Sequence[Time], found: Sequence[Time]) -> Meaning:
    """«أي وقت» leaves it to us: the first of what was shown. «أول موعد» is the very first, also where it was not shown,
    and then it is asked."""
    if said.which == "last":
        return Meaning("take", ((near or found)[-1],))
    if said.which == "any" and near:
        return Meaning("take", (near[0],))
    if not near or near[0] == found[0] or said.which == "any":
        return Meaning("take", (found[0],))
    return Meaning("show", (found[0], near[0]))


def _at_the_end(said: Said, shown: Sequence[Time]) -> Meaning | None:
    if not shown:
        return None
    time = shown[-1] if said.which == "last" else shown[0]
    return Meaning("take", (time,))


def _by_number(
    said: Said, shown: Sequence[Time], every: Sequence[Time], zone: ZoneInfo, *, numbered: bool
) -> Meaning | None:
    """A number that stands before a line is that line, as always; another one may be an hour, or a day."""
    assert said.number is not None
    place = [shown[said.number - 1]] if said.number <= len(shown) else []
    named = [each for each in shown if _holds(said.options, each, zone)]
    if said.others or (place and (numbered or set(named) <= set(place))):
        return None
    both = tuple(dict.fromkeys((*place, *named)))
    found = [each for each in every if _holds(said.options, each, zone)]
    if both:
        sure = named and len(both) == 1 and not _reads_otherwise(said, named[0], found, zone)
        beside = () if sure or place else _some(found, zone).times
        return Meaning("take" if sure else "show", tuple(dict.fromkeys((*both, *beside)))[:MOST_SHOWN])
    return _some(found, zone) if found else None


def _reads_otherwise(said: Said, named: Time, found: Sequence[Time], zone: ZoneInfo) -> bool:
    """Whether the number may be read as something that the named time is not, and that is free: «خمسة» beside the
    fifth of the month is five o'clock too."""
    others = [option for option in said.options if not _fits(option, named, zone)]
    return any(_fits(option, each, zone) for option in others for each in found)


def _narrowed(said: Said) -> Said:
    """«بدري» and «آخر النهار» as hours."""
    if said.which not in ("early", "late"):
        return said
    hours = Hours(0, EARLY_UNTIL) if said.which == "early" else Hours(LATE_SINCE, A_DAY)
    options: tuple[Option, ...] = tuple((days, hours) for days, _ in said.options) or ((None, hours),)
    return replace(said, options=options)


def _nearest_days(said: Said, found: list[Time], zone: ZoneInfo) -> tuple[list[Time], bool]:
    """Of «الأحد» the times of its first Sunday that has any, and whether that is the coming one."""
    recurring = [days for days, _ in said.options if days is not None and days.recurring]
    if len(found) < 2 or len(set(recurring)) != 1 or len(recurring) != len(said.options):
        return found, True
    first = _day(found[0], zone)
    coming = next(day for day in _from(recurring[0].first) if recurring[0].hold(day) and day > recurring[0].first)
    return [each for each in found if _day(each, zone) == first], first <= coming


def _closest(said: Said, every: Sequence[Time], zone: ZoneInfo) -> tuple[Time, ...]:
    """The times nearest to what was said, by day and then by hour; earliest first."""

    def away(time: Time) -> tuple[int, int, datetime]:
        far = [_away(option, time, zone) for option in said.options] or [(0, 0)]
        return (*min(far), time.starts_at)

    nearest = sorted(every, key=away)
    if all(hours is None for _, hours in said.options):  # any hour of a near day: a few days, and not one day's morning
        nearest = list({_day(each, zone): each for each in reversed(nearest)}.values())
        nearest.sort(key=away)
    return tuple(sorted(nearest[:NEAREST], key=_start))


def _away(option: Option, time: Time, zone: ZoneInfo) -> tuple[int, int]:
    days, hours = option
    day, minute = _day(time, zone), _minute(time.starts_at, zone)
    apart = 0
    if days is not None and not days.hold(day):
        wanted = days.first if not days.recurring else next((d for d in _from(days.first) if days.hold(d)), days.first)
        apart = abs((day - wanted).days)
    late = 0 if hours is None or hours.hold(minute) else min(abs(minute - hours.since), abs(minute - hours.until + 1))
    return apart, late


def _some(found: Sequence[Time], zone: ZoneInfo) -> Meaning:
    """A few of them: of each day the first, then the second, until there are enough; earliest first."""
    by_day: dict[date, list[Time]] = {}
    for each in found:
        by_day.setdefault(_day(each, zone), []).append(each)
    chosen: list[Time] = []
    for turn in range(max((len(times) for times in by_day.values()), default=0)):
        chosen += [times[turn] for times in by_day.values() if turn < len(times)]
        if len(chosen) >= MOST_SHOWN:
            break
    return Meaning("show", tuple(sorted(chosen[:MOST_SHOWN], key=_start)))


def _holds(options: Sequence[Option], time: Time, zone: ZoneInfo) -> bool:
    return not options or any(_fits(option, time, zone) for option in options)


def _fits(option: Option, time: Time, zone: ZoneInfo) -> bool:
    days, hours = option
    if days is not None and not days.hold(_day(time, zone)):
        return False
    if hours is None:
        return True
    starts = _minute(time.starts_at, zone)
    if not time.a_stretch:
        return hours.hold(starts)
    ends = starts + int((time.ends_at - time.starts_at) / timedelta(minutes=1))
    return hours.since < ends and starts < hours.until and (hours.exact or hours.hold(starts))


def _from(day: date) -> Sequence[date]:
    return [day + timedelta(days=ahead) for ahead in range(63)]


def _day(time: Time, zone: ZoneInfo) -> date:
    return time.starts_at.astimezone(zone).date()


def _minute(at: datetime, zone: ZoneInfo) -> int:
    wall = at.astimezone(zone)
    return wall.hour * 60 + wall.minute


def _start(time: Time) -> datetime:
    return time.starts_at
