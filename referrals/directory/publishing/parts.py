"""The directory's own records as objects of HSDS 3.1 in our profile: one function for each, nothing is looked up."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any

from referrals.directory import records
from referrals.directory.hsds.service_terms import (
    SYSTEM,
    TAXONOMY_AR,
    TAXONOMY_EN,
    TAXONOMY_ID,
    Term,
    term,
)
from referrals.directory.publishing.public_ids import public_id

Told = dict[str, Any]
LANGUAGES = {"ar": "العربية", "en": "English", "fr": "Français", "ur": "اردو", "fa": "فارسی", "ku": "Kurdî"}
ACCESSIBILITY = {"wheelchair": ("مدخل مهيأ للكراسي المتحركة", "Entrance for wheelchairs")}
WEEK_STARTS = "SU"  # in both programmes; the weekend is Friday and Saturday
EVERY_DAY = "SU,MO,TU,WE,TH,FR,SA"
FAMILIES = "families"
OF_AN_ADDRESS = ("address_1", "city", "state_province", "country", "address_type")
"""Without these HSDS has no address."""


def filled(told: Mapping[str, Any]) -> Told:
    """Without the fields that say nothing: a reader tells «not known» by their absence."""
    return {name: value for name, value in told.items() if value is not None and value not in ("", [])}


def moment(at: datetime | None) -> str | None:
    """RFC 3339 in UTC, as HSDS writes a date-time."""
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def day(on: date | None) -> str | None:
    """A day as HSDS writes it."""
    return on.isoformat() if on else None


def organization(row: records.Organization, kept: Mapping[str, Any]) -> Told:
    """An organization without what hangs on it. HSDS demands a description: its name, where nobody wrote one."""
    own = {
        "id": row.public_id,
        "name": row.name,
        "alternate_name": row.name_en,
        "x_name_en": row.name_en,
        "description": row.description or kept.get("description") or row.name,
        "x_id": row.external_id,
        "x_kind": row.kind,
        "x_sample": row.sample or None,
        "x_modified_at": moment(row.modified_at),
    }
    return {**kept, **filled(own)}


def service(row: records.Service, organization_id: str, rules: Iterable[Told], kept: Mapping[str, Any]) -> Told:
    """A service without what hangs on it; whom it takes stands in words and, for machines, as rules."""
    whom = list(rules)
    said = "، ".join(filter(None, (each.get("text_ar", "") for each in whom)))
    own = {
        "id": row.public_id,
        "organization_id": organization_id,
        "name": row.name,
        "alternate_name": row.name_en,
        "x_name_en": row.name_en,
        "description": row.description,
        "status": row.status,
        "eligibility_description": kept.get("eligibility_description") or said,
        "minimum_age": row.minimum_age,
        "maximum_age": row.maximum_age,
        "assured_date": day(row.assured_at),
        "last_modified": moment(row.modified_at),
        "x_id": row.external_id,
        "x_service_term": row.service_term,
        "x_services_gender": row.gender,
        "x_delivery": row.delivery.split(),
        "x_eligibility": whom,
    }
    return {**kept, **filled(own)}


def location(row: records.Location, organization_id: str, kept: Mapping[str, Any]) -> Told:
    """A place without what hangs on it."""
    own = {
        "id": row.public_id,
        "location_type": row.location_type,
        "organization_id": organization_id,
        "name": row.name,
        "alternate_name": row.name_en,
        "x_name_en": row.name_en,
        "transportation": row.transportation,
        "latitude": row.lat,
        "longitude": row.lon,
        "x_id": row.external_id,
        "x_place_code": row.place_code,
        "x_staff_genders": row.staff_genders.split(),
        "x_boarding": row.vehicle_changes or None,
        "x_accepting": row.accepting,
        "x_assured_date": day(row.assured_at),
        "x_sample": row.sample or None,
        "x_modified_at": moment(row.modified_at),
    }
    return {**kept, **filled(own)}


def at_location(row: records.ServiceAtLocation, service_id: str, location_id: str, kept: Mapping[str, Any]) -> Told:
    """A service at a location without what hangs on it. Whether it takes anybody in now is ours to say."""
    own = {
        "id": row.public_id,
        "service_id": service_id,
        "location_id": location_id,
        "x_id": row.external_id,
        "x_accepting": not row.paused,
        "x_waitlist": row.waitlist,
        "x_modified_at": moment(row.modified_at),
    }
    return {**kept, **filled(own)}


def capacity(programme_id: str, row: records.ServiceAtLocation, service_id: str) -> Told | None:
    """The room at a service at a location as it is now; None where nobody said how much there is."""
    if row.capacity is None:
        return None
    unit = row.unit or FAMILIES
    return filled(
        {
            "id": public_id(programme_id, "service_capacity", f"of {row.external_id}"),
            "service_id": service_id,
            "unit": {"id": public_id("", "unit", unit), "name": unit},
            "available": max(row.capacity - row.used - row.taken_elsewhere, 0),
            "maximum": row.capacity,
            "updated": moment(row.confirmed_at or row.updated_at or row.modified_at) or "1970-01-01T00:00:00.000Z",
            "x_service_at_location_id": row.public_id,
            "x_waitlist": row.waitlist,
        }
    )


def schedule(programme_id: str, row: records.Schedule, *, called: str = "", **owner: str) -> Told:
    """Hours by the wall clock of the place: `timezone` is an IANA name, since a fixed offset is wrong half the year.

    `called`: the id in the owner's files, where it is not the row's own.
    """
    called = called or row.external_id
    when = "/".join(map(str, (row.freq, row.byday, row.opens_at, row.closes_at, row.valid_from, row.for_whom)))
    own = {
        "id": public_id(programme_id, "schedule", called or f"{sorted(owner.items())}/{when}"),
        **owner,
        "freq": row.freq if row.freq in ("WEEKLY", "MONTHLY") else "WEEKLY",
        "interval": row.interval,
        "wkst": row.wkst or WEEK_STARTS,
        "byday": row.byday or (EVERY_DAY if row.freq == "DAILY" else ""),
        "bymonthday": row.bymonthday,
        "count": row.count,
        "until": day(row.until),
        "dtstart": day(row.dtstart),
        "valid_from": day(row.valid_from),
        "valid_to": day(row.valid_to),
        "timezone": row.zone,
        "opens_at": row.opens_at,
        "closes_at": row.closes_at,
        "notes": row.notes,
        "x_id": called,
        "x_for": row.for_whom if row.for_whom != "everyone" else None,
    }
    return filled(own)


def service_area(programme_id: str, code: str, name: str, name_en: str, owner: Mapping[str, str]) -> Told:
    """A place whose families are served, by its code."""
    identity = public_id(programme_id, "service_area", f"{sorted(owner.items())}/{code}")
    return filled({"id": identity, **owner, "name": name, "description": name_en, "x_place_code": code})


def address(programme_id: str, row: records.Location, *, city: str, region: str, country: str) -> Told | None:
    """The address as one line; None for a place that is on no map. A postal code is not known here."""
    if row.location_type == "virtual" or not (row.address or city):
        return None
    return {
        "id": public_id(programme_id, "address", f"of {row.external_id}"),
        "location_id": row.public_id,
        "address_1": row.address or city,
        "city": city or row.address,
        "state_province": region or city or row.address,
        "country": country,
        "address_type": "physical",
    }


def phone(programme_id: str, row: records.Location) -> Told | None:
    """The telephone of a place."""
    if not row.phone:
        return None
    identity = public_id(programme_id, "phone", f"of {row.external_id}")
    return {"id": identity, "location_id": row.public_id, "number": row.phone, "type": "voice"}


def languages(programme_id: str, row: records.Location) -> list[Told]:
    """The languages that are spoken at a place."""
    return [
        {
            "id": public_id(programme_id, "language", f"{code} at {row.external_id}"),
            "location_id": row.public_id,
            "name": LANGUAGES.get(code, code),
            "code": code,
        }
        for code in row.languages.split()
    ]


def accessibility(programme_id: str, row: records.Location) -> list[Told]:
    """What somebody looked at and found; nothing where nobody looked."""
    features = dict.fromkeys([*row.accessibility.split(), *(["wheelchair"] if row.wheelchair else [])])
    return [
        {
            "id": public_id(programme_id, "accessibility", f"{feature} at {row.external_id}"),
            "location_id": row.public_id,
            "description": ACCESSIBILITY.get(feature, (feature, feature))[0],
            "details": ACCESSIBILITY.get(feature, (feature, feature))[1],
            "x_feature": feature,
        }
        for feature in features
    ]


def rule(row: records.EligibilityRule) -> Told:
    """Whom a service takes, as the matcher reads it."""
    told = {name: getattr(row, name) for name in ("field", "op", "value", "on_unknown", "text_ar", "text_en")}
    return filled(told)


def taxonomy() -> Told:
    """The one taxonomy that services are told by: our own short list."""
    return {
        "id": TAXONOMY_ID,
        "name": TAXONOMY_AR,
        "description": TAXONOMY_EN,
        "uri": SYSTEM,
        "version": "1",
    }


def taxonomy_term(each: Term) -> Told:
    """A term, with both its names."""
    return {
        "id": each.id,
        "code": each.code,
        "name": each.name_ar,
        "description": each.name_en,
        "taxonomy": TAXONOMY_AR,
        "taxonomy_id": TAXONOMY_ID,
        "taxonomy_detail": taxonomy(),
        "language": "ara",
        "term_uri": f"{SYSTEM}:{each.code}",
        "x_name_en": each.name_en,
    }


def attribute(programme_id: str, row: records.Service) -> Told | None:
    """What links a service to its term."""
    if not row.service_term:
        return None
    said = term(row.service_term)
    return {
        "id": public_id(programme_id, "attribute", f"term of {row.external_id}"),
        "link_id": row.public_id,
        "link_entity": "service",
        "link_type": "service_term",
        "taxonomy_term_id": said.id,
        "taxonomy_term": taxonomy_term(said),
    }
