"""pyxform's messages, turned into what is wrong in which row and what to do about it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, TypeAlias

from dialogs.form.errors import FormProblem

Book: TypeAlias = Mapping[str, Any]  # pyxform's workbook: sheet -> rows by column
Told: TypeAlias = tuple[str, str]  # cause, remedy

TYPES = (
    "text integer decimal date time datetime select_one select_multiple select_one_from_file "
    "select_multiple_from_file rank range note calculate hidden acknowledge geopoint geotrace geoshape barcode image "
    "audio video file start end today deviceid phonenumber username email audit begin_group end_group begin_repeat "
    "end_repeat xml-external csv-external start-geopoint background-audio"
).split()


def problems_in(message: str, book: Book) -> list[FormProblem]:
    """The problems a message of pyxform tells of; always at least one."""
    found = re.split(r"\n(?=\[row : )", message.strip()) if message.startswith("[row") else [message.strip()]
    return [_problem(one, book) for one in found] or [_problem("", book)]


def _problem(message: str, book: Book) -> FormProblem:
    row = re.search(r"\[row : (\d+)\]", message)
    sheet = re.search(r"[Oo]n the '(\w+)' sheet", message)
    text = re.sub(r"^\s*\[row : \d+\]\s*", "", message)
    number = int(row[1]) if row and int(row[1]) > 1 else None
    name = sheet[1] if sheet else "survey"
    for pattern, tell in _TOLD:
        match = re.search(pattern, text)
        if match:
            cause, remedy = tell(match, book)
            return FormProblem(name, number or _row_naming(match, book), cause, remedy)
    return FormProblem(name, number, *_plain(text))


def _plain(text: str) -> Told:
    """A message not in the table: its first sentence says what, the others what to do."""
    text = re.sub(r"^On the '\w+' sheet, ", "", re.sub(r"\s*Learn more: \S+", "", text)).strip()
    first, _, rest = re.sub(r"\s+", " ", text).partition(". ")
    cause = f"{first.rstrip('.')}." if first else "The form cannot be read."
    return cause[:1].upper() + cause[1:], rest or "Correct this row, or compare it with the XLSForm documentation."


def _near(name: str, known: Sequence[str], otherwise: str) -> str:
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    return f"Did you mean `{near[0]}`?" if near else otherwise


def _unknown_name(match: re.Match[str], book: Book) -> Told:
    column, name = match["column"], match["name"]
    names = [str(row["name"]) for row in _rows(book, "survey") if row.get("name")]
    return f"`{column}` names `{name}`, which no row defines.", _near(name, names, f"Add a row named `{name}`.")


def _unknown_type(match: re.Match[str], _book: Book) -> Told:
    written = match["type"]
    return f"`{written}` is no question type.", _near(written.split()[0], TYPES, "See the list of XLSForm types.")


def _unknown_list(match: re.Match[str], book: Book) -> Told:
    lists = [str(row.get("list_name") or row.get("list name")) for row in _rows(book, "choices")]
    cause = f"The choices sheet has no list called `{match['list']}`."
    return cause, _near(match["list"], list(dict.fromkeys(lists)), "Add its choices, each with this `list_name`.")


def _bad_name(match: re.Match[str], _book: Book) -> Told:
    remedy = "Begin with a letter; then letters, digits, underscores, hyphens or periods, without spaces."
    return f"What stands in `{match['column']}` cannot be a name.", remedy


def _says(cause: str, remedy: str) -> Callable[[re.Match[str], Book], Told]:
    """The named parts of the match fill the braces."""
    return lambda match, _book: (cause.format(**match.groupdict()), remedy.format(**match.groupdict()))


_TOLD: tuple[tuple[str, Callable[[re.Match[str], Book], Told]], ...] = (
    (r"the '(?P<column>[^']+)' value is invalid.*Could not find the name '(?P<name>[^']+)'", _unknown_name),
    (r"(?P<column>\S+).*There is no survey element named '(?P<name>[^']+)'", _unknown_name),
    (
        r"the '(?P<column>[^']+)' value is invalid.*The name '(?P<name>[^']+)' appears more than once",
        _says("`{column}` names `{name}`, which several rows define.", "Give each of those rows a name of its own."),
    ),
    (
        r"the '(?P<column>[^']+)' value is invalid.*Reference variables must start with",
        _says("`{column}` has a `${{` that holds no name.", "Write it as ${{name}}."),
    ),
    (r"Unknown question type '(?P<type>[^']+)'", _unknown_type),
    (r"List name not in (?:external )?choices sheet: (?P<list>.+?)\s*$", _unknown_list),
    (r"the '(?P<column>[^']+)' value is invalid\. Names must begin", _bad_name),
    (
        r"the 'name' value '(?P<name>[^']+)' is invalid\. Questions, groups, and repeats must be unique",
        _says("`{name}` is the name of two rows in the same group.", "Rename one of them."),
    ),
    (
        r"the 'name' value '(?P<name>[^']+)' is invalid\. Repeat names must",
        _says("The repeat `{name}` has a name that something else has.", "Rename it."),
    ),
    (
        r"Unmatched 'end_(?P<type>\w+)'",
        _says("`end {type}` closes nothing.", "Take it out, or add the `begin {type}` it belongs to."),
    ),
    (
        r"Unmatched 'begin_(?P<type>\w+)'.*for the name '(?P<name>[^']+)'",
        _says("`begin {type}` of `{name}` is never closed.", "Add `end {type}` after its last question."),
    ),
    (r"Missing calculation", _says("A calculate has no calculation.", "Fill in `calculation`, or take the row out.")),
    (r"(?:Question|group) with no name", _says("The row has no name.", "Give it a name that no other row has.")),
    (r"Question with no type", _says("The row has no type.", "Fill in `type`, or take the row out.")),
    (
        r"Choice names must be unique",
        _says("Two choices of one list have the same name.", "Rename one of them, or take it out."),
    ),
    (r"Choices must have a name", _says("The choice has no name.", "Fill in `name`.")),
    (r"Choices should have a label", _says("The choice has no label.", "Fill in `label`.")),
    (
        r"must have a sheet named|survey' sheet|'survey'.*(?:missing|required)",
        _says("There is no survey sheet.", "Name the sheet, or the Markdown table, `survey`."),
    ),
    (
        r"required column headers were not found: (?P<missing>.+?)\.",
        _says("A column is missing: {missing}.", "Add it to the header row."),
    ),
    (
        r"There should be a choices sheet",
        _says("No choices can be read.", "The choices sheet needs the columns `list_name`, `name` and `label`."),
    ),
    (r"Duplicate column header: (?P<name>.+)", _says("The column `{name}` stands twice.", "Take one of them out.")),
)


def _row_naming(match: re.Match[str], book: Book) -> int | None:
    """The row of a message that gives none: the first whose type or list is the one named."""
    wanted = match.groupdict().get("type") or match.groupdict().get("list")
    if not wanted:
        return None
    rows = enumerate(_rows(book, "survey"), 2)
    return next((at for at, row in rows if wanted in str(row.get("type", "")).split()), None)


def _rows(book: Book, sheet: str) -> list[dict[str, Any]]:
    rows = book.get(sheet) or []
    return [{str(key).lower(): value for key, value in row.items()} for row in rows if isinstance(row, dict)]


def row_of(ref: str, book: Book) -> int | None:
    """The row of the survey sheet that defines the question at `ref`; None when none does (generated questions)."""
    wanted = ref.strip("/").split("/")[1:]
    return next((at for at, path in _paths(book) if path == wanted), None)


def _paths(book: Book) -> Iterator[tuple[int, list[str]]]:
    above: list[str] = []
    for at, row in enumerate(_rows(book, "survey"), 2):
        kind = re.sub(r"[\s_]+", " ", str(row.get("type", "")).strip().lower())
        name = str(row.get("name", "")).strip()
        if kind.startswith("end ") and above:
            above.pop()
        elif name:
            yield at, [*above, name]
            if kind.startswith("begin "):
                above.append(name)
