"""The sheets of an XLSForm as texts, whatever file they come from: what pyxform is given and rows are told from."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from dialogs.form.errors import FormError, FormProblem
from dialogs.form.filetypes import FileKind, file_kind, unusable
from dialogs.form.xls import XlsFile
from dialogs.form.xlsx import TooLargeWorkbook, UnreadableWorkbook, XlsxFile

SHEETS = ("survey", "choices", "settings", "external_choices", "entities", "osm")

EMPTY_ROWS = 60  # pyxform, and so ODK, takes a longer gap for the end of the sheet
EMPTY_COLUMNS = 20  # the same, of the header
MOST_ROWS = 50_000  # of one sheet; more choices than that belong into an attached file
MOST_COLUMNS = 1_000
LOWEST_HEADER = 10  # rows, in which column names are looked for where the first has none

Cells: TypeAlias = Mapping[str, str]  # header as written -> text; blank cells are absent
Table: TypeAlias = Iterable[tuple[int, Mapping[int, str]]]  # row number from 1 -> texts by column from 0


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet. `rows[0]` is row 2 of the spreadsheet; a row that is blank there is empty here."""

    header: tuple[str, ...]
    rows: tuple[Cells, ...]


@dataclass(frozen=True, slots=True)
class Workbook:
    """The sheets a form is made of, by lower-case name, and the names of all sheets as written."""

    sheets: Mapping[str, Sheet] = field(default_factory=dict)
    sheet_names: tuple[str, ...] = ()

    def for_pyxform(self, form_id: str) -> dict[str, Any]:
        """What `pyxform.xls2xform.convert` takes; `form_id` is used where the settings give none."""
        book: dict[str, Any] = {"sheet_names": list(self.sheet_names), "fallback_form_name": form_id}
        for name, sheet in self.sheets.items():
            book[name] = [dict(row) for row in sheet.rows]
            book[f"{name}_header"] = [dict.fromkeys(sheet.header)] if sheet.header else []
        return book


def read_workbook(content: bytes, *, name: str) -> Workbook:
    """The workbook of an XLSForm, .md .csv .xlsx or .xls told by content; an empty one for an XForm. FormError."""
    kind = file_kind(content, name=name)
    if kind == "xform":
        return Workbook()
    try:
        tables = dict(_tables(kind, content))
        names = tuple(tables)
        wanted = {found: table for found, table in tables.items() if found.lower() in SHEETS or len(names) == 1}
        sheets = {
            found.lower() if found.lower() in SHEETS else "survey": _sheet(found.lower(), table, kind)
            for found, table in wanted.items()
        }
    except UnreadableWorkbook as error:
        raise unusable(
            name, f"is a damaged .{kind}: a part of it cannot be read.", "Save it again as .xlsx."
        ) from error
    except TooLargeWorkbook as error:
        remedy = "Move its lists to an attached CSV file, or delete empty rows and columns that only have a format."
        raise unusable(name, "has more sheets, rows or cells than a form can need.", remedy) from error
    return Workbook(sheets, names)


def _tables(kind: FileKind, content: bytes) -> Iterator[tuple[str, Table]]:
    if kind in ("xlsx", "xls"):
        book = XlsxFile(content) if kind == "xlsx" else XlsFile(content)
        yield from ((sheet.strip(), book.rows(sheet)) for sheet in book.sheet_names)
    else:
        text = content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
        lines = _markdown_rows(text) if kind == "md" else _csv_rows(text)
        yield from _by_sheet(lines).items()


def _by_sheet(lines: Iterable[Sequence[str]]) -> dict[str, Table]:
    """Rows whose first cell names the sheet where one begins."""
    found: dict[str, list[tuple[int, Mapping[int, str]]]] = {}
    at = ""
    for first, *cells in lines:
        if first:
            at = first
            found.setdefault(at, [])
        filled = {column: cell for column, cell in enumerate(cells) if cell}
        if at and len(found[at]) > MOST_ROWS:
            raise TooLargeWorkbook
        if at and filled:
            found[at].append((len(found[at]) + 1, filled))
    return dict(found)


def _markdown_rows(text: str) -> Iterator[Sequence[str]]:
    for line in text.splitlines():
        stripped = line.strip()
        if not stripped.startswith("|"):
            continue
        cells = [cell.strip().replace("\\|", "|") for cell in re.split(r"(?<!\\)\|", stripped)[1:]]
        if not cells or cells[-1] == "" or cells[-1].startswith("#"):  # after the last bar stands nothing, or a comment
            cells = cells[:-1]
        if cells and not (set("".join(cells)) <= {"-", ":"} and any(cells)):
            yield cells


def _csv_rows(text: str) -> Iterator[Sequence[str]]:
    try:
        for row in csv.reader(io.StringIO(text, newline="")):
            if row:
                yield [cell.strip() for cell in row]
    except csv.Error as error:
        raise FormError([FormProblem("", None, f"The CSV cannot be read: {error}.", "Save it as .xlsx.")]) from error


def _sheet(name: str, table: Table, kind: FileKind) -> Sheet:
    columns: list[str] = []
    rows: list[Cells] = []
    too_wide: list[FormProblem] = []
    for number, cells in table:
        if not columns:
            if number > 1:  # the first row is the header, and there is none
                if name == "survey":
                    raise _below(number)
                break
            columns = _header(name, cells)
            continue
        if number <= LOWEST_HEADER and name == "survey" and _is_header(cells.values()) and not _is_header(columns):
            raise _below(number)
        if number - 2 - len(rows) > EMPTY_ROWS:
            break
        if len(rows) >= MOST_ROWS:
            raise TooLargeWorkbook
        rows.extend({} for _gap in range(number - 2 - len(rows)))
        if kind == "md" and max(cells) >= len(columns):
            cause = "It has more cells than its header row."
            too_wide.append(FormProblem(name, number, cause, "Write a bar inside a cell as `\\|`."))
        filled = ((columns[at], text) for at, text in sorted(cells.items()) if at < len(columns) and columns[at])
        rows.append({header: text.replace("\xa0", " ") for header, text in filled})  # a blank that does not break
    if too_wide:
        raise FormError(too_wide)
    return Sheet(tuple(column for column in columns if column), tuple(rows))


def _is_header(texts: Iterable[str]) -> bool:
    return {"type", "name"} <= {text.strip().lower() for text in texts}


def _below(number: int) -> FormError:
    remedy = "Delete the rows above: the first row of a sheet holds the names of its columns."
    return FormError([FormProblem("survey", number, "The sheet begins here.", remedy)])


def _header(sheet: str, cells: Mapping[int, str]) -> list[str]:
    columns: list[str] = []
    for at in sorted(cells):
        if at - len(columns) > EMPTY_COLUMNS:
            break
        if at > MOST_COLUMNS:
            raise TooLargeWorkbook
        columns.extend("" for _gap in range(at - len(columns)))
        header = re.sub(" +", " ", cells[at].strip())
        if header in columns:
            cause = f"The column `{header}` stands twice."
            raise FormError([FormProblem(sheet, 1, cause, "Take one of them out.", column=header)])
        columns.append(header)
    return columns
