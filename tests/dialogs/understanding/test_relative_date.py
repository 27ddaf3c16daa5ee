"""Days said from today, as they are said in Egypt, in Kuwait, in Latin letters and in English."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from dialogs.understanding import read_date

SUNDAY = date(2026, 11, 22)


def said() -> list[tuple[str, int]]:
    """Every way to say a day with the days it is from today."""
    lines = Path(__file__).with_name("relative_dates.txt").read_text(encoding="utf-8").splitlines()
    rows = [line.split("|") for line in lines if line and not line.startswith("#")]
    return [(way.strip(), int(days)) for days, *ways in rows for way in ways]


@pytest.mark.parametrize(("text", "days"), said())
def test_a_day_said_from_today_is_understood(text: str, days: int) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure) == (SUNDAY + timedelta(days=days), True)


@pytest.mark.parametrize(
    "spelling", ["{}", "يوم {}", "{} الجاي", "{} القادمة", "يوم {} المقبل", "{} اللي جاي", "{} الياي"]
)
@pytest.mark.parametrize(
    ("weekday", "names"),
    [
        (0, "الاثنين الاتنين الإثنين"),
        (1, "الثلاثاء التلات الثلاث التلاتاء"),
        (2, "الأربعاء الاربع الأربعا الربوع"),
        (3, "الخميس"),
        (4, "الجمعة الجمعه"),
        (5, "السبت"),
        (6, "الأحد الحد الاحد"),
    ],
)
def test_a_weekday_is_the_first_one_strictly_later(weekday: int, names: str, spelling: str) -> None:
    for name in names.split():
        for today in (SUNDAY + timedelta(days=days) for days in range(7)):
            day = read_date(spelling.format(name), today=today).value
            assert day is not None
            assert (day.weekday(), 1 <= (day - today).days <= 7) == (weekday, True)


@pytest.mark.parametrize(
    ("text", "offered"),
    [
        ("يعني من حوالي شهر", "2026-10-22"),  # a month, and about one
        ("من شهر", "2026-10-22"),  # the calendar's month and thirty days are two days
        ("الشهر الجاي", "2026-12-22"),
        ("السنة اللي فاتت", "2025-11-22"),
        ("next month", "2026-12-22"),
        ("من سنتين", "2024-11-22"),
        ("أول الشهر", "2026-12-01"),
        ("نص الشهر", "2026-12-15"),
        ("تقريبا بكرة", "2026-11-23"),
        ("يمكن الخميس", "2026-11-26"),
        ("ينفع الخميس؟", "2026-11-26"),
        ("الخميش الجاي", "2026-11-26"),  # a letter away
        ("النهاردث", "2026-11-22"),
        ("لي يومين", "2026-11-20"),
        ("الخميس بعد الجاي", "2026-12-03"),
        ("الخميس اللي بعده", "2026-12-03"),
        ("من الخميس", "2026-11-19"),
        ("من بكرة", "2026-11-23"),  # from then on
        ("الجمعة من الاسبوع الجاي", "2026-12-04"),
        ("جمعة", "2026-11-27"),  # also a man's name, and a week
        ("خلال اسبوع", "2026-11-29"),
        ("غداً الأحد", "2026-11-23"),
        ("الخميس ٢٦/١١", "2026-11-26"),
        ("شهر ونص", None),
        ("بعد شهر ونص", "2027-01-06"),
        ("١٥ مارس الجاي", "2027-03-15"),
        ("بعد ١٩٩٠ يوم", "2032-05-04"),
    ],
)
def test_what_leaves_the_day_open_is_offered_back(text: str, offered: str | None) -> None:
    reading = read_date(text, today=SUNDAY)
    assert not reading.sure
    assert reading.value == (date.fromisoformat(offered) if offered else None)


@pytest.mark.parametrize(
    "text",
    [
        "قبل كام يوم",
        "من فترة",
        "بعد العيد",
        "في رمضان",
        "بعد رمضان",
        "من سنين",
        "الاسبوع ده",
        "الشهر ده",
        "بعد ايام",
        "يوم ١٥",
    ],
)
def test_a_time_that_is_no_day_is_asked_about(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure, reading.ask) == (None, False, "date_part")


@pytest.mark.parametrize(
    "text",
    """كل خميس|كل يوم|كل يوم سبت|السبت والأحد|الخميس او الجمعة|بكرة ولا بعده|مش بكرة|مو باجر|غير الخميس
قبل الخميس|بعد الخميس|لحد بكرة|من يوم ما اتجوزت|من يوم وفاة ابوي|يوم القيامة|بعد صلاة الجمعة|السبتية
احمد السبت|محمد جمعة|احد|حد|had|may|sun|gay|يومين|3 ايام|٣ شهور|من ساعتين|بعد ٣ او ٤ ايام
من السبت للخميس|بعد الاسبوع الجاي|شهر الحين|اليوم وبكرة|الاحد الاحد|ان شاء الله|قبل يومين من العيد
بكرة لا|بعد -3 ايام|today or tomorrow|not today|every sunday|3 days|next|الجاي|بعد|من""".replace("\n", "|").split("|"),
)
def test_other_words_are_no_day(text: str) -> None:
    assert read_date(text.strip(), today=SUNDAY).value is None


@pytest.mark.parametrize(
    "surrounding",
    [
        "ان شاء الله {}",
        "{} بإذن الله",
        "{} لو سمحت",
        "يا فندم {}",
        "{} 🙏🏽",
        "«{}»",
        "{}!!",
        "\u202b{}\u202c",
        "هاجي {}",
    ],
)
@pytest.mark.parametrize(("text", "days"), [("بكرة", 1), ("الخميس الجاي", 4), ("بعد ٣ ايام", 3), ("اول امبارح", -2)])
def test_what_stands_around_it_changes_nothing(text: str, days: int, surrounding: str) -> None:
    reading = read_date(surrounding.format(text), today=SUNDAY)
    assert (reading.value, reading.sure) == (SUNDAY + timedelta(days=days), True)
