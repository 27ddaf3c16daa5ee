"""Places that became free reach everybody who waits for one, wherever that is, who waits longest first."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from referrals import portions
from referrals.directory.records import Location, ServiceAtLocation
from referrals.referral import waiting
from referrals.referral.handling import void
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor
from referrals.referral.waiting import offer_freed
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import does, referral

MANY = waiting.AT_A_TIME + 10


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def copied(uow: UnitOfWork, row: Any, **values: Any) -> Any:
    """The row once more, with other values."""
    kept = {c.key: getattr(row, c.key) for c in type(row).__table__.columns if c.key not in ("id", "version")}
    other = type(row)(**(kept | values))
    uow.session.add(other)
    uow.flush()
    return other


def waits(uow: UnitOfWork, first: Referral, given: int, since: datetime) -> int:
    """Another family that waits for a place of that service."""
    more = {"business_status": "waitlisted", "holds_place": False, "next_rung_at": None, "requested_at": since}
    found: int = copied(uow, first, to_service_at_location_id=given, **more).id
    return found


def a_service(uow: UnitOfWork, first: Referral, name: str, **values: Any) -> int:
    row = uow.session.get_one(ServiceAtLocation, first.to_service_at_location_id)
    place = copied(uow, uow.session.get_one(Location, row.location_id), external_id=name, public_id=name)
    named = {"location_id": place.id, "external_id": name, "public_id": name}
    named |= {"used": 0, "taken_elsewhere": 0, "waitlist": True, "paused": False}
    found: int = copied(uow, row, **(named | values)).id
    return found


def test_no_number_of_services_that_cannot_give_keeps_others_from_giving(families: Families) -> None:
    first, at = families.refer("501"), families.clock()

    def work(uow: UnitOfWork) -> int:
        row = uow.session.get_one(Referral, first)
        for each in range(MANY):  # they said within the week that they have no room
            lacks = a_service(uow, row, f"lacks-{each}", capacity=9, lacking_since=at - timedelta(days=1))
            waits(uow, row, lacks, at - timedelta(days=9))
        return waits(uow, row, a_service(uow, row, "room", capacity=1), at)

    last = families.store.transact(work)
    assert offer_freed(families.store, at) == 1
    assert referral(families, last).holds_place
    assert offer_freed(families.store, at + timedelta(days=7)) == MANY, "after a week they are asked again, all of them"


def test_every_service_and_every_family_has_its_turn_the_oldest_first(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, at = families.refer("501"), families.clock()
    monkeypatch.setattr(waiting, "AT_A_TIME", 3)

    def work(uow: UnitOfWork) -> list[int]:
        row = uow.session.get_one(Referral, first)
        services = [a_service(uow, row, f"room-{each}", capacity=5) for each in range(7)]
        return [waits(uow, row, services[n % 7], at - timedelta(hours=(n * 5) % 42)) for n in range(42)]

    mine = families.store.transact(work)
    assert offer_freed(families.store, at) == 35, "five places at each of seven"
    assert offer_freed(families.store, at) == 0
    with families.store.reading() as uow:
        rows = uow.session.scalars(select(Referral).where(Referral.id.in_(mine))).all()
    for service in {row.to_service_at_location_id for row in rows}:
        there = sorted((row.requested_at, row.holds_place) for row in rows if row.to_service_at_location_id == service)
        assert [held for _, held in there] == [True] * 5 + [False]


def test_a_tick_takes_no_longer_than_it_may_and_the_next_goes_on(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, at = families.refer("501"), families.clock()

    def work(uow: UnitOfWork) -> None:
        row = uow.session.get_one(Referral, first)
        for each in range(3):
            waits(uow, row, a_service(uow, row, f"room-{each}", capacity=1), at - timedelta(hours=each))

    families.store.transact(work)
    monkeypatch.setattr(portions, "LONGEST_TURN", 1e-9)
    given = list[int]()
    while (one := offer_freed(families.store, at)) and len(given) < 9:
        given.append(one)
    assert sum(given) <= 3
    monkeypatch.undo()
    assert sum(given) + offer_freed(families.store, at) == 3


def test_what_should_never_have_been_waits_for_nothing(families: Families) -> None:
    first, at = families.refer("501"), families.clock()
    mine = families.store.transact(
        lambda uow: waits(uow, row := uow.session.get_one(Referral, first), a_service(uow, row, "full", capacity=0), at)
    )
    does(families, mine, void, "أُدخلت مرتين", actor=Actor(1, "supervisor"))
    assert referral(families, mine).business_status == ""
