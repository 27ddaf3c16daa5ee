"""The rows of a package laid out in a table of the connection's own, where nobody else sees them and nothing waits.

A temporary table goes with its connection: whoever is killed leaves nothing behind, and no writer of the database has
to wait while a package is read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from hashlib import blake2b
from typing import Any

from sqlalchemy import Connection, text

from referrals.directory.hsds.checks import Judge
from referrals.directory.hsds.earlier import UUID_LENGTH, made_id
from referrals.directory.hsds.objects import ALIASES, CORE, LINKS, OBJECTS, ORGANIZATION
from referrals.directory.tables.rows import YES, Complaints, Row

REFERENCES = (
    "organization_id",
    "program_id",
    "service_id",
    "location_id",
    "service_at_location_id",
    "contact_id",
    "phone_id",
    "unit_id",
    "taxonomy_id",
    "taxonomy_term_id",
    "parent_id",
)
COLUMNS = (
    *("n", "kind", "external_id", "file", "number", "pointer", "good", "confidential", "digest", "content"),
    *("owner_kind", "owner_id", "link_kind", "link_id"),
    *REFERENCES,
)
PORTION = 5_000
_TABLE = f"""create temporary table staged (
    n integer primary key, kind varchar(40), external_id text, file text, number integer, pointer text,
    good integer, confidential integer, digest varchar(32), content text,
    owner_kind varchar(40), owner_id text, link_kind varchar(40), link_id text,
    {", ".join(f"{name} text" for name in REFERENCES)})"""


encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), sort_keys=True, check_circular=False).encode


def digest_of(content: str) -> str:
    """Twenty-four letters and digits that stand for a text."""
    return blake2b(content.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()


def put(connection: Connection, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Writes many rows the way each database takes them fastest."""
    if connection.dialect.name == "sqlite":
        marks = ",".join("?" * len(columns))
        connection.exec_driver_sql(f"insert into {table} ({','.join(columns)}) values ({marks})", list(rows))
        return
    driver: Any = connection.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"copy {table} ({','.join(columns)}) from stdin") as copy:
        for row in rows:
            copy.write_row(row)


class Staging:
    """The rows taken so far, and the ids met by object."""

    def __init__(self, connection: Connection, complaints: Complaints, judge: Judge) -> None:
        self.connection, self.complaints, self.judge = connection, complaints, judge
        self.seen: dict[str, dict[str, int]] = {kind: {} for kind in OBJECTS}
        """By object: id -> number of its row; below zero when that row is not taken."""
        self.refers: dict[str, set[str]] = {kind: set() for kind in OBJECTS}
        """By object: what its rows refer to."""
        self.doubted: set[tuple[str, str]] = set()
        """Object and column of references to what was not met before, or not taken."""
        self.diminished: set[str] = set()
        """Objects of which rows were taken back, or named anew, after others had referred to them."""
        self.taken: Counter[str] = Counter()
        self.left_out = 0
        self.run_by_services: frozenset[str] | None = None
        self._held: list[tuple[Any, ...]] = []
        self._columns = {kind: _reference_columns(kind) for kind in OBJECTS}
        self._keys = {
            kind: ("id", *(column for column, *_ in columns), *LINKS.get(kind, ())[:1])
            for kind, columns in self._columns.items()
        }
        self._owners = {
            kind: [(owner, REFERENCES.index(f"{owner}_id")) for owner in each.owners if f"{owner}_id" in REFERENCES]
            for kind, each in OBJECTS.items()
        }
        self._last = 0
        connection.execute(text("drop table if exists staged"))
        connection.execute(text(_TABLE))

    def take(self, kind: str, row: Row, *, nested: bool) -> None:
        """Takes a row, or says why not. The same object met again inside others (`nested`) is no second one."""
        row = _with_keys(kind, row, self._keys[kind])
        own = row.text("id") if kind != "travel_time" else _way(row)
        before = self.seen[kind].get(own, 0) if own else 0
        if before > 0:
            self._again(kind, own, before, row, nested)
            return
        good = self.judge.taken(kind, row)
        self.left_out += not good
        self.taken[kind] += good
        if not own:
            return
        self._last += 1
        self.seen[kind][own] = self._last if good else -self._last
        if before:
            self.flush()
            self.connection.execute(text("delete from staged where n = :n"), {"n": -before})
        self._hold(self._last, kind, own, row, good)

    def flush(self) -> None:
        """Writes what is held."""
        if self._held:
            put(self.connection, "staged", COLUMNS, self._held)
            self._held.clear()

    def finish(self) -> None:
        """Writes the rest, and makes ready to be asked."""
        self.flush()
        self.connection.execute(text("create unique index temp_staged_id on staged (kind, external_id)"))
        self.connection.execute(text("create index temp_staged_owner on staged (owner_kind, owner_id)"))
        self.connection.execute(
            text(
                "create index temp_staged_given on staged (service_id, location_id) where kind = 'service_at_location'"
            )
        )
        if self.connection.dialect.name != "sqlite":
            self.connection.execute(text("analyze staged"))

    def _hold(self, n: int, kind: str, own: str, row: Row, good: bool) -> None:
        content = content_of(row.cells)
        told: list[str | None] = [None] * len(REFERENCES)
        cells = row.cells
        for column, name, place, target in self._columns[kind]:
            if cells.get(column) and told[place] is None and (said := row.text(column)):
                told[place] = said
                self.refers[kind].add(name)
                if self.seen[target].get(said, 0) <= 0:
                    self.doubted.add((kind, name))
        link_kind, link_id = "", ""
        if kind in LINKS:
            link, entity = LINKS[kind]
            link_id, link_kind = row.text(link), row.text(entity).lower()
        owner_kind, owner_id = (kind, own) if kind in CORE else (link_kind, link_id)
        if not owner_id:
            owner_kind, owner_id = next(
                ((owner, named) for owner, at in self._owners[kind] if (named := told[at])), ("", "")
            )
        self._held.append(
            (
                *(n, kind, own, row.file, row.number, row.pointer, int(good), int(_hidden(row))),
                *(digest_of(content), content, owner_kind, owner_id, link_kind, link_id),
                *told,
            )
        )
        if len(self._held) >= PORTION:
            self.flush()

    def _again(self, kind: str, own: str, before: int, row: Row, nested: bool) -> None:
        self.flush()
        first = self.connection.execute(
            text("select file, number, pointer, content from staged where n = :n"), {"n": before}
        ).one()
        if nested:
            self._merge(kind, own, before, first, row)
            return
        same = first.content == content_of(row.cells)
        where = f"row {first.number}" if first.number else first.pointer
        cause = f"the id «{own}» stands in an earlier row too{f' ({where}), word for word' if same else f' ({where})'}."
        self.left_out += 1
        row.complain("id", cause, "Remove one of the two." if same else "Give every row an id of its own.")

    def _merge(self, kind: str, own: str, before: int, first: Any, row: Row) -> None:
        """An object that stands in several others, here with more or less of its fields, is one object."""
        known: dict[str, Any] = json.loads(first.content)
        new = json.loads(content_of(row.cells))
        unlike = [name for name in new if name in known and str(new[name]) != str(known[name])]
        unlike = [name for name in unlike if name not in REFERENCES]
        if unlike:
            where = f"row {first.number}" if first.number else first.pointer
            cause = f"the id «{own}» stands at {where} too, where it says something else."
            row.softly.complain(unlike[0], cause, "The first was taken: give each object an id of its own.")
        whole = {**new, **known}
        if len(whole) > len(known):
            self.connection.execute(text("delete from staged where n = :n"), {"n": before})
            merged = Row(first.file, first.number, whole, self.complaints, first.pointer)
            self._hold(before, kind, own, merged, True)


def target_of(kind: str, name: str) -> str:
    """The object that a reference of an object is to."""
    if name == "parent_id":
        return "taxonomy_term" if kind == "taxonomy_term" else ORGANIZATION
    return name.removesuffix("_id")


def _reference_columns(kind: str) -> tuple[tuple[str, str, int, str], ...]:
    """Columns of an object that refer, what they are called in the table, at which place, and to what they refer."""
    own = [(name, name) for name in OBJECTS[kind].columns if name in REFERENCES]
    own += [(name, to) for (of, name), to in ALIASES.items() if of == kind and (name, to) not in own]
    if kind == "organization":
        own.append(("parent_organization_id", "parent_id"))
    return tuple((column, name, REFERENCES.index(name), target_of(kind, name)) for column, name in own)


def _with_keys(kind: str, row: Row, columns: tuple[str, ...]) -> Row:
    """The row with its ids written in one way; one that hangs on others and has none gets one made of its words."""
    cells = row.cells
    changed = {}
    for column in columns:
        value = cells.get(column)
        if value is not None and value.__class__ is str and len(value) == UUID_LENGTH and not value.islower():
            changed[column] = value.lower()  # a UUID is the same in capitals
    if not cells.get("id") and cells.get("id") != 0 and OBJECTS[kind].hangs:
        changed["id"] = made_id(kind, cells)
        cause = "the cell is blank: the row got an id made of what it says."
        row.softly.complain("id", cause, "Give every row an id of its own that stays.")
    return Row(row.file, row.number, {**cells, **changed}, row.complaints, row.pointer) if changed else row


def _hidden(row: Row) -> bool:
    cells = row.cells
    return ("x_confidential" in cells and row.text("x_confidential").lower() in YES) or (
        "location_type" in cells and row.text("location_type").lower() == "redacted"
    )


def _way(row: Row) -> str:
    parts = [row.text(name) for name in ("place_code", "location_id")]
    return "|".join([*parts, row.text("mode", default="any")]) if all(parts) else ""


def content_of(cells: Mapping[str, Any]) -> str:
    """The row as it came, as JSON; what no database can hold is replaced."""
    content = encoded(cells)
    if not content.isascii():
        try:
            content.encode()
        except UnicodeEncodeError:  # half of a character, as broken JSON escapes have it
            content = content.encode("utf-8", "replace").decode()
    return content.replace("\\u0000", "")
