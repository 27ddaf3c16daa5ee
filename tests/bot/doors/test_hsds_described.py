"""The read API is what its own description says: schemathesis asks it everything that it promises."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from hypothesis import given as to_any
from starlette.applications import Starlette

from bot.doors.below import Below
from bot.doors.hsds import make_hsds
from bot.doors.hsds_room import Room
from tests.stores import Databases

PLENTY = Room(burst=1e9)
EXAMPLES = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture(scope="module")
def described(databases: Databases) -> Iterator[Any]:
    """The description, read from the API that it describes."""
    with databases.store("sqlite") as store:
        app = Starlette(routes=[Below("/hsds", make_hsds(store, room=PLENTY))])
        yield schemathesis.openapi.from_asgi("/hsds/openapi.json", app)


OPERATIONS = [
    (method, path)
    for collection in ("services", "service_at_locations", "organizations", "locations", "taxonomies", "taxonomy_terms")
    for method, path in (("GET", f"/{collection}"), ("POST", f"/{collection}"), ("GET", f"/{collection}/{{id}}"))
] + [("GET", "/"), ("GET", "/profile"), ("GET", "/profile/{file}")]


@pytest.mark.parametrize(("method", "path"), OPERATIONS)
def test_every_promise_of_the_description_holds(described: Any, method: str, path: str) -> None:
    operation = described[path][method]

    @EXAMPLES
    @to_any(operation.as_strategy())
    def holds(case: Any) -> None:
        case.call_and_validate()

    holds()


def test_every_operation_is_asked(described: Any) -> None:
    there = {(each.ok().method.upper(), each.ok().path) for each in described.get_all_operations()}
    assert there == set(OPERATIONS)
