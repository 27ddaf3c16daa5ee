"""A centre says how many families it takes, pauses, keeps a list; nobody says it for another centre."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select

from referrals.directory.records import AdminArea, Location, ServiceAtLocation
from referrals.matching.reserving import note_lack
from referrals.protection.records import AuditEvent
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]


def room(world: World, centre: str = "qous") -> ServiceAtLocation:
    with world.store.reading() as uow:
        query = select(ServiceAtLocation).join(Location, Location.id == ServiceAtLocation.location_id)
        found = uow.session.scalar(query.where(Location.external_id == f"loc-{centre}"))
        assert found is not None
        return found


def test_what_a_desk_says_counts_at_once_and_is_dated(world: World, desk: Visitor) -> None:
    given = room(world).id
    world.store.transact(lambda uow: note_lack(uow, given, world.clock()))
    assert "اعتذر المركز لعدم وجود مكان" in desk.opens("/console/capacity")
    assert desk.sends(f"/console/capacity/{given}", capacity="١٢", waitlist="yes") == (
        303,
        "/console/capacity?said=capacity_kept",
    )
    now = room(world)
    assert (now.capacity, now.waitlist, now.paused, now.lacking_since) == (12, True, False, None)
    assert now.confirmed_at == world.clock() and now.confirmed_by == world.staff["desk@qous.invalid"]
    page = desk.opens("/console/capacity")
    assert "اعتذر" not in page and "لم يؤكده المركز بعد" not in page
    with world.store.reading() as uow:
        actions = list(uow.session.scalars(select(AuditEvent.action)))
    assert "capacity.changed" in actions


def test_a_pause_and_no_limit(world: World, desk: Visitor) -> None:
    given = room(world).id
    desk.opens("/console/capacity")
    desk.sends(f"/console/capacity/{given}", capacity="", paused="yes")
    now = room(world)
    assert (now.capacity, now.paused, now.waitlist) == (None, True, False)
    assert "الاستقبال متوقف" in desk.opens("/console/capacity")


@pytest.mark.parametrize("typed", ["-1", "ten", "1.5", "100001"])
def test_what_is_no_number_of_places_is_said_beside_its_field(world: World, desk: Visitor, typed: str) -> None:
    given, before = room(world).id, room(world).capacity
    desk.opens("/console/capacity")
    status, page = desk.sends(f"/console/capacity/{given}", capacity=typed)
    assert status == 422 and f'id="error-{given}"' in page and f'value="{typed}"' in page
    assert room(world).capacity == before


def test_another_centres_room_is_not_theirs(world: World, desk: Visitor) -> None:
    theirs = room(world, "qift")
    page = desk.opens("/console/capacity")
    assert f"/console/capacity/{theirs.id}" not in page and "قفط" not in page
    assert desk.sends(f"/console/capacity/{theirs.id}", capacity="1")[0] == 404
    assert desk.sends(f"/console/capacity/{theirs.id}", capacity="many")[0] == 404
    assert room(world, "qift").capacity == theirs.capacity


def test_who_plans_sees_where_no_door_is_near(world: World, visitor: Visiting) -> None:
    def work(uow: object) -> None:
        place = {"programme_id": "qena", "level": "village", "name_en": "Hijaza", "source": ""}
        uow.session.add(AdminArea(code="v1", name_ar="حجازة (عيّنة)", lat=25.8, lon=32.8, **place))  # type: ignore[attr-defined]  # a unit of work

    world.store.transact(work)
    supervisor = visitor("supervisor@sanad.invalid")
    page = supervisor.opens("/console/coverage")
    assert "حجازة (عيّنة)" in page and "لا شيء خلال ساعة" in page
    assert supervisor.get("/console/coverage?service=magic").status_code == 404
    assert visitor("desk@qift.invalid").get("/console/coverage").status_code == 403
