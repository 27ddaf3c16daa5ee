"""How people get about in a programme: its speed, its bridges and ferries, and the ways that somebody measured."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import time

from sqlalchemy import func, select

from referrals.definitions.settings import Settings
from referrals.directory import records as directory
from referrals.matching.records import TravelTime
from referrals.matching.rules.values import CandidateId, Crossing, Point, Travel
from referrals.store.unit_of_work import UnitOfWork

Known = dict[tuple[str, CandidateId], float]


def travel_of(uow: UnitOfWork, settings: Settings, areas: Iterable[str] = ()) -> Travel:
    """The ways of a programme, with the measured minutes from these places: the fastest of several modes."""
    crossings = uow.session.scalars(select(directory.Crossing).filter_by(programme_id=settings.id))
    return Travel(
        speed_kmh=settings.speed_kmh,
        detour_factor=settings.detour_factor,
        known_minutes=_known_minutes(uow, settings.id, [area for area in areas if area]),
        crossings=tuple(
            Crossing(
                kind="ferry" if row.kind == "ferry" else "bridge",
                point=Point(row.lat, row.lon),
                opens=time.fromisoformat(row.opens) if row.opens else None,
                closes=time.fromisoformat(row.closes) if row.closes else None,
                active_from=row.active_from,
                active_to=row.active_to,
                wait_minutes=row.wait_minutes,
                vehicle_changes=row.vehicle_changes,
                name=row.name,
            )
            for row in crossings
        ),
        zone=settings.time_zone,
    )


def all_travel_of(uow: UnitOfWork, settings: Settings) -> Travel:
    """The same with every measured way of the programme: for a report over all places."""
    return replace(travel_of(uow, settings), known_minutes=_known_minutes(uow, settings.id, None))


def _known_minutes(uow: UnitOfWork, programme_id: str, areas: list[str] | None) -> Known:
    """`areas` None: from anywhere."""
    if areas == []:
        return {}
    query = (
        select(TravelTime.place_code, TravelTime.location_id, func.min(TravelTime.minutes))
        .where(TravelTime.programme_id == programme_id)
        .group_by(TravelTime.place_code, TravelTime.location_id)
    )
    if areas is not None:
        query = query.where(TravelTime.place_code.in_(areas))
    return {(code, location): minutes for code, location, minutes in uow.connection.execute(query)}
