"""What the staged rows say of one another: references that lead nowhere, circles, doubles, and what is confidential."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, text

from referrals.directory.hsds.earlier import UUID_LENGTH
from referrals.directory.hsds.objects import GIVEN, LINKS, LOCATION, OBJECTS, ORGANIZATION, SERVICE
from referrals.directory.importing.hiding import OWNING, TARGETS, hide
from referrals.directory.importing.staging import REFERENCES, Staging, encoded, put, target_of
from referrals.directory.tables.rows import LEFT_OUT, TAKEN_WITH_LESS

ESSENTIAL = {
    (SERVICE, "organization_id"),
    (LOCATION, "organization_id"),
    (GIVEN, "service_id"),
    (GIVEN, "location_id"),
    ("program", "organization_id"),
    ("service_capacity", "service_id"),
    ("service_capacity", "service_at_location_id"),
    ("eligibility_rule", "service_id"),
    ("travel_time", "location_id"),
}
"""References without which a row means nothing, or something else. Of the others one that holds is enough."""
NO_GUESS_PAST = 200


def settle(staging: Staging, aliases: Mapping[tuple[str, str], str]) -> None:
    """Marks what cannot be taken after all, telling why, and what must not be published."""
    connection = staging.connection
    _rename(connection, aliases)
    staging.diminished |= {kind for kind, _ in aliases}
    for kind in OBJECTS:
        if kind in LINKS:
            _links(staging, kind)
        else:
            _references(staging, kind)
        if kind == GIVEN:
            _doubles(staging)
    _circles(staging)
    hide(connection)


def _rename(connection: Connection, aliases: Mapping[tuple[str, str], str]) -> None:
    """Our own export names objects by public ids; what refers to one by that means the one it was made of."""
    if not aliases:
        return
    connection.execute(text("drop table if exists staged_alias"))
    columns = ("kind", "public_id", "own", "said", "meant")
    connection.execute(text(f"create temporary table staged_alias ({', '.join(f'{name} text' for name in columns)})"))
    rows = ((kind, one, own, encoded(one), encoded(own)) for (kind, one), own in aliases.items())
    put(connection, "staged_alias", columns, rows)
    connection.execute(text("create index temp_staged_alias on staged_alias (kind, public_id)"))
    named = [(name, f"'{TARGETS[name]}'") for name in REFERENCES]
    for name, kind in (*named, ("link_id", "staged.link_kind"), ("owner_id", "staged.owner_kind")):
        connection.execute(
            text(  # the content says it too, and records are made of that
                f"update staged set {name} = a.own, content = replace(content, a.said, a.meant)"
                f" from staged_alias a where a.kind = {kind} and a.public_id = staged.{name}"
            )
        )
    connection.execute(text("drop table staged_alias"))


def _references(staging: Staging, kind: str) -> None:
    dangling: dict[int, dict[str, Any]] = defaultdict(dict)
    for column in REFERENCES:
        if column not in staging.refers[kind] or (column == "unit_id" and not staging.seen["unit"]):
            continue  # a package without any units writes their names where their ids would stand
        for row in _leading_nowhere(staging, kind, column):
            dangling[row.n][column] = row
    bad = []
    for n, columns in sorted(dangling.items()):
        row = next(iter(columns.values()))
        others = [name for name in OWNING if getattr(row, name) and name not in columns]
        lost = any((kind, name) in ESSENTIAL for name in columns)
        lost = lost and not (kind == LOCATION and row.external_id in _run_by_services(staging))
        lost = lost or (
            not others and kind not in (ORGANIZATION, SERVICE, LOCATION, GIVEN) and any(c in OWNING for c in columns)
        )
        for name, told in columns.items():
            _tell(staging, told, kind, name, LEFT_OUT if lost else TAKEN_WITH_LESS)
        if lost:
            bad.append(n)
    leave_out(staging, kind, bad)


def _run_by_services(staging: Staging) -> frozenset[str]:
    """The locations of which a service given there says who runs it, though they themselves name nobody we know."""
    if staging.run_by_services is None:
        query = text(
            "select g.location_id from staged g join staged s on s.kind = 'service' and s.external_id = g.service_id"
            " and s.good = 1 where g.kind = 'service_at_location' and g.good = 1"
        )
        staging.run_by_services = frozenset(staging.connection.execute(query).scalars())
    return staging.run_by_services


def _leading_nowhere(staging: Staging, kind: str, column: str) -> list[Any]:
    """The references to what is not there, or was left out; nobody asks where each was seen to be there."""
    target = target_of(kind, column)
    if (kind, column) not in staging.doubted and target not in staging.diminished:
        return []
    return list(
        staging.connection.execute(
            text(
                f"select s.n, s.external_id, s.file, s.number, s.pointer, s.{column} as said, t.n as other,"
                " t.file as other_file,"
                f" t.number as other_number, t.pointer as other_pointer, {', '.join(f's.{name}' for name in OWNING)}"
                f" from staged s left join staged t on t.kind = :target and t.external_id = s.{column}"
                f" where s.kind = :kind and s.good = 1 and s.{column} is not null and"
                " (t.n is null or t.good = 0) order by s.n"
            ),
            {"kind": kind, "target": target},
        )
    )


def _tell(staging: Staging, row: Any, kind: str, column: str, effect: str, target: str = "") -> None:
    target = target or target_of(kind, column)
    named = {"parent_id": "parent_organization_id" if kind == ORGANIZATION else "parent_id"}.get(column, column)
    what = target.replace("_", " ")
    if row.other is None:
        cause, remedy = (
            f"there is no {what} «{row.said}».",
            f"Add it to its own table, or correct it.{_guess(staging, target, row.said)}",
        )
    else:
        where = f"{row.other_file}, {f'row {row.other_number}' if row.other_number else row.other_pointer}"
        cause, remedy = f"its {what} «{row.said}» was left out ({where}).", "Put that row right first."
    staging.complaints.add(row.file, row.number, named, cause, remedy, pointer=row.pointer, effect=effect)


def _guess(staging: Staging, target: str, said: str) -> str:
    import difflib

    known = staging.seen[target]
    if len(said) == UUID_LENGTH or len(known) > 5_000 or len(staging.complaints.found) > NO_GUESS_PAST:
        return ""
    close = difflib.get_close_matches(said, known, n=1, cutoff=0.6)
    return f" Did you mean «{close[0]}»?" if close else ""


def _links(staging: Staging, kind: str) -> None:
    """Attributes and metadata: what they are about, and the term they name."""
    bad = []
    query = text(
        "select s.n, s.file, s.number, s.pointer, s.link_id as said, s.link_kind, t.n as other, t.file as other_file,"
        " t.number as other_number, t.pointer as other_pointer from staged s"
        " left join staged t on t.kind = s.link_kind and t.external_id = s.link_id"
        " where s.kind = :kind and s.good = 1 and s.link_id <> '' and (t.n is null or t.good = 0) order by s.n"
    )
    for row in staging.connection.execute(query, {"kind": kind}).all():
        if row.link_kind in OBJECTS:
            _tell(staging, row, kind, LINKS[kind][0], LEFT_OUT, row.link_kind)
            bad.append(row.n)
    leave_out(staging, kind, bad)
    if "taxonomy_term_id" in staging.refers[kind]:
        for row in _leading_nowhere(staging, kind, "taxonomy_term_id"):
            _tell(staging, row, kind, "taxonomy_term_id", TAKEN_WITH_LESS)


def leave_out(staging: Staging, kind: str, numbers: list[int]) -> None:
    """Takes rows back that were staged."""
    staging.left_out += len(numbers)
    staging.taken[kind] -= len(numbers)
    staging.diminished |= {kind} if numbers else set()
    for start in range(0, len(numbers), 500):
        some = ",".join(str(n) for n in numbers[start : start + 500])
        staging.connection.execute(text(f"update staged set good = 0 where n in ({some})"))


def _doubles(staging: Staging) -> None:
    """A service at a location twice under two ids is one: what hangs on the second hangs on the first."""
    query = text(
        "select s.n, s.external_id, s.file, s.number, s.pointer, f.external_id as first from staged s"
        " join (select service_id, location_id, min(n) as n from staged where kind = :kind and good = 1"
        " group by service_id, location_id having count(*) > 1) d"
        " on d.service_id = s.service_id and d.location_id = s.location_id and d.n < s.n"
        " join staged f on f.n = d.n where s.kind = :kind and s.good = 1 order by s.n"
    )
    doubles = staging.connection.execute(query, {"kind": GIVEN}).all()
    for row in doubles:
        cause = f"this service at this location stands already, as «{row.first}»."
        staging.complaints.add(row.file, row.number, "id", cause, "Remove one of the two.", pointer=row.pointer)
        change = {"own": row.external_id, "first": row.first}
        staging.connection.execute(
            text("update staged set service_at_location_id = :first where service_at_location_id = :own"), change
        )
        staging.connection.execute(
            text(
                "update staged set owner_id = :first where owner_kind = 'service_at_location'"
                " and owner_id = :own and kind <> 'service_at_location'"
            ),
            change,
        )
    leave_out(staging, GIVEN, [row.n for row in doubles])


def _circles(staging: Staging) -> None:
    """Organizations, and taxonomy terms, that belong to one another in a circle: told once for each circle."""
    for kind, column in ((ORGANIZATION, "parent_organization_id"), ("taxonomy_term", "parent_id")):
        if "parent_id" not in staging.refers[kind]:
            continue
        rows = staging.connection.execute(
            text(
                "select external_id, parent_id, file, number, pointer from staged where kind = :kind"
                " and good = 1 and parent_id is not null order by n"
            ),
            {"kind": kind},
        ).all()
        parents = {row.external_id: row.parent_id for row in rows}
        ended: set[str] = set()
        for row in rows:
            here, way = row.external_id, dict[str, None]()
            while here in parents and here not in way and here not in ended:
                way[here] = None
                here = parents[here]
            if here in way:
                circle = list(way)[list(way).index(here) :]
                cause = f"«{here}» belongs to itself: {' → '.join([*circle, here])}."
                staging.complaints.add(
                    row.file,
                    row.number,
                    column,
                    cause,
                    "Leave it blank at the top.",
                    pointer=row.pointer,
                    effect=TAKEN_WITH_LESS,
                )
            ended |= set(way)
