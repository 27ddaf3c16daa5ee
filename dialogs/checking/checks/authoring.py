"""What loading has to say: mistakes that keep a form from being used, and what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.rows import SurveyRow, list_named

_NAMED = re.compile(r"`[^`]*` of `(?P<name>[^`]+)`")
_MISSING_FILE = re.compile(r"The file `(?P<file>[^`]+)` is not attached")


def findings_of(error: FormError) -> tuple[Finding, ...]:
    """The problems of a form that cannot be loaded, as findings: all of them errors."""
    return tuple(_finding(problem) for problem in error.problems)


def is_no_form(error: FormError) -> bool:
    """Whether the file is no form at all, so that no row of it can be named."""
    return all(problem.row is None and not problem.sheet and not problem.ref for problem in error.problems)


def _finding(problem: FormProblem) -> Finding:
    named = _NAMED.search(problem.cause)
    name = problem.ref.rpartition("/")[2] or (named["name"] if named else "")
    cause = problem.cause
    if len(problem.rows) > 1:
        cause = f"{cause} It concerns rows {', '.join(map(str, problem.rows))}."
    return Finding("error", problem.sheet, problem.row, name, cause, problem.remedy, "authoring")


def loading_remarks(subject: Subject) -> Iterator[Finding]:
    """What loading noticed although the form works: names that lead nowhere, files that are not there."""
    for warning in subject.form.warnings:
        file = _MISSING_FILE.match(warning)
        if file:
            yield from _missing_file(subject, file["file"], warning)
            continue
        named = _NAMED.search(warning)
        found = subject.form.named(named["name"]) if named else ()
        row = subject.rows.row_of(found[0].ref) if found else None
        name = found[0].name if found else ""
        yield Finding("warning", "survey", row, name, warning, "Correct the name, or take it out.")


def _missing_file(subject: Subject, file: str, cause: str) -> Iterator[Finding]:
    """The row that reads the file; nothing where it is a list of choices, which `files.lists` tells of."""
    reading = [row for row in subject.rows.survey if _reads(row, file)]
    if subject.files is not None and any(list_named(row.type) == file for row in reading):
        return
    row, name = (reading[0].number, reading[0].name) if reading else (None, "")
    yield Finding("warning", "survey", row, name, cause, "Put the file beside the form, or take out what reads it.")


def _reads(row: SurveyRow, file: str) -> bool:
    stem = re.escape(file.rpartition(".")[0] or file)
    call = re.compile(rf"\b(?:pulldata|instance)\(\s*['\"]{stem}(?:\.\w+)?['\"]")
    return list_named(row.type) == file or any(call.search(cell) for cell in row.cells.values())
