"""Many rows as one value of one statement: a JSON array that the database takes apart, compiled once for any number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import JSON, BigInteger, Float, String, Subquery, bindparam, cast, column, func, select
from sqlalchemy.types import TypeEngine

DIALECTS = ("sqlite", "postgresql")
_TYPES: Mapping[type, type[TypeEngine[Any]]] = {int: BigInteger, float: Float, str: String}


def rows_of(dialect: str, name: str = "rows", **columns: type) -> Subquery:
    """A table with these columns, whose rows are the objects of the JSON array bound as `name`."""
    given = bindparam(name, type_=String)
    if dialect == "sqlite":
        value = func.json_each(given).table_valued("value", name="each").c.value
        fields = (
            func.json_extract(value, f"$.{field}", type_=_TYPES[kind]()).label(field) for field, kind in columns.items()
        )
        return select(*fields).subquery("given")
    named = [column(field, _TYPES[kind]()) for field, kind in columns.items()]
    each = func.json_to_recordset(cast(given, JSON)).table_valued(*named, name="each").render_derived(with_types=True)
    return select(*each.c).subquery("given")


def ids_of(dialect: str, name: str = "ids") -> Any:
    """A select of the numbers of the JSON array bound as `name`."""
    given = bindparam(name, type_=String)
    if dialect == "sqlite":
        return select(func.json_each(given).table_valued("value", name="each").c.value)
    each = func.json_array_elements_text(cast(given, JSON)).table_valued("value", name="each")
    return select(cast(each.c.value, BigInteger))
