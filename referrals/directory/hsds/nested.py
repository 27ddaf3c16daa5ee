"""HSDS in JSON, nested from whatever object: read one object at a time, however long the file, laid flat as rows."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TextIO

from referrals.directory.hsds.objects import (
    CORE,
    GIVEN,
    LINKS,
    LOCATION,
    NAMES,
    NESTED_LISTS,
    NESTED_ONE,
    OBJECTS,
    ORGANIZATION,
    SERVICE,
    kind_of_name,
)
from referrals.directory.tables.rows import Complaints, Row

WRAPPERS = ("contents", "content", "data", "items", "results", "records")  # a `Page`, and what others call it
PAGE = 1 << 18  # characters
LONGEST_OBJECT = 256 * 1024 * 1024  # characters; an object longer than that is a broken file
BLANK = " \t\r\n\ufeff\x1e"


class Unreadable(ValueError):
    """The file is not JSON from here on."""


@dataclass(frozen=True, slots=True)
class Element:
    """One object of the file: where it stands, and the table that it was found in, if it was in one."""

    pointer: str
    kind: str
    value: Any


@dataclass
class Flat:
    """Lays objects flat. `aliases`: ids that others call by another name (`x_id` beside a public id)."""

    file: str
    complaints: Complaints
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)

    def rows(self, element: Element) -> Iterator[tuple[str, Row]]:
        """The object and everything nested in it, as (object, row); what is no object is told."""
        kind = element.kind or shape_of(element.value) or kind_of_name(_stem(self.file))
        if not kind:
            self._tell(element.pointer, "nothing tells which object of HSDS this is.", "Name the file after it.")
        else:
            yield from self._lay(kind, element.value, element.pointer, {})

    def _lay(self, kind: str, value: Any, pointer: str, given: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
        if not isinstance(value, dict):
            self._tell(pointer, f"a {kind} is expected here.", "Write an object with its fields.")
            return
        own = _id(value)
        flat: dict[str, Any] = dict(given)
        nested: list[tuple[str, Any, str]] = []
        for name, each in value.items():
            if name in NESTED_LISTS and isinstance(each, list):
                nested += [(NESTED_LISTS[name], one, f"{pointer}/{name}/{at}") for at, one in enumerate(each)]
            elif name in NESTED_ONE and isinstance(each, dict):
                one_kind, column = NESTED_ONE[name]
                flat[column] = _id(each)
                nested.append((one_kind, each, f"{pointer}/{name}"))
            elif isinstance(each, str):
                if each := each.strip():
                    flat[name] = each
            elif each is not None:
                flat[name] = each
        if flat.pop("x_id", None) is not None and value.get("id") is not None:
            self.aliases[kind, str(value["id"])] = own
        if own:
            flat["id"] = own
        yield kind, Row(self.file, None, flat, self.complaints, pointer or "/")
        for child, one, where in nested:
            yield from self._lay(child, one, where, _belonging(kind, own, child))

    def _tell(self, pointer: str, cause: str, remedy: str) -> None:
        self.complaints.add(self.file, None, "", cause, remedy, pointer=pointer or "/")


def _belonging(parent: str, own: str, child: str) -> dict[str, str]:
    """What nesting says: a phone inside a location has its `location_id`."""
    if child in LINKS:
        link, entity = LINKS[child]
        return {link: own, entity: parent}
    column = f"{parent}_id"
    if column in OBJECTS[child].columns:
        return {column: own}
    if parent == GIVEN and child == "service_capacity":
        return {"x_service_at_location_id": own}
    if parent == LOCATION and child == "service_area":
        return {"x_location_id": own}
    return {}


def _id(value: Mapping[str, Any]) -> str:
    found = value.get("x_id", value.get("id"))
    return "" if found is None or isinstance(found, dict | list) else str(found).strip()


def _stem(file: str) -> str:
    """`service_at_location_full.json` -> `service_at_location`."""
    stem = file.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower()
    return next((name for name in sorted(NAMES, key=len, reverse=True) if stem.startswith(name)), stem)


def shape_of(value: Any) -> str:
    """The object that the fields tell of; "" when they tell nothing."""
    if not isinstance(value, dict):
        return ""
    has = value.keys()
    if "location_type" in has or {"latitude", "longitude"} <= has:
        return LOCATION
    if has & {"service", "service_id"} and has & {"location", "location_id"} and "number" not in has:
        return GIVEN
    if has & {"service_at_locations", "organization", "assured_date", "eligibility_description"} or (
        "organization_id" in has and "status" in has
    ):
        return SERVICE
    if has & {"legal_status", "organization_identifiers", "parent_organization_id", "website", "programs"}:
        return ORGANIZATION
    if has & {"term_uri", "taxonomy_detail", "taxonomy_id"}:
        return "taxonomy_term"
    return ORGANIZATION if has & {"services", "locations"} and "name" in has else ""


def elements(text: TextIO) -> Iterator[Element]:
    """The objects of a JSON file: one, a list, a page of results, tables by name, or one a line.

    Raises `Unreadable` with line and column; what came before it was read.
    """
    source = _Source(text)
    while (mark := source.peek()) != "":
        if mark == "[":
            yield from _listed(source, "", "")
        elif mark == "{":
            yield from _object(source)
        else:
            raise source.unreadable("an object or a list is expected")


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
        if source.peek() == "[" and "id" not in own and (kind or name in WRAPPERS):
            held = True
            yield from _listed(source, f"/{name}", kind)
        else:
            own[str(name)] = source.value()
        if source.peek() == ",":
            source.take(",")
    source.take("}")
    if not held:
        yield Element("", "", own)


def _table(name: str) -> str:
    """The object of a table that a list's name tells: `organizations.csv`, `services`."""
    if name.endswith(".csv"):
        return kind_of_name(name)
    kind = NESTED_LISTS.get(name, "")
    return kind if kind in (*CORE, "taxonomy", "taxonomy_term") or name in ("crossings", "travel_times") else ""


class _Source:
    """Text that is read a piece at a time, and the JSON values in it."""

    def __init__(self, text: TextIO) -> None:
        self.text, self.held, self.at, self.ended, self.lines = text, "", 0, False, 1
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
                found, end = self.decoder.raw_decode(self.held, self.at)
            except (json.JSONDecodeError, RecursionError) as failure:
                if len(self.held) - self.at < LONGEST_OBJECT and self._more(wanted):
                    wanted *= 2
                    continue
                raise self.unreadable(getattr(failure, "msg", "it is nested too deeply")) from failure
            if end < len(self.held) or not self._more(PAGE):  # a number might go on
                self.at = end
                return found

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
