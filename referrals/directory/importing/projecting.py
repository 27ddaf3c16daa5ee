"""Makes, beside the staged rows, the columns that the records will have: as yet in tables of the connection's own."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection, text

from referrals.directory.importing import columns as made
from referrals.directory.importing.columns import Columns, read_again
from referrals.directory.importing.staging import PORTION, digest_of, put
from referrals.directory.importing.terms import Terms, our_term, word_of
from referrals.directory.tables.rows import Row

TYPES = {
    "sample": "boolean",
    "restricted": "boolean",
    "wheelchair": "boolean",
    "confidential": "boolean",
    "accepting": "boolean",
    "waitlist": "boolean",
    **dict.fromkeys(
        ("minimum_age", "maximum_age", "vehicle_changes", "capacity", "taken", "interval", "count"), "integer"
    ),
    **dict.fromkeys(("lat", "lon"), "double precision"),
    **dict.fromkeys(("assured_at", "updated_on", "valid_from", "valid_to", "until", "dtstart"), "date"),
}
TABLES: Mapping[str, Sequence[str]] = {
    "new_organization": made.ORGANIZATION,
    "new_service": made.SERVICE,
    "new_location": made.LOCATION,
    "new_given": made.GIVEN,
    "new_capacity": made.CAPACITY,
    "new_schedule": made.SCHEDULE,
    "new_area": made.AREA,
    "new_rule": made.RULE,
}
READ_AT_ONCE = 1_000
QUOTED = frozenset({"interval", "count", "until", "given", "field", "value", "location", "service", "unit"})
_GROUPS = text(
    "select owner_kind, owner_id, kind, digest, confidential, content from staged where good = 1"
    " and owner_kind in ('organization', 'service', 'location', 'service_at_location') order by owner_kind, owner_id, n"
)


def name_of(column: str) -> str:
    """A column as it is written in SQL: some bear the names of its own words."""
    return f'"{column}"' if column in QUOTED else column


def terms_of(connection: Connection, mapping: Mapping[str, str]) -> Terms:
    """Which taxonomy terms of the package stand for ours: by the officer's list, else by their own code or name."""
    words = {word_of(said): ours for said, ours in mapping.items()}
    found = {}
    terms = connection.execute(
        text("select external_id, content from staged where kind = 'taxonomy_term' and good = 1")
    )
    for row in terms:
        term = json.loads(row.content)
        said = [row.external_id, *(str(term.get(name, "")) for name in ("code", "term_uri", "name", "name_ar"))]
        ours = next((words[word_of(each)] for each in said if each and word_of(each) in words), "")
        ours = ours or next((our_term(each) for each in said if our_term(each)), "")
        if ours:
            found[row.external_id] = ours
    return Terms(found, words)


def units_of(connection: Connection) -> dict[str, str]:
    """The names of the units of capacity, by id."""
    rows = connection.execute(text("select external_id, content from staged where kind = 'unit' and good = 1"))
    return {row.external_id: str(json.loads(row.content).get("name", row.external_id)) for row in rows}


def project(connection: Connection, columns: Columns) -> None:
    """Fills the tables `new_…` from the staged rows."""
    for table, names in TABLES.items():
        connection.execute(text(f"drop table if exists {table}"))
        cells = ", ".join(f"{name_of(name)} {TYPES.get(name, 'text')}" for name in names)
        connection.execute(text(f"create temporary table {table} ({cells})"))
    held: dict[str, list[Sequence[Any]]] = {table: [] for table in TABLES}
    for table, row in _made(connection, columns):
        held[table].append(row)
        if len(held[table]) >= PORTION:
            _write(connection, table, held[table])
    for table, rows in held.items():
        _write(connection, table, rows)
    _join(connection)


def _write(connection: Connection, table: str, rows: list[Sequence[Any]]) -> None:
    if rows:
        put(connection, table, [name_of(name) for name in TABLES[table]], rows)
        rows.clear()


def _made(connection: Connection, columns: Columns) -> Iterator[tuple[str, Sequence[Any]]]:
    """(table, row) of everything; a thing and what hangs on it come together."""
    for (owner, owner_id), group in groupby(_read(connection), key=itemgetter(0, 1)):
        hanging: dict[str, list[Row]] = {}
        whole, hidden = [], False
        for _, _, kind, digest, confidential, cells in group:
            hanging.setdefault(kind, []).append(read_again(cells))
            whole.append(digest)
            hidden = hidden or (kind == owner and bool(confidential))
        if len(hanging) > (owner in hanging):
            yield from _hanging(columns, owner, owner_id, hanging)
        if owner in hanging:
            yield _own(columns, owner, hanging, hidden, digest_of(" ".join(whole)))


def _read(connection: Connection) -> Iterator[tuple[Any, ...]]:
    """The rows by owner; their contents are read many at once, which takes half the time."""
    rows = connection.execute(_GROUPS, execution_options={"stream_results": True, "yield_per": READ_AT_ONCE})
    for some in rows.partitions(READ_AT_ONCE):
        contents = json.loads(f"[{','.join(row[-1] for row in some)}]")
        for row, cells in zip(some, contents, strict=True):
            yield (*row[:-1], cells)


def _own(
    columns: Columns, owner: str, hanging: Mapping[str, Sequence[Row]], hidden: bool, digest: str
) -> tuple[str, Sequence[Any]]:
    row = hanging[owner][0]
    if owner == "organization":
        return "new_organization", columns.organization(row, digest)
    if owner == "service":
        made_of = columns.service(row, hanging, digest)
        term = str(made_of[made.SERVICE.index("service_term")])
        return "new_service", (*made_of[:-1], digest_of(digest + term))  # another list of terms changes it too
    if owner == "location":
        made_of = columns.location(row, hanging, hidden, digest)
        return "new_location", (*made_of[:-1], digest_of(repr(made_of)))  # so do other places
    return "new_given", columns.given(row, hanging, digest)


def _hanging(
    columns: Columns, owner: str, owner_id: str, hanging: Mapping[str, Sequence[Row]]
) -> Iterator[tuple[str, Sequence[Any]]]:
    for row in hanging.get("schedule", ()):
        if (hours := columns.schedule(row, owner, owner_id)) is not None:
            yield "new_schedule", hours
    for row in hanging.get("service_area", ()):
        if (area := columns.area(row, owner, owner_id)) is not None:
            yield "new_area", area
    for row in hanging.get("eligibility_rule", ()):
        yield "new_rule", columns.rule(row)
    if owner == "service" and "service_capacity" in hanging:
        room = columns.room(hanging["service_capacity"][0])
        yield "new_capacity", (owner_id, *room, digest_of(repr(room)))


def _join(connection: Connection) -> None:
    """What holds for a service holds wherever it is given; a location without an organization has its service's."""
    for words in (
        "create index temp_new_given_service on new_given (service)",
        "create index temp_new_given_location on new_given (location)",
        "create index temp_new_given_id on new_given (external_id)",
        "create unique index temp_new_organization on new_organization (external_id)",
        "create unique index temp_new_service on new_service (external_id)",
        "create unique index temp_new_location on new_location (external_id)",
        "update new_location set organization = (select s.organization from new_given g join new_service s"
        " on s.external_id = g.service where g.location = new_location.external_id order by g.external_id limit 1)"
        " where organization is null or not exists"
        " (select 1 from new_organization o where o.external_id = new_location.organization)",
        "create index temp_new_capacity on new_capacity (service)",
    ):
        connection.execute(text(words))
    if connection.execute(text("select 1 from new_capacity limit 1")).scalar():
        each = ", ".join(f"{name_of(name)} = c.{name_of(name)}" for name in made.CAPACITY[1:-1])
        connection.execute(
            text(
                f"update new_given set {each}, digest = substr(new_given.digest, 1, 12) || substr(c.digest, 1, 12)"
                " from new_capacity c where c.service = new_given.service and new_given.capacity is null"
            )
        )
    for table, names in (("new_schedule", made.SCHEDULE), ("new_area", made.AREA)):
        own = {"service": "h.service", "location": "g.location", "given": "g.external_id"}
        cells = ", ".join(own.get(name, f"h.{name_of(name)}") for name in names)
        every = ", ".join(name_of(name) for name in names)
        connection.execute(
            text(
                f"insert into {table} ({every}) select {cells} from {table} h join new_given g on g.service = h.service"
                " where h.given is null and h.location is null"
            )
        )
        connection.execute(text(f"delete from {table} where given is null and location is null"))
        connection.execute(
            text(
                f"update {table} set location = (select g.location from new_given g"
                f" where g.external_id = {table}.given)"
                " where location is null"
            )
        )
        connection.execute(text(f"create index temp_{table}_location on {table} (location)"))
