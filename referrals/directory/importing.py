"""Brings a directory into the database: every good row, all of them at once; what is wrong is told row by row.

A package is read and judged in tables of the connection's own, its rows are kept in portions that nobody sees yet, and
one short unit of work makes it the directory in force. Whoever is killed in between leaves the former one standing.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, Engine, create_engine, delete, func, select, text

from referrals.definitions.records import Programme
from referrals.directory.calendar_days import read_calendar
from referrals.directory.hsds_checks import Judge
from referrals.directory.hsds_json import Flat, Unreadable, elements
from referrals.directory.hsds_objects import CORE, OBJECTS
from referrals.directory.hsds_package import CALENDAR, Part, parts_of, tell_unread, text_of
from referrals.directory.importing_beside import replace_beside
from referrals.directory.importing_columns import Columns
from referrals.directory.importing_projecting import project, terms_of, units_of
from referrals.directory.importing_settling import settle
from referrals.directory.importing_staging import Staging, digest_of
from referrals.directory.importing_switching import PORTION, Switch
from referrals.directory.places import Places
from referrals.directory.places_near import Nearby
from referrals.directory.places_stored import import_places, stored_places
from referrals.directory.records import DirectoryImport, DirectoryRow
from referrals.directory.tables import NOTE, Complaints, DirectoryError, TableProblem, stream_table
from referrals.matching.indexing import index_new
from referrals.store.unit_of_work import Store, UnitOfWork

__all__ = ["Report", "check_package", "import_directory", "import_package", "import_places", "stored_places"]

MOST_NOTES = 10_000
INDEXED_AT_ONCE = 5_000  # services at locations, in one unit of work
READ_AS = "1"  # counted up when the same rows make other records than before
NO_TERMS: Mapping[str, str] = {}


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Overtaken(RuntimeError):
    """Another import of this programme's directory came into force meanwhile. Nothing was changed: run it again."""


@dataclass
class Report:
    """What came of a package. `taken` and `changed` count by HSDS object; `unmapped` are services without our term."""

    problems: tuple[TableProblem, ...] = ()
    taken: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    changed: dict[str, int] = field(default_factory=dict)
    gone: int = 0
    unmapped: int = 0
    in_force: bool = False

    @property
    def complaints(self) -> tuple[TableProblem, ...]:
        """The problems that are more than a note."""
        return tuple(problem for problem in self.problems if problem.effect != NOTE)

    @property
    def empty(self) -> bool:
        """Whether nothing of a directory could be read."""
        return not any(self.taken.get(kind) for kind in CORE)


@dataclass
class _Reading:
    """One package being read on one connection."""

    programme_id: str
    connection: Connection
    judge: Judge
    complaints: Complaints = field(default_factory=Complaints)
    report: Report = field(default_factory=Report)
    whole: set[str] = field(default_factory=set)
    calendar: bytes | None = None
    terms: Mapping[str, str] = field(default_factory=dict)

    def stage(self, parts: Sequence[Part], terms: Mapping[str, str], transaction: Callable[[], _Transaction]) -> None:
        """Reads, judges and lays out everything; nothing of it is in force."""
        with transaction():
            staging = Staging(self.connection, self.complaints, self.judge)
            aliases: dict[tuple[str, str], str] = {}
            for part in parts:
                self._take(staging, part, aliases)
            staging.finish()
        with transaction():
            settle(staging, aliases)
        self.report.taken = {kind: count for kind, count in staging.taken.items() if count}
        self.report.left_out = staging.left_out
        self.terms = terms
        self.report.problems = tuple(self.complaints.found)

    def judged_by(self) -> str:
        """What stands for everything beside its rows that a package is read with."""
        places = digest_of("|".join(f"{place.code} {place.parent} {place.point}" for place in self.judge.places))
        said = [
            READ_AS,
            self.judge.time_zone,
            places,
            digest_of((self.calendar or b"").hex()),
            *sorted(self.terms.items()),
        ]
        return digest_of(repr(said))

    def project(self, transaction: Callable[[], _Transaction]) -> None:
        """Makes the columns of the records; nothing of it is in force."""
        with transaction():
            terms = terms_of(self.connection, self.terms)
            project(self.connection, Columns(self.programme_id, self.judge, terms, units_of(self.connection)))
            self.tell_unmapped("new_service")
        self.report.problems = tuple(self.complaints.found)

    def _take(self, staging: Staging, part: Part, aliases: dict[tuple[str, str], str]) -> None:
        if part.name.rsplit("/", 1)[-1].lower() == CALENDAR:
            with part.open() as stream:
                self.calendar = stream.read()
        elif part.nested:
            self._take_nested(staging, part, aliases)
        elif not part.kind:
            tell_unread(part, self.complaints)
        else:
            known = {name.lower(): name for name in (*OBJECTS[part.kind].columns, *OBJECTS[part.kind].profile)}
            with text_of(part, self.complaints) as lines:
                rows = stream_table(part.name, lines, self.complaints, lambda name: known.get(name.lower(), name))
                for row in rows:
                    staging.take(part.kind, row, nested=False)
            self.whole.add(part.kind)

    def _take_nested(self, staging: Staging, part: Part, aliases: dict[tuple[str, str], str]) -> None:
        flat = Flat(part.name, self.complaints, aliases)
        with text_of(part, self.complaints) as stream:
            try:
                for element in elements(stream):
                    for kind, row in flat.rows(element):
                        staging.take(kind, row, nested=True)
                        self.whole.add(kind)
            except Unreadable as failure:
                self.complaints.add(part.name, None, "", f"{failure}.", "What came before was read; mend the rest.")
                self.whole.clear()  # what is missing may only not have been reached

    def tell_unmapped(self, table: str) -> None:
        """Notes the services, of those to come or of those in force, that have none of our terms."""
        of = " and n.programme_id = :programme" if table == "service" else ""
        rows = self.connection.execute(
            text(
                f"select s.external_id, s.file, s.number, s.pointer, n.name from {table} n join staged s"
                f" on s.kind = 'service' and s.external_id = n.external_id where n.service_term = '' and s.good = 1{of}"
                " order by s.n"
            ),
            {"programme": self.programme_id} if of else {},
        ).all()
        self.report.unmapped = len(rows)
        for row in rows[:MOST_NOTES]:
            self.complaints.add(
                row.file,
                row.number,
                "x_service_term",
                f"«{row.name[:60]}» ({row.external_id}) is unmapped: no need leads to it.",
                "Give its taxonomy term one of our service terms (--terms FILE).",
                pointer=row.pointer,
                effect=NOTE,
            )


_Transaction = AbstractContextManager[object]


def import_directory(uow: UnitOfWork, programme_id: str, files: Mapping[str, bytes], at: datetime) -> None:
    """Brings the directory of a programme's folder into force. Raises `DirectoryError` with file, row and remedy."""
    uow.flush()
    reading = _Reading(programme_id, uow.connection, _judge(uow, programme_id))
    reading.stage(parts_of(dict(files)), NO_TERMS, nullcontext)
    reading.project(nullcontext)
    reading.whole |= set(OBJECTS)  # a table that the folder does not have is an empty one
    if reading.report.complaints:
        raise DirectoryError(reading.report.complaints)
    if reading.report.empty:
        raise DirectoryError(
            [TableProblem("organizations.csv", None, "", "the file is missing.", "A package begins with it.")]
        )
    switch = _begin(uow, reading, "directory", at, from_folder=True)
    switch.keep_rows(uow, 0, _rows_staged(uow.connection))
    _put_in_force(uow, reading, switch)
    index_new(uow)


def import_package(
    store: Store,
    programme_id: str,
    parts: Sequence[Part],
    at: datetime,
    *,
    source: str = "",
    terms: Mapping[str, str] = NO_TERMS,
    strict: bool = False,
) -> Report:
    """Imports what is good in a package and says what is not; with `strict`, nothing when anything is wrong.

    The same package again changes nothing. `terms`: ids, codes or names of the package's taxonomy terms -> ours.
    Raises `Overtaken`.
    """
    with store.reading() as uow:
        judge = _judge(uow, programme_id)
        former = _current(uow, programme_id)
    with _own_tables(store.engine) as connection:
        reading = _Reading(programme_id, connection, judge)
        reading.stage(parts, terms, connection.begin)
        report = reading.report
        if report.empty or (strict and report.complaints):
            return report
        if _is_in_force(reading):
            report.in_force = True
            return report
        reading.project(connection.begin)
        with store.unit_of_work(on=connection) as uow:
            switch = _begin(uow, reading, source, at, from_folder=False)
        last = 0
        try:
            for last in range(0, _counted(connection), PORTION):
                with store.unit_of_work(on=connection) as uow:
                    report.changed["rows"] = report.changed.get("rows", 0) + switch.keep_rows(uow, last, last + PORTION)
            with store.unit_of_work(on=connection) as uow:
                _still_first(uow, switch, former)
                _put_in_force(uow, reading, switch)
            while store.transact(partial(index_new, most=INDEXED_AT_ONCE)):
                continue  # a search meanwhile indexes what it still finds by itself
        finally:
            _sweep(store, switch)
    report.in_force = True
    return report


def check_package(
    store: Store | None, programme_id: str, parts: Sequence[Part], *, terms: Mapping[str, str] = NO_TERMS
) -> Report:
    """The same report without importing; without a store, places and kinds of service are not looked at."""
    if store is None:
        engine, judge = create_engine("sqlite://"), Judge("UTC", Places(()), Nearby(Places(())))
    else:
        engine = store.engine
        with store.reading() as uow:
            judge = _judge(uow, programme_id)
    with _own_tables(engine) as connection:
        reading = _Reading(programme_id, connection, judge)
        reading.stage(parts, terms, connection.begin)
        reading.project(connection.begin)
        if reading.calendar is not None:
            read_calendar(reading.calendar, complaints=reading.complaints)
            reading.report.problems = tuple(reading.complaints.found)
    if store is None:
        engine.dispose()
    return reading.report


def stands_by_officer(uow: UnitOfWork, programme_id: str) -> bool:
    """Whether the directory in force came by an import of its own: then a programme's folder does not replace it."""
    newest = select(DirectoryImport.from_folder).where(
        DirectoryImport.programme_id == programme_id, DirectoryImport.current_at.is_not(None)
    )
    return uow.connection.execute(newest.order_by(DirectoryImport.id.desc()).limit(1)).scalar() is False


def _judge(uow: UnitOfWork, programme_id: str) -> Judge:
    programme = uow.session.get_one(Programme, programme_id)
    places = stored_places(uow, programme_id)
    return Judge(programme.time_zone, places, Nearby(places))


@contextmanager
def _own_tables(engine: Engine) -> Iterator[Connection]:
    """A connection that ends here, and with it the temporary tables that are its own."""
    with engine.connect() as connection:
        connection.detach()
        if connection.dialect.name == "sqlite":
            with connection.begin():
                connection.exec_driver_sql("pragma temp.cache_size = -32768")  # KB; the usual 2 MB would go to disk
        yield connection


def _rows_staged(connection: Connection) -> int:
    return int(connection.execute(text("select coalesce(max(n), 0) from staged")).scalar_one())


def _counted(connection: Connection) -> int:
    with connection.begin():
        return _rows_staged(connection)


def _current(uow: UnitOfWork, programme_id: str) -> int:
    newest = select(func.coalesce(func.max(DirectoryImport.id), 0)).where(
        DirectoryImport.programme_id == programme_id, DirectoryImport.current_at.is_not(None)
    )
    return int(uow.connection.execute(newest).scalar_one())


def _is_in_force(reading: _Reading) -> bool:
    """Whether the directory in force was made of these very rows, read in the same way."""
    with reading.connection.begin():
        newest = select(DirectoryImport.judged_by).where(
            DirectoryImport.programme_id == reading.programme_id, DirectoryImport.current_at.is_not(None)
        )
        same = reading.connection.execute(newest.order_by(DirectoryImport.id.desc()).limit(1)).scalar()
        if same != reading.judged_by() or Switch(reading.programme_id, 0, NEVER).differs(
            reading.connection, reading.whole
        ):
            return False
        reading.tell_unmapped("service")
    reading.report.problems = tuple(reading.complaints.found)
    return True


def _begin(uow: UnitOfWork, reading: _Reading, source: str, at: datetime, *, from_folder: bool) -> Switch:
    """Notes the import, not yet in force, and what of it differs from the directory in force."""
    row = DirectoryImport(
        programme_id=reading.programme_id,
        source=source[:200],
        from_folder=from_folder,
        judged_by=reading.judged_by(),
        began_at=at,
        taken=sum(reading.report.taken.values()),
        left_out=reading.report.left_out,
    )
    uow.session.add(row)
    uow.flush()
    switch = Switch(reading.programme_id, row.id, at)
    reading.report.changed = switch.narrow(uow.connection)
    return switch


def _still_first(uow: UnitOfWork, switch: Switch, former: int) -> None:
    own = uow.session.get(DirectoryImport, switch.import_id, with_for_update=True)
    if own is None or _current(uow, switch.programme_id) != former:
        raise Overtaken(Overtaken.__doc__)


def _put_in_force(uow: UnitOfWork, reading: _Reading, switch: Switch) -> None:
    report = reading.report
    report.gone = switch.put_in_force(uow, reading.whole)
    beside = replace_beside(uow, reading.programme_id, reading.whole, reading.calendar, reading.complaints)
    report.changed |= {name: count for name, count in beside.items() if count}
    row = uow.session.get_one(DirectoryImport, switch.import_id)
    row.changed = sum(report.changed.values()) + report.gone
    if row.changed or not _current(uow, switch.programme_id):
        row.current_at = switch.at
    uow.flush()
    report.problems = tuple(reading.complaints.found)


def _sweep(store: Store, switch: Switch) -> None:
    """Removes, in portions, what imports that never came into force have left, this one's too."""
    while True:
        with store.unit_of_work() as uow:
            dead = _never_in_force(uow, switch)
            some = select(DirectoryRow.id).where(DirectoryRow.import_id.in_(dead)).limit(PORTION)
            found = uow.connection.execute(some).scalars().all() if dead else []
            if found:
                uow.connection.execute(delete(DirectoryRow).where(DirectoryRow.id.in_(some)))
            else:
                uow.connection.execute(delete(DirectoryImport).where(DirectoryImport.id.in_(dead)))
                return


def _never_in_force(uow: UnitOfWork, switch: Switch) -> Collection[int]:
    query = select(DirectoryImport.id).where(
        DirectoryImport.programme_id == switch.programme_id,
        DirectoryImport.id <= switch.import_id,
        DirectoryImport.current_at.is_(None),
    )
    return uow.connection.execute(query).scalars().all()
