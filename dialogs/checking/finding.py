"""What a check finds: how bad, where, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]
LEVELS: tuple[Level, ...] = ("error", "warning", "note")


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing about a form. `row` counts as the spreadsheet does (the headers are row 1); None where none is known.

    error: it must be mended before the form runs in a chat. warning: it runs, but some family will stumble over it.
    note: worth knowing. `check` is the kind of check that found it.
    """

    level: Level
    sheet: str
    row: int | None
    name: str
    cause: str
    remedy: str
    check: str = ""

    def __str__(self) -> str:
        """`row 14: the cause. The remedy.`, with the sheet where it is not the survey."""
        return f"{self.place}{self.cause} {self.remedy}".rstrip()

    @property
    def place(self) -> str:
        """`row 14: `, `choices sheet, row 3: ` or `settings sheet: `; blank where nothing is known."""
        row = f"row {self.row}" if self.row is not None else ""
        sheet = f"{self.sheet} sheet" if self.sheet and self.sheet != "survey" else ""
        place = ", ".join(part for part in (sheet, row) if part)
        return f"{place}: " if place else ""
