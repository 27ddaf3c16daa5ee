"""An id that no database can hold is a page that is not there, on every route that takes one."""

from __future__ import annotations

import re

from fastapi.routing import APIRoute

from console.ids import LARGEST
from console.routes import (
    appointments,
    check_in,
    entrance,
    filling_field,
    help_queue,
    ledger,
    parked,
    queue,
    referral,
    today,
)

PAGES = (appointments, check_in, entrance, filling_field, help_queue, ledger, parked, queue, referral, today)


def test_every_id_in_an_address_is_bounded() -> None:
    routes = [route for page in PAGES for route in page.routes.routes if isinstance(route, APIRoute)]
    with_ids = [(route, name) for route in routes for name in re.findall(r"{(\w+_id)}", route.path)]
    assert len(with_ids) >= 10
    unbounded = [route.path for route, name in with_ids if LARGEST not in _limits(route, name)]
    assert unbounded == []


def _limits(route: APIRoute, name: str) -> list[object]:
    """What may stand in the address at most, as the route says it."""
    fields = [each.field_info.metadata for each in route.dependant.path_params if each.name == name]
    return [getattr(each, "le", None) for metadata in fields for each in metadata]
