"""What ODK or KoboToolbox read and pyxform does not, rewritten row by row: every row keeps its number."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from dialogs.form.rows import canonical_column
from dialogs.form.workbook import Cells, Sheet, Workbook


def adapted(book: Workbook) -> Workbook:
    """The workbook as pyxform can take it; itself where there is nothing to rewrite."""
    return _own_lists(_without_kobo_groups(_plain_first(book)))


# -- `label` to the right of `label::Arabic (ar)`: pyxform would lose the translation


def _plain_first(book: Workbook) -> Workbook:
    late = {name: found for name, sheet in book.sheets.items() if (found := _late_columns(sheet))}
    if not late:
        return book
    moved = {}
    for name, columns in late.items():
        sheet = book.sheets[name]
        header = (*columns, *(one for one in sheet.header if one not in columns))
        moved[name] = Sheet(header, tuple({one: row[one] for one in header if one in row} for row in sheet.rows))
    return replace(book, sheets={**book.sheets, **moved})


def _late_columns(sheet: Sheet) -> tuple[str, ...]:
    """The columns without a language that stand after the same one with a language."""
    translated: set[str] = set()
    late = []
    for header in sheet.header:
        column, colons, _language = canonical_column(header).partition("::")
        if colons:
            translated.add(column)
        elif column in translated:
            late.append(header)
    return tuple(late)


# -- select_one_external: its sheet of choices becomes part of the choices, as any other list


def _own_lists(book: Workbook) -> Workbook:
    survey, outside = book.sheets.get("survey"), book.sheets.get("external_choices")
    kind, listed = _header(survey, "type"), _header(outside, "list_name")
    if survey is None or outside is None or not kind or not listed:
        return book
    choices = book.sheets.get("choices") or Sheet(("list_name", "name", "label"), ())
    known = {row.get(_header(choices, "list_name"), "") for row in choices.rows}
    asked = {}
    for row in survey.rows:
        command, _, name = row.get(kind, "").partition(" ")
        if command == "select_one_external":
            asked[name.strip()] = f"external_{name.strip()}" if name.strip() in known else name.strip()
    if not asked:
        return book
    rows = tuple(_asked_as(row, kind, asked) for row in survey.rows)
    sheets = {**book.sheets, "survey": replace(survey, rows=rows), "choices": _joined(choices, outside, asked)}
    del sheets["external_choices"]
    if _has_twins(outside, listed):  # the same name in two places of a cascade, which only a list of choices may not
        sheets["settings"] = _allowing_twins(book.sheets.get("settings"))
    return replace(book, sheets=sheets)


def _asked_as(row: Cells, kind: str, asked: Mapping[str, str]) -> Cells:
    command, _, name = row.get(kind, "").partition(" ")
    return {**row, kind: f"select_one {asked[name.strip()]}"} if command == "select_one_external" else row


def _joined(choices: Sheet, outside: Sheet, asked: Mapping[str, str]) -> Sheet:
    """The choices with those of the other sheet below them, under the names that the columns have there."""
    names = {name: _header(choices, name) or name for name in ("list_name", "name", "label")}
    renamed = {header: names.get(canonical_column(header), header) for header in outside.header}
    added = []
    for row in outside.rows:
        moved = {renamed.get(header, header): text for header, text in row.items()}
        if moved.get(names["list_name"]) in asked:
            added.append({**moved, names["list_name"]: asked[moved[names["list_name"]]]})
    return Sheet(tuple(dict.fromkeys((*choices.header, *renamed.values()))), (*choices.rows, *added))


def _has_twins(outside: Sheet, listed: str) -> bool:
    name = _header(outside, "name")
    names = [(row.get(listed), row.get(name)) for row in outside.rows if row]
    return len(set(names)) < len(names)


def _allowing_twins(settings: Sheet | None) -> Sheet:
    allow = "allow_choice_duplicates"
    if settings is None or not settings.rows:
        return Sheet((allow,), ({allow: "yes"},))
    first, *others = settings.rows
    return Sheet(tuple(dict.fromkeys((*settings.header, allow))), ({**first, allow: "yes"}, *others))


# -- KoboToolbox's own rating and ranking groups


def _without_kobo_groups(book: Workbook) -> Workbook:
    survey = book.sheets.get("survey")
    kind = _header(survey, "type")
    if survey is None or not kind or not any(row.get(kind, "") in ("begin_score", "begin_rank") for row in survey.rows):
        return book
    appearance = _header(survey, "appearance") or "appearance"
    header = survey.header if appearance in survey.header else (*survey.header, appearance)
    rows = tuple(_rows(survey, kind, appearance))
    return replace(book, sheets={**book.sheets, "survey": Sheet(header, rows)})


def _rows(survey: Sheet, kind: str, appearance: str) -> Iterator[Cells]:
    """`begin_score` as a group on one page, each `score__row` as a select from the group's list; ranks alike."""
    name, constraint = _header(survey, "name"), _header(survey, "constraint")
    listed = ""
    ranked: list[str] = []
    for row in survey.rows:
        written = row.get(kind, "")
        if written in ("begin_score", "begin_rank"):
            listed = row.get("kobo--score-choices" if written == "begin_score" else "kobo--rank-items", "")
            ranked = []
            yield {**row, kind: "begin_group", appearance: "field-list"}
        elif written in ("end_score", "end_rank"):
            yield {kind: "end_group"}
        elif written == "score__row" and listed:
            yield {**row, kind: f"select_one {listed}"}
        elif written == "rank__level" and listed:
            apart = " and ".join(f". != ${{{before}}}" for before in ranked)
            ranked.append(row.get(name, ""))
            yield {**row, kind: f"select_one {listed}", **({constraint: apart} if constraint and apart else {})}
        else:
            yield row


def _header(sheet: Sheet | None, column: str) -> str:
    """How the sheet's header writes a column; "" when it has none."""
    headers = () if sheet is None else sheet.header
    return next((header for header in headers if canonical_column(header) == column), "")
