"""What was staged becomes the directory in force, all of it in one unit of work; until then nobody sees any of it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, TextClause, bindparam, text

from referrals.directory import importing_columns as made
from referrals.directory.hsds_objects import CORE, PROFILE_OBJECTS
from referrals.directory.importing_projecting import name_of
from referrals.store.record import UtcDateTime
from referrals.store.unit_of_work import UnitOfWork

PORTION = 10_000
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
    "not exists (select 1 from staged s where s.kind = directory_row.kind"
    " and s.external_id = directory_row.external_id)"
)
_OF_PROGRAMME = "service_id in (select id from service where programme_id = :programme)"


@dataclass(frozen=True)
class Switch:
    """One import that is ready: of which programme, which number, when."""

    programme_id: str
    import_id: int
    at: datetime

    def run(self, connection: Connection, words: str) -> int:
        """Runs a statement; gives how many rows it touched."""
        given: dict[str, Any] = {"programme": self.programme_id, "import": self.import_id, "at": self.at}
        statement = _statement(words)
        used = {name: value for name, value in given.items() if f":{name}" in words}
        if "at" in used:
            statement = statement.bindparams(bindparam("at", type_=UtcDateTime()))
        return max(connection.execute(statement, used).rowcount, 0)

    def narrow(self, connection: Connection) -> dict[str, int]:
        """Leaves in `new_…` what differs from the directory in force; says how many of each that is."""
        counts = {}
        for name, same in _SAME.items():
            found = same.replace("n.", f"new_{name}.")
            self.run(
                connection,
                f"delete from new_{name} where exists (select 1 from {found} and o.digest = new_{name}.digest"
                " and o.gone_at is null)",
            )
            counts[_RECORD[name]] = connection.execute(text(f"select count(*) from new_{name}")).scalar_one()
        self.run(connection, "drop table if exists touched")
        self.run(connection, "create temporary table touched (location text primary key)")
        for words in (
            "select external_id from new_location",
            "select location from new_given",
            "select g.location_id from staged g join new_service s on s.external_id = g.service_id"
            " where g.kind = 'service_at_location' and g.good = 1",
        ):
            self.run(
                connection,
                f"insert into touched {words} where true on conflict do nothing".replace("= 1 where true", "= 1"),
            )
        for table in ("new_schedule", "new_area"):
            self.run(
                connection,
                f"delete from {table} where location is null or not exists (select 1 from touched t"
                f" where t.location = {table}.location)",
            )
        self.run(
            connection,
            "delete from new_rule where not exists (select 1 from new_service s"
            " where s.external_id = new_rule.service)",
        )
        return counts

    def differs(self, connection: Connection, whole: Collection[str]) -> bool:
        """Whether any row is other than it stands, or one that stands is no longer named."""
        anew = f"select 1 from staged s where s.good = 1 and {_NOT_KEPT} limit 1"
        lost = (
            "select 1 from directory_row join directory_import i on i.id = directory_row.import_id"
            " where directory_row.programme_id = :programme and i.current_at is not null"
            f" and {_LOST}{_spared(whole)} limit 1"
        )
        return any(
            connection.execute(_statement(words), {"programme": self.programme_id}).first() for words in (anew, lost)
        )

    def keep_rows(self, uow: UnitOfWork, after: int, upto: int) -> int:
        """Keeps the rows of a portion as they came, where they differ from what stands; not yet in force."""
        return self.run(
            uow.connection,
            "insert into directory_row (import_id, programme_id, kind, external_id, owner_kind, owner_id, confidential,"
            " digest, content) select :import, :programme, s.kind, s.external_id, s.owner_kind,"
            " coalesce(s.owner_id, ''), s.confidential = 1, s.digest, s.content from staged s where s.good = 1"
            f" and s.n > {after} and s.n <= {upto} and {_NOT_KEPT} order by s.n",
        )

    def put_in_force(self, uow: UnitOfWork, whole: Collection[str]) -> int:
        """Writes the records, lets go of what the package no longer names, and makes the kept rows stand.

        `whole`: the objects whose tables were read to their end; only of those something can be missing. Returns how
        many records are gone since.
        """
        connection = uow.connection
        self._records(connection)
        self._hours_areas_and_rules(connection)
        gone = self._gone(connection, whole)
        self.run(  # what matching knows of them is old: it looks at them again
            connection,
            "update service_at_location set programme_id = '' where location_id in (select l.id from location l"
            " join touched t on t.location = l.external_id where l.programme_id = :programme)",
        )
        self.run(
            connection,
            "delete from directory_row where programme_id = :programme and import_id <> :import and (exists (select 1"
            " from directory_row n where n.import_id = :import and n.programme_id = :programme"
            " and n.kind = directory_row.kind and n.external_id = directory_row.external_id) or"
            f" ({_LOST}{_spared(whole)}))",
        )
        return gone

    def _records(self, connection: Connection) -> None:
        self._upsert(connection, "organization", made.ORGANIZATION, "", {})
        owned = "join organization p on p.programme_id = :programme and p.external_id = n.organization"
        self._upsert(connection, "service", made.SERVICE, owned, {"organization": ("organization_id", "p.id")})
        self._upsert(connection, "location", made.LOCATION, owned, {"organization": ("organization_id", "p.id")})
        self._given(connection)

    def _upsert(
        self,
        connection: Connection,
        table: str,
        columns: Sequence[str],
        joined: str,
        renamed: dict[str, tuple[str, str]],
    ) -> None:
        pairs = [renamed.get(name, (name, f"n.{name_of(name)}")) for name in columns]
        into = ", ".join(["programme_id", *(name for name, _ in pairs), "modified_at"])
        values = ", ".join([":programme", *(value for _, value in pairs), ":at"])
        renew = ", ".join(f"{name} = excluded.{name}" for name, _ in pairs if name != "external_id")
        self.run(
            connection,
            f"insert into {table} ({into}) select {values} from new_{table} n {joined} {_in_order(table)}"
            " on conflict"
            f" (programme_id, external_id) do update set {renew}, modified_at = excluded.modified_at, gone_at = null",
        )

    def _given(self, connection: Connection) -> None:
        joined = (
            "from new_given n join service s on s.programme_id = :programme and s.external_id = n.service"
            " join location l on l.programme_id = :programme and l.external_id = n.location"
        )
        self.run(
            connection,
            "insert into service_at_location (service_id, location_id, external_id, public_id, digest, modified_at,"
            " updated_at, capacity, taken_elsewhere, unit, waitlist) select s.id, l.id, n.external_id, n.public_id,"
            f" n.digest, :at, :at, n.capacity, coalesce(n.taken, 0), n.unit, n.waitlist {joined}"
            f" {_in_order('service_at_location')}"
            " on conflict (service_id, location_id) do update set external_id = excluded.external_id,"
            " public_id = excluded.public_id, digest = excluded.digest, modified_at = excluded.modified_at,"
            " updated_at = excluded.updated_at, gone_at = null",
        )
        self.run(  # what a centre itself has said since stands until the owner's data are newer
            connection,
            "update service_at_location set capacity = n.capacity, unit = n.unit, waitlist = n.waitlist,"
            " taken_elsewhere = case when coalesce(n.taken, 0) > service_at_location.used"
            " then coalesce(n.taken, 0) - service_at_location.used else 0 end,"
            f" confirmed_at = null, confirmed_by = null, lacking_since = null {joined}"
            " where service_at_location.service_id = s.id and service_at_location.location_id = l.id"
            " and (service_at_location.confirmed_at is null or n.updated_on > service_at_location.confirmed_at)",
        )

    def _hours_areas_and_rules(self, connection: Connection) -> None:
        at = "join location l on l.programme_id = :programme and l.external_id = n.location"
        given = f"{at} left join service_at_location g on g.location_id = l.id and g.external_id = n.given"
        for table, new, columns in (
            ("schedule", "new_schedule", made.SCHEDULE),
            ("service_area", "new_area", made.AREA),
        ):
            self.run(
                connection,
                f"delete from {table} where location_id in (select l.id from location l join touched t"
                " on t.location = l.external_id where l.programme_id = :programme)",
            )
            own = [name for name in columns if name not in ("service", "location", "given")]
            into = ", ".join(["location_id", "service_at_location_id", *(name_of(name) for name in own)])
            values = ", ".join(["l.id", "g.id", *(f"n.{name_of(name)}" for name in own)])
            self.run(connection, f"insert into {table} ({into}) select distinct {values} from {new} n {given}")
        self.run(
            connection,
            "delete from eligibility_rule where service_id in (select s.id from service s join new_service n"
            " on n.external_id = s.external_id where s.programme_id = :programme)",
        )
        own_rule = ", ".join(f"n.{name_of(name)}" for name in made.RULE[1:])
        self.run(
            connection,
            "insert into eligibility_rule"
            f" (service_id, {', '.join(name_of(name) for name in made.RULE[1:])}) select s.id,"
            f" {own_rule} from new_rule n join service s on s.programme_id = :programme and s.external_id = n.service",
        )

    def _gone(self, connection: Connection, whole: Collection[str]) -> int:
        """What is named no more stays with its history, and takes nobody in."""
        count = 0
        for table, leave, of in (
            ("organization", "", "programme_id = :programme"),
            ("service", "status = 'inactive', ", "programme_id = :programme"),
            ("location", "accepting = false, ", "programme_id = :programme"),
            ("service_at_location", "", _OF_PROGRAMME),
        ):
            if table in whole:
                count += self.run(
                    connection,
                    f"update {table} set {leave}gone_at = :at, modified_at = :at, digest = '' where {of}"
                    " and gone_at is null"
                    f" and not exists (select 1 from staged t where t.kind = '{table}'"
                    f" and t.external_id = {table}.external_id)",
                )
        return count


def _in_order(kind: str) -> str:
    """New records are numbered in the order of the package."""
    return f"join staged r on r.kind = '{kind}' and r.external_id = n.external_id where true order by r.n"


def _spared(whole: Collection[str]) -> str:
    """What a package has no table of is not missing from it."""
    absent = [kind for kind in (*CORE, *PROFILE_OBJECTS) if kind not in whole]
    return f" and directory_row.kind not in ({', '.join(repr(kind) for kind in absent)})" if absent else ""


def _statement(words: str) -> TextClause:
    """PostgreSQL wants to be told the type of what stands in a list of results."""
    typed = words.replace(":programme", "cast(:programme as varchar)").replace(":import", "cast(:import as bigint)")
    return text(typed)
