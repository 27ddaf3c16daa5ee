"""What hangs on a page of organizations, services and places: read in few queries, told as objects of HSDS."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, or_, select

from referrals.definitions.in_force import settings_of
from referrals.directory import records
from referrals.directory.places.stored import stored_places
from referrals.directory.publishing import parts
from referrals.directory.publishing.fields import object_of
from referrals.directory.publishing.parts import Told
from referrals.directory.rows import standing
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork

R = TypeVar("R", bound=Record)
SEVERAL = {  # under which name HSDS nests what hangs on something
    "phone": "phones",
    "contact": "contacts",
    "cost_option": "cost_options",
    "funding": "funding",
    "language": "languages",
    "organization_identifier": "organization_identifiers",
    "program": "programs",
    "required_document": "required_documents",
    "address": "addresses",
    "accessibility": "accessibility",
}
URLS = {"organization": "additional_websites", "service": "additional_urls"}
NESTED = {  # what of it HSDS knows of each; hours, areas and room are told from our own records
    "organization": ("phone", "contact", "funding", "organization_identifier", "program", "url"),
    "service": ("phone", "contact", "funding", "cost_option", "language", "required_document", "url"),
    "location": ("phone", "contact", "language", "address", "accessibility"),
    "service_at_location": ("phone", "contact"),
}


Kept = dict[str, Told]
Hanging = dict[str, dict[str, list[Told]]]


def by_id(uow: UnitOfWork, kind: type[R], ids: Iterable[int]) -> dict[int, R]:
    """The rows of these ids."""
    wanted = sorted(set(ids))
    if not wanted:
        return {}
    key: Any = kind.__mapper__.primary_key[0]
    return {row.id: row for row in uow.session.scalars(select(kind).where(key.in_(wanted)))}  # type: ignore[attr-defined] # every record here has one


def kept_of(uow: UnitOfWork, programme_id: str, kind: str, external_ids: Sequence[str]) -> Kept:
    """What the owner's files said of these objects beside what our records hold, by external id."""
    rows = records.DirectoryRow
    query = standing(programme_id).where(rows.kind == kind, rows.external_id.in_(external_ids))
    found = {}
    for row in uow.connection.execute(query):
        told = object_of(programme_id, kind, row.external_id, row.content)
        if told is not None:
            found[row.external_id] = told
    return found


def hanging_on(uow: UnitOfWork, programme_id: str, owner: str, external_ids: Sequence[str]) -> Hanging:
    """What the owner's files hang on these objects, by external id and the name under which HSDS nests it."""
    rows = records.DirectoryRow
    query = standing(programme_id).where(
        rows.owner_kind == owner, rows.owner_id.in_(external_ids), rows.kind.in_(NESTED[owner])
    )
    found: Hanging = defaultdict(lambda: defaultdict(list))
    contacts: dict[str, Told] = {}
    for row in uow.connection.execute(query):
        told = object_of(programme_id, row.kind, row.external_id, row.content)
        if told is None:
            continue
        found[row.owner_id][URLS[owner] if row.kind == "url" else SEVERAL[row.kind]].append(told)
        if row.kind == "contact":
            contacts[row.external_id] = told
    if contacts:
        query = standing(programme_id).where(rows.owner_kind == "contact", rows.owner_id.in_(sorted(contacts)))
        for row in uow.connection.execute(query.where(rows.kind == "phone")):
            if told := object_of(programme_id, "phone", row.external_id, row.content):
                contacts[row.owner_id].setdefault("phones", []).append(told)
    return found


def rules_of(uow: UnitOfWork, services: Iterable[int]) -> dict[int, list[Told]]:
    """Whom each service takes."""
    rule = records.EligibilityRule
    query = select(rule).where(rule.service_id.in_(sorted(set(services)))).order_by(rule.id)
    found: dict[int, list[Told]] = defaultdict(list)
    for row in uow.session.scalars(query):
        found[row.service_id].append(parts.rule(row))
    return found


def schedules_of(uow: UnitOfWork, locations: Iterable[int]) -> list[records.Schedule]:
    """The hours of places and of services there, in a lasting order."""
    row = records.Schedule
    return list(uow.session.scalars(select(row).where(row.location_id.in_(sorted(set(locations)))).order_by(row.id)))


def areas_of(uow: UnitOfWork, locations: Iterable[int]) -> list[records.ServiceArea]:
    """The places whose families are served there."""
    row = records.ServiceArea
    found = uow.session.scalars(select(row).where(row.location_id.in_(sorted(set(locations)))))
    return sorted(found, key=lambda each: (each.location_id, each.place_code))


def given_at(
    uow: UnitOfWork, *, services: Iterable[int] = (), locations: Iterable[int] = ()
) -> list[records.ServiceAtLocation]:
    """The services at locations of these services or places, by id; hidden places are for the caller to leave out."""
    row = records.ServiceAtLocation
    wanted: list[ColumnElement[bool]] = []
    if of := sorted(set(services)):
        wanted.append(row.service_id.in_(of))
    if there := sorted(set(locations)):
        wanted.append(row.location_id.in_(there))
    if not wanted:
        return []
    query = select(row).where(or_(*wanted), row.gone_at.is_(None)).order_by(row.id)
    return list(uow.session.scalars(query))


def place_names(uow: UnitOfWork, programme_id: str, code: str) -> tuple[str, str, str]:
    """A place's own names and that of the governorate it lies in; the code itself where nobody knows it."""
    places = stored_places(uow, programme_id)
    if code not in places:
        return code, "", ""
    chain = places.chain(code)
    top = next((each.name_ar for each in chain if each.level == "governorate"), "")
    return places[code].name_ar, places[code].name_en, top


def country_of(uow: UnitOfWork, programme_id: str) -> str:
    """ISO 3166-1 alpha-2."""
    return settings_of(uow, programme_id).country
