"""A day at the very end of the calendar is a slip of the hand: the page says so, and nothing breaks."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
def test_every_field_with_a_day_knows_the_ends_of_the_calendar(world: World, visitor: Visiting, day: str) -> None:
    desk, dpo, supervisor = (
        visitor("desk@qous.invalid"),
        visitor("dpo@sanad.invalid"),
        visitor("supervisor@sanad.invalid"),
    )
    times = f"/console/times/{world.places['qous']}"
    said = [
        (dpo, "/console/incidents", "/console/incidents", {"kind": "leak", "words": "نُشرت قائمة (عيّنة)"}),
        (desk, times, f"{times}/closing", {"starts": "00:00", "ends": "23:59", "reason": "illness"}),
        (desk, times, f"{times}/closed", {"starts": "00:00", "ends": "23:59", "reason": "illness"}),
        (supervisor, "/console/calendar", "/console/calendar", {"kind": "closed", "name": "عيّنة"}),
    ]
    for who, page, where, more in said:
        who.opens(page)
        status, _ = who.sends(where, day=day, known_at=f"{day}T00:00", **more)
        assert status == 422, where
