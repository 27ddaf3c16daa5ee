"""What every record shares: one metadata with named constraints, and column types that both databases have."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import TypeDecorator

NAMING = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}


class UtcDateTime(TypeDecorator[datetime]):
    """An aware moment, stored in UTC; a naive one is refused, because nobody can say later what it meant."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without its zone cannot be stored: {value!r}")
        at = value.astimezone(UTC)
        return at.replace(tzinfo=None) if dialect.name == "sqlite" else at

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)

    def bind_processor(self, dialect: Dialect) -> Any:
        """On SQLite at once to text: every message needs a dozen of these, and each went through five calls."""
        return _to_text if dialect.name == "sqlite" else super().bind_processor(dialect)

    def result_processor(self, dialect: Dialect, coltype: object) -> Any:
        """The same back."""
        return _from_text if dialect.name == "sqlite" else super().result_processor(dialect, coltype)


def _to_text(value: datetime | None) -> str | None:
    if value is None:
        return None
    if value.tzinfo is None:
        raise ValueError(f"a time without its zone cannot be stored: {value!r}")
    return value.astimezone(UTC).isoformat(" ", "microseconds")[:_LENGTH]


def _from_text(value: str | None) -> datetime | None:
    return None if value is None else datetime.fromisoformat(value).replace(tzinfo=UTC)


_LENGTH = len("2026-11-01 07:00:00.000000")  # what follows it is the zone, which is always UTC


# SQLite only counts rows up by itself for a column of type INTEGER.
Identifier64 = BigInteger().with_variant(Integer, "sqlite")

Key = Annotated[int, mapped_column(Identifier64, primary_key=True, autoincrement=True)]
At = Annotated[datetime, mapped_column(UtcDateTime)]
MaybeAt = Annotated[datetime | None, mapped_column(UtcDateTime)]
Code = Annotated[str, mapped_column(String(80))]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]
MaybeSealed = Annotated[bytes | None, mapped_column(LargeBinary)]


class Record(DeclarativeBase):
    """A row of ours."""

    metadata = MetaData(naming_convention=NAMING)


def refers(column: str, *, index: bool = False, **options: Any) -> Any:
    """A foreign key to `table.column` with the type of our keys."""
    return mapped_column(Identifier64, ForeignKey(column), index=index, **options)
