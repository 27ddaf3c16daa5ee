"""The functions of ODK XForms, by name."""

from __future__ import annotations

from dialogs.expressions.functions import chance, choosing, logic, nodesets, numbers, places, texts, times
from dialogs.expressions.functions.registry import FUNCTIONS, Function

__all__ = [
    "FUNCTIONS",
    "Function",
    "chance",
    "choosing",
    "logic",
    "nodesets",
    "numbers",
    "places",
    "texts",
    "times",
]
