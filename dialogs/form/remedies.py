"""pyxform's messages, turned into what is wrong in which row and what to do about it."""

from __future__ import annotations

import re

from dialogs.form.complaints import COMPLAINTS
from dialogs.form.errors import FormProblem
from dialogs.form.rows import Rows, canonical_column
from dialogs.form.workbook import Workbook


def problems_in(message: str, book: Workbook) -> list[FormProblem]:
    """The problems a message of pyxform tells of; always at least one."""
    rows = Rows({sheet: table.rows for sheet, table in book.sheets.items()})
    found = re.split(r"\n(?=\[row : )", message.strip()) if message.startswith("[row") else [message.strip()]
    return [_problem(one, rows) for one in found] or [_problem("", rows)]


def _problem(message: str, rows: Rows) -> FormProblem:
    row = re.search(r"\[row : (\d+)\]", message)
    sheet = re.search(r"(?:[Oo]n the|for sheet:) '(\w+)'", message)
    column = re.search(r"the '([^']+)' value", message)
    text = re.sub(r"^\s*\[row : \d+\]\s*", "", message)
    number = int(row[1]) if row else None
    name = sheet[1] if sheet else "survey"
    for pattern, tell in COMPLAINTS:
        match = re.search(pattern, text, re.DOTALL)
        if match:
            cause, remedy = tell(match, rows)
            where, at = _row_naming(match, rows) if number is None else (name, number)
            return FormProblem(where, at, cause, remedy, column=canonical_column(column[1]) if column else "")
    return FormProblem(name, number, *_plain(text))


def _row_naming(match: re.Match[str], rows: Rows) -> tuple[str, int | None]:
    """The sheet and row of a message that gives none: of the choice, question or type that it names."""
    named = match.groupdict()
    if named.get("choice"):
        return "choices", rows.choice_row(named.get("list") or "", named["choice"])
    for row in rows.survey:
        if named.get("q") and row.name == named["q"]:
            return "survey", row.number
        wanted = named.get("type") or named.get("list")
        if wanted and wanted in (row.type, *row.type.split()):
            return "survey", row.number
    if named.get("settings") is not None:
        return "settings", 2
    return named.get("sheet") or "survey", None


def _plain(text: str) -> tuple[str, str]:
    """A message not in the table: its first sentence says what, the others what to do."""
    text = re.sub(r"^On the '\w+' sheet, ", "", re.sub(r"\s*Learn more: \S+", "", text)).strip()
    first, _, rest = re.sub(r"\s+", " ", text).partition(". ")
    cause = f"{first.rstrip('.')}." if first else "The form cannot be read."
    return cause[:1].upper() + cause[1:], rest or "Correct this row, or compare it with the XLSForm documentation."
