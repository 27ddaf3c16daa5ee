"""Days of the Islamic calendar as days of the common one: a candidate, since tables differ by a day before 2000."""

from __future__ import annotations

from datetime import date, timedelta

FIRST_YEAR, LAST_YEAR = 1300, 1500
_FIRST_OF_TABLE = 1343  # hijridate holds Umm al-Qura from here on
_EPOCH = 227_014  # ordinal of the day before 1 Muharram of the year 1, by the civil reckoning


def hijri_day(year: int, month: int, day: int) -> date | None:
    """The day of the common calendar by the Umm al-Qura table, before 1343 by arithmetic; None where there is none.

    Day 30 is taken of every month: where the table gives it 29 days, another that is in use may give it 30.
    """
    if not (FIRST_YEAR <= year <= LAST_YEAR and 1 <= month <= 12 and 1 <= day <= 30):
        return None
    if year < _FIRST_OF_TABLE:
        return _by_arithmetic(year, month, day)
    from hijridate import Hijri

    try:
        return date.fromordinal(Hijri(year, month, day).to_gregorian().toordinal())
    except (ValueError, OverflowError):
        eve = hijri_day(year, month, 29) if day == 30 else None
        return eve + timedelta(days=1) if eve else None


def _by_arithmetic(year: int, month: int, day: int) -> date:
    days = day + (59 * (month - 1) + 1) // 2 + (year - 1) * 354 + (3 + 11 * year) // 30
    return date.fromordinal(_EPOCH + days)


def hijri_day_within(year: int, month: int, day: int) -> date | None:
    """The day on which the Islamic month and day fall in a year of the common calendar («١٥ رمضان ٢٠٢٠»)."""
    around = (year - 622) * 33 // 32
    for hijri_year in (around, around + 1, around + 2):
        found = hijri_day(hijri_year, month, day)
        if found is not None and found.year == year:
            return found
    return None
