"""What a package says otherwise than the directory in force, laid out in portions; nothing of it is written yet."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from sqlalchemy import Connection, text

from referrals.directory.hsds.objects import CORE, PROFILE_OBJECTS
from referrals.directory.importing.statements import LIGHT_AT_ONCE, RECORDS_AT_ONCE, ROWS_AT_ONCE, lay_out, run

_OWN = "where o.programme_id = :programme and o.external_id = n.external_id"
_SAME = {
    "organization": f"organization o {_OWN}",
    "service": f"service o {_OWN}",
    "location": f"location o {_OWN}",
    "given": "service x join location y on y.programme_id = x.programme_id and y.external_id = n.location"
    " join service_at_location o on o.service_id = x.id and o.location_id = y.id"
    " where x.programme_id = :programme and x.external_id = n.service and o.external_id = n.external_id",
}
_RECORD = {"organization": "organization", "service": "service", "location": "location", "given": "service_at_location"}
_NOT_KEPT = (
    "not exists (select 1 from directory_row r join directory_import i on i.id = r.import_id"
    " where r.programme_id = :programme and r.kind = s.kind and r.external_id = s.external_id and r.digest = s.digest"
    " and r.confidential = (s.confidential = 1) and r.owner_id = coalesce(s.owner_id, '') and i.current_at is not null)"
)
_LOST = (
    "r.programme_id = :programme and i.current_at is not null and not exists"
    " (select 1 from staged s where s.kind = r.kind and s.external_id = r.external_id)"
)
_KEPT = "directory_row r join directory_import i on i.id = r.import_id"
_STOOD = (
    *(
        f"select 1 from {table} where programme_id = :programme limit 1"
        for table in ("organization", "service", "location")
    ),
    "select 1 from directory_import where programme_id = :programme and current_at is not null limit 1",
)
NOT_NAMED = (
    "not exists (select 1 from staged t where t.kind = 'service_at_location' and t.service_id = s.external_id"
    " and t.location_id = l.external_id) and not exists (select 1 from staged t where t.kind = 'service_at_location'"
    " and t.external_id = g.external_id and t.good = 0)"
)
"""Of a service `s` at a location `l`, `g`: the package has it no more (one that became wrong stays as it stood)."""


@dataclass(frozen=True)
class Portions:
    """How many portions of each: records to write, rows to keep, records that are gone, rows that are lost."""

    organizations: int
    services: int
    locations: int
    rows: int
    leaving: int
    lost: int
    changed: Mapping[str, int]  # records by HSDS object

    @property
    def one_is_enough(self) -> bool:
        """Whether all of it is little enough for one unit of work."""
        return max(self.organizations, self.services, self.locations, self.rows, self.leaving, self.lost) <= 1


def differs(connection: Connection, programme_id: str, whole: Collection[str]) -> bool:
    """Whether any row is other than it stands, or one that stands is no longer named."""
    anew = f"select 1 from staged s where s.good = 1 and {_NOT_KEPT} limit 1"
    lost = f"select 1 from {_KEPT} where {_LOST}{_spared(whole)} limit 1"
    asked = {"programme": programme_id}
    return any(connection.execute(text(words), asked).first() for words in (anew, lost))


def compare(connection: Connection, programme_id: str, whole: Collection[str]) -> Portions:
    """Leaves in `new_…` what differs from the directory in force, and lays out in portions what is to be written.

    `whole`: the objects whose tables were read to their end; only of those something can be missing.
    """
    asked = {"programme": programme_id}
    first = not any(connection.execute(text(words), asked).first() for words in _STOOD)
    changed = {_RECORD[name]: _narrow(connection, name, programme_id, first) for name in _SAME}
    made = {
        table: lay_out(
            connection,
            f"due_{table}",
            "external_id text, n integer",
            f"select n.external_id, r.n from new_{table} n join staged r on r.kind = '{table}'"
            " and r.external_id = n.external_id",
            LIGHT_AT_ONCE,
            "n",
        )
        for table in ("organization", "service")
    }
    locations = lay_out(
        connection,
        "due_location",
        "external_id text, n integer",
        _touched(first),
        RECORDS_AT_ONCE,
        "n, external_id",
        **asked,
    )
    run(connection, "create index if not exists temp_new_rule_service on new_rule (service)")
    rows = lay_out(
        connection,
        "due_row",
        "n integer",
        f"select s.n from staged s where s.good = 1{'' if first else f' and {_NOT_KEPT}'}",
        ROWS_AT_ONCE,
        "n",
        **asked,
    )
    lost = lay_out(
        connection,
        "due_lost",
        "id bigint",
        f"select r.id from {_KEPT} where {_LOST}{_spared(whole)}",
        ROWS_AT_ONCE,
        "id",
        **asked,
    )
    leaving = lay_out(
        connection, "leaving", "kind text, id bigint, rank integer", _leaving(whole), ROWS_AT_ONCE, "rank, id", **asked
    )
    return Portions(made["organization"], made["service"], locations, rows, leaving, lost, changed)


def _narrow(connection: Connection, name: str, programme_id: str, first: bool) -> int:
    same = _SAME[name].replace("n.", f"new_{name}.")
    if not first:
        run(
            connection,
            f"delete from new_{name} where exists (select 1 from {same} and o.digest = new_{name}.digest"
            " and o.gone_at is null)",
            programme=programme_id,
        )
    return int(connection.execute(text(f"select count(*) from new_{name}")).scalar_one())


def _touched(first: bool) -> str:
    """The locations that are new themselves, or by what is given there."""
    found = "select external_id from new_location union select location from new_given"
    if not first:
        found += (
            " union select g.location_id from new_service s join staged g on g.service_id = s.external_id"
            " and g.kind = 'service_at_location' and g.good = 1 union"
            # where something stood that stands elsewhere now
            " select l.external_id from new_given n join service_at_location g on g.external_id = n.external_id"
            " join location l on l.id = g.location_id where l.programme_id = :programme and l.external_id <> n.location"
        )
    return (
        f"select e.external_id, min(coalesce(r.n, 0)) as n from ({found}) e left join staged r on r.kind = 'location'"
        " and r.external_id = e.external_id group by e.external_id"
    )


def _leaving(whole: Collection[str]) -> str:
    """What is named no more, doors first."""
    named = "not exists (select 1 from staged t where t.kind = '{0}' and t.external_id = x.external_id)"
    found = [
        f"select '{kind}' as kind, x.id, {rank} as rank from {kind} x where x.programme_id = :programme"
        f" and x.gone_at is null and {named.format(kind)}"
        for rank, kind in enumerate(("location", "service", "organization"), start=1)
        if kind in whole
    ]
    if "service_at_location" in whole:
        found.append(
            "select 'service_at_location' as kind, g.id, 0 as rank from service s join service_at_location g"
            " on g.service_id = s.id join location l on l.id = g.location_id where s.programme_id = :programme"
            f" and g.gone_at is null and {NOT_NAMED}"
        )
    return " union all ".join(found) or "select '' as kind, 0 as id, 0 as rank from staged where 1 = 0"


def _spared(whole: Collection[str]) -> str:
    """What a package has no table of is not missing from it."""
    absent = [kind for kind in (*CORE, *PROFILE_OBJECTS) if kind not in whole]
    return f" and r.kind not in ({', '.join(repr(kind) for kind in absent)})" if absent else ""
