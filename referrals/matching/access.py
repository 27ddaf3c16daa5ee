"""How many minutes a family needs to a place: a measured time, else the way by road and over the river."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

from geographiclib.geodesic import Geodesic

from referrals.matching.values import Access, Candidate, Crossing, Need, Point, Travel

EARTH_RADIUS_KM = 6371.0088  # mean radius, IUGG

Distance = Callable[[Point, Point], float]


def haversine_km(one: Point, other: Point) -> float:
    """Kilometres on a sphere: within 0.5 % of the ellipsoid, and fast enough for every candidate."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half_chord = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin(radians(other.lon - one.lon) / 2) ** 2
    return 2 * EARTH_RADIUS_KM * asin(min(1.0, sqrt(half_chord)))


def geodesic_km(one: Point, other: Point) -> float:
    """Kilometres on the WGS 84 ellipsoid (Karney 2013)."""
    line = Geodesic.WGS84.Inverse(one.lat, one.lon, other.lat, other.lon, Geodesic.DISTANCE)
    return float(line["s12"]) / 1000


def access_minutes(need: Need, candidate: Candidate, travel: Travel, at: datetime) -> float | None:
    """Minutes on the way, or None when nothing is known or no crossing is open; see `access`."""
    return access(need, candidate, travel, at).minutes


def access(need: Need, candidate: Candidate, travel: Travel, at: datetime, distance: Distance = haversine_km) -> Access:
    """How the family gets there at the hour of the earliest slot, else at `at` (aware).

    A measured time of the area, else of the area above it, counts as it is. Otherwise kilometres x detour
    factor / speed and the changes of vehicle, and between two banks the way over the best open crossing.
    """
    for area in (need.area, *need.ancestors):
        known = travel.known_minutes.get((area, candidate.location_id))
        if known is not None:
            straight = distance(need.point, candidate.point) if need.point and candidate.point else None
            return Access(float(known), straight, "table")
    if need.point is None or candidate.point is None:
        return Access(None)
    if need.bank is None or candidate.bank is None or need.bank == candidate.bank:
        km = distance(need.point, candidate.point)
        way = Access(_by_road(km, travel), km, "estimate")
    else:
        way = _over_the_river(need.point, candidate.point, travel, candidate.earliest_slot or at, distance)
    if way.minutes is None:
        return way
    return replace(way, minutes=way.minutes + candidate.vehicle_changes * travel.change_minutes)


def is_open(crossing: Crossing, at: datetime, zone: str) -> bool:
    """Whether one can cross at this moment, by the day and the wall clock of `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    if crossing.active_from and local.date() < crossing.active_from:
        return False
    if crossing.active_to and local.date() > crossing.active_to:
        return False
    if crossing.opens is None or crossing.closes is None:
        return True
    wall = local.time()
    if crossing.opens <= crossing.closes:
        return crossing.opens <= wall < crossing.closes
    return wall >= crossing.opens or wall < crossing.closes


def _over_the_river(start: Point, end: Point, travel: Travel, at: datetime, distance: Distance) -> Access:
    ways = []
    for crossing in travel.crossings:
        if is_open(crossing, at, travel.zone):
            km = distance(start, crossing.point) + distance(crossing.point, end)
            minutes = _by_road(km, travel) + crossing.wait_minutes + crossing.vehicle_changes * travel.change_minutes
            ways.append((minutes, crossing.kind, km))
    if not ways:
        return Access(None, distance(start, end), "unknown", reachable=False)
    minutes, kind, _ = min(ways)
    return Access(minutes, distance(start, end), "estimate", crossing=kind)


def _by_road(km: float, travel: Travel) -> float:
    return km * travel.detour_factor / travel.speed_kmh * 60
