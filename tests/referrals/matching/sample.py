"""Sample places on the two banks of the Nile, and the few facts that most matching tests share."""

from __future__ import annotations

from datetime import UTC, date, datetime, time

from referrals.matching import Candidate, Crossing, Need, Point, Travel

NOON = datetime(2026, 12, 6, 10, 0, tzinfo=UTC)  # a Sunday, noon in Cairo
NIGHT = datetime(2026, 12, 6, 18, 0, tzinfo=UTC)
QUS = Point(25.91407, 32.76362)  # east
NAQADA = Point(25.90178, 32.72463)  # west
QIFT = Point(25.9960, 32.8160)  # east
FERRY = Crossing("ferry", Point(25.903, 32.732), opens=time(6), closes=time(17), wait_minutes=20)
BRIDGE = Crossing("bridge", Point(25.905, 32.733), active_from=date(2020, 11, 1))
BY_ROAD = Travel(speed_kmh=22, detour_factor=1.4, zone="Africa/Cairo")
ASSURED = date(2026, 10, 1)
FOOD = ("food",)


def need(
    service_terms: tuple[str, ...] = FOOD, *, point: Point | None = NAQADA, area: str = "naqada", **asked: object
) -> Need:
    """A family in Naqada that needs food."""
    return Need(service_terms, area=area, ancestors=("qena",), point=point, **asked)  # type: ignore[arg-type]  # by name


def centre(id: int | str, point: Point | None = NAQADA, **facts: object) -> Candidate:
    """An open sample centre that gives food; its organization and location have its own id."""
    values: dict[str, object] = {
        "organization_id": id,
        "location_id": id,
        "service_terms": FOOD,
        "assured_at": ASSURED,
        "capacity": 10,
        **facts,
    }
    return Candidate(id, point=point, **values)  # type: ignore[arg-type]  # facts by name


def east_of(point: Point, km: float) -> Point:
    """A point so many kilometres to the east, near enough for a test."""
    return Point(point.lat, point.lon + km / 100.1)
