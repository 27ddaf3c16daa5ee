"""Counts what comes into the books, by triggers: whoever writes a row, it is counted in the same commit.

The database does it and not the code that writes, so that no writer can forget it, batched or not, and so that what a
book holds is compared with a number that was not read from the book. Measured on SQLite: 3.4 microseconds a row.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection, inspect, text
from sqlalchemy.dialects import postgresql, sqlite

from referrals.books.records import Tally
from referrals.store.unit_of_work import UnitOfWork

HOUR = "%Y-%m-%d %H"
BOOKS = ("inbox", "outbox", "push")  # those whose rows have states that add up
SLOTS = 64  # rows of a tally that PostgreSQL's connections share: two of them seldom wait for each other


@dataclass(frozen=True)
class Counted:
    """A table whose inserts are counted: whose row it is, when it came, and what is told apart. SQL, `{row}` is it."""

    table: str
    account: str
    at: str
    what: str


COUNTED: Mapping[str, Counted] = {
    "inbox": Counted(
        "inbox_message",
        "{row}.sender_id",
        "received_at",
        "case when {row}.kind = 'status' then {row}.status else {row}.kind end",
    ),
    "outbox": Counted("outbox_message", "{row}.sender_id", "created_at", "cast({row}.lane as varchar(40))"),
    "push": Counted("outgoing_submission", "{row}.target_id", "created_at", "''"),
    "attempt": Counted(
        "outbox_attempt",
        "coalesce((select o.sender_id from outbox_message o where o.id = {row}.outbox_id), 0)",
        "at",
        "substr({row}.outcome, 1, 40)",
    ),
}
_ADD = """insert into tally (book, account_id, hour, what, slot, counted, removed)
{rows}
on conflict (book, account_id, hour, what, slot) do update set counted = tally.counted + excluded.counted"""


def start(connection: Connection) -> None:
    """Puts the triggers where they are missing; what stands already in an uncounted book is counted first.

    To be called at the end of a migration that makes one of these tables anew, for SQLite then forgets its triggers.
    """
    there = set(inspect(connection).get_table_names())
    for book, counted in COUNTED.items():
        if counted.table in there and not is_counted(connection, book):
            _start_one(connection, book)


def stop(connection: Connection) -> None:
    """Takes the triggers away."""
    for book, counted in COUNTED.items():
        if connection.dialect.name == "postgresql":
            connection.execute(text(f"drop trigger if exists {_name(book)} on {counted.table}"))
            connection.execute(text(f"drop function if exists {_name(book)}()"))
        else:
            connection.execute(text(f"drop trigger if exists {_name(book)}"))


def uncounted(connection: Connection) -> list[str]:
    """The books whose inserts nobody counts: their trigger is gone."""
    return [book for book in BOOKS if not is_counted(connection, book)]


def is_counted(connection: Connection, book: str) -> bool:
    """Whether the book's trigger stands."""
    asked = (
        "select 1 from pg_trigger where tgname = :name and tgenabled <> 'D'"
        if connection.dialect.name == "postgresql"
        else "select 1 from sqlite_master where type = 'trigger' and name = :name"
    )
    return connection.execute(text(asked), {"name": _name(book)}).first() is not None


def hour_of(at: datetime) -> str:
    """The hour of a moment as tallies name it."""
    return at.astimezone(UTC).strftime(HOUR)


def hour_in(dialect: str, column: str) -> str:
    """The same for a column, as SQL."""
    if dialect == "postgresql":
        return f"to_char({column} at time zone 'UTC', 'YYYY-MM-DD HH24')"
    return f"substr({column}, 1, 13)"  # stored as text, in UTC


def count_one(uow: UnitOfWork, book: str, account_id: int, what: str, at: datetime, *, removed: int = 0) -> None:
    """Counts something that is no row, a ban for example; or `removed` rows of a book that are being taken out."""
    on = postgresql.insert if uow.connection.dialect.name == "postgresql" else sqlite.insert
    counted = 0 if removed else 1
    new = on(Tally).values(
        book=book, account_id=account_id, hour=hour_of(at), what=what, slot=-1, counted=counted, removed=removed
    )
    uow.connection.execute(
        new.on_conflict_do_update(
            index_elements=["book", "account_id", "hour", "what", "slot"],
            set_={"counted": Tally.counted + counted, "removed": Tally.removed + removed},
        )
    )


def _name(book: str) -> str:
    return f"count_{book}"


def _start_one(connection: Connection, book: str) -> None:
    dialect, counted = connection.dialect.name, COUNTED[book]
    known = connection.execute(text("select 1 from tally where book = :book limit 1"), {"book": book}).first()
    if known is None:
        connection.execute(text(_ADD.format(rows=_rows(book, dialect, counted.table, "0"))))
    if dialect == "postgresql":
        added = _ADD.format(rows=_rows(book, dialect, "fresh", f"pg_backend_pid() % {SLOTS}"))
        connection.execute(
            text(
                f"create or replace function {_name(book)}() returns trigger as $$ begin {added};"
                " return null; end $$ language plpgsql"
            )
        )
        connection.execute(
            text(
                f"create trigger {_name(book)} after insert on {counted.table} referencing new table as fresh"
                f" for each statement execute function {_name(book)}()"
            )
        )
        return
    account, what = counted.account.format(row="new"), counted.what.format(row="new")
    one = f"values ('{book}', {account}, {hour_in(dialect, 'new.' + counted.at)}, {what}, 0, 1, 0)"
    connection.execute(
        text(f"create trigger {_name(book)} after insert on {counted.table} begin {_ADD.format(rows=one)}; end")
    )


def _rows(book: str, dialect: str, table: str, slot: str) -> str:
    """The rows of a table, counted by account, hour and kind; `where true` lets SQLite read on to `on conflict`."""
    counted = COUNTED[book]
    account, what = counted.account.format(row="r"), counted.what.format(row="r")
    return (
        f"select '{book}', {account}, {hour_in(dialect, 'r.' + counted.at)}, {what}, {slot}, count(*), 0"
        f" from {table} r where true group by 2, 3, 4 order by 2, 3, 4"
    )
