"""Days that come back: the part of RFC 5545 that HSDS schedules use; pure, and one question at a time.

FREQ is DAILY, WEEKLY, MONTHLY or YEARLY; with INTERVAL, BYDAY (also «first Sunday» 1SU, «last Thursday» -1TH),
BYMONTHDAY (-1 is the last), DTSTART, UNTIL and COUNT. What a rule leaves out it takes from DTSTART, as the standard
says. Weeks are counted from WKST, which is Sunday where nothing is said: so both countries live.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # as date.weekday() counts
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
SUNDAY = 6
ONE_DAY = timedelta(days=1)
FARTHEST_COUNT = 366 * 30  # days: a rule that has not come to its COUNT by then never will
BEGINNING = date(2000, 1, 2)  # a Sunday: from where weeks and months are counted where no DTSTART is given
ORDINAL = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)")


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A rule. `weekdays` are pairs of weekday (0 Monday) and ordinal in the month (0: every one, -1: the last)."""

    freq: str = "WEEKLY"
    interval: int = 1
    weekdays: frozenset[tuple[int, int]] = frozenset()
    monthdays: frozenset[int] = frozenset()
    starts_on: date | None = None
    until: date | None = None
    count: int | None = None
    wkst: int = SUNDAY

    def __post_init__(self) -> None:
        if self.freq not in FREQUENCIES:
            raise ValueError(f"freq is {self.freq!r}; write one of {', '.join(FREQUENCIES)}")
        if self.interval < 1:
            raise ValueError(f"interval is {self.interval}; write a whole number from 1")
        if self.count is not None and self.count < 1:
            raise ValueError(f"count is {self.count}; write a whole number from 1")
        if self.count is not None and self.starts_on is None:
            raise ValueError("count needs dtstart: from which day is it counted?")
        if self.freq in ("DAILY", "WEEKLY") and any(nth for _, nth in self.weekdays):
            raise ValueError(f"an ordinal in byday says which one of a month; with freq {self.freq} there is none")
        if any(not 1 <= abs(day) <= 31 for day in self.monthdays):
            raise ValueError("bymonthday is 1 to 31, or -1 to -31 from the end")


def read_recurrence(
    freq: str = "WEEKLY",
    byday: str = "",
    *,
    interval: int | str | None = 1,
    bymonthday: str = "",
    starts_on: date | None = None,
    until: date | None = None,
    count: int | str | None = None,
    wkst: str = "SU",
) -> Recurrence:
    """A rule from the columns of an HSDS schedule. Raises ValueError that names what it cannot read."""
    weekday = (wkst or "SU").upper()
    if weekday not in WEEKDAYS:
        raise ValueError(f"wkst is {wkst!r}; write one of {', '.join(WEEKDAYS)}")
    return Recurrence(
        (freq or "WEEKLY").upper(),
        _whole("interval", interval) or 1,
        read_weekdays(byday),
        frozenset(_whole("bymonthday", part) or 0 for part in _parts(bymonthday)),
        starts_on,
        until,
        _whole("count", count),
        WEEKDAYS.index(weekday),
    )


def read_weekdays(byday: str) -> frozenset[tuple[int, int]]:
    """`SU,MO` or `1SU,-1TH` as pairs of weekday and ordinal. Raises ValueError with the part it cannot read."""
    found = set()
    for part in _parts(byday):
        match = ORDINAL.fullmatch(part.upper())
        nth = int(match[1] or 0) if match else 0
        if match is None or abs(nth) > 5 or (match[1] and not nth):
            raise ValueError(part)
        found.add((WEEKDAYS.index(match[2]), nth))
    return frozenset(found)


def recurs_on(rule: Recurrence, day: date) -> bool:
    """Whether the rule names that day."""
    if (rule.starts_on is not None and day < rule.starts_on) or (rule.until is not None and day > rule.until):
        return False
    if not _fits(rule, day):
        return False
    last = _last_counted(rule) if rule.count is not None else None
    return last is None or day <= last


def _fits(rule: Recurrence, day: date) -> bool:
    """The day by its own look and by its turn, without start, end and count."""
    first = rule.starts_on or BEGINNING
    if rule.freq == "DAILY":
        return (day - first).days % rule.interval == 0 and _named(rule, day)
    if rule.freq == "WEEKLY":
        weeks = (_week_of(day, rule.wkst) - _week_of(first, rule.wkst)).days // 7
        if not rule.weekdays and not rule.monthdays:
            return weeks % rule.interval == 0 and rule.starts_on is not None and day.weekday() == first.weekday()
        return weeks % rule.interval == 0 and _named(rule, day)
    if rule.freq == "YEARLY":
        turn = (day.year - first.year) % rule.interval == 0 and day.month == first.month
    else:
        turn = ((day.year - first.year) * 12 + day.month - first.month) % rule.interval == 0
    if not rule.weekdays and not rule.monthdays:
        return turn and rule.starts_on is not None and day.day == first.day
    return turn and _named(rule, day)


def _named(rule: Recurrence, day: date) -> bool:
    """Whether its weekday, its place in the month and its number are among those the rule names."""
    length = calendar.monthrange(day.year, day.month)[1]
    if rule.monthdays and not ({day.day, day.day - length - 1} & rule.monthdays):
        return False
    if not rule.weekdays:
        return True
    nth, nth_from_end = (day.day - 1) // 7 + 1, -((length - day.day) // 7 + 1)
    return any(weekday == day.weekday() and ordinal in (0, nth, nth_from_end) for weekday, ordinal in rule.weekdays)


@lru_cache(maxsize=1024)
def _last_counted(rule: Recurrence) -> date | None:
    """The day of the last one that COUNT leaves."""
    assert rule.count is not None and rule.starts_on is not None
    day, left = rule.starts_on, rule.count
    for _ in range(FARTHEST_COUNT):
        if _fits(rule, day):
            left -= 1
            if not left:
                return day
        day += ONE_DAY
    return None


def _week_of(day: date, wkst: int) -> date:
    return day - timedelta(days=(day.weekday() - wkst) % 7)


def _parts(text: str) -> list[str]:
    return [part for part in re.split(r"[,;\s]+", text or "") if part]


def _whole(name: str, value: int | str | None) -> int | None:
    if value is None or value == "":
        return None
    try:
        return int(value)
    except ValueError:
        raise ValueError(f"{name} is {value!r}; write a whole number") from None
