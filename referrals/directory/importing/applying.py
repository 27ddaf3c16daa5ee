"""Brings one import into force: at once where it is small, else in portions between which others have their turn."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, text, update
from sqlalchemy.exc import OperationalError

from referrals.directory.importing.beside import replace_beside
from referrals.directory.importing.comparing import Portions, compare
from referrals.directory.importing.reading import Reading
from referrals.directory.importing.standing import (
    STANDING,
    last_begun,
    lay_out_dead,
    lay_out_old,
    note_done,
    remove,
    standing_of,
)
from referrals.directory.importing.switching import Step, Switch
from referrals.directory.records import DirectoryImport
from referrals.store.unit_of_work import CLASHES, TRIES_IN_A_CLASH, Store, UnitOfWork

REST = 0.02  # seconds in which whoever waits for SQLite gets it: its waiters look again every 25 milliseconds
AT_A_STRETCH = 0.15  # seconds of writing after which there is a rest
MANY = 1_000


class Overtaken(RuntimeError):
    """Another import of this programme's directory came in between: run this one again."""


def begin(uow: UnitOfWork, reading: Reading, source: str, at: datetime, *, from_folder: bool) -> Switch:
    """Notes the import, not yet in force; any other of the programme that is still writing is overtaken."""
    last_begun(uow, reading.programme_id)
    row = DirectoryImport(
        programme_id=reading.programme_id,
        source=source[:200],
        from_folder=from_folder,
        judged_by=reading.judged_by(),
        began_at=at,
        taken=sum(reading.report.taken.values()),
        left_out=reading.report.left_out,
        package=reading.fingerprint,
        told=json.dumps(reading.report.taken),
    )
    uow.session.add(row)
    uow.flush()
    return Switch(reading.programme_id, row.id, at, frozenset(reading.whole))


def bring_into_force_here(uow: UnitOfWork, reading: Reading, switch: Switch) -> None:
    """All of it in the caller's unit of work."""
    portions = compare(uow.connection, reading.programme_id, reading.whole)
    _all_at_once(uow, reading, switch, portions)
    for portion in range(lay_out_dead(uow.connection, switch.programme_id, switch.import_id)):
        remove(uow, "due_old", portion)
    note_done(uow, switch.programme_id, switch.import_id)


def bring_into_force(store: Store, connection: Connection, reading: Reading, switch: Switch, former: int) -> None:
    """In one unit of work where one portion of each is enough, else in many. Raises `Overtaken`.

    Whoever is killed in between leaves a directory in which every door is one of the former or of the new directory,
    and whole; the next import of the programme writes whatever differs from its own package.
    """
    mine = _Turns(store, connection, switch, former)
    if before := mine.unfinished():
        mine.each("due_old", partial(lay_out_old, import_id=before))
    with connection.begin():
        portions = compare(connection, reading.programme_id, reading.whole)
    if portions.one_is_enough:
        mine.take(partial(_all_at_once, reading=reading, switch=switch, portions=portions))
        mine.each("due_old", partial(lay_out_dead, import_id=switch.import_id))
    else:
        for step in switch.steps(portions):
            mine.take(step)
        mine.take(partial(_put_in_force, reading=reading, switch=switch, portions=portions))
        for portion in range(portions.lost):
            mine.take(partial(remove, table="due_lost", portion=portion))
        for laid_out in (lay_out_old, lay_out_dead):
            mine.each("due_old", partial(laid_out, import_id=switch.import_id))
    mine.take(partial(note_done, programme_id=switch.programme_id, import_id=switch.import_id), checked=False)
    if sum(reading.report.changed.values()) > MANY and not store.is_sqlite:  # its planner goes by what was before
        mine.take(_analyze, checked=False)


def _all_at_once(uow: UnitOfWork, reading: Reading, switch: Switch, portions: Portions) -> None:
    for step in switch.steps(portions):
        step(uow)
    _put_in_force(uow, reading, switch, portions)
    for portion in range(portions.lost):
        remove(uow, "due_lost", portion)
    for portion in range(lay_out_old(uow.connection, switch.programme_id, switch.import_id)):
        remove(uow, "due_old", portion)
    note_done(uow, switch.programme_id, switch.import_id)


def _put_in_force(uow: UnitOfWork, reading: Reading, switch: Switch, portions: Portions) -> None:
    """What everything was written for: one mark, and what stands beside the services."""
    report = reading.report
    beside = replace_beside(uow, reading.programme_id, reading.whole, reading.calendar, reading.complaints)
    report.changed = {
        **portions.changed,
        "rows": switch.rows,
        **{name: count for name, count in beside.items() if count},
    }
    report.gone = switch.gone
    report.problems = tuple(reading.complaints.found)
    row = uow.session.get_one(DirectoryImport, switch.import_id)
    row.changed = sum(report.changed.values()) + report.gone
    row.package = "" if report.problems else row.package
    standing = standing_of(uow.connection, switch.programme_id)
    if row.changed or not standing.import_id:
        row.current_at, row.stage = switch.at, STANDING
    else:  # the same, read in another way
        same = {"judged_by": row.judged_by, "package": row.package, "told": row.told}
        uow.connection.execute(update(DirectoryImport).filter_by(id=standing.import_id).values(**same))
    uow.flush()


def _analyze(uow: UnitOfWork) -> None:
    uow.connection.execute(text("ANALYZE service_at_location, service, location, organization, directory_row"))


class _Turns:
    """One import's units of work, one after the other, each checked to be still the newest."""

    def __init__(self, store: Store, connection: Connection, switch: Switch, former: int) -> None:
        self.store, self.connection, self.switch, self.former = store, connection, switch, former
        self.rested = time.monotonic()

    def unfinished(self) -> int:
        """The import in force, where what it replaced was not all removed; else 0."""
        with self.connection.begin():
            standing = standing_of(self.connection, self.switch.programme_id)
        return standing.import_id if standing.stage == STANDING else 0

    def each(self, table: str, lay_out: Callable[..., int]) -> None:
        """Removes the rows that `lay_out` finds."""
        with self.connection.begin():
            count = lay_out(self.connection, programme_id=self.switch.programme_id)
        for portion in range(count):
            self.take(partial(remove, table=table, portion=portion), checked=False)

    def take(self, step: Step, *, checked: bool = True) -> None:
        """One unit of work, and a rest when it is due; again where PostgreSQL had to break a deadlock."""
        before = self.switch.rows, self.switch.gone
        for left in reversed(range(TRIES_IN_A_CLASH)):
            try:
                with self.store.unit_of_work(on=self.connection) as uow:
                    if checked:
                        self._still_first(uow)
                    step(uow)
                break
            except OperationalError as clash:
                self.switch.rows, self.switch.gone = before
                if not left or getattr(clash.orig, "sqlstate", "") not in CLASHES:
                    raise
        if self.store.is_sqlite and time.monotonic() - self.rested > AT_A_STRETCH:
            time.sleep(REST)
            self.rested = time.monotonic()

    def _still_first(self, uow: UnitOfWork) -> None:
        own = self.switch.import_id
        current = standing_of(uow.connection, self.switch.programme_id).import_id
        if last_begun(uow, self.switch.programme_id) != own or current not in (self.former, own):
            raise Overtaken(Overtaken.__doc__)
