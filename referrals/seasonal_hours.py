"""Decent hours by weekday and season: a programme's usual quiet hours, its Fridays and Saturdays, its Ramadan."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from functools import lru_cache
from typing import Any

from hijridate import Gregorian

from referrals.quiet_hours import A_DAY, QuietHours, Window

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")  # RFC 5545, in Python's order
RAMADAN = "ramadan"
SEASONS = (RAMADAN,)
NINTH_MONTH = 9


@dataclass(frozen=True)
class Otherwise:
    """Days on which other hours are decent: of these weekdays (none: of any), in this season (blank: in any)."""

    open: tuple[Window, ...]
    days: tuple[str, ...] = ()
    season: str = ""

    def fits(self, day: date, season: str) -> bool:
        """Whether these hours hold on that day."""
        return (not self.days or WEEKDAYS[day.weekday()] in self.days) and self.season in ("", season)


@dataclass(frozen=True)
class SeasonalHours:
    """The usual hours, and the days that are different; of several that fit a day the last one written holds.

    `sighted` are the days of Ramadan that the programme's calendar names. For a year of which it names none the
    Umm al-Qura calendar is asked, which may be a day off.
    """

    usual: QuietHours
    otherwise: tuple[Otherwise, ...] = ()
    sighted: frozenset[date] = field(default=frozenset())

    def open_on(self, day: date) -> tuple[Window, ...]:
        """The decent hours of one day."""
        if not self.otherwise:
            return self.usual.open_on(day)
        season = RAMADAN if in_ramadan(day, self.sighted) else ""
        fitting = [each for each in self.otherwise if each.fits(day, season)]
        return fitting[-1].open if fitting else self.usual.open_on(day)

    def seen(self, sighted: Collection[date]) -> SeasonalHours:
        """The same hours with the days of Ramadan as a calendar has them."""
        return replace(self, sighted=frozenset(sighted))


def in_ramadan(day: date, sighted: frozenset[date]) -> bool:
    """Whether the day is in Ramadan: by the sighted days of that Hijri year where there are any, else as reckoned."""
    year, month = _hijri(day)
    if year in _years(sighted):
        return day in sighted
    return month == NINTH_MONTH


def read_quiet_hours(table: Mapping[str, Any]) -> SeasonalHours:
    """The table `[quiet_hours]` of programme.toml; raises ValueError with the key and what it should be."""
    usual = QuietHours.parse(str(table["from"]), str(table["to"]))
    return SeasonalHours(usual, tuple(_otherwise(row) for row in table.get("otherwise", [])))


def _otherwise(row: Mapping[str, Any]) -> Otherwise:
    days, season = tuple(str(each) for each in row.get("days", [])), str(row.get("season", ""))
    if wrong := [each for each in days if each not in WEEKDAYS]:
        raise ValueError(f"quiet_hours.otherwise: days names {wrong[0]!r}; write {', '.join(WEEKDAYS)}")
    if season and season not in SEASONS:
        raise ValueError(f"quiet_hours.otherwise: season is {season!r}; write {', '.join(SEASONS)}")
    return Otherwise(tuple(_windows(row["open"])), days, season)


def _windows(spans: Iterable[str]) -> Iterable[Window]:
    for span in spans:
        starts, _, ends = str(span).partition("-")
        try:
            found = _minutes(starts), A_DAY if ends == "24:00" else _minutes(ends)
        except ValueError:
            raise ValueError(f"quiet_hours.otherwise: open has {span!r}; write it like 14:00-21:00") from None
        if found[0] >= found[1]:
            raise ValueError(f"quiet_hours.otherwise: open has {span!r}, which ends before it begins")
        yield found


def _minutes(written: str) -> int:
    at = time.fromisoformat(written)
    return at.hour * 60 + at.minute


@lru_cache(maxsize=4096)
def _hijri(day: date) -> tuple[int, int]:
    hijri = Gregorian.fromdate(day).to_hijri()
    return hijri.year, hijri.month


@lru_cache(maxsize=64)
def _years(sighted: frozenset[date]) -> frozenset[int]:
    return frozenset(_hijri(day)[0] for day in sighted)
