"""Brings a directory into the database: every good row, all of them at once; what is wrong is told row by row.

A package is read and judged in tables of the connection's own, its rows are kept in portions that nobody sees yet, and
one short unit of work makes it the directory in force. Whoever is killed in between leaves the former one standing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime
from functools import partial

from sqlalchemy import Connection, Engine, create_engine, delete, func, select, text

from referrals.definitions.records import Programme
from referrals.directory.calendar_days import read_calendar
from referrals.directory.hsds_checks import Judge
from referrals.directory.hsds_objects import OBJECTS
from referrals.directory.hsds_package import Part, parts_of
from referrals.directory.importing_beside import replace_beside
from referrals.directory.importing_reading import Reading, Report
from referrals.directory.importing_switching import PORTION, Switch
from referrals.directory.places import Places
from referrals.directory.places_near import Nearby
from referrals.directory.places_stored import import_places, stored_places
from referrals.directory.records import DirectoryImport, DirectoryRow
from referrals.directory.tables import DirectoryError, TableProblem
from referrals.matching.indexing import index_new
from referrals.store.unit_of_work import Store, UnitOfWork

__all__ = ["Report", "check_package", "import_directory", "import_package", "import_places", "stored_places"]

INDEXED_AT_ONCE = 5_000  # services at locations, in one unit of work
NO_TERMS: Mapping[str, str] = {}


NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Overtaken(RuntimeError):
    """Another import of this programme's directory came into force meanwhile. Nothing was changed: run it again."""


def import_directory(uow: UnitOfWork, programme_id: str, files: Mapping[str, bytes], at: datetime) -> None:
    """Brings the directory of a programme's folder into force. Raises `DirectoryError` with file, row and remedy."""
    uow.flush()
    reading = Reading(programme_id, uow.connection, _judge(uow, programme_id))
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
        reading = Reading(programme_id, connection, judge)
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
        reading = Reading(programme_id, connection, judge)
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


def _is_in_force(reading: Reading) -> bool:
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


def _begin(uow: UnitOfWork, reading: Reading, source: str, at: datetime, *, from_folder: bool) -> Switch:
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


def _put_in_force(uow: UnitOfWork, reading: Reading, switch: Switch) -> None:
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
