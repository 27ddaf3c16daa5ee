"""Times from schedules over years, beside an independent and slow generator that asks the wall minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from referrals.appointments.booking_rules import Rule
from referrals.appointments.times.slots import Slot, slots_within
from referrals.appointments.times.slots_at import Taken, _free
from referrals.directory.hours.hours_of import Hours
from referrals.directory.hours.opening_hours import WeeklyHours, next_openings
from referrals.directory.hours.recurring import Recurrence

CAIRO, KUWAIT = ZoneInfo("Africa/Cairo"), ZoneInfo("Asia/Kuwait")
MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
RAMADAN = frozenset(date(2027, 2, 8) + n * DAY for n in range(29))
LATE = [time(hour, minute) for hour in (0, 8, 9, 16, 20, 22, 23) for minute in (0, 30)]
NEAR_A_CHANGE = [
    date(year, month, day) for year in (2024, 2025, 2026, 2027, 2028) for month, day in ((4, 24), (10, 25))
]


@st.composite
def schedules(draw: st.DrawFn) -> tuple[WeeklyHours, ...]:
    def hours(**more: object) -> WeeklyHours:
        opens, closes = sorted(draw(st.lists(st.sampled_from(LATE), min_size=2, max_size=2, unique=True)))
        return WeeklyHours(draw(st.frozensets(st.integers(0, 6), min_size=1)), opens, closes, **more)  # type: ignore[arg-type]  # as drawn

    usual = [hours() for _ in range(draw(st.integers(1, 2)))]
    if draw(st.booleans()):
        usual.append(hours(rule=Recurrence("MONTHLY", 1, frozenset({(draw(st.integers(0, 6)), 1)}))))
    season = [hours(valid_from=date(2027, 2, 8), valid_to=date(2027, 3, 8))] if draw(st.booleans()) else []
    return tuple(usual + season)


def slowly(
    every: tuple[WeeklyHours, ...], after: datetime, until: datetime, zone: ZoneInfo, shut: set[date]
) -> set[datetime]:
    """The minutes at which the place is open, each asked by itself: what the wall shows, and which rows hold then."""
    found, at = set(), after
    while at < until:
        wall = at.astimezone(zone)
        day = wall.date()
        valid = [
            each
            for each in every
            if (each.valid_from is None or each.valid_from <= day) and (each.valid_to is None or day <= each.valid_to)
        ]
        season = [each for each in valid if each.valid_from and each.valid_to]
        for each in season or valid:
            if each.rule is None:
                right_day = day.weekday() in each.days
            else:
                right_day = day.day <= 7 and (day.weekday(), 1) in each.rule.weekdays
            # the hours are of one day, and the wall's own clock says whether they hold, also when it shows them twice;
            # who closes at a time that comes twice closes at the second, and not for half an hour in between
            said = wall.time().replace(tzinfo=None)
            holds = said < each.closes or (
                wall.fold == 0 and _twice(day, said, zone) and _twice(day, each.closes, zone)
            )
            if right_day and day not in shut and each.opens <= said and holds:
                found.add(at)
        at += MINUTE
    return found


def _twice(day: date, said: time, zone: ZoneInfo) -> bool:
    first, last = (datetime.combine(day, said.replace(fold=fold), zone).astimezone(UTC) for fold in (0, 1))
    return first < last


@settings(max_examples=40, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    schedules(), st.sampled_from(NEAR_A_CHANGE), st.integers(0, 5), st.sampled_from([CAIRO, KUWAIT]), st.integers(0, 6)
)
def test_the_minutes_that_are_open_are_those_the_wall_says(
    every: tuple[WeeklyHours, ...], first: date, ahead: int, zone: ZoneInfo, closed: int
) -> None:
    after = datetime.combine(first + ahead * DAY, time(1), tzinfo=UTC)
    until, shut = after + 4 * DAY, {first + closed * DAY}
    openings = next_openings(every, after, until, zone, shut)
    minutes = set()
    for opening in openings:
        at = opening.starts_at
        while at < opening.ends_at:
            minutes.add(at)
            at += MINUTE
    assert minutes == slowly(every, after, until, zone, shut)


@settings(max_examples=25, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(
    schedules(),
    st.integers(0, 540),  # to the end of 2027: RAMADAN names the month of one year
    st.sampled_from([CAIRO, KUWAIT]),
    st.sampled_from([15, 20, 30, 45]),
    st.integers(1, 4),
)
def test_times_are_as_long_as_the_centre_says_lie_in_open_minutes_and_never_overlap(
    every: tuple[WeeklyHours, ...], day: int, zone: ZoneInfo, minutes: int, seats: int
) -> None:
    at = datetime(2026, 6, 1, 6, tzinfo=UTC) + day * DAY
    hours = Hours(every, zone, frozenset(), every, RAMADAN)
    slots = list(_free(hours, Rule(minutes, seats, 50), Taken(), at, 7 * DAY))
    whole = slots_within(
        [(each.starts_at, each.ends_at) for each in next_openings(every, at - 3 * DAY, at + 7 * DAY, zone)],
        minutes,
        seats,
    )
    assert [slot.starts_at for slot in slots] == [slot.starts_at for slot in whole if slot.starts_at > at]
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in slots)
    for one, next_one in pairwise(slots):
        assert one.ends_at <= next_one.starts_at
    for slot in slots:
        fasting = slot.starts_at.astimezone(zone).date() in RAMADAN
        assert slot.seats == (max(1, seats // 2) if fasting else seats)


def test_the_night_that_loses_its_midnight_and_the_evening_that_has_an_hour_twice() -> None:
    thursday = WeeklyHours(frozenset({3, 4}), time(22), time(0))  # until midnight
    spring = [s.starts_at.astimezone(CAIRO) for s in slots_of(thursday, date(2027, 4, 29))]
    assert [wall.strftime("%H:%M") for wall in spring[:4]] == ["22:00", "22:30", "23:00", "23:30"]
    autumn = slots_of(thursday, date(2027, 10, 28))
    assert len(autumn) == 6  # 22:00 to midnight with eleven o'clock twice: three hours
    assert len(slots_of(thursday, date(2027, 10, 28), KUWAIT)) == 4


def slots_of(hours: WeeklyHours, day: date, zone: ZoneInfo = CAIRO) -> tuple[Slot, ...]:
    after = datetime.combine(day, time(12), tzinfo=zone)
    openings = next_openings((hours,), after, after + timedelta(hours=14), zone)
    return slots_within([(each.starts_at, each.ends_at) for each in openings], 30)


EVERY_DAY = frozenset(range(7))


def free(hours: WeeklyHours, at: datetime, shut: frozenset[date] = frozenset()) -> list[str]:
    found = _free(Hours((hours,), KUWAIT, shut, (hours,)), Rule(30, 1), Taken(), at, DAY)
    return [f"{slot.starts_at.astimezone(KUWAIT):%d %H:%M}" for slot in found]


def test_times_of_today_are_counted_from_when_the_door_opens_whenever_somebody_asks() -> None:
    morning = WeeklyHours(EVERY_DAY, time(8), time(10))
    asked = datetime(2026, 6, 1, 8, 37, 13, tzinfo=KUWAIT)
    assert free(morning, asked) == ["01 09:00", "01 09:30", "02 08:00"]


def test_a_night_that_runs_into_a_holiday_ends_at_midnight() -> None:
    night = WeeklyHours(EVERY_DAY, time(23), time(1))
    asked = datetime(2026, 6, 1, 12, tzinfo=KUWAIT)
    assert free(night, asked) == ["01 23:00", "01 23:30", "02 00:00", "02 00:30"]
    assert free(night, asked, frozenset({date(2026, 6, 2)})) == ["01 23:00", "01 23:30"]
