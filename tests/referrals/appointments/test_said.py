"""A time in a family's own words: what it may mean, and what is never taken for sure."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referrals.appointments.times.meant import Meaning, Time, time_meant
from referrals.appointments.times.said import place_named, read_time_wish

CAIRO = ZoneInfo("Africa/Cairo")
TODAY = date(2026, 11, 22)  # a Sunday


def at(month: int, day: int, hour: int, minute: int = 0) -> Time:
    starts = datetime.combine(date(2026, month, day), time(hour, minute), tzinfo=CAIRO).astimezone(UTC)
    return Time(starts, starts + timedelta(minutes=30))


SHOWN = (at(11, 29, 10, 30), at(11, 30, 13), at(12, 1, 16))  # Sunday, Monday, Tuesday
FREE = (*SHOWN, at(11, 25, 9), at(11, 26, 10), at(11, 26, 11), at(12, 3, 15), at(12, 6, 10), at(12, 8, 10))


def meant(text: str, shown: tuple[Time, ...] = SHOWN, *, numbered: bool = True) -> Meaning | None:
    said = read_time_wish(text, TODAY)
    return None if said is None else time_meant(said, shown, FREE, CAIRO, numbered=numbered)


@pytest.mark.parametrize(
    ("text", "month", "day", "hour"),
    [
        ("الأحد", 11, 29, 10),
        ("الأحد إن شاء الله", 11, 29, 10),
        ("عايزة الاتنين لو سمحتم", 11, 30, 13),
        ("الاتنين لو سمحتوا", 11, 30, 13),
        ("التلات", 12, 1, 16),
        ("بعد العصر", 12, 1, 16),
        ("الصبح", 11, 29, 10),
        ("الساعة ٤", 12, 1, 16),
        ("واحدة الضهر", 11, 30, 13),
        ("الخميس ١١:٠٠ صباحاً", 11, 26, 11),
        ("الأحد، الساعة ١٠:٣٠", 11, 29, 10),
        ("أول موعد يوم الأحد", 11, 29, 10),
        ("٢٥ نوفمبر", 11, 25, 9),
        ("٢٥/١١", 11, 25, 9),
        ("يوم ٢٥", 11, 25, 9),
        ("الأربع الجاي الصبح", 11, 25, 9),
        ("الخميس الساعة حداشر", 11, 26, 11),
        ("الخميس ١٠ الصبح", 11, 26, 10),
        ("يوم تلاتة الساعة عشرة", 12, 8, 10),
        ("أي وقت", 11, 29, 10),
        ("كله مناسب", 11, 29, 10),
        ("الخميس أي وقت", 11, 26, 10),
        ("آخر واحد", 12, 1, 16),
        ("sunday", 11, 29, 10),
        ("el talat", 12, 1, 16),
    ],
)
def test_one_time_that_is_meant_for_sure_is_taken(text: str, month: int, day: int, hour: int) -> None:
    found = meant(text)
    assert found is not None and found.kind == "take", (text, found)
    wall = found.times[0].starts_at.astimezone(CAIRO)
    assert (wall.month, wall.day, wall.hour) == (month, day, hour)


@pytest.mark.parametrize(
    ("text", "kind", "how_many"),
    [
        ("الأحد؟", "show", 1),
        ("ينفع الأحد", "show", 1),
        ("الأحد أو الاثنين", "show", 2),
        ("الأسبوع الجاي", "show", 3),
        ("الخميس", "day", 1),
        ("الصبح بدري", "show", 1),
        ("أول موعد", "show", 2),  # an earlier one is free that was not shown: it is asked
        ("مش الأحد", "show", 6),
        ("الأحد مشغولة", "show", 6),
        ("الأحد لا", "show", 6),
        ("لا الأحد", "show", 1),
        ("بكرة", "none", 3),
        ("النهارده", "none", 3),
        ("الأحد الساعة ٥", "none", 3),
        ("بعد المغرب", "none", 3),
        ("٤", "take", 1),  # no fourth is shown: four o'clock is
        ("١٥ ديسمبر", "none", 3),
    ],
)
def test_what_is_not_sure_is_shown_and_what_is_not_free_has_its_nearest(text: str, kind: str, how_many: int) -> None:
    found = meant(text)
    assert found is not None and (found.kind, len(found.times)) == (kind, how_many), (text, found)


@pytest.mark.parametrize(
    "text",
    [
        *("شكرا", "زوجي مات", "عندي سؤال", "لا", "نعم", "مش عارفة"),
        *(
            "يوم تاني",
            "يوم ثاني",
            "وقت آخر",
            "موعد آخر",
            "ميعاد تاني",
            "يوم غيره",
            "ولا واحد",
            "مش اليوم ده",
            "غير كده",
        ),
        *("٢", "1", "تلاتة", "الأول", "واحد"),  # the number of a line is a tap on it
    ],
)
def test_what_names_no_time_is_left_to_the_others(text: str) -> None:
    assert meant(text) is None


def test_on_a_page_of_hours_a_number_is_the_hour_that_stands_there() -> None:
    page = tuple(at(11, 26, hour) for hour in (9, 10, 11))
    found = meant("١٠", page, numbered=False)
    assert found == Meaning("take", (page[1],))
    assert meant("٣", page, numbered=False) is None  # three o'clock does not stand there: the third line, as ever
    late = (at(12, 3, 15), at(11, 30, 13), at(12, 1, 16))
    both = meant("٣", late, numbered=False)
    assert both is not None and both.kind == "show" and set(both.times) == {late[0], late[2]}


def test_hours_in_which_somebody_comes_hold_every_hour_in_them() -> None:
    windows = tuple(
        Time(start.starts_at, start.starts_at + timedelta(hours=3), a_stretch=True)
        for start in (at(11, 24, 9), at(11, 24, 12))
    )
    for text, which in (("الساعة ١٠", 0), ("بعد الضهر", 1), ("الصبح", 0), ("الساعة ١", 1)):
        said = read_time_wish(text, TODAY)
        assert said is not None
        assert time_meant(said, windows, windows, CAIRO, numbered=True) == Meaning("take", (windows[which],)), text


WORDS = "الأحد الاثنين بكرة بعد الصبح الضهر العصر الساعة ١٠ ٣ يوم أول آخر موعد أي مش لا أو نوفمبر ٢٥"
WORDS = f"{WORDS} الجاي بدري ينفع من ل"


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=6))
def test_whatever_is_said_a_time_is_only_taken_that_is_free_and_never_after_a_doubt(words: list[str]) -> None:
    found = meant(" ".join(words))
    if found is not None:
        assert set(found.times) <= set(FREE)
        assert not (found.kind == "take" and {"ينفع", "مش", "أو"} & set(words))


FRIDAY = (at(11, 27, 10), at(11, 27, 14), at(11, 27, 16))


@pytest.mark.parametrize(
    ("text", "days", "hours"),
    [
        ("بعد صلاة الجمعة", {27}, (14, 16)),
        ("الجمعة بعد الصلاة", {27}, (14, 16)),
        ("قبل صلاة الجمعة لو سمحتوا", {27}, (10,)),
        ("after friday prayer", {27}, (14, 16)),
        ("بعد صلاة العصر", {27, 1}, (16,)),
        ("بعد المدرسة", {27, 1, 3}, (14, 15, 16)),
        ("وقت المدرسة", {25, 26, 27, 29, 30, 6, 8}, (9, 10, 11, 13)),
        ("لما العيال يكونوا في المدرسة", {25, 26, 27, 29, 30, 6, 8}, (9, 10, 11, 13)),
        ("بعد الدوام", {27, 1, 3}, (15, 16)),
        ("الأحد ولا الاتنين", {29, 30, 6}, (10, 13)),
        ("بعد بكرة ولا الخميس", {26, 3}, (10, 11, 15)),
        ("آخر الأسبوع", {25, 26}, (9, 10, 11)),
        ("نص الأسبوع الجاي", {30, 1}, (13, 16)),
        ("هالأسبوع", {25, 26, 27}, (9, 10, 11, 14, 16)),
    ],
)
def test_what_is_only_about_a_time_is_shown_and_asked(text: str, days: set[int], hours: tuple[int, ...]) -> None:
    said = read_time_wish(text, TODAY)
    assert said is not None, text
    found = time_meant(said, (), (*FREE, *FRIDAY), CAIRO, numbered=True)
    assert found is not None and found.kind == "show", (text, found)
    walls = [each.starts_at.astimezone(CAIRO) for each in found.times]
    assert {wall.day for wall in walls} <= days and {wall.hour for wall in walls} <= set(hours), walls


def test_tomorrow_or_the_day_after_is_both_days_and_neither_of_two_is_none_of_them() -> None:
    for text in ("بكرة ولا بعده", "بكره أو اللي بعده", "tomorrow or the day after"):
        said = read_time_wish(text, TODAY)
        assert said is not None and not said.sure
        assert {days.first for days, _ in said.options if days} == {date(2026, 11, 23), date(2026, 11, 24)}
    for text in ("لا الأحد ولا الاتنين", "مش الأحد ولا الاتنين"):
        found = meant(text)
        assert found is not None and {each.starts_at.astimezone(CAIRO).weekday() for each in found.times} <= {1, 2, 3}


def test_not_early_is_later_and_the_beginning_of_next_week_is_its_first_days() -> None:
    late = meant("أي وقت بس مش بدري")
    assert late is not None and all(each.starts_at.astimezone(CAIRO).hour >= 10 for each in late.times)
    first = meant("أول الأسبوع الجاي")
    assert first is not None and {each.starts_at.astimezone(CAIRO).day for each in first.times} <= {29, 30, 1}


@pytest.mark.parametrize("text", ["بعد الصلاة", "بعد الفطار", "وقت تاني", "ميعاد تاني", "يوم تاني", "المدرسة بعيدة"])
def test_what_names_no_time_for_sure_is_left_to_others(text: str) -> None:
    assert read_time_wish(text, TODAY) is None


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("الموعد الثاني", 2),
        ("الميعاد التاني لو سمحت", 2),
        ("عايزة الموعد الأول", 1),
        ("التالت", None),
        ("رقم اتنين", None),
        ("موعد ثاني", None),
        ("ميعاد تاني", None),
        ("الأحد", None),
        ("اتنين", None),
    ],
)
def test_the_second_of_the_list_is_not_a_second_one(text: str, place: int | None) -> None:
    assert place_named(text) == place


@pytest.mark.parametrize("text", ["معاد تاني لو سمحت", "مفيش ولا واحد مناسب", "مش فاضي في الأيام دي", "أغير الميعاد"])
def test_none_of_them_is_another(text: str) -> None:
    said = read_time_wish(text, TODAY)
    assert said is not None and said.which == "another"
