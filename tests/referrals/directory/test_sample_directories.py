"""The sample directories load without an error, cover both programmes, and cannot be taken for real services."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from referrals.directory.hours.calendar_days import Calendar, read_calendar
from referrals.directory.hours.opening_hours import WeeklyHours, next_openings, weekly_hours
from referrals.directory.places.places import Places, read_places
from referrals.directory.records import (
    Crossing,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from referrals.directory.values import SERVICE_TERMS
from referrals.store.opening import load_programmes
from tests.stores import Databases

PROGRAMMES = Path(__file__).parents[3] / "programmes"
ZONES = {"kuwait": "Asia/Kuwait", "qena": "Africa/Cairo"}


@pytest.fixture(scope="module", params=sorted(ZONES))
def programme(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def folder(programme: str) -> Path:
    return PROGRAMMES / programme / "directory"


@pytest.fixture(scope="module")
def places(programme: str) -> Places:
    return read_places((PROGRAMMES / programme / "places.csv").read_bytes())


@dataclass(frozen=True)
class Sample:
    """What a programme's directory became, by record."""

    organizations: Sequence[Organization]
    services: Sequence[Service]
    locations: Sequence[Location]
    given: Sequence[ServiceAtLocation]
    schedules: Sequence[Schedule]
    areas: Sequence[ServiceArea]
    crossings: Sequence[Crossing]

    def service(self, id: int) -> Service:
        return next(each for each in self.services if each.id == id)


@pytest.fixture(scope="module")
def directory(programme: str, databases: Databases) -> Iterator[Sample]:
    with databases.store("sqlite") as store:
        load_programmes(store, [PROGRAMMES / programme], datetime(2026, 11, 1, tzinfo=UTC))
        with store.reading() as uow:
            mine = {"programme_id": programme}
            locations = uow.session.scalars(select(Location).filter_by(**mine)).all()
            ids = [each.id for each in locations]
            found = Sample(
                uow.session.scalars(select(Organization).filter_by(**mine)).all(),
                uow.session.scalars(select(Service).filter_by(**mine)).all(),
                locations,
                uow.session.scalars(select(ServiceAtLocation).where(ServiceAtLocation.location_id.in_(ids))).all(),
                uow.session.scalars(select(Schedule).where(Schedule.location_id.in_(ids))).all(),
                uow.session.scalars(select(ServiceArea).where(ServiceArea.location_id.in_(ids))).all(),
                uow.session.scalars(select(Crossing).filter_by(**mine)).all(),
            )
            uow.session.expunge_all()
        yield found


@pytest.fixture(scope="module")
def calendar(folder: Path, directory: Sample) -> Calendar:
    return read_calendar(
        (folder / "calendar.csv").read_bytes(), locations={each.external_id for each in directory.locations}
    )


def hours_in(row: Schedule) -> WeeklyHours:
    return weekly_hours(row.byday, row.opens_at, row.closes_at, row.valid_from, row.valid_to)


def test_at_least_thirty_service_locations(directory: Sample) -> None:
    serving = {given.location_id for given in directory.given}
    assert len(serving) >= 30


def test_at_least_six_partner_ngos_beside_the_centres(directory: Sample) -> None:
    kinds = [organization.kind for organization in directory.organizations]
    assert kinds.count("centre") == 1
    assert kinds.count("ngo") >= 6


def test_every_service_term_is_offered_in_more_than_one_place(directory: Sample) -> None:
    offered = [directory.service(given.service_id).service_term for given in directory.given]
    assert {term for term in SERVICE_TERMS if offered.count(term) >= 2} == SERVICE_TERMS


def test_every_markaz_or_governorate_has_a_centre_that_takes_its_families_in(directory: Sample, places: Places) -> None:
    level = "markaz" if any(place.level == "markaz" for place in places) else "governorate"
    intake = [
        given for given in directory.given if directory.service(given.service_id).service_term == "general-intake"
    ]
    areas: dict[int, list[str]] = {given.location_id: [] for given in directory.given}
    for area in directory.areas:
        areas[area.location_id].append(area.place_code)
    for place in (place for place in places if place.level == level):
        assert any(places.lies_in(place.code, areas[given.location_id]) for given in intake), place.code


def test_everything_is_plainly_marked_as_a_sample(directory: Sample, folder: Path) -> None:
    names = [(each.name, each.name_en) for each in directory.organizations]
    names += [(each.name, each.name_en) for each in directory.services]
    names += [(each.name, each.name_en) for each in directory.locations]
    assert all("(عيّنة)" in name and "(sample)" in name_en for name, name_en in names)
    assert all(each.sample for each in directory.organizations)
    assert all(each.sample for each in directory.locations)
    assert "عيّنة" in (folder / "README.md").read_text(encoding="utf-8")


def test_no_phone_number_can_be_called(directory: Sample) -> None:
    for location in directory.locations:
        assert not location.phone or re.fullmatch(r"\+(965 0000|20 00 0000) 00\d\d", location.phone)


def test_addresses_name_a_place_and_never_a_street(directory: Sample, places: Places) -> None:
    names = {place.name_ar for place in places} | {"محافظة قنا", "مدينة قنا"}
    for location in directory.locations:
        assert set(location.address.split("، ")) - {""} <= names


def test_a_confidential_place_shows_neither_point_nor_address_nor_phone(directory: Sample) -> None:
    (hidden,) = (location for location in directory.locations if location.confidential)
    assert (hidden.lat, hidden.address, hidden.phone) == (None, "", "")
    assert all(
        directory.service(given.service_id).restricted for given in directory.given if given.location_id == hidden.id
    )


def test_every_open_location_has_a_point_and_hours_in_every_season(
    programme: str, directory: Sample, calendar: Calendar
) -> None:
    zone = ZoneInfo(ZONES[programme])
    for location in directory.locations:
        assert location.confidential or location.lat
        hours = [hours_in(row) for row in directory.schedules if row.location_id == location.id]
        for month, day in ((1, 10), (2, 14), (7, 11)):  # winter, Ramadan, summer
            week = datetime(2027, month, day, tzinfo=zone), datetime(2027, month, day + 7, tzinfo=zone)
            assert next_openings(hours, *week, zone, calendar.holidays(location.external_id)), location.external_id


def test_some_are_full_and_some_are_free_so_that_matching_has_to_choose(directory: Sample) -> None:
    free = [(each.capacity or 0) - each.taken_elsewhere for each in directory.given]
    assert 0 in free and any(each and each > 5 for each in free)


def test_kuwait_and_qena_have_a_womens_day(directory: Sample) -> None:
    assert any(schedule.for_whom == "women" for schedule in directory.schedules)


def test_the_calendar_marks_what_hangs_on_the_moon_as_estimated(calendar: Calendar) -> None:
    assert min(each.day for each in calendar.days) >= date(2026, 11, 1)
    assert max(each.day for each in calendar.days) <= date(2027, 12, 31)
    for each in calendar.days:
        assert each.estimated == ("تقديري" in each.name_ar)
        assert each.source
    assert calendar.in_ramadan(date(2027, 2, 20))
    assert date(2027, 3, 9) in calendar.holidays()


def test_ramadan_hours_and_the_calendar_agree(directory: Sample, calendar: Calendar) -> None:
    days = [each.day for each in calendar.days if each.kind == "ramadan"]
    seasons = {(row.valid_from, row.valid_to) for row in directory.schedules if row.valid_from}
    assert seasons == {(min(days), max(days))}


def test_the_package_lists_the_tables_that_are_there(folder: Path) -> None:
    listed = {each["path"] for each in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]}
    assert listed == {file.name for file in folder.glob("*.csv")} - {"calendar.csv"}


def test_the_bridge_of_qus_stands_since_november_2020_and_the_ferry_rests_at_night(
    programme: str, directory: Sample
) -> None:
    crossings = {crossing.external_id: crossing for crossing in directory.crossings}
    if programme == "kuwait":
        assert crossings == {}
        return
    bridge, ferry = crossings["bridge-qus-naqada"], crossings["ferry-qus-naqada"]
    assert bridge.active_from == date(2020, 11, 1) and not bridge.opens
    assert (ferry.opens, ferry.closes, ferry.wait_minutes) == ("06:00", "17:00", 20)
