"""A made-up directory for the benches: as many services at locations as are asked for, in towns and between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import partial
from itertools import islice
from random import Random
from typing import Any

from sqlalchemy import insert

from referrals.definitions.records import Programme
from referrals.directory import records as directory
from referrals.matching.indexing import index_candidates
from referrals.matching.rules.values import Fact, Need, Point, Priority, Travel
from referrals.store.record import Record
from referrals.store.unit_of_work import Store, UnitOfWork

PROGRAMME = "bench"
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ASSURED = date(2026, 10, 1)
TERMS = tuple(f"service-{number:02}" for number in range(1, 17))
SOUTH, NORTH, WEST, EAST = 22.0, 31.5, 25.0, 35.0  # as large as Egypt
TOWNS, IN_TOWN, SPREAD = 300, 0.7, 0.08  # seven of ten stand in one of the towns, within some nine kilometres
ORGANIZATIONS, AREAS = 500, 400
WITH_ROOM, KEEPS_WAITLIST, WITH_RULE, WITH_CATCHMENT = 0.6, 0.5, 0.5, 0.1
AT_A_TIME = 5000
BY_ROAD = Travel(speed_kmh=22, detour_factor=1.4, zone="Africa/Cairo")
RULES = (
    ("household_size", "ge", "3"),
    ("household_size", "ge", "2"),
    ("target_groups", "any", "low_income|widow_divorced"),
    ("target_groups", "any", "elderly_alone|disability|low_income"),
    ("target_groups", "none", "elderly_alone"),
)


@dataclass(frozen=True)
class Map:
    """Where people live and places stand: a few hundred towns, and the land between."""

    towns: tuple[Point, ...]

    @classmethod
    def drawn(cls, dice: Random) -> Map:
        """Towns anywhere."""
        return cls(tuple(Point(dice.uniform(SOUTH, NORTH), dice.uniform(WEST, EAST)) for _ in range(TOWNS)))

    def somewhere(self, dice: Random) -> Point:
        """A point, most often in a town."""
        if dice.random() < IN_TOWN:
            town = dice.choice(self.towns)
            return Point(dice.gauss(town.lat, SPREAD), dice.gauss(town.lon, SPREAD))
        return Point(dice.uniform(SOUTH, NORTH), dice.uniform(WEST, EAST))


def make_directory(store: Store, services: int, seed: str = "sanad") -> Map:
    """Fills the store's database with `services` services at locations of `PROGRAMME`, and indexes them."""
    dice = Random(seed)
    land = Map.drawn(dice)
    store.transact(lambda uow: _organizations(uow, dice))
    rows = _rows(dice, land, services)
    while some := list(islice(rows, AT_A_TIME)):
        store.transact(partial(_write, rows=some))
    store.transact(lambda uow: index_candidates(uow, PROGRAMME))
    return land


def needs(land: Map, count: int, seed: str = "families") -> list[Need]:
    """As many families, each with one need; a part of their facts is unknown, as with real ones."""
    dice = Random(seed)
    return [_need(dice, land) for _ in range(count)]


def _need(dice: Random, land: Map) -> Need:
    facts: dict[str, Fact] = {"household_size": dice.randint(1, 8)} if dice.random() < 0.8 else {}
    priority: Priority = "emergency" if dice.random() < 0.05 else "normal"
    groups = dice.sample(("low_income", "widow_divorced", "elderly_alone", "disability", "debt"), k=dice.randint(0, 2))
    area = dice.randrange(AREAS)
    return Need(
        (dice.choice(TERMS),),
        priority=priority,
        target_groups=tuple(groups),
        facts=facts,
        area=f"area-{area}",
        ancestors=(f"district-{area % 40}", "country"),
        point=land.somewhere(dice),
    )


def _organizations(uow: UnitOfWork, dice: Random) -> None:
    programme = {"id": PROGRAMME, "name_ar": "عيّنة", "name_en": "sample", "country": "EG", "active": True}
    _insert(uow, Programme, [{**programme, "time_zone": "Africa/Cairo"}])
    numbers = range(1, ORGANIZATIONS + 1)
    _insert(
        uow,
        directory.Organization,
        [
            {"id": number, "programme_id": PROGRAMME, "external_id": f"o{number}", "name": f"جمعية {number}"}
            for number in numbers
        ],
    )
    services = [
        {
            "id": (number - 1) * len(TERMS) + place + 1,
            "programme_id": PROGRAMME,
            "organization_id": number,
            "external_id": f"s{number}-{term}",
            "name": term,
            "service_term": term,
        }
        for number in numbers
        for place, term in enumerate(TERMS)
    ]
    _insert(uow, directory.Service, services)
    ruled = [service["id"] for service in services if dice.random() < WITH_RULE]
    _insert(
        uow,
        directory.EligibilityRule,
        [
            {"service_id": service, "field": field, "op": op, "value": value}
            for service, (field, op, value) in ((service, dice.choice(RULES)) for service in ruled)
        ],
    )


def _rows(dice: Random, land: Map, services: int) -> Iterator[dict[str, Any]]:
    for number in range(1, services + 1):
        point = land.somewhere(dice)
        organization = dice.randint(1, ORGANIZATIONS)
        capacity = dice.randint(5, 40)
        free = dice.random() < WITH_ROOM
        yield {
            "id": number,
            "organization_id": organization,
            "service_id": (organization - 1) * len(TERMS) + dice.randrange(len(TERMS)) + 1,
            "lat": point.lat,
            "lon": point.lon,
            "capacity": capacity,
            "used": dice.randrange(capacity) if free else capacity,
            "waitlist": dice.random() < KEEPS_WAITLIST,
            "area": f"district-{dice.randrange(40)}" if dice.random() < WITH_CATCHMENT else "",
        }


def _write(uow: UnitOfWork, rows: list[dict[str, Any]]) -> None:
    _insert(
        uow,
        directory.Location,
        [
            {
                **{name: row[name] for name in ("id", "organization_id", "lat", "lon")},
                "programme_id": PROGRAMME,
                "external_id": f"l{row['id']}",
                "name": f"مركز {row['id']} (عيّنة)",
                "assured_at": ASSURED,
            }
            for row in rows
        ],
    )
    _insert(
        uow,
        directory.ServiceAtLocation,
        [
            {
                **{name: row[name] for name in ("id", "service_id", "capacity", "used", "waitlist")},
                "location_id": row["id"],
                "external_id": f"a{row['id']}",
            }
            for row in rows
        ],
    )
    areas = [{"location_id": row["id"], "place_code": row["area"]} for row in rows if row["area"]]
    if areas:
        _insert(uow, directory.ServiceArea, areas)


def _insert(uow: UnitOfWork, record: type[Record], rows: list[dict[str, Any]]) -> None:
    uow.connection.execute(insert(record.__table__), rows)  # type: ignore[arg-type]  # a mapped class's table
