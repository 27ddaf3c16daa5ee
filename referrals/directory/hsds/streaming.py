"""JSON of HSDS read one object at a time, however long the file: one, a list, a page, tables by name, one a line."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, TextIO

from referrals.directory.hsds.earlier import FORMER
from referrals.directory.hsds.objects import CORE, NAMES, NESTED_LISTS, kind_of_name

OF_AN_OBJECT = frozenset({"id", "name"})
WRAPPERS = ("contents", "content", "data", "items", "results", "records", "response", "result")
"""What holds a page of results: `contents` in 3.1, other names elsewhere."""
OPEN = ("{", "[", ",")  # the first line of an object over many lines ends so
PAGE = 1 << 18  # characters
LONGEST_OBJECT = 256 * 1024 * 1024  # characters; an object longer than that is a broken file
BLANK = " \t\r\n\ufeff\x1e"


class Unreadable(ValueError):
    """The file is not JSON from here on."""


@dataclass(frozen=True, slots=True)
class Element:
    """One object of the file: where it stands, and the table that it was found in, if it was in one.

    Of JSON one a line also the `line`; there one that cannot be read has an `Unreadable` as its value.
    """

    pointer: str
    kind: str
    value: Any
    line: int | None = None


def elements(text: TextIO, *, one_a_line: bool = False) -> Iterator[Element]:
    """The objects of a JSON file: one, a list, a page of results, tables by name, or one a line.

    Raises `Unreadable` with the line; what came before it was read.
    """
    first = text.readline(PAGE) if one_a_line else ""
    if one_a_line and not first.strip(BLANK).endswith(OPEN):
        yield from _lines(first, text)
        return
    source = _Source(text, first)
    while (mark := source.peek()) != "":
        if mark == "[":
            yield from _listed(source, "", "")
        elif mark == "{":
            yield from _object(source)
        else:
            raise source.unreadable("an object or a list is expected")


def _lines(first: str, text: TextIO) -> Iterator[Element]:
    """One object, or one list of them, from every line; a line that cannot be read hides no other."""
    number, said = 1, first if first.endswith("\n") else first + text.readline(LONGEST_OBJECT)
    while said:
        if said := said.strip(BLANK):
            try:
                for each in elements(io.StringIO(said)):
                    yield replace(each, line=number)
            except Unreadable as failure:
                yield Element("", "", Unreadable(str(failure).partition(": ")[2]), number)
        number, said = number + 1, text.readline(LONGEST_OBJECT)


def _listed(source: _Source, pointer: str, kind: str) -> Iterator[Element]:
    source.take("[")
    at = 0
    while source.peek() != "]":
        yield Element(f"{pointer}/{at}", kind, source.value())
        at += 1
        if source.peek() == ",":
            source.take(",")
        elif source.peek() != "]":
            raise source.unreadable("a comma or the end of the list is expected")
    source.take("]")


def _object(source: _Source) -> Iterator[Element]:
    """An object of its own, or one that only holds lists of objects: those are not held in memory."""
    source.take("{")
    own: dict[str, Any] = {}
    held = False
    while source.peek() != "}":
        name = source.value()
        source.take(":")
        kind = _table(str(name))
        if source.peek() == "[" and not own.keys() & OF_AN_OBJECT and (kind or name in WRAPPERS):
            held = True
            yield from _listed(source, f"/{name}", kind)
        else:
            own[str(name)] = source.value()
        if source.peek() == ",":
            source.take(",")
    source.take("}")
    if not held:
        yield from _in_one("", own)
    elif own.keys() & OF_AN_OBJECT:
        raise source.unreadable("id and name of an object stand behind its lists")


def _in_one(pointer: str, own: dict[str, Any]) -> Iterator[Element]:
    """The objects of one that was read whole: itself, or what it only wraps or lists."""
    if not own.keys() & OF_AN_OBJECT:
        lists = {name: kind for name, each in own.items() if isinstance(each, list) and (kind := _listing(name))}
        wrapped = [name for name in WRAPPERS if isinstance(own.get(name), dict)]
        for name in wrapped:
            yield from _in_one(f"{pointer}/{name}", own[name])
        for name, kind in lists.items():
            yield from (Element(f"{pointer}/{name}/{at}", kind, each) for at, each in enumerate(own[name]))
        if wrapped or lists:
            return
    yield Element(pointer, "", own)


def _listing(name: str) -> str:
    """The object that a list of that name holds: `phones`, `service_at_location`."""
    former = FORMER.get(name)
    return NESTED_LISTS.get(name, "") or NAMES.get(name, "") or (former.kind if former else "")


def _table(name: str) -> str:
    """The object of a table that a list's name tells: `organizations.csv`, `services`."""
    if name.endswith(".csv"):
        return kind_of_name(name)
    kind = NESTED_LISTS.get(name, "")
    return kind if kind in (*CORE, "taxonomy", "taxonomy_term") or name in ("crossings", "travel_times") else ""


class _Source:
    """Text that is read a piece at a time, and the JSON values in it."""

    def __init__(self, text: TextIO, held: str = "") -> None:
        self.text, self.held, self.at, self.ended, self.lines = text, held, 0, False, 1
        self.decoder = json.JSONDecoder()

    def peek(self) -> str:
        """The next character that is no space; "" at the end."""
        while True:
            while self.at < len(self.held) and self.held[self.at] in BLANK:
                self.at += 1
            if self.at < len(self.held) or not self._more(PAGE):
                return self.held[self.at : self.at + 1]

    def take(self, mark: str) -> None:
        """Goes past that character. Raises `Unreadable` when another stands there."""
        if self.peek() != mark:
            raise self.unreadable(f"«{mark}» is expected")
        self.at += 1

    def value(self) -> Any:
        """The next value. Raises `Unreadable`."""
        self.peek()
        wanted = PAGE
        while True:
            try:
                found, end = self._decoded()
            except (json.JSONDecodeError, RecursionError) as failure:
                if len(self.held) - self.at < LONGEST_OBJECT and self._more(wanted):
                    wanted *= 2
                    continue
                raise self.unreadable(getattr(failure, "msg", "it is nested too deeply")) from failure
            if end < len(self.held) or not self._more(PAGE):  # a number might go on
                self.at = end
                return found

    def _decoded(self) -> tuple[Any, int]:
        try:
            return self.decoder.raw_decode(self.held, self.at)
        except json.JSONDecodeError:
            raise
        except ValueError:  # a number of more digits than Python reads: to be told by its row, as the text it is
            return json.JSONDecoder(parse_int=str).raw_decode(self.held, self.at)

    def unreadable(self, why: str) -> Unreadable:
        """What to raise here."""
        line = self.lines + self.held.count("\n", 0, self.at)
        return Unreadable(f"line {line}: this is not JSON: {why}")

    def _more(self, wanted: int) -> bool:
        read = "" if self.ended else self.text.read(wanted)
        self.ended = not read
        if self.at > PAGE or (read and self.at):
            self.lines += self.held.count("\n", 0, self.at)
            self.held, self.at = self.held[self.at :], 0
        self.held += read
        return bool(read)
