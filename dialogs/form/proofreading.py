"""Reads the sheets of a form that cannot be used for all mistakes at once: pyxform tells of one at a time."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches

from dialogs.expressions import ExpressionError
from dialogs.form.errors import FormError, FormProblem
from dialogs.form.habits import habit_in
from dialogs.form.rows import ChoiceRow, Rows, SurveyRow, list_named
from dialogs.form.sources import Sources
from dialogs.form.types import is_known_type, nearest_type
from dialogs.form.workbook import Workbook

MOST_PROBLEMS = 50

EXPRESSIONS = ("relevant", "required", "read_only", "constraint", "calculation", "repeat_count", "choice_filter")
NAME_RULE = "Begin with a letter; then letters, digits, underscores, hyphens or periods, without spaces."

_REFERENCE = re.compile(r"\$\{([^}]*)\}|\$\{")
_NAME = re.compile(r"[^\W\d][\w.\-]*(:[^\W\d][\w.\-]*)?")
_CURLY = str.maketrans("\u2018\u2019\u201c\u201d", "''\"\"")  # pyxform straightens quotes as well
_PLAIN = frozenset("yes no true false true() false()".split())  # what `required` and `read_only` say without computing
_ATTACHED = (".csv", ".xml", ".geojson")


def proofread(book: Workbook) -> list[FormProblem]:
    """The mistakes in the sheets, in the order of their rows, at most MOST_PROBLEMS; empty when none is seen."""
    rows = Rows({sheet: table.rows for sheet, table in book.sheets.items()})
    found = [*_groups(rows.survey), *_names(rows.survey), *_types(rows), *_lists(rows), *_texts(rows)]
    found.sort(key=lambda problem: (problem.sheet != "survey", problem.row or 0))
    seen: dict[tuple[str, int | None, str], FormProblem] = {}
    for problem in found:
        seen.setdefault((problem.sheet, problem.row, problem.cause), problem)
    return list(seen.values())[:MOST_PROBLEMS]


def check_choices(book: Workbook) -> None:
    """FormError when a list has two choices of one name and the settings do not allow it."""
    rows = Rows({sheet: table.rows for sheet, table in book.sheets.items()})
    problems = [problem for problem in _choices(rows, {}) if problem.rows]
    if problems:
        raise FormError(problems[:MOST_PROBLEMS])


def near(name: str, known: Iterable[str], otherwise: str) -> str:
    """`Did you mean ...?` with the known name that looks most like it, else `otherwise`."""
    by_folded = {one.lower(): one for one in known}
    found = get_close_matches(name[:100].lower(), list(by_folded)[:5_000], n=1, cutoff=0.5)
    return f"Did you mean `{by_folded[found[0]]}`?" if found else otherwise


def _problem(row: SurveyRow, column: str, cause: str, remedy: str) -> FormProblem:
    return FormProblem("survey", row.number, cause, remedy, column=column)


def _groups(survey: Iterable[SurveyRow]) -> Iterator[FormProblem]:
    """Groups and repeats that are begun and not ended, or the other way round."""
    begun: list[SurveyRow] = []
    for row in survey:
        if row.type.startswith("begin "):
            begun.append(row)
        elif row.type.startswith("end "):
            kind = row.type.partition(" ")[2]
            if not begun:
                remedy = f"Take it out, or add the `begin {kind}` it belongs to."
                yield _problem(row, "type", f"`end {kind}` closes nothing.", remedy)
            elif begun[-1].type.split()[1] != kind:
                last = begun.pop()
                cause = f"`end {kind}` stands where `{last.type}` of `{last.name}` (row {last.number}) is still open."
                yield _problem(row, "type", cause, f"Write `end {last.type.split()[1]}`, or close that one first.")
            else:
                begun.pop()
    for row in begun:
        remedy = f"Add `end {row.type.split()[1]}` after its last question."
        yield _problem(row, "type", f"`{row.type}` of `{row.name}` is never closed.", remedy)


def _names(survey: Iterable[SurveyRow]) -> Iterator[FormProblem]:
    first: dict[tuple[str, ...], SurveyRow] = {}
    for row in survey:
        if row.type.startswith(("end ", "end_")) or not (row.type or row.name):
            continue
        if not row.name and row.type not in ("note", "audit"):
            yield _problem(row, "name", "The row has no name.", "Give it a name that no other row has.")
        elif row.name and not row.type:
            yield _problem(row, "type", "The row has no type.", "Fill in `type`, or take the row out.")
        elif row.name and not _NAME.fullmatch(row.name):
            yield _problem(row, "name", "What stands in `name` cannot be a name.", NAME_RULE)
        elif row.path and row.path in first:
            rows = (first[row.path].number, row.number)
            cause = f"`{row.name}` is the name of two rows in the same group."
            yield FormProblem("survey", row.number, cause, "Rename one of them.", column="name", rows=rows)
        first.setdefault(row.path, row)


def _types(rows: Rows) -> Iterator[FormProblem]:
    for row in rows.survey:
        if row.type and (row.name or row.type.startswith("end_")) and not is_known_type(row.type):
            yield _problem(row, "type", f"`{row.type}` is no question type.", nearest_type(row.type))
        dynamic = row.cells.get("calculation") or row.cells.get("default")
        if row.type == "calculate" and not dynamic:
            remedy = "Fill in `calculation`, or take the row out."
            yield _problem(row, "calculation", "A calculate has no calculation.", remedy)


def _lists(rows: Rows) -> Iterator[FormProblem]:
    lists = dict.fromkeys(choice.list_name for choice in rows.choices if choice.list_name)
    multiple: dict[str, SurveyRow] = {}
    for row in rows.survey:
        wanted = list_named(row.type)
        if not wanted or wanted.endswith(_ATTACHED) or "${" in wanted or re.search(r"external|from[_ ]file", row.type):
            continue
        if wanted not in lists:
            cause = f"The choices sheet has no list called `{wanted}`."
            yield _problem(row, "type", cause, near(wanted, lists, "Add its choices, each with this `list_name`."))
        if re.match(r"select[_ ](multiple|all)|rank|add select multiple", row.type):
            multiple.setdefault(wanted, row)
    yield from _choices(rows, multiple)


def _choices(rows: Rows, multiple: Mapping[str, SurveyRow]) -> Iterator[FormProblem]:
    allowed = rows.settings.get("allow_choice_duplicates", "").lower() in ("yes", "true", "true()")
    first: dict[tuple[str, str], ChoiceRow] = {}
    for choice in rows.choices:
        if choice.list_name and not choice.name:
            yield FormProblem("choices", choice.number, "The choice has no name.", "Fill in `name`.", column="name")
        if choice.name and (choice.list_name, choice.name) in first and not allowed:
            both = (first[choice.list_name, choice.name].number, choice.number)
            cause = f"Two choices of the list `{choice.list_name}` have the name `{choice.name}`."
            remedy = "Rename one of them, or take it out."
            yield FormProblem("choices", choice.number, cause, remedy, column="name", rows=both)
        if " " in choice.name and choice.list_name in multiple:
            taker = multiple[choice.list_name].name
            cause = f"The name `{choice.name}` has a space, and `{taker}` takes several choices."
            remedy = f"Write `{choice.name.replace(' ', '_')}`."
            yield FormProblem("choices", choice.number, cause, remedy, column="name")
        first.setdefault((choice.list_name, choice.name), choice)


def _texts(rows: Rows) -> Iterator[FormProblem]:
    """References that lead nowhere, and expressions that cannot be read."""
    names = Counter(row.name for row in rows.survey if row.name)
    names.update(("instanceID",))
    checked = Sources()
    for sheet, numbered in (
        ("survey", ((row.number, row.cells) for row in rows.survey)),
        ("choices", ((row.number, row.cells) for row in rows.choices)),
        ("settings", ((number, row) for number, row in enumerate(rows.sheets.get("settings", ()), 2))),
    ):
        for number, cells in numbered:
            for column, text in cells.items():
                yield from _cell(sheet, number, column, text, names, checked)


def _cell(
    sheet: str, number: int, column: str, text: str, names: Mapping[str, int], checked: Sources
) -> Iterator[FormProblem]:
    whole = True
    for found in _REFERENCE.finditer(text) if "${" in text else ():
        name = (found[1] or "").strip().removeprefix("last-saved#")
        if found[1] is None or not _NAME.fullmatch(name):
            whole = False
            cause = f"`{column}` has a `${{` that holds no name."
            yield FormProblem(sheet, number, cause, "Write it as ${name}.", column=column)
        elif name not in names and (sheet != "choices" or column.partition("::")[0] == "label"):
            cause = f"`{column}` names `{name}`, which no row defines."
            yield FormProblem(sheet, number, cause, near(name, names, f"Add a row named `{name}`."), column=column)
        elif names.get(name, 1) > 1 and sheet == "survey":
            cause = f"`{column}` names `{name}`, which several rows define."
            yield FormProblem(sheet, number, cause, "Give each of those rows a name of its own.", column=column)
    if whole and sheet == "survey" and column in EXPRESSIONS and text.strip().lower() not in _PLAIN:
        try:
            checked.closure(_REFERENCE.sub(" /x/y ", text.translate(_CURLY)))  # with blanks, as pyxform writes it
        except ExpressionError as error:
            cause, remedy = habit_in(text) or (error.cause, error.remedy)
            yield FormProblem(sheet, number, f"`{column}`: {cause}", remedy, column=column)
