"""Any form file in, XForm out: pyxform's work on XLSForms, with its complaints put in the author's words."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import PurePath
from types import MappingProxyType

from dialogs.form.adapting import adapted
from dialogs.form.bounds import check_bounds
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.filetypes import file_kind, unusable
from dialogs.form.form import Form
from dialogs.form.loading import load_xform
from dialogs.form.proofreading import check_choices, proofread
from dialogs.form.remedies import problems_in
from dialogs.form.rows import Rows
from dialogs.form.stumbling import stumble_in
from dialogs.form.workbook import Workbook, read_workbook
from dialogs.form.xml import written_xml

_NO_FILES: Mapping[str, bytes] = MappingProxyType({})


def read_form(content: bytes, *, name: str, attachments: Mapping[str, bytes] = _NO_FILES) -> Form:
    """The form in a file: XLSForm (.md, .csv, .xlsx, .xls) or XForm XML, told by content. `name` is the file's name.

    `attachments` are the files that its lists stand in, by name. Raises FormError and nothing else.
    """
    return load_xform(form_xml_of(content, name=name), attachments)


def form_xml_of(content: bytes, *, name: str) -> str:
    """The XForm XML of the same files: compiled from an XLSForm, or as it is. What comes back loads. FormError."""
    if file_kind(content, name=name) != "xform":
        return compile_xlsform(content, name=name)
    try:
        xml = written_xml(content)
    except ValueError as error:
        raise unusable(name, f"is no readable XML: {error}.", "Send the file again, or compile it again.") from error
    load_xform(xml)
    return xml


def sheets_of(content: bytes, *, name: str) -> Mapping[str, Sequence[Mapping[str, str]]]:
    """The sheets of an XLSForm: lower-case name -> rows, the first of them row 2; {} for XForm XML. FormError."""
    return {sheet: table.rows for sheet, table in read_workbook(content, name=name).sheets.items()}


def compile_xlsform(content: bytes, *, name: str) -> str:
    """The XForm XML of an XLSForm told by content; `name` is the file's name.

    Raises FormError, each problem with its row, its cause and what to do. The expressions are checked as well, so what
    comes back loads. Importing pyxform takes a while the first time: not for the path of a chat message.
    """
    if file_kind(content, name=name) == "xform":
        raise unusable(name, "is XML, not an XLSForm.", "Give the .xlsx or Markdown it was made from.")
    book = read_workbook(content, name=name)
    check_bounds(book)
    fit = adapted(book)
    if fit.sheets.get("settings") is not book.sheets.get("settings"):
        check_choices(book)  # the settings now let pass what they did not
    book = fit
    xml = _converted(book, name)
    try:
        load_xform(xml)
    except FormError as error:
        raise _told_with_rows(error, book) from error
    return xml


def _converted(book: Workbook, name: str) -> str:
    from pyxform.errors import PyXFormError
    from pyxform.xls2xform import convert

    try:
        return str(convert(xlsform=book.for_pyxform(_identifier(name))).xform)
    except PyXFormError as error:
        raise FormError(_merged(problems_in(str(error), book), proofread(book))) from error
    except RecursionError as error:
        remedy = "Split what is nested too deeply over several groups or calculates."
        raise unusable(name, "is nested too deeply.", remedy) from error
    except Exception as error:  # pyxform's own stumbles are of any kind; on what it refuses by name it raises the above
        found = stumble_in(book, _is_readable)
        problems = [*([found] if found else []), *proofread(book)]
        if problems:
            raise FormError(problems) from error
        remedy = "Compare the row that names it with the XLSForm documentation."
        raise unusable(name, f"cannot be read: it stumbles over {str(error)[:200]}.", remedy) from error


def _is_readable(book: Workbook) -> bool:
    from pyxform.xls2xform import convert

    try:
        convert(xlsform=book.for_pyxform("form"))
    except Exception:  # as in `_converted`: of any kind
        return False
    return True


def _merged(told: Sequence[FormProblem], found: Sequence[FormProblem]) -> list[FormProblem]:
    """pyxform's problems, and ours; of the same cell only ours, which knows more."""
    cells = {(problem.sheet, problem.row, problem.column) for problem in found}
    rows = {(problem.sheet, problem.row) for problem in found}
    kept = [one for one in told if (one.sheet, one.row, one.column) not in cells]
    kept = [one for one in kept if one.column or (one.sheet, one.row) not in rows]
    return sorted((*kept, *found), key=lambda problem: (problem.sheet != "survey", problem.row or 0))


def _told_with_rows(error: FormError, book: Workbook) -> FormError:
    rows = Rows({sheet: table.rows for sheet, table in book.sheets.items()})
    return FormError(rows.placed(problem) for problem in error.problems)


def _identifier(name: str) -> str:
    """The form's id when its settings give none: the file's name, made fit for XML."""
    stem = re.sub(r"[^\w.\-]", "_", PurePath(name).stem, flags=re.ASCII)[:100]
    return stem if re.match(r"[A-Za-z_]", stem) else f"form_{stem}"
