"""Brings places and a directory into the database; what a new version no longer names stays, but takes nobody in."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import delete, select

from referrals.definitions.in_force import content_of, definition_id
from referrals.definitions.records import Programme
from referrals.directory import records, values
from referrals.directory.calendar_days import read_calendar
from referrals.directory.hsds import read_directory
from referrals.directory.places import Places, read_places
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)
CALENDAR = "calendar.csv"


def import_places(uow: UnitOfWork, programme_id: str, content: bytes) -> None:
    """Replaces the places of a programme. Raises `DirectoryError` with file, row and remedy."""
    places = read_places(content)
    uow.session.execute(delete(records.AdminArea).where(records.AdminArea.programme_id == programme_id))
    for place in places:
        point = places.point(place.code)
        uow.session.add(
            records.AdminArea(
                programme_id=programme_id,
                code=place.code,
                level=place.level,
                parent=place.parent,
                name_ar=place.name_ar,
                name_en=place.name_en,
                lat=point.latitude if point else None,
                lon=point.longitude if point else None,
                bank=places.bank(place.code),
                aliases="|".join(place.aliases),
                source=place.source[:200],
            )
        )
    uow.flush()


def import_directory(uow: UnitOfWork, programme_id: str, files: Mapping[str, bytes], at: datetime) -> None:
    """Brings a directory up to date by its own ids. Raises `DirectoryError` with file, row and remedy."""
    programme = uow.session.get_one(Programme, programme_id)
    codes = {place.code for place in stored_places(uow, programme_id)}
    package = {name: content for name, content in files.items() if name != CALENDAR}
    directory = read_directory(package, time_zone=programme.time_zone, places=codes or None)
    organizations = _organizations(uow, programme_id, directory)
    services = _services(uow, programme_id, directory, organizations)
    locations = _locations(uow, programme_id, directory, organizations)
    given = _services_at_locations(uow, directory, services, locations, at)
    _replace_hours(uow, directory, locations, given)
    _replace_rules(uow, directory, services)
    _replace_areas(uow, directory, locations, given)
    _replace_crossings(uow, programme_id, directory)
    _replace_calendar(uow, programme_id, locations, files.get(CALENDAR))
    uow.flush()


def stored_places(uow: UnitOfWork, programme_id: str) -> Places:
    """The places of a programme as the rules take them."""
    found = definition_id(uow, programme_id, "places", "places")
    if found is None:
        return Places(())
    known = uow.parsed.get((found, "places"))
    if known is None:
        known = uow.parsed[found, "places"] = read_places(content_of(uow, found))
    assert isinstance(known, Places)
    return known


def _upsert(uow: UnitOfWork, kind: type[R], key: Mapping[str, Any], fields: Mapping[str, Any]) -> R:
    row = uow.session.scalar(select(kind).filter_by(**key))
    if row is None:
        row = kind(**key)
        uow.session.add(row)
    for name, value in fields.items():
        setattr(row, name, value)
    return row


def _organizations(uow: UnitOfWork, programme_id: str, directory: values.Directory) -> dict[str, int]:
    rows = {}
    for each in directory.organizations:
        rows[each.id] = _upsert(
            uow,
            records.Organization,
            {"programme_id": programme_id, "external_id": each.id},
            {
                "name": each.name,
                "name_en": each.name_en,
                "description": each.description,
                "kind": each.kind,
                "sample": each.sample,
            },
        )
    uow.flush()
    return {key: row.id for key, row in rows.items()}


def _services(
    uow: UnitOfWork, programme_id: str, directory: values.Directory, organizations: Mapping[str, int]
) -> dict[str, int]:
    named = {each.id for each in directory.services}
    for gone in uow.session.scalars(select(records.Service).filter_by(programme_id=programme_id)):
        if gone.external_id not in named:
            gone.status = "inactive"
    rows = {}
    for each in directory.services:
        rows[each.id] = _upsert(
            uow,
            records.Service,
            {"programme_id": programme_id, "external_id": each.id},
            {
                "organization_id": organizations[each.organization_id],
                "name": each.name,
                "name_en": each.name_en,
                "service_term": each.term,
                "status": each.status,
                "restricted": each.restricted,
            },
        )
    uow.flush()
    return {key: row.id for key, row in rows.items()}


def _locations(
    uow: UnitOfWork, programme_id: str, directory: values.Directory, organizations: Mapping[str, int]
) -> dict[str, int]:
    named = {each.id for each in directory.locations}
    for gone in uow.session.scalars(select(records.Location).filter_by(programme_id=programme_id)):
        if gone.external_id not in named:
            gone.accepting = False
    places = stored_places(uow, programme_id)
    rows = {}
    for each in directory.locations:
        point = places.point(each.place_code)
        known = each.latitude is not None and each.longitude is not None
        rows[each.id] = _upsert(
            uow,
            records.Location,
            {"programme_id": programme_id, "external_id": each.id},
            {
                "organization_id": organizations[each.organization_id],
                "name": each.name,
                "name_en": each.name_en,
                "place_code": each.place_code,
                "address": each.address,
                "phone": each.phone,
                "lat": each.latitude if known else point.latitude if point else None,
                "lon": each.longitude if known else point.longitude if point else None,
                "bank": places.bank(each.place_code),
                "wheelchair": each.wheelchair,
                "staff_genders": " ".join(each.staff_genders),
                "languages": " ".join(each.languages),
                "confidential": each.confidential,
                "accepting": each.accepting,
                "sample": each.sample,
                "assured_at": each.assured_on,
            },
        )
    uow.flush()
    return {key: row.id for key, row in rows.items()}


def _services_at_locations(
    uow: UnitOfWork,
    directory: values.Directory,
    services: Mapping[str, int],
    locations: Mapping[str, int],
    at: datetime,
) -> dict[str, int]:
    rows = {}
    for each in directory.services_at_locations:
        capacity = directory.capacity_of(each)
        rows[each.id] = _upsert(
            uow,
            records.ServiceAtLocation,
            {"service_id": services[each.service_id], "location_id": locations[each.location_id]},
            {
                "external_id": each.id,
                "capacity_per_week": capacity.maximum if capacity else None,
                "waitlist": capacity.waitlist if capacity else True,
                "updated_at": at,
            },
        )
    uow.flush()
    return {key: row.id for key, row in rows.items()}


def _replace_hours(
    uow: UnitOfWork, directory: values.Directory, locations: Mapping[str, int], given: Mapping[str, int]
) -> None:
    uow.session.execute(delete(records.Schedule).where(records.Schedule.location_id.in_(locations.values())))
    for each in directory.schedules:
        if each.location_id not in locations:
            continue
        uow.session.add(
            records.Schedule(
                location_id=locations[each.location_id],
                service_at_location_id=given.get(each.service_at_location_id),
                byday=each.byday,
                opens_at=f"{each.hours.opens:%H:%M}",
                closes_at=f"{each.hours.closes:%H:%M}",
                zone=each.zone,
                valid_from=each.hours.valid_from,
                valid_to=each.hours.valid_to,
                for_whom=each.for_whom,
                notes=each.notes[:200],
            )
        )


def _replace_rules(uow: UnitOfWork, directory: values.Directory, services: Mapping[str, int]) -> None:
    rule = records.EligibilityRule
    uow.session.execute(delete(rule).where(rule.service_id.in_(services.values())))
    for each in directory.eligibility_rules:
        uow.session.add(
            rule(
                service_id=services[each.service_id],
                field=each.field,
                op=each.op,
                value=each.value,
                on_unknown=each.on_unknown,
            )
        )


def _replace_areas(
    uow: UnitOfWork, directory: values.Directory, locations: Mapping[str, int], given: Mapping[str, int]
) -> None:
    """The places each location serves; an area of one of its services counts for the location."""
    area = records.ServiceArea
    uow.session.execute(delete(area).where(area.location_id.in_(locations.values())))
    pairs = {
        (locations[each.location_id], code)
        for each in directory.services_at_locations
        for code in directory.areas_of(each)
    }
    uow.session.add_all(area(location_id=location, place_code=code) for location, code in sorted(pairs))


def _replace_crossings(uow: UnitOfWork, programme_id: str, directory: values.Directory) -> None:
    uow.session.execute(delete(records.Crossing).where(records.Crossing.programme_id == programme_id))
    for each in directory.crossings:
        uow.session.add(
            records.Crossing(
                programme_id=programme_id,
                external_id=each.id,
                kind=each.kind,
                name=each.name,
                lat=each.latitude,
                lon=each.longitude,
                opens=f"{each.opens:%H:%M}" if each.opens else "",
                closes=f"{each.closes:%H:%M}" if each.closes else "",
                active_from=each.active_from,
                active_to=each.active_to,
                wait_minutes=each.wait_minutes,
            )
        )


def _replace_calendar(uow: UnitOfWork, programme_id: str, locations: Mapping[str, int], content: bytes | None) -> None:
    day = records.CalendarDay
    uow.session.execute(delete(day).where(day.programme_id == programme_id))
    if content is None:
        return
    for each in read_calendar(content).days:
        uow.session.add(
            day(
                programme_id=programme_id,
                location_id=locations.get(each.location_id),
                day=each.day,
                kind=each.kind,
                name_ar=each.name_ar,
                estimated=each.estimated,
            )
        )
