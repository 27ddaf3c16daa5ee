"""Records -> HSDS 3.1 JSON in our profile: what may be read of organizations, services, places; full, plain or minimal.

Whoever calls gives ids that `readable` found; what hangs on them is narrowed here once more, so that nothing hidden
leaves beside something public.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import select

from referrals.directory.hsds.service_terms import term, terms
from referrals.directory.publishing import details, parts
from referrals.directory.publishing.nested import (
    add_given,
    add_places,
    add_room,
    by_programme,
    given_told,
    hang_on,
    locations_told,
    organizations_plain,
    services_plain,
)
from referrals.directory.publishing.parts import Told
from referrals.directory.publishing.readable import Sought, organizations, public_service, services
from referrals.directory.records import Location, Organization, Service, ServiceAtLocation
from referrals.store.unit_of_work import UnitOfWork

A_PORTION = 200  # objects that are gathered at a time


def organizations_json(
    uow: UnitOfWork, ids: Sequence[int], *, full: bool = False, full_service: bool = False
) -> list[Told]:
    """These organizations in this order; `full` with what hangs on them, their services by name or (`full_service`)
    whole."""
    rows = details.by_id(uow, Organization, ids)
    told = organizations_plain(uow, rows)
    if full:
        for programme, mine in by_programme(rows):
            hang_on(uow, programme, "organization", mine, told)
        add_places(uow, rows, told)
        _add_services(uow, rows, told, whole=full_service)
    return [told[id] for id in ids if id in told]


def services_json(uow: UnitOfWork, ids: Sequence[int], *, full: bool = False, minimal: bool = False) -> list[Told]:
    """These services in this order, with their organization; `full` with everything that hangs on them; `minimal` only
    which they are and when they last changed."""
    rows = details.by_id(uow, Service, ids)
    if minimal:
        return [_minimal(rows[id]) for id in ids if id in rows]
    told = services_plain(uow, rows)
    if full:
        for programme, mine in by_programme(rows):
            hang_on(uow, programme, "service", mine, told)
        add_given(uow, rows, told)
    return [told[id] for id in ids if id in told]


def services_at_locations_json(
    uow: UnitOfWork, ids: Sequence[int], *, full: bool = False, minimal: bool = False
) -> list[Told]:
    """These services at locations in this order, each with its service and its place."""
    rows = details.by_id(uow, ServiceAtLocation, ids)
    if minimal:
        return [_minimal(rows[id]) for id in ids if id in rows]
    offered = details.by_id(uow, Service, (row.service_id for row in rows.values()))
    told_services = services_plain(uow, offered)
    told = given_told(uow, list(rows.values()), offered, full=full)
    for id, row in rows.items():
        if id in told:
            told[id]["service"] = told_services[row.service_id]
    if full:
        for programme, mine in by_programme(offered):
            hang_on(uow, programme, "service", mine, told_services)
        add_room(rows.values(), offered, told)
    return [told[id] for id in ids if id in told]


def locations_json(uow: UnitOfWork, ids: Sequence[int], *, full: bool = False) -> list[Told]:
    """These places in this order; `full` with hours, address, telephone, languages and accessibility."""
    told = locations_told(uow, details.by_id(uow, Location, ids), full=full)
    return [told[id] for id in ids if id in told]


def taxonomies_json() -> list[Told]:
    """The taxonomies that there are: one."""
    return [parts.taxonomy()]


def taxonomy_terms_json(uow: UnitOfWork, programmes: Sequence[str]) -> list[Told]:
    """The terms of our taxonomy, and those that the directories use beside it."""
    used = uow.connection.execute(
        select(Service.service_term).where(Service.programme_id.in_(programmes), Service.service_term != "").distinct()
    )
    return [parts.taxonomy_term(each) for each in terms(frozenset(used.scalars()))]


def term_of(uow: UnitOfWork, told: str) -> str | None:
    """The service term that an id or a code names; None for none of ours and none that a directory uses."""
    known = {each.id: each.code for each in terms()} | {each.code: each.code for each in terms()}
    if told.lower() in known:
        return known[told.lower()]
    used = uow.connection.execute(select(Service.service_term).where(Service.service_term != "").distinct()).scalars()
    return next((code for code in used if told in (code, term(code).id)), None)


def whole(uow: UnitOfWork, programmes: Sequence[str]) -> Iterator[tuple[str, Told]]:
    """Everything that may leave, ("organization", …) then ("service", …), each whole, a portion in memory at a time."""
    for kind, ids in (
        ("organization", organizations(uow, Sought(tuple(programmes))).ids),
        ("service", services(uow, Sought(tuple(programmes))).ids),
    ):
        for begin in range(0, len(ids), A_PORTION):
            portion = ids[begin : begin + A_PORTION]
            told = (
                organizations_json(uow, portion, full=True)
                if kind == "organization"
                else services_json(uow, portion, full=True)
            )
            yield from ((kind, each) for each in told)
            uow.session.expunge_all()


def _minimal(row: Service | ServiceAtLocation) -> Told:
    """HSDS calls it modified_date in its API and last_modified in its schema of a service: both are told."""
    changed = parts.moment(row.modified_at)
    return parts.filled({"id": row.public_id, "last_modified": changed, "modified_date": changed})


def _add_services(uow: UnitOfWork, rows: dict[int, Organization], told: dict[int, Told], *, whole: bool) -> None:
    query = select(Service).where(Service.organization_id.in_(sorted(rows)), public_service()).order_by(Service.id)
    mine = {row.id: row for row in uow.session.scalars(query)}
    found = services_json(uow, sorted(mine), full=True) if whole else []
    for row, each in zip(mine.values(), found or [_named(row) for row in mine.values()], strict=True):
        each.pop("organization", None)
        told[row.organization_id].setdefault("services", []).append(each)


def _named(row: Service) -> Told:
    return {"id": row.public_id, "name": row.name, "status": row.status}
