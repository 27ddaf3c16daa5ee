"""Day, month and year among the numbers of a date, and the day of the calendar that they are."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from dialogs.understanding.date.hijri import FIRST_YEAR, LAST_YEAR, hijri_day, hijri_day_within
from dialogs.understanding.date.parts import DateParts, Part
from dialogs.understanding.reading import Reading

EARLIEST, LATEST = 1850, 2200
LONG_AGO, LATER = 110, 20  # years around today that a two-digit year may mean
SOON = 5  # years: «5/1/27» said in 2026 is next January rather than 1927
_LONGEST_MONTH = (0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True)
class DayMonthYear:
    """What was said of a day, as far as it was; `loose` where the order is a guess, `short` for a two-digit year."""

    day: int | None = None
    month: int | None = None
    year: int | None = None
    hijri: bool = False
    common: bool = False
    named: bool = False
    short: bool = False
    loose: bool = False

    @property
    def possible(self) -> bool:
        """False where no year has such a day («٣١ فبراير»)."""
        if self.day is None or self.month is None:
            return True
        if not 1 <= self.month <= 12:
            return not self.named and 1 <= self.day <= 12 and self.month <= 31
        return 1 <= self.day <= (30 if self.hijri else _LONGEST_MONTH[self.month])


def arranged(parts: DateParts) -> DayMonthYear | None:
    """Which number is what; None where they are too many, or a lone number that may be anything."""
    compact = _compact(parts)
    if compact is not None:
        return compact
    slots: dict[str, Part] = {}
    free: list[Part] = []
    for part in parts.parts:
        if part.kind == "number":
            free.append(part)
        elif part.kind in slots:
            return None
        else:
            slots[part.kind] = part
    if not _filled(slots, free, parts) or _short_year_within(slots, parts):
        return None
    return replace(_said(slots, parts), loose=_month_first(parts))


def _month_first(parts: DateParts) -> bool:
    """True for «شهر 3/5/1990», where «شهر» may stand before the month or before the whole date."""
    if len(parts.parts) != 3:
        return False
    first, second, _ = parts.parts
    other_month = second.kind == "number" and second.value <= 12 and second.value != first.value
    return first.kind == "month" and not first.named and other_month


def _short_year_within(slots: dict[str, Part], parts: DateParts) -> bool:
    """True for «1-8 سبتمبر»: a year of two digits stands last, or first where it can be no day."""
    year = slots.get("year")
    if year is None or year.kind == "year" or year.value >= 100 or year is parts.parts[-1]:
        return False
    return not (year is parts.parts[0] and year.value > 31)


def _compact(parts: DateParts) -> DayMonthYear | None:
    """19900315, and 15031990 with a doubt."""
    if len(parts.parts) != 1 or parts.parts[0].digits != 8:
        return None
    text = f"{parts.parts[0].value:08d}"
    if text[:2] in {"19", "20"} and text[4:6] <= "12":
        return DayMonthYear(int(text[6:]), int(text[4:6]), int(text[:4]))
    if text[4:6] in {"19", "20"}:
        return DayMonthYear(int(text[:2]), int(text[2:4]), int(text[4:]), loose=True)
    return None


def _is_year(part: Part) -> bool:
    return part.digits in {0, 4} and FIRST_YEAR <= part.value <= LATEST


def _filled(slots: dict[str, Part], free: list[Part], parts: DateParts) -> bool:
    """Puts the numbers that nothing names into their places; False where they do not fit."""
    missing = [kind for kind in ("day", "month", "year") if kind not in slots]
    if any(part.digits > 4 or part.digits == 3 for part in free) or len(free) > len(missing):
        return False
    if len(free) == len(missing):
        if "year" in missing and "month" not in missing and len(free) == 2:
            year_first = _is_year(free[0]) or (free[0].value > 31 >= free[1].value)
            order = ["year", "day"] if year_first else ["day", "year"]
        else:
            first_is_year = "year" in missing and len(free) > 1 and (_is_year(free[0]) or free[0].value > 31)
            order = [kind for kind in ("year", "month", "day") if kind in missing] if first_is_year else missing
        slots.update(zip(order, free, strict=True))
        return True
    return _partly_filled(slots, free, missing, parts)


def _partly_filled(slots: dict[str, Part], free: list[Part], missing: list[str], parts: DateParts) -> bool:
    """«مارس 1990», «5/3», «1990»; a lone small number is nothing unless something beside it speaks of days."""
    if not free:
        return bool(slots)
    years = [part for part in free if _is_year(part)]
    if len(free) == 1:
        if years and "year" in missing:
            slots["year"] = free[0]
            return True
        beside = bool(slots) or parts.weekday is not None or parts.near is not None
        slots["day" if "day" in missing else missing[0]] = free[0]
        return beside and free[0].value <= 31
    if years:  # 3/2020, 2020/3
        month = next((part for part in free if part not in years), None)
        if month is None or month.value > 12:
            return False
        slots.update(month=month, year=years[0])
        return True
    if any(part.value > 31 for part in free):
        return False
    slots.update(zip(missing, free, strict=False))
    return True


def _said(slots: dict[str, Part], parts: DateParts) -> DayMonthYear:
    day, month, year = (slots[kind].value if kind in slots else None for kind in ("day", "month", "year"))
    month_part = slots.get("month")
    named = month_part is not None and month_part.kind == "month"
    islamic = month_part is not None and month_part.hijri
    named_common = month_part is not None and month_part.named and not islamic
    short = "year" in slots and slots["year"].digits in {0, 1, 2} and slots["year"].value < 100
    old = year is not None and FIRST_YEAR <= year < LAST_YEAR
    hijri = islamic or parts.era == "hijri" or (old and not named_common)
    return DayMonthYear(day, month, year, hijri, parts.era == "common", named, short)


def day_meant(said: DayMonthYear, today: date) -> Reading[date]:
    """The day, when day, month and year are all there."""
    day, month, year = said.day or 0, said.month or 0, said.year or 0
    if said.hijri:
        return _hijri(said, day, month, year)
    if said.short:
        return _in_either_century(year, month, day, today)
    if not EARLIEST <= year <= LATEST:
        return Reading(None, False, "date_impossible")
    found = _day(year, month, day)
    if found:
        return Reading(found, not said.loose, "date_confirm" if said.loose else None)
    swapped = None if said.named else _day(year, day, month)  # 11/25/2026: the other order is the only one that exists
    return Reading(swapped, False, "date_confirm" if swapped else "date_impossible")


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _in_either_century(year: int, month: int, day: int, today: date) -> Reading[date]:
    century = today.year // 100 * 100
    found = [one for one in (_day(century + year, month, day), _day(century - 100 + year, month, day)) if one]
    if not found:
        found = [one for one in (_day(century + year, day, month), _day(century - 100 + year, day, month)) if one]
    if found and found[0].year > today.year + SOON:
        found.reverse()
    found = [one for one in found if today.year - LONG_AGO <= one.year <= today.year + LATER] or found[:1]
    days = tuple(one.isoformat() for one in found)
    return Reading(found[0], False, "date_confirm", days) if found else Reading(None, False, "date_impossible")


def _hijri(said: DayMonthYear, day: int, month: int, year: int) -> Reading[date]:
    if said.common and FIRST_YEAR <= year < LAST_YEAR:
        return Reading(None, False, "date_impossible")
    full = 1400 + year if said.short else year
    if full > LAST_YEAR and not said.named:  # «15/3/1990 هـ»
        return Reading(None, False, "date_impossible")
    within = hijri_day_within if full > LAST_YEAR else hijri_day
    found = within(full, month, day) or (None if said.named else within(full, day, month))
    return Reading(found, False, "date_hijri" if found else "date_impossible")
