"""How long questions about an application wait for their answer, and how often a family is reminded: `[review]`."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

MOST_DAYS, MOST_REMINDERS = 365, 10


@dataclass(frozen=True)
class ReviewRules:
    """`[review]` of `programme.toml`, or these."""

    lapse_days: float = 30
    reminders: int = 3


def read_review_rules(row: Any) -> ReviewRules:
    """The rules of a programme; what is not written keeps its usual value. Raises ValueError with the key."""
    if not isinstance(row, Mapping):
        raise ValueError("review: write a table, such as [review] with lapse_days = 30")
    unknown = sorted(set(row) - {"lapse_days", "reminders"})
    if unknown:
        raise ValueError(f"review: {unknown[0]!r} is no key; the keys are lapse_days and reminders")
    usual = ReviewRules()
    return ReviewRules(_days(row.get("lapse_days", usual.lapse_days)), _times(row.get("reminders", usual.reminders)))


def _days(value: Any) -> float:
    is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
    if not is_number or not 1 <= value <= MOST_DAYS:
        raise ValueError(f"review: lapse_days is {value!r}; write days from 1 to {MOST_DAYS}")
    return float(value)


def _times(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MOST_REMINDERS:
        raise ValueError(f"review: reminders is {value!r}; write a whole number from 1 to {MOST_REMINDERS}")
    return value
