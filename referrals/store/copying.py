"""A PostgreSQL database in one file and back, by the server's own COPY: no tool of its version has to be there."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import IO, Any

from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import Connection, Engine, inspect, text

from referrals.books import counting
from referrals.protection.audit_trail import append_only
from referrals.store.schema import MIGRATIONS, metadata

FORMAT = 1
ABOUT = "about.json"
PIECE = 1 << 20


class NoCopy(ValueError):
    """This is no backup of PostgreSQL as `sanad backup` writes it."""


def copy_out(engine: Engine, target: Path, without: Collection[str]) -> None:
    """Writes every row as it stood at one moment; of the tables `without` none."""
    with (
        engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection,
        connection.begin(),
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as file,
    ):
        there = set(inspect(connection).get_table_names())
        names = [table.name for table in metadata.sorted_tables if table.name in there and table.name not in without]
        columns = {name: [each["name"] for each in inspect(connection).get_columns(name)] for name in names}
        version = connection.execute(text("select version_num from alembic_version")).scalar_one()
        file.writestr(ABOUT, json.dumps({"format": FORMAT, "version": version, "tables": columns}))
        for name in names:
            with (
                file.open(f"{name}.copy", "w", force_zip64=True) as out,
                _cursor(connection) as cursor,
                cursor.copy(_statement("copy {} ({}) to stdout", name, columns[name])) as copied,
            ):
                for piece in copied:
                    out.write(piece)


def copy_in(engine: Engine, source: Path) -> None:
    """Makes the schema of that version in an empty database and puts the rows back. Raises `NoCopy`.

    All of it or nothing; what counts and what refuses changes rests meanwhile, and is for a migration to start again.
    """
    try:
        with zipfile.ZipFile(source) as file:
            about = json.loads(file.read(ABOUT))
            if about["format"] != FORMAT:
                raise NoCopy(f"{NoCopy.__doc__} ({source})")
            with engine.connect() as connection:
                _make_schema(connection, about["version"])
                for name, columns in about["tables"].items():
                    _fill(connection, name, columns, file.open(f"{name}.copy"))
                connection.commit()
    except (zipfile.BadZipFile, KeyError, json.JSONDecodeError) as failure:
        raise NoCopy(f"{NoCopy.__doc__} ({source})") from failure


def _make_schema(connection: Connection, version: str) -> None:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, version)
    counting.stop(connection)
    append_only.stop(connection)


def _fill(connection: Connection, name: str, columns: Sequence[str], rows: IO[bytes]) -> None:
    connection.execute(text(f'delete from "{name}"'))  # what a migration put into a new database
    filling = _statement("copy {} ({}) from stdin", name, columns)
    with rows, _cursor(connection) as cursor, cursor.copy(filling) as copied:
        while piece := rows.read(PIECE):
            copied.write(piece)
    counted = connection.execute(
        text(
            "select pg_get_serial_sequence(:name, column_name) from information_schema.columns"
            " where table_name = :name and column_name = 'id' and table_schema = current_schema()"
        ),
        {"name": name},
    ).scalar()
    if counted is not None:
        connection.execute(
            text(f'select setval(:counted, (select coalesce(max(id), 0) + 1 from "{name}"), false)'),
            {"counted": counted},
        )


def _cursor(connection: Connection) -> Any:
    driver: Any = connection.connection.driver_connection
    return driver.cursor()


def _statement(words: str, name: str, columns: Sequence[str]) -> sql.Composed:
    named = sql.SQL(", ").join(map(sql.Identifier, columns))
    return sql.SQL(words).format(sql.Identifier(name), named)
