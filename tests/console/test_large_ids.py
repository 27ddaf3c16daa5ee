"""An id that no database can hold is a page that is not there, on every route that takes one."""

from __future__ import annotations

import re

from console.app import make_console
from console.ids import LARGEST, RowId
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.stores import databases, postgres_store, sqlite_store

__all__ = ["databases", "postgres_store", "sqlite_store"]


def test_every_id_in_an_address_is_bounded(sqlite_store: Store, clock: FrozenClock) -> None:
    console = make_console(sqlite_store, clock, base_url="http://127.0.0.1", secure_cookies=False)
    found = [
        (route.path, name)
        for route in console.routes
        for name in re.findall(r"{(\w+_id)}", getattr(route, "path", ""))
        if LARGEST not in [getattr(each, "le", None) for each in _limits(route, name)]
    ]
    assert found == []
    assert RowId


def _limits(route: object, name: str) -> list[object]:
    for parameter in getattr(route, "dependant").path_params:  # noqa: B009 - a route of FastAPI, whose type has it
        if parameter.name == name:
            return list(parameter.field_info.metadata)
    return []
