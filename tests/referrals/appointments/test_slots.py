"""Slots: cut from opening hours, never overlapping, three sensible ones offered."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.appointments.times.slots import Interval, Slot, Spread, offer_three, overlaps, slots_within

KUWAIT = ZoneInfo("Asia/Kuwait")
CAIRO = ZoneInfo("Africa/Cairo")
SUNDAY = datetime(2026, 12, 6, tzinfo=KUWAIT)
SPREAD = Spread(zone="Asia/Kuwait", notice_hours=24)
MINUTES = st.integers(0, 7 * 24 * 60)


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """That many days after Sunday the sixth."""
    return SUNDAY + timedelta(days=day, hours=hour, minutes=minute)


def open_days(*days: int, hours: tuple[int, int] = (9, 17)) -> tuple[Slot, ...]:
    return slots_within([(at(day, hours[0]), at(day, hours[1])) for day in days], 30)


def starts(slots: tuple[Slot, ...]) -> list[datetime]:
    return [slot.starts_at for slot in slots]


def test_slots_stand_back_to_back_and_a_remainder_stays_free() -> None:
    slots = slots_within([(at(0, 9), at(0, 10, 45))], 30, seats=2)
    assert starts(slots) == [at(0, 9), at(0, 9, 30), at(0, 10)]
    assert {slot.seats for slot in slots} == {2}


def test_openings_that_overlap_are_one() -> None:
    assert slots_within([(at(0, 10), at(0, 12)), (at(0, 9), at(0, 11))], 60) == slots_within(
        [(at(0, 9), at(0, 12))], 60
    )


def test_an_hour_that_comes_twice_gives_two_hours_of_slots() -> None:
    night = (datetime(2026, 10, 29, 23, 0, tzinfo=CAIRO), datetime(2026, 10, 30, 0, 0, tzinfo=CAIRO))
    assert len(slots_within([night], 30)) == 4


@pytest.mark.parametrize(("minutes", "seats"), [(0, 1), (30, 0)])
def test_no_minutes_or_no_seats_are_refused(minutes: int, seats: int) -> None:
    with pytest.raises(ValueError, match="make no slot"):
        slots_within([(at(0, 9), at(0, 10))], minutes, seats)


def test_naive_times_are_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        slots_within([(at(0, 9).replace(tzinfo=None), at(0, 10).replace(tzinfo=None))], 30)


def test_the_end_of_one_may_be_the_start_of_the_next() -> None:
    assert not overlaps((at(0, 9), at(0, 10)), (at(0, 10), at(0, 11)))
    assert overlaps((at(0, 9), at(0, 10)), (at(0, 9, 59), at(0, 11)))


def test_three_different_days_and_times_of_day_are_offered() -> None:
    offered = offer_three(open_days(1, 2, 3, 4), at(0, 8), SPREAD)
    assert starts(offered) == [at(1, 9), at(2, 12), at(3, 15)]


def test_nothing_is_offered_sooner_than_the_notice() -> None:
    offered = offer_three(open_days(0, 1, 2, 3), at(0, 11), SPREAD)
    assert starts(offered)[0] == at(1, 11)


def test_a_centre_open_on_one_day_offers_its_times_of_day() -> None:
    assert starts(offer_three(open_days(2), at(0, 8), SPREAD)) == [at(2, 9), at(2, 12), at(2, 15)]


def test_a_far_day_is_offered_only_when_the_near_ones_do_not_suffice() -> None:
    near = open_days(1, hours=(9, 10))
    far = open_days(20, 21, hours=(15, 17))
    assert starts(offer_three(near + far, at(0, 8), SPREAD)) == [at(1, 9), at(1, 9, 30), at(20, 15)]


def test_no_open_slot_offers_nothing() -> None:
    assert offer_three([], at(0, 8), SPREAD) == ()
    assert offer_three([Slot(at(3, 9), at(3, 10), seats=0)], at(0, 8), SPREAD) == ()


@given(st.lists(st.tuples(MINUTES, st.integers(0, 600)), max_size=6), st.integers(5, 90))
@settings(max_examples=60)
def test_no_two_slots_overlap_and_each_lies_in_an_opening(stretches: list[tuple[int, int]], minutes: int) -> None:
    openings: list[Interval] = [(at(0, 0, start), at(0, 0, start + length)) for start, length in stretches]
    slots = slots_within(openings, minutes)
    pairs = [(slot.starts_at, slot.ends_at) for slot in slots]
    assert not any(overlaps(one, other) for i, one in enumerate(pairs) for other in pairs[i + 1 :])
    assert all(slot.ends_at - slot.starts_at == timedelta(minutes=minutes) for slot in slots)
    assert all(any(overlaps(pair, opening) for opening in openings) for pair in pairs)


@given(st.sets(MINUTES, max_size=12), st.integers(0, 96))
@settings(max_examples=60)
def test_as_many_as_possible_up_to_three_are_offered_in_order(minutes: set[int], notice: int) -> None:
    slots = [Slot(at(0, 0, 30 * start), at(0, 0, 30 * start + 30)) for start in minutes]
    spread = Spread(zone="Asia/Kuwait", notice_hours=notice)
    offered = offer_three(slots, at(0, 0), spread)
    open_ones = [slot for slot in slots if slot.starts_at >= at(0, notice)]
    assert len(offered) == min(3, len(open_ones))
    assert list(offered) == sorted(offered, key=lambda slot: slot.starts_at)
    assert set(offered) <= set(open_ones)
    if open_ones:
        assert offered[0].starts_at == min(slot.starts_at for slot in open_ones)
