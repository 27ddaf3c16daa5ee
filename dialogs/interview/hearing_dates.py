"""A day, a month, a year, a time of day, or a day with its time, said to a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time

from dialogs.interview.accepting import Place, accepts, checked, clean_text
from dialogs.interview.heard import Heard, misheard
from dialogs.understanding import Reading, read_clock, read_date, read_month, read_year
from dialogs.understanding.date.reader import read_day_of_year

LONGEST = 80  # characters of a day with its time
NEAR_YEARS = 3  # before and after this one: a day said without its year is not further away


def hear_date(at: Place, text: str) -> Heard:
    """The day; where the form asks for a month or a year only, its first day.

    A Hijri date is offered as a day of the common calendar, with its words to be kept beside it.
    """
    if "year" in at.appearance:
        return _heard(at, text, read_year(text, today=at.today()))
    if "month-year" in at.appearance:
        return _heard(at, text, read_month(text, today=at.today()))
    reading = read_date(text, today=at.today())
    return _without_year(at, text) if reading.ask == "date_part" else _heard(at, text, reading)


def _heard(at: Place, text: str, reading: Reading[date]) -> Heard:
    """The day that was read, or an offer of it; of both centuries where the year had two digits."""
    if reading.value is None:
        return misheard("unsure" if reading.ask == "date_part" else "unreadable")
    heard = checked(at, reading.value.isoformat(), reading.sure, reading.candidates)
    return replace(heard, said=clean_text(text)) if reading.ask == "date_hijri" else heard


def _without_year(at: Place, text: str) -> Heard:
    """A day and a month: sure where the form takes them in one year only; else the nearest two that it takes.

    Where it takes any year of the past (a birthday), the year has to be said. A Hijri day is never sure.
    """
    today = at.today()
    years = range(today.year - NEAR_YEARS, today.year + NEAR_YEARS + 1)
    days = [read_day_of_year(text, year, today=today) for year in years]
    near = [day.value for day in days if day.value is not None and (day.sure or day.ask == "date_hijri")]
    fitting = [day for day in near if accepts(at.course, at.ref, day.isoformat())]
    if len(fitting) == 1 and any(day.sure and day.value in fitting for day in days):
        return Heard(fitting[0].isoformat())
    if len(fitting) > 2 and max(fitting) <= today:
        return misheard("unsure")
    nearest = sorted(fitting, key=lambda day: abs((day - today).days))[:2]
    if near and not fitting:
        return misheard("constraint")
    hijri = any(day.ask == "date_hijri" for day in days)
    return misheard("unsure", offers=tuple(map(date.isoformat, nearest)), said=clean_text(text) if hijri else "")


def _times(reading: Reading[time]) -> tuple[str, ...]:
    return tuple(f"{one}:00.000" for one in reading.candidates) or (f"{reading.value:%H:%M}:00.000",)


def hear_time(at: Place, text: str) -> Heard:
    """The time of day; both halves of the day are offered where it was left open."""
    reading = read_clock(text)
    if reading.value is None:
        return misheard("unreadable")
    times = _times(reading)
    return checked(at, times[0], reading.sure, times)


def hear_moment(at: Place, text: str) -> Heard:
    """A day and its time, in either order: «بكرة الساعة ٣ العصر», 15/3/2026 10:30."""
    found = _day_and_time(at, text) if len(text) <= LONGEST else None
    if found is None:
        return misheard("unreadable")
    day, clock = found
    assert day.value is not None
    moments = tuple(_moment(at, f"{day.value.isoformat()}T{one}") for one in _times(clock))
    return checked(at, moments[0], day.sure and clock.sure, moments)


def _moment(at: Place, local: str) -> str:
    return datetime.fromisoformat(local).replace(tzinfo=at.zone).isoformat(timespec="milliseconds")


def _day_and_time(at: Place, text: str) -> tuple[Reading[date], Reading[time]] | None:
    """The best way to part the text in two: the one whose time takes most words."""
    words = text.replace("T", " ").split() if text[:4].isdigit() else text.split()
    for size in range(len(words) - 1, 0, -1):
        for day_words, clock_words in ((words[:-size], words[-size:]), (words[size:], words[:size])):
            clock = read_clock(" ".join(clock_words))
            if clock.value is None:
                continue
            day = read_date(" ".join(day_words), today=at.today())
            if day.value is not None:
                return day, clock
    return None
