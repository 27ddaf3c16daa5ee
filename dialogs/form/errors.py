"""What is wrong with a form, told to its author: where, why, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

MOST_ROWS = 12  # named in one line


@dataclass(frozen=True, slots=True)
class FormProblem:
    """One thing to mend. `row` counts as the spreadsheet does (the headers are row 1); None where no row is known."""

    sheet: str
    row: int | None
    cause: str
    remedy: str
    ref: str = ""  # the question it is about, where known
    column: str = ""  # the column it stands in, where known
    refs: tuple[str, ...] = ()  # all questions it is about, where they are several
    rows: tuple[int, ...] = ()  # their rows, `row` included

    def __str__(self) -> str:
        """`row 14: the cause. The remedy.`, with the sheet where it is not the survey; `rows 12 and 15:` of several."""
        place = "" if self.row is None else f"row {self.row}: "
        if len(self.rows) > 1:
            *before, last = (str(row) for row in self.rows[:MOST_ROWS])
            last = f"{len(self.rows) - len(before)} more" if len(self.rows) > MOST_ROWS else last
            place = f"rows {', '.join(before)} and {last}: "
        if self.sheet and self.sheet != "survey":
            place = f"{self.sheet} sheet, {place}" if place else f"{self.sheet} sheet: "
        return f"{place}{self.cause} {self.remedy}".rstrip()


class FormError(ValueError):
    """The form cannot be used as it is; `problems` says where, why and what to change."""

    def __init__(self, problems: Iterable[FormProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))
