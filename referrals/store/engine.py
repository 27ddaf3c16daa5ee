"""Opens the database, with the durability that a lost message would cost."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError

# 16 MB of log: a page that changes often is copied into the database once, not four times as by default.
CHECKPOINT_PAGES = 4000
BUSY_TIMEOUT_MS = 15_000  # commands beside the service wait for its short transactions instead of failing


NO_CONNECTION_AFTER = 10  # seconds; who waits for an answer is told sooner that there is none
# A database that went away without a word (a cut line, a machine that stopped) is noticed, and not waited for for ever.
PATIENCE = {
    "connect_timeout": 5,
    "keepalives_idle": 20,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 20_000,
}


class UnknownDatabase(ValueError):
    """SANAD_DATABASE_URL must begin with sqlite:/// or postgresql+psycopg://."""


def open_engine(url: str, *, pool_size: int = 8) -> Engine:
    """An engine for SQLite (WAL, synchronous=FULL) or PostgreSQL; raises `UnknownDatabase` for anything else.

    Its errors never hold the values of a statement: they end up in logs and reasons, and may be a family's words.
    """
    parsed = make_url(url)
    if parsed.drivername in ("sqlite", "sqlite+pysqlite"):
        if parsed.database and parsed.database != ":memory:":
            Path(parsed.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(
            url,
            connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000},
            hide_parameters=True,
            pool_use_lifo=True,  # the writer's pages stay in the memory of one connection
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_deferred)
        for name in ("savepoint", "rollback_to_savepoint", "release_savepoint"):
            setattr(engine.dialect, f"do_{name}", _SAVEPOINTS[name])
        return engine
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=True,
            pool_timeout=NO_CONNECTION_AFTER,
            connect_args=PATIENCE,
            hide_parameters=True,
        )
    raise UnknownDatabase(f"{UnknownDatabase.__doc__} It is {parsed.drivername!r}.")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: we begin IMMEDIATE for writers and plain for readers.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        f"wal_autocheckpoint={CHECKPOINT_PAGES}",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",  # what was erased must not linger in free pages
        "temp_store=MEMORY",  # what a savepoint would take back is kept there: a turn's no longer makes a file
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_deferred(connection: Connection) -> None:
    _told(connection, f"BEGIN {connection.get_execution_options().get('sanad_begin', 'DEFERRED')}")


def _told(connection: Connection, words: str) -> None:
    """Straight to the driver: compiling such words as a statement costs more than a turn's own statements."""
    driver: Any = connection.connection.dbapi_connection
    try:
        driver.execute(words).close()
    except sqlite3.Error as failure:
        raise DBAPIError.instance(words, None, failure, sqlite3.Error, dialect=connection.dialect) from failure


_SAVEPOINTS: Mapping[str, Callable[[Connection, str], None]] = {
    "savepoint": lambda connection, name: _told(connection, f"SAVEPOINT {name}"),
    "rollback_to_savepoint": lambda connection, name: _told(connection, f"ROLLBACK TO SAVEPOINT {name}"),
    "release_savepoint": lambda connection, name: _told(connection, f"RELEASE SAVEPOINT {name}"),
}
