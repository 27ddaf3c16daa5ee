"""Brings a directory into the database: every good row; what is wrong is told row by row.

A package is read and judged in tables of the connection's own. What it says otherwise than the directory in force is
written at once where it is little, else in portions between which others have their turn.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Engine, create_engine

from referrals.definitions.records import Programme
from referrals.directory.hours.calendar_days import read_calendar
from referrals.directory.hsds.checks import Judge
from referrals.directory.hsds.objects import OBJECTS
from referrals.directory.hsds.package import Part, parts_of
from referrals.directory.importing.applying import Overtaken, begin, bring_into_force, bring_into_force_here
from referrals.directory.importing.comparing import differs
from referrals.directory.importing.reading import Reading, Report
from referrals.directory.importing.standing import Standing, standing_of, stands_by_officer
from referrals.directory.places.near import Nearby
from referrals.directory.places.places import Places
from referrals.directory.places.stored import stored_places
from referrals.directory.tables.rows import DirectoryError, TableProblem
from referrals.matching.indexing import index_new
from referrals.store.unit_of_work import Store, UnitOfWork

__all__ = [
    "Overtaken",
    "Report",
    "check_package",
    "import_directory",
    "import_package",
    "stands_by_officer",
]

NO_TERMS: Mapping[str, str] = {}
CACHES = {"temp": 65_536, "main": 65_536}  # KB, while an import lasts: with the usual 2 MB every index goes to disk


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
    bring_into_force_here(uow, reading, begin(uow, reading, "directory", at, from_folder=True))
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
        former = standing_of(uow.connection, programme_id)
    with _own_tables(store.engine) as connection, _little_to_collect():
        reading = Reading(programme_id, connection, judge)
        if reading.take_fingerprint(parts, terms) == former.package and former.whole:
            return Report(taken=former.taken, in_force=True)
        reading.stage(parts, terms, connection.begin)
        report = reading.report
        if report.empty or (strict and report.complaints):
            return report
        if _is_in_force(reading, former):
            report.in_force = True
            return report
        reading.project(connection.begin)
        with store.unit_of_work(on=connection) as uow:
            if standing_of(uow.connection, programme_id).import_id != former.import_id:
                raise Overtaken(Overtaken.__doc__)
            switch = begin(uow, reading, source, at, from_folder=False)
        bring_into_force(store, connection, reading, switch, former.import_id)
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
            driver: Any = connection.connection.dbapi_connection  # a transaction would not let it be set
            driver.execute("pragma temp_store = file").close()  # a directory may be larger than the memory
            for part, kilobytes in CACHES.items():
                driver.execute(f"pragma {part}.cache_size = -{kilobytes}").close()
        yield connection


@contextmanager
def _little_to_collect() -> Iterator[None]:
    """What was there before is left out of every search for garbage, of which many rows cause many."""
    gc.freeze()
    try:
        yield
    finally:
        gc.unfreeze()


def _is_in_force(reading: Reading, former: Standing) -> bool:
    """Whether the directory in force was made of these very rows, read in the same way, by an import that ended."""
    with reading.connection.begin():
        if not former.whole or former.judged_by != reading.judged_by():
            return False
        if differs(reading.connection, reading.programme_id, reading.whole):
            return False
        reading.tell_unmapped("service")
    reading.report.problems = tuple(reading.complaints.found)
    return True
