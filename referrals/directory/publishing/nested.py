"""Objects of HSDS with what hangs on them, put together a page at a time; nothing hidden hangs on something public."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import select

from referrals.directory.publishing import details, parts
from referrals.directory.publishing.parts import Told
from referrals.directory.publishing.readable import public_location, public_organization
from referrals.directory.records import Location, Organization, Schedule, Service, ServiceAtLocation
from referrals.store.unit_of_work import UnitOfWork


def by_programme(rows: dict[int, Any]) -> list[tuple[str, dict[int, Any]]]:
    found: dict[str, dict[int, Any]] = defaultdict(dict)
    for id, row in rows.items():
        found[row.programme_id][id] = row
    return sorted(found.items())


def _names(rows: dict[int, Any]) -> list[str]:
    return sorted(row.external_id for row in rows.values())


def hang_on(uow: UnitOfWork, programme: str, kind: str, rows: dict[int, Any], told: dict[int, Told]) -> None:
    hanging = details.hanging_on(uow, programme, kind, _names(rows))
    for id, row in rows.items():
        if id in told:
            told[id].update(hanging.get(row.external_id, {}))


def organizations_plain(uow: UnitOfWork, rows: dict[int, Organization]) -> dict[int, Told]:
    """Organizations by row id, without what hangs on them."""
    told: dict[int, Told] = {}
    for programme, mine in by_programme(rows):
        kept = details.kept_of(uow, programme, "organization", _names(mine))
        told |= {id: parts.organization(row, kept.get(row.external_id, {})) for id, row in mine.items()}
    return told


def services_plain(uow: UnitOfWork, rows: dict[int, Service]) -> dict[int, Told]:
    owners = details.by_id(uow, Organization, (row.organization_id for row in rows.values()))
    named = organizations_plain(uow, owners)
    rules = details.rules_of(uow, rows)
    told = {}
    for programme, mine in by_programme(rows):
        kept = details.kept_of(uow, programme, "service", _names(mine))
        for id, row in mine.items():
            owner = named[row.organization_id]
            told[id] = parts.service(row, owner["id"], rules.get(id, ()), kept.get(row.external_id, {}))
            told[id]["organization"] = owner
            if linked := parts.attribute(programme, row):
                told[id]["attributes"] = [linked]
    return told


def locations_told(uow: UnitOfWork, rows: dict[int, Location], *, full: bool) -> dict[int, Told]:
    owners = _shown_owners(uow, rows)
    told = {}
    for programme, mine in by_programme(rows):
        kept = details.kept_of(uow, programme, "location", _names(mine))
        for id, row in mine.items():
            if row.confidential:
                continue
            told[id] = parts.location(row, owners.get(row.organization_id, ""), kept.get(row.external_id, {}))
            if row.organization_id not in owners:
                told[id].pop("organization_id", None)  # an id alone says that there is one, and whose
        if full:
            hang_on(uow, programme, "location", mine, told)
            _fill_in(uow, programme, mine, told)
    if full:
        for each in details.schedules_of(uow, told):
            if each.service_at_location_id is None:
                row = rows[each.location_id]
                hours = parts.schedule(row.programme_id, each, location_id=row.public_id)
                told[row.id].setdefault("schedules", []).append(hours)
    return told


def _shown_owners(uow: UnitOfWork, rows: dict[int, Location]) -> dict[int, str]:
    """The public ids of who runs these places, of those that may be shown."""
    ids = sorted({row.organization_id for row in rows.values()})
    query = select(Organization.id, Organization.public_id).where(Organization.id.in_(ids), public_organization())
    return {row.id: row.public_id for row in uow.connection.execute(query)} if ids else {}


def _fill_in(uow: UnitOfWork, programme: str, rows: dict[int, Location], told: dict[int, Told]) -> None:
    """From our own records what the owner's files do not tell in full."""
    country = details.country_of(uow, programme)
    for id, row in rows.items():
        if id not in told:
            continue
        city, _, region = details.place_names(uow, programme, row.place_code) if row.place_code else ("", "", "")
        own = parts.address(programme, row, city=city, region=region, country=country)
        said = [
            {**(own or {"country": country, "address_type": "physical"}), **each}
            for each in told[id].pop("addresses", [])
        ]
        whole = [each for each in said if all(each.get(name) for name in parts.OF_AN_ADDRESS)]
        if own is not None and not whole:
            whole = [own]
        if whole:
            told[id]["addresses"] = whole
        if called := parts.phone(programme, row):
            told[id].setdefault("phones", [called])
        for name, found in (
            ("languages", parts.languages(programme, row)),
            ("accessibility", parts.accessibility(programme, row)),
        ):
            if found:
                told[id].setdefault(name, found)


def given_told(
    uow: UnitOfWork, rows: Sequence[ServiceAtLocation], offered: dict[int, Service], *, full: bool
) -> dict[int, Told]:
    places = details.by_id(uow, Location, (row.location_id for row in rows))
    shown = {id: row for id, row in places.items() if not row.confidential and row.accepting and row.gone_at is None}
    told_places = locations_told(uow, shown, full=full)
    told: dict[int, Told] = {}
    mine: dict[str, dict[int, ServiceAtLocation]] = defaultdict(dict)
    for row in rows:
        if row.location_id in told_places and row.service_id in offered:
            mine[offered[row.service_id].programme_id][row.id] = row
    for programme, found in sorted(mine.items()):
        kept = details.kept_of(uow, programme, "service_at_location", _names(found))
        for id, row in found.items():
            service_id, place = offered[row.service_id].public_id, told_places[row.location_id]
            told[id] = parts.at_location(row, service_id, place["id"], kept.get(row.external_id, {}))
            told[id]["location"] = place
        if full:
            hang_on(uow, programme, "service_at_location", found, told)
            _add_hours_and_areas(uow, programme, found, told)
    return told


def _add_hours_and_areas(
    uow: UnitOfWork, programme: str, rows: dict[int, ServiceAtLocation], told: dict[int, Told]
) -> None:
    there: dict[int, list[int]] = defaultdict(list)
    for id, row in rows.items():
        there[row.location_id].append(id)
    for hours, called in _hours_by_name(uow, rows):
        of = hours.service_at_location_id
        if of in told and of in rows:
            said = parts.schedule(programme, hours, called=called, service_at_location_id=told[of]["id"])
            told[of].setdefault("schedules", []).append(said)
    for area in details.areas_of(uow, there):
        name, name_en, _ = details.place_names(uow, programme, area.place_code)
        for id in there[area.location_id]:
            if area.service_at_location_id in (None, id):
                owner = {"service_at_location_id": told[id]["id"]}
                said = parts.service_area(programme, area.place_code, name, name_en, owner)
                told[id].setdefault("service_areas", []).append(said)


def _hours_by_name(uow: UnitOfWork, rows: dict[int, ServiceAtLocation]) -> Iterator[tuple[Schedule, str]]:
    """The hours of these, each with an id of its own: those that a service has wherever it is given are one row there.

    The first place of the service keeps that row's id, whichever of them are asked for.
    """
    given = {row.id: row for row in details.given_at(uow, services=(row.service_id for row in rows.values()))}
    first: dict[tuple[int, str], int] = {}
    hours = details.schedules_of(uow, (row.location_id for row in given.values()))
    for each in hours:
        if (of := given.get(each.service_at_location_id or 0)) is not None:
            key = of.service_id, each.external_id
            first[key] = min(first.get(key, of.id), of.id)
    for each in hours:
        if (of := given.get(each.service_at_location_id or 0)) is not None:
            own = not each.external_id or first[of.service_id, each.external_id] == of.id
            yield each, each.external_id if own else f"{each.external_id}@{of.external_id}"


def add_given(uow: UnitOfWork, rows: dict[int, Service], told: dict[int, Told]) -> None:
    """Where each service is given, and how much room there is."""
    given = details.given_at(uow, services=rows)
    of = {row.id: row.service_id for row in given}
    for id, each in given_told(uow, given, rows, full=True).items():
        told[of[id]].setdefault("service_at_locations", []).append(each)
    shown = {each["id"] for service in told.values() for each in service.get("service_at_locations", ())}
    for row in given:
        if row.public_id in shown:
            service = told[row.service_id]
            if room := parts.capacity(rows[row.service_id].programme_id, row, service["id"]):
                service.setdefault("capacities", []).append(room)


def add_room(rows: Iterable[ServiceAtLocation], offered: dict[int, Service], told: dict[int, Told]) -> None:
    for row in rows:
        if row.id in told:
            service = offered[row.service_id]
            if room := parts.capacity(service.programme_id, row, service.public_id):
                told[row.id]["x_capacity"] = room


def add_places(uow: UnitOfWork, rows: dict[int, Organization], told: dict[int, Told]) -> None:
    query = select(Location).where(Location.organization_id.in_(sorted(rows)), public_location()).order_by(Location.id)
    mine = {row.id: row for row in uow.session.scalars(query)}
    for id, each in locations_told(uow, mine, full=True).items():
        told[mine[id].organization_id].setdefault("locations", []).append(each)
