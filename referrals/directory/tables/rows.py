"""A row of a table: its cells are read with complaints that name file, row, column, cause and remedy."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time
from typing import Any

from referrals.directory.tables.cells import is_two_days, plain, read_clock, read_day, read_decimal

YES = frozenset({"yes", "y", "true", "1", "نعم"})
NO = frozenset({"no", "n", "false", "0", "لا"})
LEFT_OUT, TAKEN_WITH_LESS, NOTE = "left out", "taken with less", "note"
MANY = 5_000
SHOWN = 80  # characters of a cell in a complaint about it


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One thing an author has to put right. `row` counts as a spreadsheet shows it: the header is row 1.

    In JSON a `pointer` (RFC 6901) says where, and `row` is the line where each line is an object of its own.
    `effect`: the row was left out, taken with less, or it is only a note.
    """

    file: str
    row: int | None
    column: str
    cause: str
    remedy: str
    pointer: str = ""
    effect: str = LEFT_OUT

    def __str__(self) -> str:
        place = self.file if self.row is None else f"{self.file}, row {self.row}"
        if self.pointer and (self.row is None or self.pointer != "/"):
            place += f", {self.pointer}"
        if self.column:
            place += f", column {self.column}"
        return f"{place}: {self.cause} {self.remedy}".rstrip()


class DirectoryError(ValueError):
    """The tables cannot be taken as they are; `problems` says where, why and what to do. Nothing was imported."""

    def __init__(self, problems: Collection[TableProblem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(slots=True)
class Complaints:
    """The problems met while a package is read, so that its author sees all of them at once."""

    found: list[TableProblem] = field(default_factory=list)
    left_out: int = 0  # how many of them mean that a row is not taken

    def add(
        self,
        file: str,
        row: int | None,
        column: str,
        cause: str,
        remedy: str,
        *,
        pointer: str = "",
        effect: str = LEFT_OUT,
    ) -> None:
        """Keep one more problem."""
        self.left_out += effect == LEFT_OUT
        self.found.append(TableProblem(file, row, column, cause, remedy, pointer, effect))

    def raise_if_any(self) -> None:
        """Raise `DirectoryError` with everything found so far, if anything was."""
        if self.found:
            raise DirectoryError(self.found)


@dataclass(slots=True, eq=False)  # not frozen, which takes thrice as long to make: an import makes millions
class Row:
    """One row of a table. Every reader below gives the value, or a harmless default and a complaint."""

    file: str
    number: int | None
    cells: Mapping[str, Any]  # text; of JSON also numbers, truth values, and what no table has
    complaints: Complaints
    pointer: str = ""
    effect: str = LEFT_OUT  # what comes of a complaint about it

    def text(self, *columns: str, default: str = "") -> str:
        """The first filled cell among the columns, without the spaces around it; `default` when all are blank."""
        cells = self.cells
        for column in columns:
            value = cells.get(column)
            if value.__class__ is str:  # asked millions of times
                if value:
                    return value
            elif value is not None:
                return _said(value)
        return default

    def required(self, column: str) -> str:
        """The cell, which must not be blank."""
        value = self.text(column)
        if not value:
            self.complain(column, "the cell is blank.", "Every row needs it: fill it in, or remove the row.")
        return value

    def one_of(self, column: str, allowed: Collection[str], default: str) -> str:
        """The cell, which must be one of `allowed`; `default` when it is blank."""
        value = self.text(column, default=default)
        if value not in allowed:
            self.complain(
                column,
                f"«{_short(value)}» is not a value it can have.",
                f"Use one of: {', '.join(filter(None, sorted(allowed)))}.",
            )
            return default
        return value

    def known(self, column: str, ids: Collection[str], what: str, *, optional: bool = False) -> str:
        """The cell, which must name something that exists; blank is allowed only when `optional`."""
        value = self.text(column) if optional else self.required(column)
        if value and value not in ids:
            few = len(ids) < MANY and len(self.complaints.found) < MANY  # a guess costs milliseconds
            close = difflib.get_close_matches(value, ids, n=1, cutoff=0.6) if few else []
            guess = f" Did you mean «{close[0]}»?" if close else ""
            self.complain(
                column, f"there is no {what} «{_short(value)}».", f"Add it to its own table, or correct it.{guess}"
            )
        return value

    def number_in(self, column: str, low: float, high: float) -> float | None:
        """The cell as a number within the limits; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        try:
            number = read_decimal(value)
        except ValueError:
            self.complain(
                column, f"«{_short(value)}» is not a number.", "Write digits, with a point for fractions: 25.914."
            )
            return None
        if not low <= number <= high:
            self.complain(column, f"{_short(value)} is out of range.", f"It lies between {low:g} and {high:g}.")
            return None
        return number + 0.0  # never -0.0, which is another text

    def count(self, column: str) -> int | None:
        """The cell as a whole number from 0; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        value = value.removesuffix(".0")  # as spreadsheets and some JSON write whole numbers
        if not value.isdecimal() or len(value) > 9:
            self.complain(column, f"«{_short(value)}» is not a whole number.", "Write digits only, from 0.")
            return None
        return int(value)

    def yes(self, column: str, *, default: bool = False) -> bool:
        """The cell as yes or no."""
        value = self.text(column).lower()
        if value and value not in YES | NO:
            self.complain(column, f"«{_short(value)}» is neither yes nor no.", "Write yes or no.")
        return default if not value else value in YES

    def day(self, column: str) -> date | None:
        """The cell as a date; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        try:
            return read_day(value)
        except ValueError:
            why = "may be two days: which of its numbers is the month?" if is_two_days(value) else "is not a date."
            self.complain(column, f"«{_short(value)}» {why}", "Write year-month-day: 2027-02-08.")
            return None

    def clock(self, column: str) -> time | None:
        """The cell as wall time, None when blank. 24:00 is midnight; a UTC offset is dropped: the zone decides."""
        value = self.text(column)
        if not value:
            return None
        try:
            return read_clock(value)
        except ValueError:
            self.complain(
                column, f"«{_short(value)}» is not a time of day.", "Write hours and minutes, 24 hours: 09:30 or 16:00."
            )
            return None

    def complain(self, column: str, cause: str, remedy: str) -> None:
        """Keep a problem of this row."""
        self.complaints.add(self.file, self.number, column, cause, remedy, pointer=self.pointer, effect=self.effect)

    @property
    def softly(self) -> Row:
        """The same row, taken whatever is wrong with it, only without what is wrong."""
        return Row(self.file, self.number, self.cells, self.complaints, self.pointer, TAKEN_WITH_LESS)


def _short(value: str) -> str:
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"


def _said(value: Any) -> str:
    """A value of JSON as a cell would have it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(_said(each) for each in value)
    return plain(str(value))
