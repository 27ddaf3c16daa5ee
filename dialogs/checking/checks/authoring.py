"""What loading has to say: mistakes that keep a form from being used, and what it does not understand."""

from __future__ import annotations

import re
from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.form.errors import FormError, FormProblem

_NAMED = re.compile(r"`[^`]*` of `(?P<name>[^`]+)`")


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
        named = _NAMED.search(warning)
        found = subject.form.named(named["name"]) if named else ()
        row = subject.rows.row_of(found[0].ref) if found else None
        cause, _, rest = warning.partition(": ")
        is_file = "not attached" in warning
        remedy = "Attach it, or take the question out." if is_file else "Correct the name, or take it out."
        text = f"{cause}: {rest}" if rest else cause
        yield Finding("warning", "survey", row, found[0].name if found else "", text, remedy)
