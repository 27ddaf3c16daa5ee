"""What anybody may read of the directory, and how a question about it is answered by ids: few queries, by index."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from math import cos, radians
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select, true

from referrals.definitions.in_force import settings_of
from referrals.definitions.records import Programme
from referrals.directory.hsds.service_terms import terms
from referrals.directory.places.places import Point, distance_km
from referrals.directory.places.stored import stored_places
from referrals.directory.publishing.public_ids import folded
from referrals.directory.records import Location, Organization, Service, ServiceArea, ServiceAtLocation
from referrals.store.unit_of_work import UnitOfWork

METRES_OF_A_DEGREE = 110_574.0  # of latitude at the equator, where it is shortest


@dataclass(frozen=True)
class Near:
    """A circle on the ground."""

    point: Point
    metres: float


@dataclass(frozen=True)
class Sought:
    """What of the directory is asked for: all conditions hold together."""

    programmes: tuple[str, ...]
    search: str = ""
    term: str | None = None  # a service term
    nothing: bool = False  # a taxonomy or an id that is nobody's
    organization: str = ""
    modified_after: datetime | None = None
    place: str = ""  # the code of a place whose families are served
    near: Near | None = None
    public_id: str = ""  # one alone
    among: tuple[int, ...] | None = None  # only of these rows


@dataclass(frozen=True)
class Found:
    """How many there are, and the rows of the page that was asked for, in a lasting order (the nearest first)."""

    total: int
    ids: tuple[int, ...]


def open_programmes(uow: UnitOfWork) -> tuple[str, ...]:
    """The programmes whose directory is read: those that people can apply to."""
    return tuple(uow.connection.execute(select(Programme.id).where(Programme.active).order_by(Programme.id)).scalars())


def public_location() -> ColumnElement[bool]:
    """A place that may be shown: never a confidential one, nor one that takes nobody in."""
    return and_(Location.confidential.is_(False), Location.accepting.is_(True), Location.gone_at.is_(None))


def public_service() -> ColumnElement[bool]:
    """A service that may be shown: active, not restricted, and not given at hidden places alone."""
    anywhere = exists().where(ServiceAtLocation.service_id == Service.id)
    in_public = exists().where(
        ServiceAtLocation.service_id == Service.id,
        ServiceAtLocation.gone_at.is_(None),
        Location.id == ServiceAtLocation.location_id,
        public_location(),
    )
    return and_(_offered(), or_(in_public, ~anywhere))


def _offered() -> ColumnElement[bool]:
    return and_(Service.status == "active", Service.restricted.is_(False), Service.gone_at.is_(None))


def public_organization() -> ColumnElement[bool]:
    """An organization that may be shown: one with a service or a place to show, or with none at all."""
    a_service = exists().where(Service.organization_id == Organization.id, public_service())
    a_place = exists().where(Location.organization_id == Organization.id, public_location())
    any_service = exists().where(Service.organization_id == Organization.id)
    any_place = exists().where(Location.organization_id == Organization.id)
    something = or_(a_service, and_(a_place, ~any_service), and_(~any_service, ~any_place))
    return and_(Organization.gone_at.is_(None), something)


def organizations(uow: UnitOfWork, sought: Sought, *, skip: int = 0, most: int | None = None) -> Found:
    """The organizations that are asked for."""
    term: ColumnElement[bool] = true()
    if sought.term is not None:
        term = exists().where(
            Service.organization_id == Organization.id, Service.service_term == sought.term, public_service()
        )
    query = select(Organization.id).where(
        public_organization(),
        _of_programme(Organization, sought),
        *_named(sought, Organization.folded),
        _since(Organization, sought),
        _alone(Organization, sought),
        term,
    )
    return _page(uow, query, Organization.id, sought, skip, most)


def services(uow: UnitOfWork, sought: Sought, *, skip: int = 0, most: int | None = None) -> Found:
    """The services that are asked for; by place and distance as given somewhere that is, the nearest first."""
    if sought.near is not None:
        near = tuple(dict.fromkeys(_nearest(uow, sought, Service.id)))
        return _part(near, skip, most)
    query = (
        select(Service.id)
        .join(Organization, Organization.id == Service.organization_id)
        .where(public_service(), *_of_service(sought), *_called(uow, sought, Service.folded, Organization.folded))
        .where(_since(Service, sought), _alone(Service, sought))
    )
    if sought.place:
        query = query.where(Service.id.in_(_given(uow, sought, Service.id)))
    return _page(uow, query, Service.id, sought, skip, most)


def services_at_locations(uow: UnitOfWork, sought: Sought, *, skip: int = 0, most: int | None = None) -> Found:
    """The services at locations that are asked for; with a distance the nearest first."""
    if sought.near is not None:
        return _part(tuple(_nearest(uow, sought, ServiceAtLocation.id)), skip, most)
    query = _given(uow, sought, ServiceAtLocation.id).where(
        _since(ServiceAtLocation, sought), _alone(ServiceAtLocation, sought)
    )
    return _page(uow, query, ServiceAtLocation.id, sought, skip, most)


def locations(uow: UnitOfWork, sought: Sought, *, skip: int = 0, most: int | None = None) -> Found:
    """The places that are asked for."""
    query = select(Location.id).where(
        public_location(),
        Location.programme_id.in_(sought.programmes) if sought.near else _of_programme(Location, sought),
        *_named(sought, Location.folded),
        _since(Location, sought),
        _alone(Location, sought),
    )
    if sought.organization:
        mine = select(Organization.id).where(Organization.public_id == sought.organization, public_organization())
        query = query.where(Location.organization_id.in_(mine))
    if sought.near is not None:
        points = query.add_columns(Location.lat, Location.lon).where(_box(sought.near))
        return _part(tuple(_by_distance(uow, points, sought.near)), skip, most)
    return _page(uow, query, Location.id, sought, skip, most)


def _of_service(sought: Sought) -> list[ColumnElement[bool]]:
    wanted: list[ColumnElement[bool]] = [_of_programme(Service, sought)]
    if sought.term is not None:
        wanted.append(Service.service_term == sought.term)
    if sought.organization:
        wanted.append(Organization.public_id == sought.organization)
    return wanted


def _of_programme(record: Any, sought: Sought) -> ColumnElement[bool]:
    """Of one of the programmes; where few rows are asked for, no index of it: a planner would go through them all."""
    few = sought.public_id or sought.among is not None or sought.near is not None
    column = record.programme_id.concat("") if few else record.programme_id
    within: ColumnElement[bool] = column.in_(sought.programmes)
    return within


def _given(uow: UnitOfWork, sought: Sought, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(ServiceAtLocation)
        .join(Service, Service.id == ServiceAtLocation.service_id)
        .join(Organization, Organization.id == Service.organization_id)
        .join(Location, Location.id == ServiceAtLocation.location_id)
        .where(_offered(), public_location(), ServiceAtLocation.gone_at.is_(None))
        .where(*_of_service(sought), *_called(uow, sought, Service.folded, Location.folded, Organization.folded))
        .where(_serves(uow, sought))
    )


def _nearest(uow: UnitOfWork, sought: Sought, key: Any) -> list[int]:
    """The keys of services at locations within the circle, the nearest first."""
    if sought.near is None or sought.nothing or not sought.programmes:
        return []
    record = Service if key is Service.id else ServiceAtLocation
    query = _given(uow, sought, key, Location.lat, Location.lon).where(_box(sought.near), _since(record, sought))
    query = query.where(_alone(record, sought), Location.programme_id.in_(sought.programmes))
    return _by_distance(uow, query, sought.near)


def _serves(uow: UnitOfWork, sought: Sought) -> ColumnElement[bool]:
    """Whether the families of a place are served: it, or one that it lies in, is among the areas; none means all."""
    if not sought.place:
        return true()
    codes = {place.code for each in sought.programmes for place in _chain(uow, each, sought.place)}
    if not codes:
        return false()
    areas = exists().where(ServiceArea.location_id == Location.id)
    return or_(areas.where(ServiceArea.place_code.in_(codes)), ~areas)


def _chain(uow: UnitOfWork, programme_id: str, code: str) -> tuple[Any, ...]:
    places = stored_places(uow, programme_id)
    return places.chain(code) if code in places else ()


def centre_of(uow: UnitOfWork, programmes: Sequence[str], code: str) -> Point | None:
    """The point of a place, in the first programme that knows it."""
    for each in programmes:
        places = stored_places(uow, each)
        if code in places:
            return places.point(code)
    return None


def _named(sought: Sought, *columns: Any) -> list[ColumnElement[bool]]:
    """Every word that is searched for stands in one of the names."""
    words = folded(sought.search).split()
    return [or_(*(column.contains(word, autoescape=True) for column in columns)) for word in words]


def _called(uow: UnitOfWork, sought: Sought, *columns: Any) -> list[ColumnElement[bool]]:
    """As `_named`, or what the service is for is called so: its term, or a need that leads to it."""
    if not sought.search:
        return []
    called = _words_of_terms(uow, sought.programmes)
    found = []
    for word, named in zip(folded(sought.search).split(), _named(sought, *columns), strict=True):
        terms_so = [code for code, words in called.items() if word in words]
        found.append(or_(named, Service.service_term.in_(terms_so)) if terms_so else named)
    return found


def _words_of_terms(uow: UnitOfWork, programmes: Sequence[str]) -> dict[str, str]:
    called = {each.code: folded(each.name_ar, each.name_en) for each in terms()}
    for need in (need for each in programmes for need in settings_of(uow, each).needs):
        called[need.service_term] = f"{called.get(need.service_term, '')} {folded(need.name_ar, need.name_en)}"
    return called


def _alone(record: Any, sought: Sought) -> ColumnElement[bool]:
    if sought.among is not None:
        these: ColumnElement[bool] = record.id.in_(sought.among)
        return these
    if not sought.public_id:
        return true()
    same: ColumnElement[bool] = record.public_id == sought.public_id
    return same


def _since(record: Any, sought: Sought) -> ColumnElement[bool]:
    if sought.modified_after is None:
        return true()
    changed: ColumnElement[bool] = record.modified_at >= sought.modified_after
    return changed


def _box(near: Near) -> ColumnElement[bool]:
    high = near.metres / METRES_OF_A_DEGREE
    wide = high / max(cos(radians(min(abs(near.point.latitude) + high, 89.0))), 0.01)
    across = Location.lon.between(near.point.longitude - wide, near.point.longitude + wide)
    return and_(Location.lat.between(near.point.latitude - high, near.point.latitude + high), across)


def _by_distance(uow: UnitOfWork, query: Select[Any], near: Near) -> list[int]:
    measured = sorted(
        (distance_km(near.point, Point(lat, lon)) * 1000, id) for id, lat, lon in uow.connection.execute(query)
    )
    return [id for metres, id in measured if metres <= near.metres]


def _part(ids: tuple[int, ...], skip: int, most: int | None) -> Found:
    return Found(len(ids), ids[skip : None if most is None else skip + most])


def _page(uow: UnitOfWork, query: Select[Any], key: Any, sought: Sought, skip: int, most: int | None) -> Found:
    if sought.nothing or not sought.programmes:
        return Found(0, ())
    if most is None:
        return _part(tuple(uow.connection.execute(query.order_by(key)).scalars()), 0, None)
    total = uow.connection.execute(select(func.count()).select_from(query.subquery())).scalar_one()
    page = uow.connection.execute(query.order_by(key).offset(skip).limit(most)).scalars()
    return Found(total, tuple(page))
