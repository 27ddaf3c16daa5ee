"""HSDS in JSON, nested from whatever object: read one object at a time, however long the file, laid flat as rows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from referrals.directory.hsds.earlier import (
    ELIGIBILITY,
    FORMER,
    LEFT,
    Earlier,
    Former,
    beside_service,
    kind_now,
    made_id,
)
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
    stem_of,
)
from referrals.directory.hsds.streaming import Element
from referrals.directory.tables.cells import plain
from referrals.directory.tables.rows import NOTE, Complaints, Row

NOT_OF_GIVEN = frozenset("number name title email opens_at closes_at freq byday code language extent address_1".split())
ONE_OF_FORMER: Mapping[tuple[str, str], tuple[str, str]] = {
    ("attribute", "taxonomy"): ("taxonomy_term", "taxonomy_term_id"),
    ("taxonomy_term", "taxonomy"): ("taxonomy", "taxonomy_id"),
    ("taxonomy_term", "parent"): ("taxonomy_term", "parent_id"),
}


@dataclass
class Flat:
    """Lays objects flat. `aliases`: ids that others call by another name (`x_id` beside a public id)."""

    file: str
    complaints: Complaints
    aliases: dict[tuple[str, str], str] = field(default_factory=dict)
    earlier: Earlier = field(default_factory=Earlier)
    line: int | None = None  # of JSON one a line
    _noted: set[str] = field(default_factory=set)

    def rows(self, element: Element) -> Iterator[tuple[str, Row]]:
        """The object and everything nested in it, as (object, row); what is no object is told."""
        self.line = element.line
        former = FORMER.get(stem_of(self.file))
        named = former.kind if former else kind_of_name(self.file)
        kind = element.kind or (named if named not in CORE else "") or shape_of(element.value)
        kind = kind or kind_of_name(_stem(self.file)) or kind_of_name(PurePosixPath(self.file).parent.name)
        if not kind:
            self._tell(element.pointer, "nothing tells which object of HSDS this is.", "Name the file after it.")
        else:
            yield from self._lay(kind, element.value, element.pointer, {}, None if element.kind else former)

    def _lay(
        self, kind: str, value: Any, pointer: str, given: Mapping[str, str], former: Former | None = None
    ) -> Iterator[tuple[str, Row]]:
        if not isinstance(value, dict):
            self._tell(pointer, f"an object is expected here ({kind}).", "Write an object with its fields.")
            return
        kind = kind_now(kind, value)
        if kind == ELIGIBILITY:
            self.earlier.note_whom(str(value.get("service_id") or given.get("service_id", "")), value)
            return
        own = _id(value)
        flat: dict[str, Any] = dict(given)
        nested: list[_Nested] = []
        for written, each in value.items():
            name = plain(written)
            if (inside := self._inside(kind, name, each, f"{pointer}/{name}")) is not None:
                nested += inside
                if len(inside) == 1 and inside[0].column:
                    flat[inside[0].column] = _id(each)
            elif isinstance(each, str):
                if each := plain(each):
                    flat[name] = each
            elif each is not None:
                flat[name] = each
        if flat.pop("x_id", None) is not None and value.get("id") is not None:
            self.aliases[kind, plain(str(value["id"]))] = own
        flat.pop("id", None)
        if not own and OBJECTS[kind].hangs and "id" not in value and flat.keys() - given.keys():
            own = made_id(kind, flat)
            self._note(f"no id in {kind}", f"a {kind} without an id got one made of what it says.", pointer)
        if own:
            flat["id"] = own
        for one in nested:
            if one.kind == ELIGIBILITY:
                self.earlier.note_whom(own, one.value)
        flat = self.earlier.renewed(kind, flat, former)
        apart = beside_service(flat) if kind == SERVICE else ()
        yield kind, Row(self.file, self.line, flat, self.complaints, pointer or "/")
        for other, beside in apart:
            yield other, Row(self.file, self.line, beside, self.complaints, pointer or "/")
        for one in nested:
            if one.kind != ELIGIBILITY:
                yield from self._lay(one.kind, one.value, one.pointer, _belonging(kind, flat, one.kind), one.former)

    def _inside(self, kind: str, name: str, value: Any, pointer: str) -> list[_Nested] | None:
        """What a field holds where it holds objects; None for a plain value."""
        if isinstance(value, list):
            if (of := NESTED_LISTS.get(name)) is not None:
                return [_Nested(of, one, f"{pointer}/{at}") for at, one in enumerate(value)]
            if (former := FORMER.get(name)) is not None:
                self._note(name, f"«{name}» is of HSDS before 3.0 and was read as 3.1 has it.", pointer)
                return [_Nested(former.kind, one, f"{pointer}/{at}", former) for at, one in enumerate(value)]
        elif isinstance(value, dict):
            if (one := ONE_OF_FORMER.get((kind, name)) or NESTED_ONE.get(name)) is not None:
                return [_Nested(one[0], value, pointer, None, one[1])]
            if (former := FORMER.get(name)) is not None:
                return [_Nested(former.kind, value, pointer, former)]
        if name in LEFT and value:
            self._note(name, f"HSDS 3 has no «{name}» any more: it was left aside. {LEFT[name]}", pointer)
            return []
        return None

    def _note(self, about: str, cause: str, pointer: str) -> None:
        if about not in self._noted:
            self._noted.add(about)
            self.complaints.add(
                self.file, self.line, "", cause, "Nothing is to be done.", pointer=pointer or "/", effect=NOTE
            )

    def _tell(self, pointer: str, cause: str, remedy: str) -> None:
        self.complaints.add(self.file, self.line, "", cause, remedy, pointer=pointer or "/")


@dataclass(frozen=True, slots=True)
class _Nested:
    """An object inside another; `column` is the one in which its holder refers to it."""

    kind: str
    value: Any
    pointer: str
    former: Former | None = None
    column: str = ""


def _belonging(parent: str, holder: Mapping[str, Any], child: str) -> dict[str, str]:
    """What nesting says: a phone inside a location has its `location_id`, a service's program its organization."""
    own = str(holder.get("id", ""))
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
    if parent == LOCATION and child == SERVICE:  # before 1.0 a service belonged to one location
        return {"location_id": own, "organization_id": str(holder.get("organization_id", ""))}
    if child == "program" and (runs := holder.get("organization_id")):
        return {"organization_id": str(runs)}
    return {}


def _id(value: Mapping[str, Any]) -> str:
    found = value.get("x_id", value.get("id"))
    return "" if found is None or isinstance(found, dict | list) else plain(str(found))


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
    if has & {"service", "service_id"} and has & {"location", "location_id"} and not has & NOT_OF_GIVEN:
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
