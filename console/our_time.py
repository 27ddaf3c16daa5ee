"""A day that somebody types is one of our time; beyond it is a slip of the hand, and a calendar's end has no zone."""

from __future__ import annotations

from datetime import date

FIRST_YEAR, LAST_YEAR = 1900, 2200


def of_our_time(day: date) -> bool:
    """Whether the year is one that somebody can mean; a moment with its hour is a day too."""
    return FIRST_YEAR <= day.year <= LAST_YEAR
