"""The only place that commits: a unit of work is all kept or not at all."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from copy import copy
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from referrals.protection.vault import MasterKeys, Vault
from referrals.store.group_commit import GroupCommit, check_still_open

T = TypeVar("T")
Watch = Callable[["UnitOfWork", Session], None]

CLASHES = ("40P01", "40001")  # PostgreSQL: a deadlock was broken, or two transactions could not be put in order
TRIES_IN_A_CLASH = 5
START_LOCK = 7_233_002  # PostgreSQL advisory lock of whoever prepares the database


class NothingKept(RuntimeError):
    """Something was noted for the audit in a view that keeps nothing: read it in a unit of work that commits."""


class UnitOfWork:
    """One open transaction: `connection` for Core, `session` for records, `vault` for what is sealed."""

    def __init__(self, connection: Connection, vault: Vault, parsed: dict[tuple[int, str], Any]) -> None:
        self.connection = connection
        self._vault = vault
        self.vault = vault.within(connection)
        self.parsed = parsed
        """Definitions as parsed, by id and shape: they never change, so they are kept between units of work."""
        self.in_force: dict[tuple[str, str, str], int | None] = {}
        """Which versions are in force: one unit of work sees one version of each, however often it asks."""
        self.once: dict[tuple[str, int], Any] | None = None
        """What many things in a row look up and none of them changes, read once; None outside such a row."""
        self.after_commit: list[Callable[[], None]] = []
        self.noted: list[Any] = []
        """What the audit is to hold of this unit of work: written last, so that nobody waits for it long."""
        self.write_noted: Callable[[UnitOfWork], None] | None = None
        self.watch: Watch | None = None
        """Who looks at every row that the session meets: the second lock of a console's member."""
        self._session: Session | None = None

    @property
    def on_sqlite(self) -> bool:
        """Whether there is one writer, and a driver within this process."""
        return self.connection.dialect.name == "sqlite"

    @property
    def session(self) -> Session:
        if self._session is None:
            self._session = Session(
                self.connection, join_transaction_mode="rollback_only", expire_on_commit=False, autoflush=True
            )
            if self.watch is not None:
                self.watch(self, self._session)
        return self._session

    def flush(self) -> None:
        """Sends what the session still holds to the database."""
        if self._session is not None:
            self._session.flush()

    def finish(self) -> None:
        """Sends everything that is still held, what was noted for the audit as the last."""
        self.flush()
        if self.noted and self.write_noted is not None:
            self.write_noted(self)
            self.noted.clear()

    @contextmanager
    def nested(self) -> Iterator[None]:
        """A part that is undone by itself when it raises; the rest of the unit of work goes on without it."""
        self.flush()  # what came before is no part of it
        session, noted = self.session, len(self.noted)
        part = session.begin_nested()  # the session's own: what a flush is refused undoes this part and no more
        session.connection()  # the savepoint stands now, also for what is written past the session
        try:
            yield
            self.flush()
        except BaseException:
            del self.noted[noted:]
            part.rollback()
            session.expunge_all()
            self.in_force.clear()
            raise
        part.commit()

    @contextmanager
    def apart(self) -> Iterator[UnitOfWork]:
        """A unit of work within this one: undone by itself when it raises, else a part of this one.

        It has records of its own, and a session only once it asks for one: where none is needed, as in most turns, it
        costs 7 microseconds and `nested` 54 (measured on SQLite).
        """
        self.flush()  # what came before is no part of it
        part = UnitOfWork(self.connection, self._vault, self.parsed)
        part.in_force, part.watch = self.in_force, self.watch
        try:
            with self.connection.begin_nested():
                yield part
                part.flush()
        except BaseException:
            self.in_force.clear()
            raise
        finally:
            part.close()
        if self._session is not None:
            self._session.expire_all()  # its records may be others now
        self.after_commit += [then for then in part.after_commit if then not in self.after_commit]
        self.noted += part.noted
        self.write_noted = part.write_noted or self.write_noted

    def close(self) -> None:
        if self._session is not None:
            self._session.close()


class Store:
    """The database behind one door.

    On SQLite there is one writer, and who waits for it is taken along (`GroupCommit`). On PostgreSQL each unit of work
    has a connection of its own.
    """

    def __init__(self, engine: Engine, keys: MasterKeys) -> None:
        self.engine = engine
        self.vault = Vault(keys)
        self.is_sqlite = engine.dialect.name == "sqlite"
        self._writing = engine.execution_options(sanad_begin="IMMEDIATE")
        self._parsed: dict[tuple[int, str], Any] = {}
        self._group = GroupCommit(self._open, self._begun, self._within)
        self._watch: Watch | None = None

    def watched(self, watch: Watch) -> Store:
        """The same store for one member: `watch` is given every session that is opened through it."""
        mine = copy(self)
        mine._watch = watch
        return mine

    @contextmanager
    def unit_of_work(self, on: Connection | None = None) -> Iterator[UnitOfWork]:
        """Commits at the end of the block; rolls back when it raises.

        `on`: a connection of the caller's, with temporary tables of its own to take from; it stays open.
        """
        with nullcontext() if not self.is_sqlite else self._group.writer, self._open(on) as uow:
            uow.watch = self._watch
            yield uow

    def transact(self, work: Callable[[UnitOfWork], T]) -> T:
        """Runs `work` in a unit of work and returns what it returned, once that is on disk.

        `work` may run again on another thread, so it must do nothing but use its unit of work.
        """
        work = self._seen(work)
        if not self.is_sqlite:
            return self._transact_alone(work)
        return self._group.transact(work)

    def _seen(self, work: Callable[[UnitOfWork], T]) -> Callable[[UnitOfWork], T]:
        """The work with whoever watches it: another thread may do it, of somebody else."""
        watch = self._watch
        if watch is None:
            return work

        def seen(uow: UnitOfWork) -> T:
            uow.watch = watch
            return work(uow)

        return seen

    def _transact_alone(self, work: Callable[[UnitOfWork], T]) -> T:
        for left in reversed(range(TRIES_IN_A_CLASH)):
            try:
                with self._open() as uow:
                    return work(uow)
            except OperationalError as clash:  # nothing was kept: the loser of a deadlock simply runs again
                if not left or getattr(clash.orig, "sqlstate", "") not in CLASHES:
                    raise
            time.sleep(random.uniform(0.0, 0.2))  # or the same two meet again
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """One process at a time is within: for what is made once, when several are started on a new database.

        On SQLite the one process is alone anyway.
        """
        if self.is_sqlite:
            yield
            return
        with self.engine.connect() as connection:
            connection.execute(text("select pg_advisory_lock(:lock)"), {"lock": START_LOCK})
            connection.commit()  # the lock is the session's; no transaction stays open meanwhile
            try:
                yield
            finally:
                connection.execute(text("select pg_advisory_unlock(:lock)"), {"lock": START_LOCK})
                connection.commit()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """A consistent view for pages and reports; nothing written through it is kept."""
        # SQLite's transactions see one moment anyway; on PostgreSQL each statement would see a newer one.
        options = {} if self.is_sqlite else {"isolation_level": "REPEATABLE READ"}
        with (
            self.engine.connect().execution_options(**options) as connection,
            connection.begin() as transaction,
        ):
            uow = UnitOfWork(connection, self.vault, self._parsed)
            uow.watch = self._watch
            try:
                yield uow
                if uow.noted:
                    raise NothingKept(f"{NothingKept.__doc__} It noted {uow.noted[0]}")
            finally:
                uow.close()
                transaction.rollback()

    @contextmanager
    def _open(self, on: Connection | None = None) -> Iterator[UnitOfWork]:
        connection = self._writing.connect() if on is None else on.execution_options(sanad_begin="IMMEDIATE")
        with nullcontext() if on is not None else connection, connection.begin():
            uow = UnitOfWork(connection, self.vault, self._parsed)
            try:
                yield uow
                uow.finish()
                check_still_open(connection)
            finally:
                uow.close()
                if on is not None:
                    on.execution_options(sanad_begin="DEFERRED")
        for then in uow.after_commit:
            then()

    @contextmanager
    def _begun(self) -> Iterator[Connection]:
        """A transaction for many units of work; commits at the end of the block."""
        with self._writing.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def _within(self, connection: Connection) -> Iterator[UnitOfWork]:
        """A unit of work in a savepoint of a transaction that others share; undone by itself when it raises."""
        uow = UnitOfWork(connection, self.vault, self._parsed)
        try:
            with connection.begin_nested():
                yield uow
                uow.finish()
        finally:
            uow.close()
