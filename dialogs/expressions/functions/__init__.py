"""The functions of ODK XForms, by name."""

from __future__ import annotations

from dialogs.expressions.functions import calendar, chance, choosing, logic, nodesets, numbers, places, texts, times
from dialogs.expressions.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "calendar",
    "chance",
    "choosing",
    "logic",
    "nodesets",
    "numbers",
    "places",
    "texts",
    "times",
]
