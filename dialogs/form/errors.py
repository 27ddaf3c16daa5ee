"""What is wrong with a form, told to its author: where, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing to mend. `row` counts as the spreadsheet does (the headers are row 1); None where no row is known."""

    sheet: str
    row: int | None
    cause: str
    remedy: str
    ref: str = ""  # the question it is about, where known

    def __str__(self) -> str:
        """`row 14: the cause. The remedy.`, with the sheet where it is not the survey."""
        place = f"row {self.row}: " if self.row is not None else ""
        if self.sheet and self.sheet != "survey":
            place = f"{self.sheet} sheet, {place}" if place else f"{self.sheet} sheet: "
        return f"{place}{self.cause} {self.remedy}".rstrip()


class FormError(ValueError):
    """The form cannot be used as it is; `problems` says where, why and what to change."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
