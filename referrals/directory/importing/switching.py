"""Writes what a package says otherwise, portion by portion; every portion leaves a directory that harms nobody.

A service comes with its rules, a location with its services, hours and areas, and either with what matching knows of
it. Whatever is named no more and hangs on something written is closed with it, so that no door is open that neither
the former directory nor the new one has.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, text

from referrals.directory.importing import columns as made
from referrals.directory.importing.comparing import NOT_NAMED, Portions
from referrals.directory.importing.projecting import name_of
from referrals.directory.importing.statements import run
from referrals.matching.indexing import index_new
from referrals.store.unit_of_work import UnitOfWork

GIVEN = "service_at_location"
# «cross join» keeps SQLite from beginning with all of a programme where a portion is asked for.
LEFT = {"service": "status = 'inactive', ", "location": "accepting = false, "}
Step = Callable[[UnitOfWork], None]


@dataclass
class Switch:
    """One import that is ready: of which programme, which number, when, and what it wrote so far."""

    programme_id: str
    import_id: int
    at: datetime
    whole: Collection[str]
    rows: int = 0
    gone: int = 0

    def run(self, connection: Connection, words: str, portion: int = 0) -> int:
        """Runs a statement; gives how many rows it touched."""
        given: dict[str, Any] = {"programme": self.programme_id, "import": self.import_id, "at": self.at}
        return run(connection, words, portion=portion, **given)

    def steps(self, portions: Portions) -> Iterator[Step]:
        """All that is to be written before the new directory is in force, in its order: one step is one portion."""
        for write, count in (
            (self.keep_rows, portions.rows),
            (self.organizations, portions.organizations),
            (self.services, portions.services),
            (self.locations, portions.locations),
            (self.leave, portions.leaving),
        ):
            yield from (partial(write, portion=portion) for portion in range(count))

    def keep_rows(self, uow: UnitOfWork, portion: int) -> None:
        """Keeps rows as they came, where they differ from what stands; nobody sees them before they are in force."""
        self.rows += self.run(
            uow.connection,
            "insert into directory_row (import_id, programme_id, kind, external_id, owner_kind, owner_id, confidential,"
            " digest, content) select :import, :programme, s.kind, s.external_id, s.owner_kind,"
            " coalesce(s.owner_id, ''), s.confidential = 1, s.digest, s.content from due_row d join staged s on s.n ="
            " d.n where d.portion = :portion order by s.n",
            portion,
        )

    def organizations(self, uow: UnitOfWork, portion: int) -> None:
        """Writes organizations."""
        self._upsert(uow.connection, "organization", made.ORGANIZATION, portion)

    def services(self, uow: UnitOfWork, portion: int) -> None:
        """Writes services with their rules, and closes where they are given no more."""
        connection = uow.connection
        due = (
            "select s.id from due_service d cross join service s where s.programme_id = :programme"
            " and s.external_id = d.external_id and d.portion = :portion"
        )
        self._upsert(connection, "service", made.SERVICE, portion)
        self._rules(connection, due, portion)
        self._anew(uow, f"service_id in ({due})", portion)

    def locations(self, uow: UnitOfWork, portion: int) -> None:
        """Writes locations with what is given there, its hours and its areas, and closes what is given no more."""
        connection = uow.connection
        due = (
            "select l.id from due_location d cross join location l where l.programme_id = :programme"
            " and l.external_id = d.external_id and d.portion = :portion"
        )
        stood = self._stood(connection, portion)
        self._upsert(connection, "location", made.LOCATION, portion)
        self._given(connection, portion, stood)
        self._hours_and_areas(connection, due, portion)
        if stood:
            self._anew(uow, f"location_id in ({due})", portion)
        else:
            index_new(uow)

    def leave(self, uow: UnitOfWork, portion: int) -> None:
        """What is named no more stays with its history, and takes nobody in."""
        for table in (GIVEN, "location", "service", "organization"):
            self.gone += self.run(
                uow.connection,
                f"update {table} set {LEFT.get(table, '')}gone_at = :at, modified_at = :at, digest = '' where id in"
                f" (select d.id from leaving d where d.portion = :portion and d.kind = '{table}') and gone_at is null",
                portion,
            )

    def _upsert(self, connection: Connection, table: str, columns: Sequence[str], portion: int) -> None:
        owned = "organization" in columns
        pairs = [("organization_id", "p.id") if c == "organization" else (c, f"n.{name_of(c)}") for c in columns]
        into = ", ".join(["programme_id", *(name for name, _ in pairs), "modified_at"])
        values = ", ".join([":programme", *(value for _, value in pairs), ":at"])
        renew = ", ".join(f"{name} = excluded.{name}" for name, _ in pairs if name != "external_id")
        joined = " cross join organization p" if owned else ""
        of = " and p.programme_id = :programme and p.external_id = n.organization" if owned else ""
        self.run(
            connection,
            f"insert into {table} ({into}) select {values} from due_{table} d cross join new_{table} n{joined}"
            f" where n.external_id = d.external_id{of} and d.portion = :portion order by d.n on conflict"
            f" (programme_id, external_id) do update set {renew}, modified_at = excluded.modified_at, gone_at = null",
            portion,
        )

    def _stood(self, connection: Connection, portion: int) -> bool:
        """Whether anything was given at these locations before: where nothing was, there is nothing to look after."""
        words = (
            "select 1 from due_location d cross join location l cross join service_at_location g"
            " where d.portion = :portion and l.programme_id = :programme and l.external_id = d.external_id"
            " and g.location_id = l.id limit 1"
        )
        asked = {"programme": self.programme_id, "portion": portion}
        return connection.execute(text(words), asked).first() is not None

    def _given(self, connection: Connection, portion: int, stood: bool) -> None:
        joined = "from due_location d cross join new_given n cross join service s cross join location l"
        of = (
            "where d.portion = :portion and n.location = d.external_id and s.programme_id = :programme"
            " and s.external_id = n.service and l.programme_id = :programme and l.external_id = n.location"
        )
        self.run(
            connection,
            "insert into service_at_location (service_id, location_id, external_id, public_id, digest, modified_at,"
            " updated_at, capacity, taken_elsewhere, unit, waitlist) select s.id, l.id, n.external_id, n.public_id,"
            f" n.digest, :at, :at, n.capacity, coalesce(n.taken, 0), n.unit, n.waitlist {joined} cross join"
            f" staged r {of} and r.kind = 'service_at_location' and r.external_id = n.external_id"
            " order by r.n on conflict (service_id, location_id) do update set external_id = excluded.external_id,"
            " public_id = excluded.public_id, digest = excluded.digest, modified_at = excluded.modified_at,"
            " updated_at = excluded.updated_at, gone_at = null",
            portion,
        )
        if not stood:
            return
        self.run(  # what a centre itself has said since stands until the owner's data are newer
            connection,
            "with c as materialized (select s.id as service_id, l.id as location_id, n.capacity, n.unit, n.waitlist,"
            f" n.taken, n.updated_on {joined} {of})"
            " update service_at_location set capacity = c.capacity, unit = c.unit, waitlist = c.waitlist,"
            " taken_elsewhere = case when coalesce(c.taken, 0) > service_at_location.used"
            " then coalesce(c.taken, 0) - service_at_location.used else 0 end,"
            " confirmed_at = null, confirmed_by = null, lacking_since = null from c"
            " where service_at_location.service_id = c.service_id and service_at_location.location_id = c.location_id"
            " and (service_at_location.confirmed_at is null or c.updated_on > service_at_location.confirmed_at)",
            portion,
        )

    def _hours_and_areas(self, connection: Connection, due: str, portion: int) -> None:
        """Replaced as a whole for each location; a package that has no table of them says nothing of those kept."""
        for table, new, columns in (
            ("schedule", "new_schedule", made.SCHEDULE),
            ("service_area", "new_area", made.AREA),
        ):
            said = f" and exists (select 1 from {new} h where h.location = d.external_id)"
            self.run(
                connection,
                f"delete from {table} where location_id in ({due}{'' if table in self.whole else said})",
                portion,
            )
            own = [name for name in columns if name not in ("service", "location", "given")]
            into = ", ".join(["location_id", "service_at_location_id", *(name_of(name) for name in own)])
            values = ", ".join(["l.id", "g.id", *(f"n.{name_of(name)}" for name in own)])
            self.run(
                connection,
                f"insert into {table} ({into}) select distinct {values} from due_location d cross join {new} n"
                " cross join location l left join service_at_location g on g.location_id = l.id"
                " and g.external_id = n.given where d.portion = :portion and n.location = d.external_id"
                " and l.programme_id = :programme and l.external_id = n.location",
                portion,
            )

    def _rules(self, connection: Connection, due: str, portion: int) -> None:
        said = " and exists (select 1 from new_rule h where h.service = d.external_id)"
        spared = "" if "eligibility_rule" in self.whole else said
        self.run(connection, f"delete from eligibility_rule where service_id in ({due}{spared})", portion)
        own = [name_of(name) for name in made.RULE[1:]]
        self.run(
            connection,
            f"insert into eligibility_rule (service_id, {', '.join(own)}) select s.id,"
            f" {', '.join(f'n.{name}' for name in own)} from due_service d cross join new_rule n cross join service s"
            " where d.portion = :portion and n.service = d.external_id and s.programme_id = :programme"
            " and s.external_id = n.service",
            portion,
        )

    def _anew(self, uow: UnitOfWork, these: str, portion: int) -> None:
        """Closes those of these services at locations that are named no more, and has matching look at the others."""
        if GIVEN in self.whole:
            self.gone += self.run(
                uow.connection,
                "update service_at_location set gone_at = :at, modified_at = :at, digest = '' where id in (select g.id"
                " from service_at_location g join service s on s.id = g.service_id join location l"
                f" on l.id = g.location_id where g.gone_at is null and g.{these} and {NOT_NAMED})",
                portion,
            )
        again = f"update service_at_location set programme_id = '' where {these} and programme_id <> ''"
        self.run(uow.connection, again, portion)
        index_new(uow)
