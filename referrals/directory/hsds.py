"""Read an HSDS 3.1 tabular data package (one CSV per object) into a checked `Directory`, saying what is wrong where.

Any HSDS package is taken: columns it does not know are ignored, missing files count as empty, `organization.csv` and
`organizations.csv` are the same table. Our profile adds columns (`name_en`, `x_place_code`, `x_service_term`, …), lets
an IANA zone stand in `schedule.timezone` (a fixed offset is wrong half the year in Egypt) and adds two tables that
HSDS has not: `eligibility_rules.csv` and `crossings.csv`.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from referrals.directory.hsds_rows import address_of, crossing_of, hours_of, organization_of, zone_of
from referrals.directory.tables import Complaints, DirectoryError, Row, TableProblem, read_table
from referrals.directory.values import (
    STATUSES,
    Capacity,
    Crossing,
    Directory,
    EligibilityRule,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)

__all__ = [
    "Capacity",
    "Crossing",
    "Directory",
    "DirectoryError",
    "EligibilityRule",
    "Location",
    "Organization",
    "Schedule",
    "Service",
    "ServiceArea",
    "ServiceAtLocation",
    "TableProblem",
    "open_package",
    "read_directory",
]

OPERATORS = frozenset({"eq", "ne", "ge", "gt", "le", "lt", "in", "not_in", "any", "none"})  # as matching reads them
GENDERS = frozenset({"any", "women", "men"})
V = TypeVar("V")


def open_package(path: Path) -> dict[str, bytes]:
    """The CSV files of a package, by file name, from a folder or a .zip."""
    if path.is_dir():
        return {file.name: file.read_bytes() for file in sorted(path.glob("*.csv"))}
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith(".csv")]
        return {Path(name).name: archive.read(name) for name in names}


def read_directory(
    files: Mapping[str, bytes | str],
    *,
    time_zone: str = "",
    places: Collection[str] | None = None,
    service_terms: Collection[str] | None = None,
) -> Directory:
    """The directory in the files of a package. Raises `DirectoryError` with every problem, and reads nothing then.

    `time_zone` (IANA) is that of schedules without one; where both are blank the row is a problem. With `places` (the
    codes of places.csv) and `service_terms`, the codes used must be among them.
    """
    package = _Package(files, time_zone, places, service_terms)
    directory = package.directory()
    package.complaints.raise_if_any()
    return directory


class _Package:
    """One reading of a package: its tables, and the ids met so far."""

    def __init__(
        self,
        files: Mapping[str, bytes | str],
        time_zone: str,
        places: Collection[str] | None,
        service_terms: Collection[str] | None,
    ) -> None:
        self.files, self.time_zone, self.places, self.service_terms = files, time_zone, places, service_terms
        self.complaints = Complaints()

    def rows(self, *names: str) -> tuple[Row, ...]:
        """The rows of the first file there is among the names a table goes by."""
        for name in names:
            if f"{name}.csv" in self.files:
                return read_table(f"{name}.csv", self.files[f"{name}.csv"], self.complaints)
        return ()

    def table(self, build: Callable[[Row], V | None], *names: str) -> dict[str, V]:
        """The values of a table by id; a missing or repeated id is a problem."""
        values: dict[str, V] = {}
        for row in self.rows(*names):
            id = row.required("id")
            if id in values:
                row.complain("id", f"the id «{id}» stands in an earlier row too.", "Give every row an id of its own.")
            elif id and (value := build(row)) is not None:
                values[id] = value
        return values

    def directory(self) -> Directory:
        """Every table, read in an order in which what a row names is already known."""
        if not any(name in self.files for name in ("organizations.csv", "organization.csv")):
            self.complaints.add("organizations.csv", None, "", "the file is missing.", "A package begins with it.")
        self.terms = self._terms_of_attributes()
        self.organizations = self.table(organization_of, "organizations", "organization")
        self.services = self.table(self._service, "services", "service")
        self._gather_details_of_locations()
        self.locations = self.table(self._location, "locations", "location")
        self.given = self.table(
            self._service_at_location, "service_at_location", "service_at_locations", "services_at_location"
        )
        schedules = [each for row in self.table(self._schedule, "schedules", "schedule").values() for each in row]
        capacities = self.table(self._capacity, "service_capacity", "service_capacities")
        areas = self.table(self._service_area, "service_areas", "service_area")
        rules = self.table(self._eligibility_rule, "eligibility_rules")
        crossings = self.table(crossing_of, "crossings")
        return Directory(
            tuple(self.organizations.values()),
            tuple(self.services.values()),
            tuple(self.locations.values()),
            tuple(self.given.values()),
            tuple(schedules),
            tuple(capacities.values()),
            tuple(areas.values()),
            tuple(rules.values()),
            tuple(crossings.values()),
        )

    def _terms_of_attributes(self) -> dict[str, str]:
        """Service id -> term, from a package that says it the HSDS way: attributes that link to taxonomy terms."""
        codes = {row.text("id"): row.text("code", "name") for row in self.rows("taxonomy_terms", "taxonomy_term")}
        return {
            row.text("link_id"): codes.get(row.text("taxonomy_term_id"), "")
            for row in self.rows("attributes", "attribute")
            if row.text("link_entity", default="service") == "service"
        }

    def _service(self, row: Row) -> Service:
        id = row.text("id")
        term = row.text("x_service_term", default=self.terms.get(id, ""))
        if self.service_terms is not None:
            if term:
                row.known("x_service_term", self.service_terms, "service term", optional=True)
            else:
                row.complain(
                    "x_service_term", "the service has no term.", "Without one no need leads to it: fill it in."
                )
        return Service(
            id,
            row.known("organization_id", self.organizations, "organization"),
            row.required("name"),
            term,
            row.text("name_en", "alternate_name"),
            row.text("description"),
            row.one_of("status", STATUSES, "active"),
            row.one_of("x_services_gender", GENDERS, "any"),
            row.count("minimum_age"),
            row.count("maximum_age"),
            row.yes("x_restricted"),
            row.day("assured_date"),
        )

    def _gather_details_of_locations(self) -> None:
        """Addresses, phones, languages and accessibility, by location id: HSDS keeps each in a table of its own."""
        self.addresses = {row.text("location_id"): address_of(row) for row in self.rows("addresses", "address")}
        self.phones = {row.text("location_id"): row.text("number") for row in self.rows("phones", "phone")}
        self.languages: dict[str, list[str]] = {}
        for row in self.rows("languages", "language"):
            self.languages.setdefault(row.text("location_id"), []).append(row.text("code", "name"))
        self.wheelchair = {
            row.text("location_id")
            for row in self.rows("accessibility", "accessibilities")
            if "wheelchair" in row.text("x_feature", "description").lower()
        }

    def _location(self, row: Row) -> Location:
        id = row.text("id")
        return Location(
            id,
            row.known("organization_id", self.organizations, "organization", optional=True),
            row.required("name"),
            row.text("name_en", "alternate_name"),
            row.text("location_type", default="physical"),
            row.number_in("latitude", -90, 90),
            row.number_in("longitude", -180, 180),
            self._place(row, optional=True),
            self.addresses.get(id, ""),
            self.phones.get(id, ""),
            row.text("transportation"),
            row.count("x_boarding") or 0,
            tuple(row.text("x_staff_genders").split()),
            tuple(self.languages.get(id, ["ar"])),
            id in self.wheelchair,
            row.yes("x_confidential"),
            row.yes("x_accepting", default=True),
            row.yes("x_sample"),
            row.day("x_assured_date"),
        )

    def _service_at_location(self, row: Row) -> ServiceAtLocation:
        service_id = row.known("service_id", self.services, "service")
        location_id = row.known("location_id", self.locations, "location")
        return ServiceAtLocation(row.text("id"), service_id, location_id, row.text("description"))

    def _schedule(self, row: Row) -> tuple[Schedule, ...]:
        """The hours of a row; those of a service alone hold at each location where it is given."""
        given = row.known("service_at_location_id", self.given, "service at a location", optional=True)
        location_id = row.known("location_id", self.locations, "location", optional=True)
        service_id = row.known("service_id", self.services, "service", optional=True)
        if not (given or location_id or service_id):
            row.complain("location_id", "the schedule belongs to nothing.", "Fill in location_id.")
        hours, zone = hours_of(row), zone_of(row, self.time_zone)
        if hours is None:
            return ()
        for_whom = row.one_of("x_for", {"everyone", "women"}, "everyone")
        notes = row.text("notes", "description")
        schedule = Schedule(row.text("id"), location_id, given, hours, row.text("byday"), zone, for_whom, notes)
        if given in self.given:
            return (replace(schedule, location_id=self.given[given].location_id),)
        if location_id:
            return (schedule,)
        wherever = [each for each in self.given.values() if each.service_id == service_id]
        return tuple(
            replace(schedule, location_id=each.location_id, service_at_location_id=each.id) for each in wherever
        )

    def _capacity(self, row: Row) -> Capacity:
        given = row.known("x_service_at_location_id", self.given, "service at a location", optional=True)
        maximum, available = row.count("maximum"), row.count("available")
        if maximum is not None and available is not None and available > maximum:
            row.complain("available", f"{available} are free of {maximum}.", "At most the maximum can be free.")
        service_id = row.known("service_id", self.services, "service")
        waitlist = row.yes("x_waitlist", default=True)
        return Capacity(row.text("id"), service_id, given, maximum, available, waitlist, row.day("updated"))

    def _service_area(self, row: Row) -> ServiceArea | None:
        if not row.text("x_place_code"):
            return None  # plain HSDS gives a name or a shape: nothing we can compare with a family's place
        return ServiceArea(
            self._place(row),
            row.known("x_location_id", self.locations, "location", optional=True),
            row.known("service_id", self.services, "service", optional=True),
            row.known("service_at_location_id", self.given, "service at a location", optional=True),
        )

    def _eligibility_rule(self, row: Row) -> EligibilityRule:
        return EligibilityRule(
            row.text("id"),
            row.known("service_id", self.services, "service"),
            row.required("field"),
            row.one_of("op", OPERATORS, "eq"),
            row.required("value"),
            row.one_of("on_unknown", {"keep", "exclude"}, "keep"),
            row.text("text_ar"),
        )

    def _place(self, row: Row, *, optional: bool = False) -> str:
        if self.places is None:
            return row.text("x_place_code")
        return row.known("x_place_code", self.places, "place", optional=optional)
