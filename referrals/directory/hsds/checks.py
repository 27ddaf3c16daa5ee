"""Whether a row of an HSDS package can be taken, judged by the row alone; what it refers to is looked at later."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from referrals.directory.hsds.hours import read_hours
from referrals.directory.hsds.objects import OBJECTS, WITHOUT_ID
from referrals.directory.places.near import Nearby
from referrals.directory.places.places import Places, Point
from referrals.directory.tables.cells import MAIL_ADDRESS, WEB_ADDRESS, read_decimal
from referrals.directory.tables.rows import NOTE, Row
from referrals.directory.values import STATUSES

OPERATORS = frozenset({"eq", "ne", "ge", "gt", "le", "lt", "in", "not_in", "any", "none"})  # as matching reads them
GENDERS = frozenset({"any", "women", "men"})
LOCATION_TYPES = frozenset({"physical", "postal", "virtual", "redacted"})  # redacted: proposed for HSDS, hidden
LONGEST_ID = 255
LONGEST_WAY_MINUTES = 2880


@dataclass(frozen=True)
class Judge:
    """What the rows of one programme are judged by."""

    time_zone: str
    places: Places
    nearby: Nearby

    def taken(self, kind: str, row: Row) -> bool:
        """Whether the row can be taken; when not, its complaints say why."""
        before, cells = row.complaints.left_out, row.cells
        if kind not in WITHOUT_ID and len(row.required("id")) > LONGEST_ID:
            row.complain("id", f"the id has more than {LONGEST_ID} characters.", "Give the row a shorter one.")
        for column in OBJECTS[kind].needs:
            if not cells.get(column):
                row.required(column)
        for column, fits, remedy in _ADDRESSES[kind]:
            if (said := cells.get(column)) and not fits(said if said.__class__ is str else row.text(column)):
                note = replace(row, effect=NOTE)  # nobody is led astray: it is kept, and not shown
                note.complain(column, f"«{row.text(column)[:80]}» is no such address: readers are not told it.", remedy)
        if (check := _CHECKS.get(kind)) is not None:
            check(self, row)
        return row.complaints.left_out == before

    def place_known(self, row: Row, column: str) -> None:
        """Complains of a place that the programme does not have; the row is taken all the same."""
        if len(self.places) and row.text(column):
            row.softly.known(column, self.places.codes, "place", optional=True)


def _organization(judge: Judge, row: Row) -> None:
    if "x_sample" in row.cells:
        row.softly.yes("x_sample")
    row.yes("x_confidential")


def _service(judge: Judge, row: Row) -> None:
    if row.text("status"):
        status = row.text("status").lower().replace("_", " ")
        if status not in STATUSES:
            row.one_of("status", STATUSES, "active")
    row.one_of("x_services_gender", GENDERS, "any")
    if row.text("minimum_age") or row.text("maximum_age"):
        _ages(row.softly)
    if "assured_date" in row.cells:
        row.softly.day("assured_date")
    row.yes("x_restricted")
    row.yes("x_confidential")


def _ages(row: Row) -> None:
    youngest, oldest = row.number_in("minimum_age", 0, 150), row.number_in("maximum_age", 0, 150)
    if youngest is not None and oldest is not None and oldest < youngest:
        row.complain("maximum_age", f"{oldest:g} is below {youngest:g}.", "The oldest is above the youngest.")


def _location(judge: Judge, row: Row) -> None:
    kind = row.text("location_type").lower()
    if kind and kind not in LOCATION_TYPES:
        row.one_of("location_type", LOCATION_TYPES, "physical")
    for column in ("x_confidential", "x_accepting"):
        row.yes(column)
    if "x_assured_date" in row.cells:
        row.softly.day("x_assured_date")
    judge.place_known(row, "x_place_code")
    latitude, longitude = row.number_in("latitude", -90, 90), row.number_in("longitude", -180, 180)
    if (latitude is None) != (longitude is None):
        told = row.text("latitude") and row.text("longitude")
        if not told:
            row.softly.complain("latitude", "a point has both latitude and longitude.", "Fill in both, or neither.")
        elif latitude is None:
            _hint_swapped(judge, row)
    elif latitude is not None and longitude is not None:
        if latitude == longitude == 0:
            row.softly.complain("latitude", "0, 0 lies in the ocean.", "Leave both blank where nobody knows the point.")
        elif judge.nearby.swapped(Point(latitude, longitude)):
            cause = (
                f"{latitude:g}, {longitude:g} is far from every place of the programme; the other way round it is near."
            )
            row.softly.complain("latitude", cause, "Latitude and longitude look swapped: put them right.")


def _hint_swapped(judge: Judge, row: Row) -> None:
    """A latitude that cannot be, where longitude could be one: Kuwait's 47 and 29 do not show it, 100 and 20 do."""
    try:
        latitude, longitude = read_decimal(row.text("latitude")), read_decimal(row.text("longitude"))
    except ValueError:
        return
    if abs(longitude) <= 90 and abs(latitude) <= 180:
        row.softly.complain("longitude", "the other way round this would be a point.", "Are the two swapped?")


def _schedule(judge: Judge, row: Row) -> None:
    read_hours(row, judge.time_zone)
    row.one_of("x_for", {"everyone", "women"}, "everyone")


def _phone(judge: Judge, row: Row) -> None:
    number = row.text("number")
    if number and not any(each.isdecimal() for each in number):
        row.complain("number", f"«{number[:40]}» has no digit.", "Write the number; words belong in description.")


def _cost_option(judge: Judge, row: Row) -> None:
    if "amount" in row.cells:
        row.softly.number_in("amount", 0, 1e12)


def _capacity(judge: Judge, row: Row) -> None:
    maximum, available = row.count("maximum"), row.count("available")
    if maximum is not None and available is not None and available > maximum:
        cause = f"{available} are free of {maximum}: it was read as all of them."  # no fewer are, by either number
        row.softly.complain("available", cause, "At most the maximum can be free.")
    row.yes("x_waitlist")
    row.softly.day("updated")


def _service_area(judge: Judge, row: Row) -> None:
    judge.place_known(row, "x_place_code")


def _eligibility_rule(judge: Judge, row: Row) -> None:
    row.one_of("op", OPERATORS, "eq")
    row.one_of("on_unknown", {"keep", "exclude"}, "keep")
    if len(row.text("value")) > 200:
        row.complain("value", "it has more than 200 characters.", "Use two rules, or fewer codes.")


def _crossing(judge: Judge, row: Row) -> None:
    row.number_in("lat", -90, 90)
    row.number_in("lon", -180, 180)
    row.one_of("kind", {"bridge", "ferry"}, "bridge")
    for column in ("opens", "closes"):
        row.clock(column)
    for column in ("active_from", "active_to"):
        row.day(column)
    for column in ("wait_min", "vehicle_changes"):
        row.count(column)


def _travel_time(judge: Judge, row: Row) -> None:
    row.required("location_id")
    row.known("place_code", judge.places.codes, "place")
    minutes = row.count("minutes")
    if minutes is None:
        row.required("minutes")
    elif not 0 < minutes <= LONGEST_WAY_MINUTES:
        row.complain("minutes", f"{minutes} is out of range.", f"It lies between 1 and {LONGEST_WAY_MINUTES}.")


def _language(judge: Judge, row: Row) -> None:
    if not row.text("code", "name", "language"):
        row.complain("code", "the row names no language.", "Write its code: ar, en.")


def _attribute(judge: Judge, row: Row) -> None:
    row.required("link_id")
    if not row.text("taxonomy_term_id", "value", "label"):
        row.complain("taxonomy_term_id", "the attribute says nothing.", "Name a taxonomy term, or give a value.")


_ADDRESS_COLUMNS: tuple[tuple[str, Callable[[str], object], str], ...] = (
    *((name, WEB_ADDRESS.fullmatch, "Write it whole: https://…") for name in ("url", "website", "logo")),
    *((name, MAIL_ADDRESS.fullmatch, "Write one: name@example.org.") for name in ("email", "assurer_email")),
)
_ADDRESSES = {
    kind: tuple(each for each in _ADDRESS_COLUMNS if each[0] in columns.columns) for kind, columns in OBJECTS.items()
}
_CHECKS: Mapping[str, Callable[[Judge, Row], None]] = {
    "organization": _organization,
    "service": _service,
    "location": _location,
    "schedule": _schedule,
    "phone": _phone,
    "cost_option": _cost_option,
    "service_capacity": _capacity,
    "service_area": _service_area,
    "eligibility_rule": _eligibility_rule,
    "crossing": _crossing,
    "travel_time": _travel_time,
    "language": _language,
    "attribute": _attribute,
}
