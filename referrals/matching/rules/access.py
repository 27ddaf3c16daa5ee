"""How many minutes a family needs to a place: a measured time, else the way by road and over the river."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from referrals.matching.rules.distance import Distance, geodesic_km
from referrals.matching.rules.values import Access, Candidate, Crossing, Need, Point, Travel

VISIT = timedelta(minutes=60)  # how long one stays, before one has to get back


def access_minutes(need: Need, candidate: Candidate, travel: Travel, at: datetime) -> float | None:
    """Minutes on the way, or None when nothing is known or no crossing is open; see `access`."""
    return access(need, candidate, travel, at).minutes


def access(need: Need, candidate: Candidate, travel: Travel, at: datetime, distance: Distance = geodesic_km) -> Access:
    """How the family gets there at the hour of the earliest slot, else at `at` (aware), and back again.

    A measured time of the area, else of the area above it, counts as it is. Otherwise kilometres x detour
    factor / speed and the changes of vehicle, and between two banks the way over the best open crossing.
    Where crossings are known and none is open then, nobody gets to the other bank, whatever was measured by day.
    """
    hour, across = candidate.earliest_slot or at, over_the_river(need, candidate)
    km = distance(need.point, candidate.point) if need.point and candidate.point else None
    known = known_minutes(need, candidate, travel) if travel.known_minutes else None
    if (known is not None or km is None) and across and travel.crossings:
        open_ways = {each.kind for each in travel.crossings if there_and_back(each, hour, travel.zone)}
        if not open_ways:
            return Access(None, km, "unknown", reachable=False)
        ferry = "" if "bridge" in open_ways else "ferry"
        return Access(known, km, "unknown" if known is None else "table", crossing=ferry)
    if known is not None:
        return Access(known, km, "table")
    if need.point is None or candidate.point is None or km is None:
        return Access(None)
    if not across:
        changes = candidate.vehicle_changes * travel.change_minutes
        return Access(minutes_by_road(km, travel) + changes, km, "estimate")
    crossing, minutes = _best_crossing(need.point, candidate.point, travel, hour, distance)
    if crossing is None:
        return Access(None, km, "unknown", reachable=False)
    changes = candidate.vehicle_changes * travel.change_minutes
    return Access(minutes + changes, km, "estimate", crossing=crossing.kind)


def known_minutes(need: Need, candidate: Candidate, travel: Travel) -> float | None:
    """What somebody measured from the family's area, else from the area above it; None where nobody did."""
    for area in (need.area, *need.ancestors):
        known = travel.known_minutes.get((area, candidate.location_id))
        if known is not None:
            return float(known)
    return None


def over_the_river(need: Need, candidate: Candidate) -> bool:
    """Whether family and place are known to stand on different banks."""
    return need.bank is not None and candidate.bank is not None and need.bank != candidate.bank


def minutes_by_road(km: float, travel: Travel) -> float:
    """Minutes for so many kilometres as the crow flies."""
    return km * travel.detour_factor / travel.speed_kmh * 60


def is_open(crossing: Crossing, at: datetime, zone: str) -> bool:
    """Whether one can cross at this moment, by the day and the wall clock of `zone`."""
    local = at.astimezone(ZoneInfo(zone))
    if crossing.active_from and local.date() < crossing.active_from:
        return False
    if crossing.active_to and local.date() > crossing.active_to:
        return False
    wall, opens = local.time(), crossing.opens or time.min
    if crossing.closes is None:
        return opens <= wall
    if opens <= crossing.closes:
        return opens <= wall < crossing.closes
    return wall >= opens or wall < crossing.closes


def there_and_back(crossing: Crossing, at: datetime, zone: str) -> bool:
    """Whether one can cross for an appointment at this moment, and cross again after the visit."""
    return is_open(crossing, at, zone) and is_open(crossing, at + VISIT, zone)


def by_the_clock(travel: Travel, at: datetime) -> bool:
    """Whether there is a crossing that is not always there from now on: then the hour of the appointment decides."""
    today = at.astimezone(ZoneInfo(travel.zone)).date()
    return any(
        each.opens is not None
        or each.closes is not None
        or (each.active_from is not None and each.active_from > today)
        or (each.active_to is not None and each.active_to >= today)
        for each in travel.crossings
    )


def _best_crossing(
    start: Point, end: Point, travel: Travel, at: datetime, distance: Distance
) -> tuple[Crossing | None, float]:
    best, shortest = None, float("inf")
    for crossing in travel.crossings:
        if there_and_back(crossing, at, travel.zone):
            km = distance(start, crossing.point) + distance(crossing.point, end)
            changes = crossing.vehicle_changes * travel.change_minutes
            minutes = minutes_by_road(km, travel) + crossing.wait_minutes + changes
            if minutes < shortest:
                best, shortest = crossing, minutes
    return best, shortest
