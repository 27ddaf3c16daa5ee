"""Where a workbook makes pyxform stumble without a word of its own: found by leaving columns and rows out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from dialogs.form.errors import FormProblem
from dialogs.form.rows import canonical_column
from dialogs.form.workbook import Sheet, Workbook

MOST_COLUMNS = 60  # that are left out in turn; pyxform takes a second for a thousand rows
MOST_ROWS = 2_000  # of all sheets; a longer form is told of as a whole

Readable = Callable[[Workbook], bool]


def stumble_in(book: Workbook, readable: Readable) -> FormProblem | None:
    """The one column without which the form can be read, and its first row that is too much; None when no one is."""
    if sum(len(sheet.rows) for sheet in book.sheets.values()) > MOST_ROWS:
        return None
    for name, sheet in book.sheets.items():
        for header in sheet.header[:MOST_COLUMNS]:
            if canonical_column(header) not in ("type", "name", "list_name") and readable(
                _with(book, name, _blank_from(sheet, header, 0))
            ):
                row = _first_row(book, name, header, readable)
                cause = f"The column `{header[:100]}` cannot be read as it stands."
                remedy = "Its name must be one that XLSForm knows, with one language at most; else take it out."
                return FormProblem(name, row, cause, remedy, column=header)
    return None


def _first_row(book: Workbook, name: str, header: str, readable: Readable) -> int:
    """The first row whose cell in that column is too much."""
    sheet = book.sheets[name]
    low, high = 0, len(sheet.rows)  # with the cells of `low` rows it is read, with those of `high` it is not
    while high - low > 1:
        middle = (low + high) // 2
        if readable(_with(book, name, _blank_from(sheet, header, middle))):
            low = middle
        else:
            high = middle
    return high + 1


def _with(book: Workbook, name: str, sheet: Sheet) -> Workbook:
    return replace(book, sheets={**book.sheets, name: sheet})


def _blank_from(sheet: Sheet, header: str, first: int) -> Sheet:
    """The sheet without the cells of that column from the row at `first` on; without the column where that is all."""
    left = sheet.header if first else tuple(one for one in sheet.header if one != header)
    rows = tuple(
        {one: text for one, text in row.items() if at < first or one != header} for at, row in enumerate(sheet.rows)
    )
    return Sheet(left, rows)
