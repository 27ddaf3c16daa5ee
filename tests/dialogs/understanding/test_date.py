"""A day is certain only when it was said whole, or said from today."""

from __future__ import annotations

from datetime import date

import pytest

from dialogs.understanding import read_date
from dialogs.understanding.date.hijri import hijri_day, hijri_day_within

SUNDAY = date(2026, 11, 22)
FIFTEENTH_OF_MARCH_1990 = """15/3/1990|١٥/٣/١٩٩٠|۱۵/۳/۱۹۹۰|15\u200f/03\u200f/1990|15-3-1990|15.3.1990
15\\3\\1990|15 3 1990
15،3،1990|15ـ3ـ1990|15_3_1990|15 / 3 - 1990|1990/3/15|١٩٩٠-٠٣-١٥|1990-03-15T10:30:00Z
15/3/1990 10:30|19900315|15/3/1990م|(15/3/1990).|١٥ مارس ١٩٩٠|15مارس1990|١٥ من مارس ١٩٩٠
يوم ١٥ من شهر مارس سنة ١٩٩٠|15/مارس/1990|مارس 15، 1990|1990 مارس 15|15 مارس (آذار) 1990
١٥ شهر ٣ سنة ١٩٩٠|يوم ١٥ في شهر تلاتة ١٩٩٠|15 تلاتة 1990|خمستاشر تلاتة ألف وتسعمية وتسعين
15 من الشهر الثالث 1990|خمستاشر مارس ألف وتسعمية وتسعين|الخامس عشر من مارس عام 1990
خمسة عشر مارس ألف وتسعمائة وتسعون|اليوم الخامس عشر من مارس 1990|الخميس، ١٥ مارس ١٩٩٠
يوم الخميس الموافق 15 مارس 1990|15/3/1990 الخميس|سنة ١٩٩٠ شهر ٣ يوم ١٥|15 آذار 1990|١٥ ازار ١٩٩٠
15 March 1990|March 15, 1990|15th of March 1990|Thursday, March 15, 1990|15-Mar-1990|15march1990
15 mares 1990|my dob 15/3/1990|مواليد 15/3/1990|انا من مواليد ١٥-٣-١٩٩٠|اتولدت يوم 15/3/1990
15 الشهر 3 سنة 1990|خمستاشر تلاتة ١٩٩٠|15-تلاتة-1990|yom 15 shahr 3 sanat 1990|DOB: 15/3/1990
تاريخ ميلادي 15/3/1990|ميلادي ١٥/٣/١٩٩٠|15 مارس 1990 ميلادي"""
MONTHS = """يناير كانون_الثاني كانون_ثاني كانون_تاني جانفي January yanayer|فبراير شباط فيفري February febrayer
مارس آذار اذار March mares|أبريل ابريل إبريل نيسان أفريل April abril|مايو أيار ايار ماي May mayo
يونيو يونيه حزيران جوان June yonyo|يوليو يولية تموز جويلية July yolyo
أغسطس اغسطس اوغسطس اغصطص آب غشت August aghostos|سبتمبر سيبتمبر صبتمبر أيلول شتنبر September
أكتوبر اكتوبر اوكتوبر تشرين_الأول تشرين_اول October
نوفمبر نوڤمبر نونبر تشرين_الثاني تشرين_تاني November
ديسمبر دسمبر دجنبر كانون_الأول كانون_اول December disember"""


def split(text: str) -> list[str]:
    """The texts between «|» and line ends."""
    return text.replace("\n", "|").split("|")


@pytest.mark.parametrize("text", split(FIFTEENTH_OF_MARCH_1990))
def test_a_whole_day_is_understood_however_it_is_written(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure) == (date(1990, 3, 15), True)


@pytest.mark.parametrize(("month", "names"), list(enumerate(split(MONTHS), start=1)))
def test_a_month_has_many_names(month: int, names: str) -> None:
    for name in names.replace("_", "\u00a0").split(" "):
        for text in (f"7 {name} 1985", f"٧ {name} ١٩٨٥", f"سبعة {name} سنة 1985"):
            reading = read_date(text, today=SUNDAY)
            assert (reading.value, reading.sure) == (date(1985, month, 7), True), text


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("٣ شهر ٥ سنة ١٩٩٠", "1990-05-03"),
        ("12 10 1980", "1980-10-12"),
        ("5/3 السنة اللي فاتت", "2025-03-05"),
        ("١٥ مارس السنة الجاية", "2027-03-15"),
        ("آخر يوم في فبراير ٢٠٢٠", "2020-02-29"),
        ("٧ ديسمبر ١٩٨٥ الموافق ٢٥ ربيع الأول ١٤٠٦", "1985-12-07"),
        ("٢٩/٢/٢٠٢٤", "2024-02-29"),
    ],
)
def test_other_ways_to_say_a_whole_day(text: str, iso: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure) == (date.fromisoformat(iso), True)


@pytest.mark.parametrize(
    "text",
    split(
        "1990|١٩٩٠|سنة 1990|مواليد 1990|ألف وتسعمية وتسعين|من ٢٠١٥|مارس 1990|شهر ٣ سنة ١٩٩٠|2/2013|٢/٢٠١٣|"
        "12/25|٥/٣|٥ مارس|مارس|رمضان|١٥ رمضان|يوم ١٥|منتصف مارس|15 March|5 تشرين 1990"
    ),
)
def test_a_part_of_a_date_is_asked_about(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure, reading.ask) == (None, False, "date_part")


@pytest.mark.parametrize(
    ("text", "offered", "ask"),
    [
        ("11/25/2026", "2026-11-25", "date_confirm"),  # the month first, because nothing else is possible
        ("March 15 90", "1990-03-15", "date_confirm"),
        ("15/3/90", "1990-03-15", "date_confirm"),
        ("خمستاشر تلاتة تسعين", "1990-03-15", "date_confirm"),
        ("90/3/15", "1990-03-15", "date_confirm"),
        ("25/11/26", "2026-11-25", "date_confirm"),
        ("5/1/27", "2027-01-05", "date_confirm"),
        ("5/1/62", "1962-01-05", "date_confirm"),
        ("15031990", "1990-03-15", "date_confirm"),  # eight digits are a telephone number as well
        ("الجمعة ٣ ديسمبر ٢٠٢٦", "2026-12-03", "date_confirm"),
        ("أول مارس ٢٠٢٠", "2020-03-01", "date_confirm"),
        ("شهر 3/5/1990", "1990-03-05", "date_confirm"),  # «شهر» of the first figure, or of the whole date
        ("آخر مارس ٢٠٢٠", "2020-03-31", "date_confirm"),
        ("حوالي ١٥ مارس ١٩٩٠", "1990-03-15", "date_confirm"),
        ("الثلاثاء الثالث من مارس ٢٠٢٠", "2020-03-03", "date_confirm"),
    ],
)
def test_a_doubtful_date_is_offered_back(text: str, offered: str, ask: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure, reading.ask) == (date.fromisoformat(offered), False, ask)


def test_a_two_digit_year_offers_the_centuries_that_may_be_meant() -> None:
    assert read_date("5/1/27", today=SUNDAY).candidates == ("2027-01-05", "1927-01-05")
    assert read_date("5/1/62", today=SUNDAY).candidates == ("1962-01-05",)


@pytest.mark.parametrize(
    "text",
    split(
        "31/02/2020|٣١ فبراير|٣١ فبراير ٢٠٢٠|31/4/2001|32/1/1990|1/1/0001|1/1/3000|29/2/2021|15/13/1990|"
        "0/5/1990|٥ مارس ١٤٤٠|15/9/1440 ميلادي|15/3/1990 هـ|31 رمضان 1440|99/99/2020"
    ),
)
def test_a_day_that_never_was_is_no_date(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.ask) == (None, "date_impossible")


@pytest.mark.parametrize(
    "text",
    split(
        "مرحبا|خمسة|أحمد|الله كريم|٣٥|عمري ٣٥ سنة|٣٥ سنة|عندي ٤٠ سنة|ابني عمره ٣ سنين|01012345678|+20 10 1990|"
        "0100-123-4567|51234567|29003151234567|290031512345|2000 جنيه|٣٥٠ دينار|200 KD|1.500|1,500|15+3+1990|"
        "15*3*1990|15% 3 1990|10:30|الساعة ٣|1-8 سبتمبر 20|٥ ٣ ١٩٩٠ ٧|1990/1991|15/3/199|150/3/1990|"
        "شقة 15 عمارة 3|15 شارع 3|٥ مارس محمد|15/3/1990 - 20/3/1990|سنة ١٩٩٠ كنت صغير"
    ),
)
def test_other_words_and_numbers_are_no_date(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure) == (None, False)


@pytest.mark.parametrize(
    "text",
    split(
        "١٥ رمضان ١٤٤٠|15/9/1440|15/9/1440 هـ|١٤٤٠/٩/١٥هـ|١٥ من شهر رمضان سنة ١٤٤٠ هجرية|"
        "الاثنين 15 رمضان 1440|خمستاشر رمضان ١٤٤٠|15/9/40 هـ|15 رمضان 2019|15 Ramadan 1440|"
        "Ramadan 15, 1440 AH|15 رمظان 1440"
    ),
)
def test_a_hijri_date_is_never_certain(text: str) -> None:
    reading = read_date(text, today=SUNDAY)
    assert (reading.value, reading.sure, reading.ask) == (date(2019, 5, 20), False, "date_hijri")


@pytest.mark.parametrize(
    ("month", "names"),
    [
        (1, "محرم المحرم muharram"),
        (2, "صفر safar"),
        (3, "ربيع_الأول ربيع_اول rabi_al_awwal"),
        (4, "ربيع_الآخر ربيع_الثاني ربيع_تاني rabi_al_thani"),
        (5, "جمادى_الأولى جماد_اول جمادي_الاول jumada_al_ula"),
        (6, "جمادى_الآخرة جمادى_الثانية جماد_تاني jumada_al_thani"),
        (7, "رجب rajab"),
        (8, "شعبان sha3ban"),
        (9, "رمضان ramadan"),
        (10, "شوال shawwal"),
        (11, "ذو_القعدة ذي_القعده ذوالقعدة dhu_al_qidah"),
        (12, "ذو_الحجة ذي_الحجه ذوالحجة dhul_hijjah"),
    ],
)
def test_hijri_months_have_many_names_too(month: int, names: str) -> None:
    for name in names.split():
        text = f"10 {name.replace('_', ' ')} 1440"
        assert read_date(text, today=SUNDAY).value == hijri_day(1440, month, 10), text


def test_the_islamic_calendar_before_the_table_is_reckoned() -> None:
    assert hijri_day(1343, 1, 1) == date(1924, 8, 1)
    assert hijri_day(1342, 1, 1) == date(1923, 8, 14)
    assert hijri_day(1300, 1, 1) == date(1882, 11, 12)
    assert hijri_day(1440, 9, 31) is None
    assert hijri_day(1299, 1, 1) is None
    assert hijri_day_within(2019, 9, 15) == date(2019, 5, 20)


@pytest.mark.parametrize(
    "text",
    [
        "١" * 100_000,
        "15/3/" * 40_000,
        "بكرة " * 20_000,
        "1" * 150,
        "1 " * 79,
        "خمسة و" * 25,
        "\ud800" * 100,
        "a\u0301\u0302\u0303" * 40,
        "/" * 150,
        "بعد " + "٩" * 40 + " يوم",
        "بعد " + "٩" * 9 + " سنة",
        "٩٩٩٩٩٩٩٩ شهر من دلوقتي",
    ],
)
def test_hostile_text_is_no_date(text: str) -> None:
    assert read_date(text, today=SUNDAY).value is None


@pytest.mark.parametrize("today", [date(1850, 1, 1), date(2200, 12, 31), date(2024, 2, 29)])
def test_any_today_will_do(today: date) -> None:
    for text in ("آخر الشهر الجاي", "من سنة", "بعد سنة", "5/1/27", "السنة الجاية", "الشهر اللي فات", "١٥ مارس الجاي"):
        read_date(text, today=today)
