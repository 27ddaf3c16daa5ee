"""Holds a workbook that may be hostile to what a form can need, before anything slower looks at it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from unicodedata import name as letter_name

from dialogs.form.errors import FormError, FormProblem
from dialogs.form.rows import canonical_column
from dialogs.form.workbook import Workbook

LONGEST_CELL = 32_767  # letters; what Excel lets a cell hold
LONGEST_NAME = 250  # letters of a name or a type
MOST_QUESTIONS = 5_000  # rows of the survey; the longest real one seen has under 3,000
MOST_CELLS = 800_000
MOST_TRANSLATED = 2_000_000  # rows times languages: each becomes a text of the form, written or not
MOST_REFERENCES = 1_000  # `${...}` in one cell
MOST_LOOKING = 200_000_000  # references times the length of their cells: pyxform reads the cell for each of them
DEEPEST_GROUP = 38  # groups within groups; the form's own tree adds two

_FORBIDDEN = re.compile("[\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ud800-\\udfff\\ufffe\\uffff]")  # XML 1.0 cannot hold them
_INVISIBLE = re.compile("[\\u200e\\u200f\\u061c\\u202a-\\u202e\\u2066-\\u2069\\ufeff\\u200b]")
_LETTER_BY_LETTER = frozenset(
    "type name list_name relevant constraint calculation required read_only choice_filter repeat_count trigger".split()
)


def check_bounds(book: Workbook) -> None:
    """FormError, naming the row, when a sheet holds more, deeper or other than a form can."""
    _check_sizes(book)
    problems = [problem for sheet, table in book.sheets.items() for problem in _cells(sheet, table.rows)]
    if problems:
        raise FormError(problems[:50])
    deep = next(_too_deep(book), None)
    if deep is not None:
        raise FormError([deep])


def _check_sizes(book: Workbook) -> None:
    cells = looking = 0
    for sheet, table in book.sheets.items():
        languages = {header.partition("::")[2] for header in table.header if "::" in header}
        if len(languages) * len(table.rows) > MOST_TRANSLATED:
            remedy = "Take languages out, or move its lists to an attached CSV file."
            raise FormError([FormProblem(sheet, 1, "The sheet has too many languages for its rows.", remedy)])
        if sheet == "survey" and len(table.rows) > MOST_QUESTIONS:
            cause = f"The sheet has over {MOST_QUESTIONS} rows."
            raise FormError([FormProblem(sheet, None, cause, "Split it into several forms.")])
        for row in table.rows:
            cells += len(row)
            looking += sum(cell.count("${") * len(cell) for cell in row.values() if "${" in cell)
    if cells > MOST_CELLS or looking > MOST_LOOKING:
        cause = f"The form has over {MOST_CELLS} cells." if cells > MOST_CELLS else "The expressions are too long."
        remedy = "Move its lists to an attached CSV file, or split it into several forms."
        raise FormError([FormProblem("", None, cause, remedy)])


def _cells(sheet: str, rows: tuple[Mapping[str, str], ...]) -> Iterator[FormProblem]:
    columns: dict[str, str] = {}
    for number, row in enumerate(rows, 2):
        for header, text in row.items():
            column = columns.get(header) or columns.setdefault(header, canonical_column(header))
            told = _told(column, text)
            if told is not None:
                yield FormProblem(sheet, number, *told, column=header)


def _told(column: str, text: str) -> tuple[str, str] | None:
    """What is wrong with one cell and what to do; None when all is well."""
    shown = column[:60]
    if len(text) > LONGEST_CELL:
        return f"`{shown}` has {len(text)} letters.", f"Keep it under {LONGEST_CELL}."
    if column in ("name", "list_name", "type") and len(text) > LONGEST_NAME:
        return f"`{shown}` has {len(text)} letters.", f"Keep it under {LONGEST_NAME}."
    if text.isascii() and text.isprintable():
        return _references(shown, text)
    found = _FORBIDDEN.search(text)
    if found:
        return f"`{shown}` holds a control character (U+{ord(found[0]):04X}).", "Type the cell again."
    hidden = _INVISIBLE.search(text) if column in _LETTER_BY_LETTER else None
    if hidden:
        called = letter_name(hidden[0], "").lower() or "control character"
        return f"`{shown}` holds an invisible letter ({called}).", "Delete it, or type the cell again."
    return _references(shown, text)


def _references(shown: str, text: str) -> tuple[str, str] | None:
    if "${" in text and text.count("${") > MOST_REFERENCES:
        return f"`{shown}` has over {MOST_REFERENCES} references.", "Split it over several calculates."
    return None


def _too_deep(book: Workbook) -> Iterator[FormProblem]:
    survey = book.sheets.get("survey")
    depth = 0
    for number, row in enumerate(survey.rows if survey else (), 2):
        kind = next((text for header, text in row.items() if canonical_column(header) == "type"), "").lower()
        depth += 1 if re.match(r"begin[ _]", kind) else -1 if re.match(r"end[ _]", kind) else 0
        if depth > DEEPEST_GROUP:
            cause = f"Groups are nested over {DEEPEST_GROUP} deep."
            yield FormProblem("survey", number, cause, "Close some of them before beginning others.")
