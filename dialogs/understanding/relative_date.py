"""Dates said from today: «بكرة», «عقب ٣ أيام», «الخميس الجاي», «آخر الشهر»."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

from dialogs.understanding.date_words import AGO, AHEAD, LAST, NEAR_DAYS, NEXT, SPANS, WEEKDAYS
from dialogs.understanding.folding import fold
from dialogs.understanding.number import read_number
from dialogs.understanding.reading import Reading


def months_later(day: date, months: int) -> date:
    """The same day of another month, or that month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = index // 12, index % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))


def _moved(today: date, span: tuple[int, int, int], count: int) -> date | None:
    days, months, _ = span
    try:
        return today + timedelta(days=days * count) if days else months_later(today, months * count)
    except (OverflowError, ValueError):
        return None


def _spanned(today: date, words: list[str]) -> date | None:
    """«بعد ٣ ايام», «قبل يومين», «من اسبوع», «كمان شهر»; «3 ايام» alone is nothing."""
    if words[-1] in {"الان", "دلوقتي", "الحين"} and words[0] in AHEAD:
        return _spanned(today, words[:-1]) if len(words) > 2 else None
    sign = 1 if words[0] in AHEAD else -1 if words[0] in AGO else 0
    if not sign or len(words) < 2 or words[-1] not in SPANS:
        return None
    span = SPANS[words[-1]]
    if len(words) == 2:
        return _moved(today, span, sign * span[2])
    count = read_number(" ".join(words[1:-1]))
    if not count.sure or not isinstance(count.value, int) or span[2] != 1:
        return None
    return _moved(today, span, sign * count.value)


def _weekday(today: date, words: list[str]) -> date | None:
    if words[0] == "يوم":
        words = words[1:]
    if not words or words[0] not in WEEKDAYS:
        return None
    when = " ".join(words[1:]).removeprefix("اللي ").removeprefix("الي ")
    away = WEEKDAYS[words[0]] - today.weekday()
    if when in {"", "القريب", "ده", "هذا"} or when in NEXT:
        return today + timedelta(days=away % 7 or 7)
    if when in LAST or when in {"فات", "طاف", "مضي", "راح"}:
        return today - timedelta(days=-away % 7 or 7)
    return None


def _week_or_month(today: date, text: str) -> Reading[date]:
    head, _, when = text.partition(" ")
    when = when.removeprefix("اللي ").removeprefix("الي ")
    later = when in NEXT
    earlier = when in LAST or when in {"فات", "طاف", "مضي", "راح"}
    if later or earlier:
        sign = 1 if later else -1
        if head == "الاسبوع":
            return Reading(today + timedelta(days=7 * sign), True)
        if head in {"الشهر", "السنه", "العام"}:
            return Reading(months_later(today, sign * (1 if head == "الشهر" else 12)), False, "date_confirm")
    last_day = monthrange(today.year, today.month)[1]
    if text in {"اخر الشهر", "نهايه الشهر", "اخر هالشهر", "نهايه هذا الشهر", "اخر الشهر ده"}:
        return Reading(today.replace(day=last_day), True)
    if text in {"اول الشهر", "بدايه الشهر", "اول الشهر الجاي", "اول الشهر القادم", "بدايه الشهر القادم"}:
        return Reading(months_later(today, 1).replace(day=1), "جاي" in text or "قادم" in text, "date_confirm")
    return Reading()


def read_relative_date(text: str, *, today: date) -> Reading[date]:
    """The day meant from `today`; blank when the words are no relative date.

    A weekday, with or without «الجاي», is the first one strictly later; with «اللي فات» the last one strictly earlier.
    """
    plain = fold(text).removeprefix("في ").removeprefix("يوم ")
    if not plain:
        return Reading()
    if plain in NEAR_DAYS:
        return Reading(today + timedelta(days=NEAR_DAYS[plain]), True)
    words = plain.split()
    if words[0] in {"بكره", "غدا", "باجر", "باكر"} and len(words) == 2 and words[1] in WEEKDAYS:
        tomorrow = today + timedelta(days=1)  # «غداً الأحد»: both must say the same day
        agree = tomorrow.weekday() == WEEKDAYS[words[1]]
        return Reading(tomorrow, agree, None if agree else "date_confirm")
    found = _spanned(today, words) or _weekday(today, words)
    return Reading(found, True) if found else _week_or_month(today, plain)
