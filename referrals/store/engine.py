"""Opens the database, with the durability that a lost message would cost."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event, make_url

BUSY_TIMEOUT_MS = 15_000  # commands beside the service wait for its short transactions instead of failing


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
            url, connect_args={"check_same_thread": False, "timeout": BUSY_TIMEOUT_MS / 1000}, hide_parameters=True
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_deferred)
        return engine
    if parsed.drivername in ("postgresql", "postgresql+psycopg"):
        return create_engine(
            parsed.set(drivername="postgresql+psycopg"),
            pool_size=pool_size,
            max_overflow=4,
            pool_pre_ping=True,
            hide_parameters=True,
        )
    raise UnknownDatabase(f"{UnknownDatabase.__doc__} It is {parsed.drivername!r}.")


def _prepare_sqlite(connection: Any, _record: Any) -> None:
    # The driver must not open transactions by itself: we begin IMMEDIATE for writers and plain for readers.
    connection.isolation_level = None
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_TIMEOUT_MS}",
        "secure_delete=ON",  # what was erased must not linger in free pages
    ):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_deferred(connection: Any) -> None:
    mode = connection.get_execution_options().get("sanad_begin", "DEFERRED")
    connection.exec_driver_sql(f"BEGIN {mode}")
