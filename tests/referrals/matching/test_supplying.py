"""Candidates out of the database: whatever the map, the index gives what judging everybody would have given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

import pytest
from sqlalchemy import insert, update

from referrals.definitions.records import Programme
from referrals.directory import records as directory
from referrals.matching.indexing import index_candidates, index_new
from referrals.matching.rules.nearest import Asked, decide, nearest_eligible
from referrals.matching.rules.values import Candidate, Need, Outcome, Point, Travel
from referrals.matching.supplying import Search
from referrals.store.unit_of_work import Store, UnitOfWork

BASE = 7_000_000  # above the ids of the programmes that stand in every test's store
AT = datetime(2026, 12, 6, 10, 0, tzinfo=UTC)
ASSURED = date(2026, 10, 1)
BY_ROAD = Travel(zone="Africa/Cairo")
PLACES = {
    "governorate": lambda dice: (dice.uniform(25.5, 26.5), dice.uniform(32, 33)),
    "antimeridian": lambda dice: (dice.uniform(-18, -16), dice.choice((1, -1)) * dice.uniform(178.5, 180)),
    "north pole": lambda dice: (dice.uniform(88.5, 90), dice.uniform(-180, 180)),
    "south pole": lambda dice: (dice.uniform(-90, -88.5), dice.uniform(-180, 180)),
    "equator": lambda dice: (dice.uniform(-0.5, 0.5), dice.uniform(-0.5, 0.5)),
}


def rows(uow: UnitOfWork, record: Any, values: list[dict[str, Any]]) -> None:
    uow.connection.execute(insert(record), values)


def directory_of(uow: UnitOfWork, dice: Random, where: str, count: int = 80) -> None:
    rows(uow, Programme, [{"id": "p", "name_ar": "ع", "name_en": "s", "country": "EG", "time_zone": "Africa/Cairo"}])
    owner = {"programme_id": "p", "name": "عيّنة"}
    rows(uow, directory.Organization, [{**owner, "id": BASE + n, "external_id": f"o{n}"} for n in range(1, 9)])
    service = {**owner, "service_term": "food"}
    rows(
        uow,
        directory.Service,
        [{**service, "id": BASE + n, "organization_id": BASE + n, "external_id": f"s{n}"} for n in range(1, 9)],
    )
    rows(uow, directory.EligibilityRule, [{"service_id": BASE + 2, "field": "size", "op": "ge", "value": "3"}])
    for n in range(1, count + 1):
        lat, lon = PLACES[where](dice)
        known = dice.random() < 0.95
        place = {**owner, "id": BASE + n, "external_id": f"l{n}", "assured_at": ASSURED}
        point = {"lat": lat if known else None, "lon": lon if known else None}
        rows(uow, directory.Location, [{**place, **point, "organization_id": BASE + n % 8 + 1}])
        given = {"id": BASE + n, "service_id": BASE + n % 8 + 1, "location_id": BASE + n, "external_id": f"a{n}"}
        room = {"capacity": 5, "used": dice.randint(0, 5), "waitlist": dice.random() < 0.5}
        rows(uow, directory.ServiceAtLocation, [{**given, **room}])
    rows(
        uow, directory.ServiceArea, [{"location_id": BASE + n, "place_code": "village"} for n in range(1, count + 1, 7)]
    )


def change(uow: UnitOfWork, record: Any, number: int | None = None, **values: Any) -> None:
    """One row of ours, or all of them."""
    which = record.id > BASE if number is None else record.id == BASE + number
    uow.connection.execute(update(record).where(which).values(**values))


def search(uow: UnitOfWork, need: Need, **options: Any) -> Search:
    return Search(uow, "p", "food", need, options.pop("travel", BY_ROAD), AT, **options)


def found(asked: Search) -> Outcome:
    return decide(Asked(asked.need, asked.travel, AT, 3), asked.supply())


def everybody(asked: Search) -> list[Candidate]:
    return [each for _, each in replace(asked, everyone=True).supply().nearest_first if each is not None]


@pytest.mark.parametrize("where", PLACES)
def test_the_rings_find_what_judging_everybody_finds(store: Store, where: str) -> None:
    dice = Random(where)
    with store.unit_of_work() as uow:
        directory_of(uow, dice, where)
        index_candidates(uow, "p")
    with store.reading() as uow:
        for number in range(40):
            need = Need(("food",), area="village" if number % 3 else "", point=Point(*PLACES[where](dice)))
            whole = nearest_eligible(need, everybody(search(uow, need)), BY_ROAD, AT, 3)
            assert found(search(uow, need)).matches == whole.matches


def test_a_family_without_coordinates_is_matched_by_its_area(store: Store) -> None:
    with store.unit_of_work() as uow:
        directory_of(uow, Random(1), "governorate")
        change(uow, directory.ServiceAtLocation, used=0)
        index_candidates(uow, "p")
        outcome = found(search(uow, Need(("food",), area="village")))
    assert outcome.code == "matched"
    assert {(int(match.candidate_id) - BASE) % 7 for match in outcome.matches} == {1}


def test_a_place_without_coordinates_is_offered_to_the_area_that_it_names(store: Store) -> None:
    with store.unit_of_work() as uow:
        directory_of(uow, Random(1), "governorate", 10)
        change(uow, directory.Location, 8, lat=None, lon=None)
        change(uow, directory.ServiceAtLocation, used=1)
        change(uow, directory.ServiceAtLocation, 8, used=0)
        index_candidates(uow, "p")
        outcome = found(search(uow, Need(("food",), area="village", point=Point(26, 32.5))))
    assert outcome.matches[0].candidate_id == BASE + 8
    assert outcome.matches[0].access_minutes is None


def test_a_measured_way_counts_however_far_the_crow_flies(store: Store) -> None:
    with store.unit_of_work() as uow:
        directory_of(uow, Random(2), "governorate", 20)
        change(uow, directory.ServiceAtLocation, used=0)
        change(uow, directory.Location, 3, lat=30.0, lon=31.0)
        index_candidates(uow, "p")
        travel = replace(BY_ROAD, known_minutes={("hamlet", BASE + 3): 1.0})
        need = Need(("food",), area="hamlet", point=Point(26, 32.5))
        outcome = found(search(uow, need, travel=travel))
    assert [match.access_source for match in outcome.matches if match.candidate_id == BASE + 3] == ["table"]


def test_room_is_what_the_row_says_now(store: Store) -> None:
    need = Need(("food",), point=Point(26, 32.5))
    given = directory.ServiceAtLocation
    with store.unit_of_work() as uow:
        directory_of(uow, Random(4), "governorate")
        index_candidates(uow, "p")
        first = int(found(search(uow, need)).matches[0].candidate_id)
        for values in (
            {"used": 5},
            {"used": 0, "taken_elsewhere": 5},
            {"taken_elsewhere": 0, "paused": True},
            {"paused": False, "lacking_since": AT - timedelta(days=1)},
            {"lacking_since": None, "gone_at": AT},
        ):
            uow.connection.execute(update(given).where(given.id == first).values(**values))
            assert first not in [match.candidate_id for match in found(search(uow, need)).matches], values
        uow.connection.execute(
            update(given).where(given.id == first).values(gone_at=None, lacking_since=AT - timedelta(days=8), used=0)
        )
        assert first in [match.candidate_id for match in found(search(uow, need)).matches]


def test_who_became_confidential_is_not_offered_any_more(store: Store) -> None:
    need = Need(("food",), point=Point(26, 32.5))
    with store.unit_of_work() as uow:
        directory_of(uow, Random(4), "governorate")
        index_candidates(uow, "p")
        first = found(search(uow, need)).matches[0]
        place = directory.Location
        uow.connection.execute(update(place).where(place.id == int(first.location_id)).values(confidential=True))
        again = found(search(uow, need))
    assert first.candidate_id not in [match.candidate_id for match in again.matches]
    assert first.candidate_id not in [out.candidate_id for out in again.excluded]


def test_the_index_is_made_once_and_follows_the_directory(store: Store) -> None:
    with store.unit_of_work() as uow:
        directory_of(uow, Random(5), "governorate", 30)
        assert index_new(uow) == 30
        assert index_new(uow) == 0
        assert index_candidates(uow, "p") == 0
        rows(uow, directory.ServiceArea, [{"location_id": BASE + 2, "place_code": "elsewhere"}])
        assert index_candidates(uow, "p") == 1
