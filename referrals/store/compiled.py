"""Statements of the hot path, compiled once per dialect; on SQLite they go straight to the driver."""

from __future__ import annotations

import sqlite3
from collections import namedtuple
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

Convert = Callable[[Any], Any]


def _row_of(names: list[str]) -> Any:
    return namedtuple("Row", names, rename=True)


class Ready:
    """A Core statement that is executed for every message. Values are given by name; columns come back by name.

    On PostgreSQL it is SQLAlchemy's own execution. On SQLite its SQL, the order of its values and their conversion are
    worked out once: what SQLAlchemy does besides costs five times what the database does (measured).
    """

    def __init__(self, statement: Any, columns: Iterable[str] | None = None) -> None:
        """`statement` may be one for each dialect by its name; an insert names the `columns` it will be given."""
        self._statements: Mapping[str, Any] | None = statement if isinstance(statement, Mapping) else None
        self._statement = statement
        self._columns = list(columns) if columns is not None else None
        self._sqlite: _OnSQLite | None = None

    def all(self, connection: Connection, **values: Any) -> list[Any]:
        """Every row; none for a statement that returns none."""
        if connection.dialect.name == "sqlite":
            if self._sqlite is None:
                self._sqlite = _OnSQLite(self._of("sqlite"), connection, self._columns)
            return self._sqlite.rows(connection, values)
        result = connection.execute(self._of(connection.dialect.name), values)
        return list(result) if result.returns_rows else []

    def first(self, connection: Connection, **values: Any) -> Any | None:
        """The first row, None when there is none."""
        rows = self.all(connection, **values)
        return rows[0] if rows else None

    def value(self, connection: Connection, **values: Any) -> Any | None:
        """The first column of the first row, None when there is none."""
        row = self.first(connection, **values)
        return None if row is None else row[0]

    def _of(self, dialect: str) -> Any:
        return self._statements[dialect] if self._statements is not None else self._statement


class _OnSQLite:
    """A statement as the driver takes it."""

    def __init__(self, statement: Any, connection: Connection, columns: list[str] | None) -> None:
        dialect = connection.dialect
        compiled: Any = statement.compile(dialect=dialect, column_keys=columns)
        self.sql = str(compiled)
        known = compiled.construct_params(_check=False)
        bind: Mapping[str, Convert] = compiled._bind_processors  # SQLAlchemy names no public way to them
        names_once = list(dict.fromkeys(compiled.positiontup))  # a value that stands in many places is converted once
        self.slots = [(name, known[name]) for name in names_once]
        self.given = [(number, bind[name]) for number, name in enumerate(names_once) if bind.get(name) is not None]
        place = {name: number for number, name in enumerate(names_once)}
        repeats = len(names_once) < len(compiled.positiontup)
        self.order = [place[name] for name in compiled.positiontup] if repeats else None
        returned = compiled._result_columns
        names = [column.keyname for column in returned]
        self.row: Any = _row_of(names)
        found = [column.type.dialect_impl(dialect).result_processor(dialect, None) for column in returned]
        self.converted = [(place, convert) for place, convert in enumerate(found) if convert is not None]

    def rows(self, connection: Connection, values: Mapping[str, Any]) -> list[Any]:
        given = [values.get(name, default) for name, default in self.slots]
        for place, convert in self.given:
            given[place] = convert(given[place])
        if self.order is not None:
            given = [given[place] for place in self.order]
        driver: Any = connection.connection.dbapi_connection
        try:
            found = driver.execute(self.sql, given).fetchall()
        except sqlite3.Error as failure:
            raise DBAPIError.instance(
                self.sql, None, failure, sqlite3.Error, hide_parameters=True, dialect=connection.dialect
            ) from failure
        return [self._row(row) for row in found] if self.converted else list(map(self.row._make, found))

    def _row(self, row: tuple[Any, ...]) -> Any:
        cells = list(row)
        for place, convert in self.converted:
            cells[place] = convert(cells[place])
        return self.row._make(cells)
