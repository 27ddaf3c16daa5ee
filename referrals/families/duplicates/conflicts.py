"""What two applicants of one household said differently of their home: the names of the questions, never an answer."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CONFLICT = "household_conflict"
"""The kind of the request for staff: two of one house said different things, and each is to be asked alone."""
OF_THE_HOME = ("household_size", "area", "income_enough", "breadwinner", "special_care")


def conflicts(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, ...]:
    """The facts of the home on which two applications differ; what only one of them said is no difference."""
    return tuple(
        fact
        for fact in OF_THE_HOME
        if _said(one.get(fact)) and _said(other.get(fact)) and _said(one[fact]) != _said(other[fact])
    )


def _said(value: Any) -> str:
    """The answer as it is compared; blank for what nobody wanted to say."""
    text = str(value or "").strip()
    return "" if text in ("prefer_not", "unknown") else text
