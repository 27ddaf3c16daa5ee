"""Where a question, a choice or a setting stands in the author's sheets: names and refs to spreadsheet rows."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from dialogs.form.errors import FormProblem

_ALIASES = {  # other names of columns that XLSForm knows -> the one used here
    "relevance": "relevant",
    "calculate": "calculation",
    "caption": "label",
    "readonly": "read_only",
    "count": "repeat_count",
    "jr:count": "repeat_count",
    "command": "type",
    "tag": "name",
    "constraining_message": "constraint_message",
    "jr:constraintmsg": "constraint_message",
    "requiredmsg": "required_message",
    "jr:requiredmsg": "required_message",
    "bind::relevant": "relevant",
    "bind::required": "required",
    "bind::readonly": "read_only",
    "bind::constraint": "constraint",
    "bind::calculate": "calculation",
    "media::image": "image",
    "media::audio": "audio",
    "media::video": "video",
}
_MADE = re.compile(r"^(?:generated_note_name|generated_table_list_label|reserved_name_for_field_list_labels)_(\d+)$")
_TRANSLATED = ("label", "caption", "hint", "guidance_hint", "constraint_message", "required_message", "media")


@dataclass(frozen=True, slots=True)
class SurveyRow:
    """One row of the survey sheet. `path` is its name under those of the groups around it; () where it has no name."""

    number: int
    type: str  # lower case, single blanks: "begin group", "select_one yes_no"
    name: str
    path: tuple[str, ...]
    cells: Mapping[str, str]  # canonical column -> text; `label::Arabic (ar)` keeps its language as written


@dataclass(frozen=True, slots=True)
class ChoiceRow:
    """One row of the choices sheet."""

    number: int
    list_name: str
    name: str
    cells: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Rows:
    """The sheets of one form with their row numbers; `Rows({})` for a form that came as XForm XML knows none."""

    sheets: Mapping[str, Sequence[Mapping[str, str]]]
    survey: tuple[SurveyRow, ...] = field(init=False)
    choices: tuple[ChoiceRow, ...] = field(init=False)
    settings: Mapping[str, str] = field(init=False)
    _by_path: Mapping[tuple[str, ...], SurveyRow] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Reads the sheets once."""
        survey = tuple(_survey(self.sheets.get("survey", ())))
        settings = next((_canonical(row) for row in self.sheets.get("settings", ()) if row), {})
        for name, value in (
            ("survey", survey),
            ("choices", tuple(_choices(self.sheets.get("choices", ())))),
            ("settings", MappingProxyType(settings)),
            ("_by_path", MappingProxyType({row.path: row for row in reversed(survey) if row.path})),
        ):
            object.__setattr__(self, name, value)

    def row_of(self, ref: str) -> int | None:
        """The survey row that defines the question at `ref`, with or without positions; None when none does.

        What XLSForm makes of a row by itself (`<name>_other`, `<name>_count`) has the row of that name.
        """
        path = tuple(step.partition("[")[0] for step in ref.strip("/").split("/"))[1:]
        if path == ("meta", "audit"):
            return next((row.number for row in self.survey if row.type == "audit"), None)
        made = _MADE.search(path[-1]) if path else None
        if made:
            return int(made[1])
        found = self._by_path.get(path)
        for suffix in ("_other", "_count"):
            if found is None and path and path[-1].endswith(suffix):
                found = self._by_path.get((*path[:-1], path[-1].removesuffix(suffix)))
        return None if found is None else found.number

    def placed(self, problem: FormProblem) -> FormProblem:
        """The problem with the rows of the questions it is about."""
        if problem.ref.endswith("/meta/instanceName") and problem.row is None:
            return replace(problem, sheet="settings", row=2)
        found = sorted({row for ref in (problem.ref, *problem.refs) if ref and (row := self.row_of(ref)) is not None})
        if problem.row is not None or not found:
            return problem
        first = self.row_of(problem.ref) or found[0]
        return replace(problem, row=first, rows=tuple(found) if len(found) > 1 else ())

    def choice_row(self, list_name: str, name: str) -> int | None:
        """The row of a choice; None when the list has none of that name."""
        found = (row.number for row in self.choices if row.list_name == list_name and row.name == name)
        return next(found, None)

    def list_of(self, ref: str) -> str:
        """The list of choices that the select at `ref` names; "" when it is no select."""
        row = self.row_of(ref)
        return next((list_named(found.type) for found in self.survey if found.number == row), "")


def canonical_column(header: str) -> str:
    """The header as XLSForm's documentation spells it: `Relevance` as `relevant`, languages as written."""
    first, colons, rest = header.partition("::")
    if not colons and header.partition(":")[0].strip().lower() in _TRANSLATED:  # `label:Arabic`, as it once was
        first, colons, rest = header.partition(":")
    column = "_".join(first.split()).lower()
    whole = f"{column}::{rest.strip()}" if colons else column
    if whole.lower() in _ALIASES:
        return _ALIASES[whole.lower()]
    if column == "media" and colons:
        return canonical_column(rest)
    return f"{_ALIASES.get(column, column)}::{rest.strip()}" if colons else _ALIASES.get(column, column)


def list_named(kind: str) -> str:
    """The list or file that a type such as `select_one yes_no or_other` names; "" for other types."""
    words = re.sub(r"\s+(?:or_other|or other|or specify other)$", "", kind).split()
    is_select = len(words) > 1 and (words[0].startswith("select") or words[0] in ("rank", "add", "q"))
    return words[-1] if is_select else ""


def _canonical(row: Mapping[str, str]) -> dict[str, str]:
    return {canonical_column(header): text for header, text in row.items()}


def _survey(rows: Sequence[Mapping[str, str]]) -> Iterator[SurveyRow]:
    above: list[str] = []
    for number, row in enumerate(rows, 2):
        cells = _canonical(row)
        if not cells or cells.get("disabled", "").lower() in ("yes", "true", "true()"):
            continue
        kind, name = " ".join(cells.get("type", "").split()), cells.get("name", "").strip()
        begins = re.match(r"begin[ _](group|repeat|loop|lgroup|looped)", kind.lower()) is not None
        if re.match(r"end[ _](group|repeat|loop|lgroup|looped group)$", kind.lower()):
            if above:
                above.pop()
            yield SurveyRow(number, kind.lower().replace("_", " "), "", (), cells)
            continue
        kind = kind.replace("_", " ", 1) if begins else kind
        yield SurveyRow(number, kind, name, (*above, name) if name else (), cells)
        if begins:
            above.append(name)


def _choices(rows: Sequence[Mapping[str, str]]) -> Iterator[ChoiceRow]:
    for number, row in enumerate(rows, 2):
        cells = _canonical(row)
        if cells:
            name = cells.get("name") or cells.get("value", "")
            yield ChoiceRow(number, cells.get("list_name", ""), name, cells)
