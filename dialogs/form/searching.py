"""The `search()` appearance of ODK Collect: choices out of an attached CSV, filtered by what has been answered."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from dialogs.expressions import Item
from dialogs.form.secondary import attached_item

_CALL = re.compile(r"\bsearch\s*\((.*)\)", re.DOTALL)
_TESTS = {
    "contains": "contains({column}, {text})",
    "matches": "{column} = {text}",
    "startswith": "starts-with({column}, {text})",
    "endswith": "ends-with({column}, {text})",
}
_COLUMN = re.compile(r"[^\W\d][\w.\-]*")


@dataclass(frozen=True, slots=True)
class Search:
    """A list in a file. `nodeset` is its items as an expression; `file` is the name without `.csv`."""

    file: str
    nodeset: str


def search_in(appearance: str) -> Search | None:
    """The search an appearance asks for; None when it asks for none, or in a way that cannot be read."""
    found = _CALL.search(appearance)
    if found is None:
        return None
    arguments = list(_arguments(found[1]))
    file = _plain(arguments[0]) if arguments else ""
    if not file or len(arguments) not in (1, 4, 6) or "'" in file:
        return None
    tests = []
    if len(arguments) > 3:
        shape = _TESTS.get(_plain(arguments[1]).lower())
        columns = [column.strip() for column in _plain(arguments[2]).split(",")]
        if shape is None or not all(_COLUMN.fullmatch(column) for column in columns):
            return None
        tests.append(" or ".join(shape.format(column=column, text=_here(arguments[3])) for column in columns))
    if len(arguments) == 6:
        column = _plain(arguments[4])
        if not _COLUMN.fullmatch(column):
            return None
        tests.append(f"{column} = {_here(arguments[5])}")
    return Search(file, f"instance('{file}')/root/item{''.join(f'[{test}]' for test in tests)}")


def searched_item(search: Search, attachments: Mapping[str, bytes]) -> Item | None:
    """The list in the file; None when it is not attached. ValueError when it cannot be read."""
    return attached_item(f"jr://file-csv/{search.file}.csv", attachments)


def _arguments(written: str) -> Iterator[str]:
    """The arguments of a call: commas inside brackets and quotes separate nothing."""
    depth, quote, start = 0, "", 0
    for at, letter in enumerate(written):
        if quote:
            quote = "" if letter == quote else quote
        elif letter in "'\"":
            quote = letter
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            yield written[start:at].strip()
            start = at + 1
    if written[start:].strip():
        yield written[start:].strip()


def _plain(argument: str) -> str:
    return argument[1:-1] if len(argument) > 1 and argument[0] in "'\"" and argument[-1] == argument[0] else ""


def _here(argument: str) -> str:
    """The argument as the items read it: a path that starts at the question starts at `current()` there."""
    return re.sub(r"(?<![\w/)\]'\"])(\.\.?)(?=/)", r"current()/\1", argument)
