"""Days come back as RFC 5545 says: read beside dateutil's own reading of the same rule, over years."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from dateutil import rrule  # type: ignore[import-untyped]  # it brings no types
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from referrals.directory.hours.opening_hours import WeeklyHours, hours_on
from referrals.directory.hours.recurring import WEEKDAYS, Recurrence, read_recurrence, recurs_on

START = date(2026, 1, 1)
DAYS = [START + timedelta(days=each) for each in range(3 * 365)]
FREQUENCIES = {"DAILY": rrule.DAILY, "WEEKLY": rrule.WEEKLY, "MONTHLY": rrule.MONTHLY, "YEARLY": rrule.YEARLY}


@st.composite
def rules(draw: st.DrawFn) -> Recurrence:
    freq = draw(st.sampled_from(["DAILY", "WEEKLY", "MONTHLY"]))
    # never both kinds at once: there dateutil asks for both, where the standard says either
    numbered = freq == "MONTHLY" and draw(st.booleans())
    ordinals = st.sampled_from([1, 2, 3, 4, 5, -1, -2]) if numbered else st.just(0)
    weekdays = draw(st.frozensets(st.tuples(st.integers(0, 6), ordinals), max_size=4))
    monthdays = draw(st.frozensets(st.sampled_from([1, 2, 15, 28, 31, -1, -3]), max_size=2))
    starts_on = draw(st.sampled_from(DAYS[:400]))
    until = draw(st.none() | st.sampled_from(DAYS[200:900]))
    count = draw(st.none() | st.integers(1, 30)) if until is None else None
    if freq == "WEEKLY":
        monthdays = frozenset()
    wkst = draw(st.integers(0, 6))
    return Recurrence(freq, draw(st.integers(1, 4)), weekdays, monthdays, starts_on, until, count, wkst)


def by_dateutil(rule: Recurrence) -> set[date]:
    """The same rule as dateutil reads it."""
    assert rule.starts_on is not None
    byday = [rrule.weekday(day, nth or None) for day, nth in rule.weekdays]
    ahead = rrule.rrule(
        FREQUENCIES[rule.freq],
        dtstart=datetime.combine(rule.starts_on, datetime.min.time()),
        interval=rule.interval,
        wkst=rule.wkst,
        byweekday=byday or None,
        bymonthday=sorted(rule.monthdays) or None,
        until=datetime.combine(rule.until, datetime.max.time()) if rule.until else None,
        count=rule.count,
    )
    before = datetime(2025, 12, 31)  # noqa: DTZ001 - days of a calendar, without any clock
    return {each.date() for each in ahead.xafter(before, count=1200) if each.date() <= DAYS[-1]}


@settings(max_examples=80, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(rules())
def test_every_rule_names_the_days_that_another_reader_of_the_standard_names(rule: Recurrence) -> None:
    assert {day for day in DAYS if recurs_on(rule, day)} == by_dateutil(rule)


def test_the_first_sunday_and_the_last_thursday_of_a_month() -> None:
    rule = read_recurrence("MONTHLY", "1SU,-1TH")
    named = [day for day in DAYS if recurs_on(rule, day) and day < date(2026, 3, 1)]
    assert named == [date(2026, 1, 4), date(2026, 1, 29), date(2026, 2, 1), date(2026, 2, 26)]


def test_every_second_week_counts_weeks_from_sunday() -> None:
    rule = read_recurrence("WEEKLY", "SU,SA", interval=2, starts_on=date(2026, 1, 4))
    named = [day for day in DAYS[:40] if recurs_on(rule, day)]
    assert named == [
        date(2026, 1, 4),
        date(2026, 1, 10),
        date(2026, 1, 18),
        date(2026, 1, 24),
        date(2026, 2, 1),
        date(2026, 2, 7),
    ]


def test_a_place_that_opens_on_the_first_monday_is_open_then_beside_its_weekly_hours() -> None:
    from datetime import time

    monthly = WeeklyHours(frozenset(), time(16), time(19), rule=read_recurrence("MONTHLY", "1MO"))
    weekly = WeeklyHours(frozenset({6}), time(9), time(14))
    assert hours_on(date(2026, 1, 5), [weekly, monthly]) == (monthly,)
    assert hours_on(date(2026, 1, 12), [weekly, monthly]) == ()
    assert hours_on(date(2026, 1, 4), [weekly, monthly]) == (weekly,)


@pytest.mark.parametrize(
    ("given", "word"),
    [
        ({"freq": "HOURLY"}, "freq"),
        ({"byday": "XX"}, "XX"),
        ({"byday": "6SU", "freq": "MONTHLY"}, "6SU"),
        ({"byday": "1SU"}, "ordinal"),
        ({"interval": "0x"}, "interval"),
        ({"interval": -1}, "interval"),
        ({"count": 0, "starts_on": START}, "count"),
        ({"count": 3}, "dtstart"),
        ({"bymonthday": "32", "freq": "MONTHLY"}, "bymonthday"),
        ({"wkst": "XX"}, "wkst"),
    ],
)
def test_what_cannot_be_read_is_named(given: dict[str, object], word: str) -> None:
    with pytest.raises(ValueError, match=word):
        read_recurrence(**given)  # type: ignore[arg-type]  # wrong on purpose


def test_the_weekdays_are_named_as_the_standard_names_them() -> None:
    assert WEEKDAYS[START.weekday()] == "TH"
