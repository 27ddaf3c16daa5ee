"""XLSForm in, XForm out: pyxform's work, with its complaints put in the author's words."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from io import BytesIO
from pathlib import PurePath
from typing import Any
from zipfile import BadZipFile, ZipFile

from dialogs.form.errors import FormError, FormProblem
from dialogs.form.loading import load_xform
from dialogs.form.remedies import problems_in, row_of

LARGEST_UNPACKED = 100_000_000  # bytes of an .xlsx once unzipped; an untrusted one may be a bomb
LARGEST_TEXT = 10_000_000  # bytes of a Markdown form


def compile_xlsform(content: bytes, *, name: str) -> str:
    """The XForm XML of an XLSForm, Markdown or .xlsx told by content; `name` is the file's name.

    Raises FormError, each problem with its row, its cause and what to do. The expressions are checked as well, so what
    comes back loads. Importing pyxform takes a while the first time: not for the path of a chat message.
    """
    from pyxform.errors import PyXFormError
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert

    kind = _kind(content, name)
    book: dict[str, Any] = {}
    try:
        book = asdict(get_xlsform(BytesIO(content), file_type=kind))
        book["fallback_form_name"] = _identifier(name)
        xml = str(convert(xlsform=_without_escapes(book)).xform)
    except PyXFormError as error:
        raise FormError(problems_in(str(error), book)) from error
    except (BadZipFile, OSError, ValueError, LookupError, TypeError, AttributeError) as error:  # pyxform's own stumbles
        remedy = "Compare the row that names it with the XLSForm documentation."
        raise _unusable(name, f"cannot be read: it stumbles over {error}.", remedy) from error
    _check(xml, book)
    return xml


def _kind(content: bytes, name: str) -> str:
    if content.startswith(b"PK"):
        _check_size(content, name)
        return ".xlsx"
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise _unusable(name, "is an old Excel file (.xls).", "Save it as .xlsx.")
    if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"<"):
        raise _unusable(name, "is XML, not an XLSForm.", "Give the .xlsx or Markdown it was made from.")
    if len(content) > LARGEST_TEXT:
        raise _unusable(name, f"has over {LARGEST_TEXT} bytes.", "Move its lists to an attached CSV file.")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _unusable(name, "is not written in UTF-8.", "Save it as UTF-8.") from error
    if "|" not in text:
        raise _unusable(name, "has no Markdown tables.", "Write one table for each of survey, choices and settings.")
    long_rows = list(_long_rows(text))
    if long_rows:
        raise FormError(long_rows)
    return ".md"


def _long_rows(text: str) -> Iterator[FormProblem]:
    """Rows of Markdown tables with more cells than their header: mostly a bar inside a cell."""
    sheet, row, width = "", 0, 0
    for line in text.splitlines():
        cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line.strip())[1:-1]]
        if len(cells) < 2 or (set("".join(cells)) <= {"-", ":"} and any(cells)):
            continue
        if cells[0]:
            sheet, row, width = cells[0].lower(), 0, 0
        if any(cells[1:]):
            row, width = row + 1, width or len(cells)
        if 0 < width < len(cells) and any(cells[width:]):
            cause = "It has more cells than its header row."
            yield FormProblem(sheet, row, cause, "Write a bar inside a cell as `\\|`.")


def _check_size(content: bytes, name: str) -> None:
    try:
        with ZipFile(BytesIO(content)) as archive:
            unpacked = sum(entry.file_size for entry in archive.infolist())
    except BadZipFile as error:
        raise _unusable(name, "is damaged: it cannot be unzipped.", "Save it again as .xlsx.") from error
    if unpacked > LARGEST_UNPACKED:
        raise _unusable(name, "is too large once unzipped.", "Move its lists to an attached CSV file.")


def _unusable(name: str, cause: str, remedy: str) -> FormError:
    return FormError([FormProblem("", None, f"{name} {cause}", remedy)])


def _identifier(name: str) -> str:
    """The form's id when its settings give none: the file's name, made fit for XML."""
    stem = re.sub(r"[^\w.\-]", "_", PurePath(name).stem, flags=re.ASCII)
    return stem if re.match(r"[A-Za-z_]", stem) else f"form_{stem}"


def _without_escapes(book: Mapping[str, Any]) -> dict[str, Any]:
    """The workbook with `\\|`, as a Markdown cell writes it, read as `|`."""
    plain = {}
    for sheet, rows in book.items():
        is_table = isinstance(rows, (list, tuple)) and all(isinstance(row, dict) for row in rows)
        plain[sheet] = [{key: _unescaped(value) for key, value in row.items()} for row in rows] if is_table else rows
    return plain


def _unescaped(value: object) -> object:
    return value.replace("\\|", "|") if isinstance(value, str) else value


def _check(xml: str, book: Mapping[str, Any]) -> None:
    try:
        load_xform(xml)
    except FormError as error:
        rows = (replace(problem, row=problem.row or row_of(problem.ref, book)) for problem in error.problems)
        raise FormError(rows) from error
