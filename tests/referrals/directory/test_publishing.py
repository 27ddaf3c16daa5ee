"""What leaves of the directory has the shape of HSDS 3.1 in our profile, and comes from the records as they stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import jsonschema  # type: ignore[import-untyped] # it comes without types
import pytest
from sqlalchemy import select, update

from referrals.directory.importing.whole import import_directory
from referrals.directory.profile import profile_file, profile_files
from referrals.directory.publishing.fields import FIELDS, object_of
from referrals.directory.publishing.lists import whole
from referrals.directory.publishing.public_ids import fill_public, folded, is_blank
from referrals.directory.records import Location, Organization, Service
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING
from tests.referrals.directory.importing import Importing
from tests.stores import databases, postgres_store, sqlite_store, store

__all__ = ["databases", "postgres_store", "sqlite_store", "store"]

Told = dict[str, Any]
ID = {"type": "string", "format": "uuid"}
TEXT = {"type": "string", "minLength": 1}
# What HSDS 3.1 demands of the objects that we tell, in our own words; the profile is laid over it.
DEMANDS: Mapping[str, Told] = {
    "organization": {"required": ["id", "name", "description"], "properties": {"id": ID, "name": TEXT}},
    "service": {
        "required": ["id", "name", "status"],
        "properties": {
            "id": ID,
            "organization_id": ID,
            "status": {"enum": ["active", "inactive", "defunct", "temporarily closed"]},
            "minimum_age": {"type": "number"},
            "last_modified": {"type": "string", "format": "date-time"},
        },
    },
    "location": {
        "required": ["id", "location_type"],
        "properties": {
            "id": ID,
            "location_type": {"enum": ["physical", "postal", "virtual"]},
            "latitude": {"type": "number", "minimum": -90, "maximum": 90},
            "longitude": {"type": "number", "minimum": -180, "maximum": 180},
        },
    },
    "address": {
        "required": ["id", "address_1", "city", "state_province", "postal_code", "country", "address_type"],
        "properties": {
            "id": ID,
            "address_1": TEXT,
            "city": TEXT,
            "country": {"type": "string", "pattern": "^[A-Z]{2}$"},
        },
    },
    "schedule": {
        "required": ["id"],
        "properties": {
            "id": ID,
            "timezone": {"type": "number"},
            "freq": {"enum": ["WEEKLY", "MONTHLY"]},
            "wkst": {"enum": ["MO", "TU", "WE", "TH", "FR", "SA", "SU"]},
            "opens_at": {"type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9]$"},
        },
    },
    "service_at_location": {"required": ["id"], "properties": {"id": ID, "service_id": ID, "location_id": ID}},
    "service_capacity": {
        "required": ["id", "unit", "available", "updated"],
        "properties": {"id": ID, "available": {"type": "number", "minimum": 0}},
    },
    "service_area": {"required": ["id"], "properties": {"id": ID}},
    "accessibility": {"required": ["id"], "properties": {"id": ID}},
    "phone": {"required": ["id", "number"], "properties": {"id": ID, "number": TEXT}},
    "language": {"required": ["id"], "properties": {"id": ID, "code": TEXT}},
    "attribute": {"required": ["id"], "properties": {"id": ID, "taxonomy_term_id": ID, "link_id": ID}},
    "taxonomy_term": {"required": ["id", "name", "description"], "properties": {"id": ID, "taxonomy_id": ID}},
}
NESTED = {
    "locations": "location",
    "location": "location",
    "services": "service",
    "organization": "organization",
    "service_at_locations": "service_at_location",
    "schedules": "schedule",
    "addresses": "address",
    "phones": "phone",
    "languages": "language",
    "accessibility": "accessibility",
    "capacities": "service_capacity",
    "service_areas": "service_area",
    "attributes": "attribute",
    "taxonomy_term": "taxonomy_term",
}


def patched(schema: Any, patch: Any) -> Any:
    """A JSON Merge Patch applied (RFC 7386)."""
    if not isinstance(patch, dict):
        return patch
    merged = dict(schema) if isinstance(schema, dict) else {}
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        else:
            merged[name] = patched(merged.get(name), value)
    return merged


def schema_of(kind: str) -> Told:
    own = profile_file(f"{kind}.json") or {}
    merged: Told = patched(DEMANDS[kind], own)
    return merged


def objects(kind: str, told: Told) -> Iterator[tuple[str, Told]]:
    """The object and everything that hangs on it, each with its kind."""
    yield kind, told
    for name, value in told.items():
        if name in NESTED:
            for each in value if isinstance(value, list) else [value]:
                yield from objects(NESTED[name], each)


def published(store: Store, *programmes: str) -> list[tuple[str, Told]]:
    with store.reading() as uow:
        return list(whole(uow, programmes or ("kuwait",)))


@pytest.fixture
def told(store: Store) -> list[tuple[str, Told]]:
    store.transact(fill_public)
    return published(store)


def test_every_object_is_valid_by_hsds_in_our_profile(told: list[tuple[str, Told]]) -> None:
    seen = set()
    for kind, top in told:
        for named, each in objects(kind, top):
            jsonschema.validate(each, schema_of(named), format_checker=jsonschema.FormatChecker())
            UUID(each["id"])
            seen.add(named)
    assert seen == set(DEMANDS), "the sample directory has one of each"


def test_the_profile_changes_what_breaks_here(told: list[tuple[str, Told]]) -> None:
    assert "postal_code" in DEMANDS["address"]["required"]
    assert "postal_code" not in schema_of("address")["required"]
    zones = {each["timezone"] for kind, top in told for named, each in objects(kind, top) if named == "schedule"}
    assert zones == {ZoneInfo("Asia/Kuwait").key}
    for name in profile_files():
        if name != "openapi.json":
            jsonschema.Draft202012Validator.check_schema(patched({}, profile_file(name)))


def test_seasons_and_womens_days_are_told(told: list[tuple[str, Told]]) -> None:
    hours = [each for kind, top in told for named, each in objects(kind, top) if named == "schedule"]
    assert any(each.get("x_for") == "women" for each in hours)
    assert any("valid_from" in each and "valid_to" in each for each in hours), "Ramadan"


def test_both_names_and_the_owners_own_id_are_told(told: list[tuple[str, Told]]) -> None:
    for _, top in told:
        assert top["name"] and top["x_name_en"] and top["x_id"]


def test_ids_are_told_once_and_lead_to_each_other(told: list[tuple[str, Told]]) -> None:
    organizations = {top["id"] for kind, top in told if kind == "organization"}
    services = [top for kind, top in told if kind == "service"]
    assert len(organizations) + len(services) == len({top["id"] for _, top in told})
    for each in services:
        assert each["organization_id"] in organizations
        for given in each.get("service_at_locations", ()):
            assert given["service_id"] == each["id"] and given["location"]["id"] == given["location_id"]


def test_what_came_without_ids_gets_them_once(store: Store) -> None:
    def lose(uow: Any) -> None:
        for record in (Organization, Service, Location):
            uow.connection.execute(update(record).values(public_id="", folded=""))

    store.transact(fill_public)
    before = [top["id"] for _, top in published(store)]
    store.transact(lose)
    with store.reading() as uow:
        assert is_blank(uow)
    assert store.transact(fill_public) > 0
    assert [top["id"] for _, top in published(store)] == before
    with store.reading() as uow:
        assert not is_blank(uow)


def test_what_the_owners_files_say_beside_our_records_is_told_too(sqlite_store: Store) -> None:
    package = {
        "organizations.csv": "id,name,description,website,email,x_secret\n"
        "o1,جمعية (عيّنة),تساعد,https://a.example.org,not a mail,private\n".encode(),
        "services.csv": "id,organization_id,name,status,fees_description,url,x_service_term\n"
        "s1,o1,طعام (عيّنة),active,بلا مقابل,javascript:alert(1),food\n".encode(),
        "locations.csv": "id,organization_id,name,location_type,latitude,longitude\n"
        "l1,o1,مقر,physical,29.3,47.9\n".encode(),
        "addresses.csv": "id,location_id,address_1,city,state_province,country,address_type,postal_code\n"
        "a1,l1,شارع ٥,الجهراء,الجهراء,KW,physical,12345\n".encode(),
        "service_at_location.csv": b"id,service_id,location_id\ng1,s1,l1\n",
        "required_documents.csv": "id,service_id,document\nd1,s1,البطاقة المدنية\n".encode(),
        "cost_options.csv": b"id,service_id,amount,currency\nc1,s1,2.5,KWD\n",
        "phones.csv": b"id,location_id,number,extension,type\np1,l1,+965 0000 0009,12,voice\n",
        "contacts.csv": "id,organization_id,name,title\nk1,o1,سعاد (عيّنة),منسقة\n".encode(),
    }
    sqlite_store.transact(lambda uow: import_directory(uow, "kuwait", package, SUNDAY_MORNING))
    sqlite_store.transact(fill_public)
    told = {top["x_id"]: top for _, top in published(sqlite_store)}
    assert told["o1"]["website"] == "https://a.example.org" and "email" not in told["o1"]
    assert "private" not in json.dumps(list(told.values()))
    assert told["o1"]["contacts"][0]["title"] == "منسقة"
    service = told["s1"]
    assert service["fees_description"] == "بلا مقابل" and "url" not in service
    assert service["required_documents"][0]["document"] == "البطاقة المدنية"
    assert service["cost_options"][0]["amount"] == 2.5
    place = service["service_at_locations"][0]["location"]
    assert place["addresses"][0]["postal_code"] == "12345"
    assert place["phones"][0]["extension"] == 12


def test_a_kept_row_that_lacks_what_hsds_demands_is_left_out() -> None:
    assert object_of("kuwait", "phone", "p", json.dumps({"type": "voice"})) is None
    assert set(FIELDS) >= {"phone", "contact", "required_document", "cost_option"}


def test_names_are_folded_for_the_search() -> None:
    assert folded("إغاثة الأُسرة", "Help", "إغاثه الاسره") == "اغاثه الاسره help"


def test_only_days_are_days(told: list[tuple[str, Told]]) -> None:
    for kind, top in told:
        if kind == "service" and "assured_date" in top:
            assert date.fromisoformat(top["assured_date"]) <= SUNDAY_MORNING.date()


def test_a_confidential_place_is_in_no_portion(store: Store) -> None:
    store.transact(fill_public)

    def hide(uow: Any) -> str:
        place = uow.session.scalars(select(Location).order_by(Location.id)).first()
        place.confidential = True
        uow.flush()
        name: str = place.external_id
        return name

    hidden = store.transact(hide)
    assert hidden not in json.dumps(published(store, "kuwait"))


def test_a_place_names_nobody_who_is_not_shown(importing_once: Importing) -> None:
    """An organization whose own services are all closed is not shown; the place where another gives one is."""
    services = "id,organization_id,name,status\ns1,o1,طعام (عيّنة),active\ns2,o2,Food (sample),inactive\n"
    importing_once.take_changed(service=services, service_at_location="id,service_id,location_id\ng1,s1,l2\n")
    told = published(importing_once.store, importing_once.programme_id)
    (given,) = next(each for kind, each in told if kind == "service")["service_at_locations"]
    assert "Office" in given["location"]["name"] and "organization_id" not in given["location"]
    assert [each["x_id"] for kind, each in told if kind == "organization"] == ["o1"]


def test_an_address_that_says_next_to_nothing_is_none(importing_once: Importing) -> None:
    importing_once.take_changed(address="id,location_id,postal_code\na1,l1,\na2,l2,83111\n")
    with importing_once.store.reading() as uow:
        told = [each for kind, each in whole(uow, [importing_once.programme_id]) if kind == "organization"]
    for place in (place for each in told for place in each["locations"]):
        for address in place.get("addresses", ()):
            assert all(address.get(name) for name in ("address_1", "city", "state_province", "country"))
