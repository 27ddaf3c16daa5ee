"""The directory as frozen values, named as HSDS 3.1 names them, and the questions that the casework asks of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import cached_property
from typing import Protocol, TypeVar

from referrals.directory.opening_hours import WeeklyHours

SERVICE_TERMS = frozenset(
    [
        "cash-help",
        "rent-help",
        "bills-help",
        "food",
        "clothes",
        "medicine",
        "treatment",
        "school-help",
        "debt-help",
        "training",
        "job-help",
        "counselling",
        "family-counselling",
        "home-care",
        "general-intake",
    ]
)
STATUSES = frozenset({"active", "inactive", "defunct", "temporarily closed"})  # HSDS service.status


@dataclass(frozen=True, slots=True)
class Organization:
    """Who gives services: an agency's centres (`centre`), a partner (`ngo`), or another kind."""

    id: str
    name: str
    name_en: str = ""
    description: str = ""
    kind: str = ""
    sample: bool = False


@dataclass(frozen=True, slots=True)
class Service:
    """What an organization gives, by a service term. A `restricted` one is referred to by staff, never offered."""

    id: str
    organization_id: str
    name: str
    term: str = ""
    name_en: str = ""
    description: str = ""
    status: str = "active"
    gender: str = "any"  # whom it serves: any, women, men
    minimum_age: int | None = None
    maximum_age: int | None = None
    restricted: bool = False
    assured_on: date | None = None


@dataclass(frozen=True, slots=True)
class Location:
    """Where services are given. A `confidential` one is never shown on a map or to a family before it is agreed."""

    id: str
    organization_id: str
    name: str
    name_en: str = ""
    location_type: str = "physical"
    latitude: float | None = None
    longitude: float | None = None
    place_code: str = ""
    address: str = ""
    phone: str = ""
    transportation: str = ""
    vehicle_changes: int = 0  # HSDS has none: how often one changes vehicle from the main town of its place
    staff_genders: tuple[str, ...] = ()
    languages: tuple[str, ...] = ("ar",)
    wheelchair: bool = False
    confidential: bool = False
    accepting: bool = True
    sample: bool = False
    assured_on: date | None = None


@dataclass(frozen=True, slots=True)
class ServiceAtLocation:
    """A service given at a location: what a referral goes to."""

    id: str
    service_id: str
    location_id: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Schedule:
    """When a location, or one service there, is open. `for_whom`: everyone, or women (a women's day)."""

    id: str
    location_id: str
    service_at_location_id: str
    hours: WeeklyHours
    byday: str
    zone: str
    for_whom: str = "everyone"
    notes: str = ""


@dataclass(frozen=True, slots=True)
class Capacity:
    """How many families a service at a location takes in a week, and how many places are taken now (`load`)."""

    id: str
    service_id: str
    service_at_location_id: str
    maximum: int | None
    available: int | None
    waitlist: bool = True
    updated_on: date | None = None

    @property
    def load(self) -> int:
        """Places taken: open referrals and booked families."""
        return 0 if self.maximum is None or self.available is None else max(self.maximum - self.available, 0)


@dataclass(frozen=True, slots=True)
class ServiceArea:
    """A place whose families are served by a location, a service, or a service at a location."""

    place_code: str
    location_id: str = ""
    service_id: str = ""
    service_at_location_id: str = ""


@dataclass(frozen=True, slots=True)
class EligibilityRule:
    """Whom a service takes: `field op value`, «|» between values. `on_unknown`: keep (to be assessed) or exclude."""

    id: str
    service_id: str
    field: str
    op: str
    value: str
    on_unknown: str = "keep"
    text_ar: str = ""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A bridge or a ferry over the river, with the hours it runs and the years it stands. No hours: day and night."""

    id: str
    kind: str
    name: str
    latitude: float
    longitude: float
    opens: time | None = None
    closes: time | None = None
    active_from: date | None = None
    active_to: date | None = None
    wait_minutes: int = 0

    def runs_at(self, local: datetime) -> bool:
        """Whether it can be crossed at that local wall time."""
        day = local.date()
        if (self.active_from and day < self.active_from) or (self.active_to and day > self.active_to):
            return False
        return self.opens is None or self.closes is None or self.opens <= local.time() < self.closes


class _Named(Protocol):
    @property
    def id(self) -> str: ...


N = TypeVar("N", bound=_Named)


def _by_id(values: Iterable[N]) -> dict[str, N]:
    return {value.id: value for value in values}


@dataclass(frozen=True)
class Directory:
    """A whole directory, checked: every id it names exists in it."""

    organizations: tuple[Organization, ...] = ()
    services: tuple[Service, ...] = ()
    locations: tuple[Location, ...] = ()
    services_at_locations: tuple[ServiceAtLocation, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    capacities: tuple[Capacity, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    eligibility_rules: tuple[EligibilityRule, ...] = ()
    crossings: tuple[Crossing, ...] = ()

    def organization(self, id: str) -> Organization:
        """The organization of that id. Raises KeyError."""
        return self._organizations[id]

    def service(self, id: str) -> Service:
        """The service of that id. Raises KeyError."""
        return self._services[id]

    def location(self, id: str) -> Location:
        """The location of that id. Raises KeyError."""
        return self._locations[id]

    def at_location(self, location_id: str) -> tuple[ServiceAtLocation, ...]:
        """The services given at a location."""
        return tuple(self._at_location.get(location_id, ()))

    def schedules_of(self, given: ServiceAtLocation) -> tuple[Schedule, ...]:
        """The hours of a service at a location: its own where it has any, else those of the location as a whole."""
        own = [each for each in self.schedules if each.service_at_location_id == given.id]
        return tuple(own or self.location_schedules(given.location_id))

    def location_schedules(self, location_id: str) -> tuple[Schedule, ...]:
        """The hours of a location as a whole."""
        return tuple(
            each for each in self.schedules if each.location_id == location_id and not each.service_at_location_id
        )

    def areas_of(self, given: ServiceAtLocation) -> frozenset[str]:
        """The codes of the places it serves; empty when it serves all."""
        named = {given.id, given.service_id, given.location_id}
        return frozenset(
            area.place_code
            for area in self.service_areas
            if named & {area.service_at_location_id, area.service_id, area.location_id}
        )

    def capacity_of(self, given: ServiceAtLocation) -> Capacity | None:
        """Its capacity: its own row, else the row of its service; None when nobody said."""
        own = [each for each in self.capacities if each.service_at_location_id == given.id]
        shared = [
            each for each in self.capacities if each.service_id == given.service_id and not each.service_at_location_id
        ]
        return next(iter(own or shared), None)

    def rules_of(self, service_id: str) -> tuple[EligibilityRule, ...]:
        """Whom a service takes: all of these must hold."""
        return tuple(rule for rule in self.eligibility_rules if rule.service_id == service_id)

    @cached_property
    def _organizations(self) -> dict[str, Organization]:
        return _by_id(self.organizations)

    @cached_property
    def _services(self) -> dict[str, Service]:
        return _by_id(self.services)

    @cached_property
    def _locations(self) -> dict[str, Location]:
        return _by_id(self.locations)

    @cached_property
    def _at_location(self) -> dict[str, list[ServiceAtLocation]]:
        found: dict[str, list[ServiceAtLocation]] = defaultdict(list)
        for given in self.services_at_locations:
            found[given.location_id].append(given)
        return found
