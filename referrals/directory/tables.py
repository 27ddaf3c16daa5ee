"""The tables of a CSV package: cells are read with complaints that name file, row, column, cause and remedy."""

from __future__ import annotations

import csv
import difflib
import io
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date, time

YES = frozenset({"yes", "y", "true", "1", "نعم"})
NO = frozenset({"no", "n", "false", "0", "لا"})


@dataclass(frozen=True, slots=True)
class TableProblem:
    """One thing an author has to put right. `row` counts as a spreadsheet shows it: the header is row 1."""

    file: str
    row: int | None
    column: str
    cause: str
    remedy: str

    def __str__(self) -> str:
        place = self.file
        if self.row is not None:
            place += f", row {self.row}"
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

    def add(self, file: str, row: int | None, column: str, cause: str, remedy: str) -> None:
        """Keep one more problem."""
        self.found.append(TableProblem(file, row, column, cause, remedy))

    def raise_if_any(self) -> None:
        """Raise `DirectoryError` with everything found so far, if anything was."""
        if self.found:
            raise DirectoryError(self.found)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a table. Every reader below gives the value, or a harmless default and a complaint."""

    file: str
    number: int
    cells: Mapping[str, str]
    complaints: Complaints

    def text(self, *columns: str, default: str = "") -> str:
        """The first filled cell among the columns, without the spaces around it; `default` when all are blank."""
        for column in columns:
            if value := self.cells.get(column, ""):
                return value
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
                f"«{value}» is not a value it can have.",
                f"Use one of: {', '.join(filter(None, sorted(allowed)))}.",
            )
            return default
        return value

    def known(self, column: str, ids: Collection[str], what: str, *, optional: bool = False) -> str:
        """The cell, which must name something that exists; blank is allowed only when `optional`."""
        value = self.text(column) if optional else self.required(column)
        if value and value not in ids:
            close = difflib.get_close_matches(value, ids, n=1, cutoff=0.6)
            guess = f" Did you mean «{close[0]}»?" if close else ""
            self.complain(column, f"there is no {what} «{value}».", f"Add it to its own table, or correct it.{guess}")
        return value

    def number_in(self, column: str, low: float, high: float) -> float | None:
        """The cell as a number within the limits; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        try:
            number = float(value)
        except ValueError:
            self.complain(column, f"«{value}» is not a number.", "Write digits, with a point for fractions: 25.914.")
            return None
        if not low <= number <= high:
            self.complain(column, f"{value} is out of range.", f"It lies between {low:g} and {high:g}.")
            return None
        return number

    def count(self, column: str) -> int | None:
        """The cell as a whole number from 0; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        if not value.isdecimal():
            self.complain(column, f"«{value}» is not a whole number.", "Write digits only, from 0.")
            return None
        return int(value)

    def yes(self, column: str, *, default: bool = False) -> bool:
        """The cell as yes or no."""
        value = self.text(column).lower()
        if value and value not in YES | NO:
            self.complain(column, f"«{value}» is neither yes nor no.", "Write yes or no.")
        return default if not value else value in YES

    def day(self, column: str) -> date | None:
        """The cell as a date; None when it is blank."""
        value = self.text(column)
        if not value:
            return None
        try:
            return date.fromisoformat(value[:10])
        except ValueError:
            self.complain(column, f"«{value}» is not a date.", "Write year-month-day: 2027-02-08.")
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
                column, f"«{value}» is not a time of day.", "Write hours and minutes, 24 hours: 09:30 or 16:00."
            )
            return None

    def complain(self, column: str, cause: str, remedy: str) -> None:
        """Keep a problem of this row."""
        self.complaints.add(self.file, self.number, column, cause, remedy)


def read_clock(value: str) -> time:
    """Wall time from `09:30`, `9:30`, `09:30:00` or `09:30+02:00` (the offset is dropped). Raises ValueError."""
    wall = value.strip().rstrip("Z").partition("+")[0].partition("-")[0]
    hours, _, rest = wall.partition(":")
    minutes = rest.partition(":")[0]
    if not (hours.isdecimal() and minutes.isdecimal() and len(hours) <= 2 and len(minutes) == 2):
        raise ValueError(value)
    if (int(hours), int(minutes)) == (24, 0):
        return time(0, 0)
    return time(int(hours), int(minutes))


def read_table(file: str, content: bytes | str, complaints: Complaints) -> tuple[Row, ...]:
    """The rows of one CSV file (commas or semicolons, with or without a byte-order mark). Blank rows are left out."""
    try:
        text = content.decode("utf-8-sig") if isinstance(content, bytes) else content.removeprefix("\ufeff")
    except UnicodeDecodeError:
        complaints.add(file, None, "", "the file is not UTF-8.", "Save it as «CSV UTF-8» and try again.")
        return ()
    head = text.partition("\n")[0]
    delimiter = ";" if head.count(";") > head.count(",") else ","
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header = [name.strip() for name in next(reader, [])]
    rows = []
    for number, cells in enumerate(reader, start=2):
        if not any(cell.strip() for cell in cells):
            continue
        if len(cells) > len(header):
            complaints.add(
                file,
                number,
                "",
                f"the row has {len(cells)} cells, the header {len(header)}.",
                "Quote cells with commas.",
            )
            continue
        filled = {name: cell.strip() for name, cell in zip(header, cells, strict=False)}
        rows.append(Row(file, number, filled, complaints))
    return tuple(rows)
