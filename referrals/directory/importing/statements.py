"""Statements of an import as both databases take them, and the portions in which it writes."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, bindparam, text

from referrals.store.record import UtcDateTime

RECORDS_AT_ONCE = 750  # locations with all that hangs on them, in one unit of work: about a tenth of a second
LIGHT_AT_ONCE = 1_500  # organizations and services, on which little hangs
ROWS_AT_ONCE = 15_000
_TYPES = {"programme": "varchar", "import": "bigint", "portion": "integer"}


def run(connection: Connection, words: str, **given: Any) -> int:
    """Runs a statement with what it uses of `given`; gives how many rows it touched."""
    used = {name: value for name, value in given.items() if f":{name}" in words}
    for name in used.keys() & _TYPES.keys():  # PostgreSQL wants to be told the type of what stands in a list of results
        words = words.replace(f":{name}", f"cast(:{name} as {_TYPES[name]})")
    statement = text(words)
    if "at" in used:
        statement = statement.bindparams(bindparam("at", type_=UtcDateTime()))
    return max(connection.execute(statement, used).rowcount, 0)


def lay_out(connection: Connection, table: str, columns: str, rows: str, at_once: int, order: str, **given: Any) -> int:
    """Makes a temporary table of `rows`, in portions of `at_once`; gives how many portions it has."""
    names = [column.split()[0] for column in columns.split(", ")]
    run(connection, f"drop table if exists {table}")
    run(connection, f"create temporary table {table} ({columns}, portion integer)")
    run(
        connection,
        f"insert into {table} select {', '.join(names)}, (row_number() over (order by {order}) - 1) / {at_once}"
        f" from ({rows}) found",
        **given,
    )
    run(connection, f"create index temp_{table}_portion on {table} (portion)")
    if connection.dialect.name != "sqlite":
        run(connection, f"analyze {table}")
    return int(connection.execute(text(f"select coalesce(max(portion), -1) + 1 from {table}")).scalar_one())
