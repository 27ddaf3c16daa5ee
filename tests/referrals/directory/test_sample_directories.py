"""The sample directories load without an error, cover both programmes, and cannot be taken for real services."""

from __future__ import annotations

import json
import re
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from referrals.directory.calendar_days import Calendar, read_calendar
from referrals.directory.hsds import open_package, read_directory
from referrals.directory.opening_hours import next_openings
from referrals.directory.places import Places, read_places
from referrals.directory.values import SERVICE_TERMS, Directory

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


@pytest.fixture(scope="module")
def directory(programme: str, folder: Path, places: Places) -> Directory:
    return read_directory(
        open_package(folder),
        time_zone=ZONES[programme],
        places={place.code for place in places},
        service_terms=SERVICE_TERMS,
    )


@pytest.fixture(scope="module")
def calendar(folder: Path, directory: Directory) -> Calendar:
    return read_calendar((folder / "calendar.csv").read_bytes(), locations={each.id for each in directory.locations})


def test_at_least_thirty_service_locations(directory: Directory) -> None:
    serving = {given.location_id for given in directory.services_at_locations}
    assert len(serving) >= 30


def test_at_least_six_partner_ngos_beside_the_centres(directory: Directory) -> None:
    kinds = [organization.kind for organization in directory.organizations]
    assert kinds.count("centre") == 1
    assert kinds.count("ngo") >= 6


def test_every_service_term_is_offered_in_more_than_one_place(directory: Directory) -> None:
    offered = [directory.service(given.service_id).term for given in directory.services_at_locations]
    assert {term for term in SERVICE_TERMS if offered.count(term) >= 2} == SERVICE_TERMS


def test_every_markaz_or_governorate_has_a_centre_that_takes_its_families_in(
    directory: Directory, places: Places
) -> None:
    level = "markaz" if any(place.level == "markaz" for place in places) else "governorate"
    intake = [
        given
        for given in directory.services_at_locations
        if directory.service(given.service_id).term == "general-intake"
    ]
    for place in (place for place in places if place.level == level):
        assert any(places.lies_in(place.code, directory.areas_of(given)) for given in intake), place.code


def test_everything_is_plainly_marked_as_a_sample(directory: Directory, folder: Path) -> None:
    names = [(each.name, each.name_en) for each in directory.organizations]
    names += [(each.name, each.name_en) for each in directory.services]
    names += [(each.name, each.name_en) for each in directory.locations]
    assert all("(عيّنة)" in name and "(sample)" in name_en for name, name_en in names)
    assert all(each.sample for each in directory.organizations)
    assert all(each.sample for each in directory.locations)
    assert "عيّنة" in (folder / "README.md").read_text(encoding="utf-8")


def test_no_phone_number_can_be_called(directory: Directory) -> None:
    for location in directory.locations:
        assert not location.phone or re.fullmatch(r"\+(965 0000|20 00 0000) 00\d\d", location.phone)


def test_addresses_name_a_place_and_never_a_street(directory: Directory, places: Places) -> None:
    names = {place.name_ar for place in places} | {"محافظة قنا", "مدينة قنا"}
    for location in directory.locations:
        assert set(location.address.split("، ")) - {""} <= names


def test_a_confidential_place_shows_neither_point_nor_address_nor_phone(directory: Directory) -> None:
    (hidden,) = (location for location in directory.locations if location.confidential)
    assert (hidden.latitude, hidden.address, hidden.phone) == (None, "", "")
    assert all(directory.service(given.service_id).restricted for given in directory.at_location(hidden.id))


def test_every_open_location_has_a_point_and_hours_in_every_season(
    programme: str, directory: Directory, calendar: Calendar
) -> None:
    zone = ZoneInfo(ZONES[programme])
    for location in directory.locations:
        assert location.confidential or location.latitude
        hours = [schedule.hours for schedule in directory.location_schedules(location.id)]
        for month, day in ((1, 10), (2, 14), (7, 11)):  # winter, Ramadan, summer
            week = datetime(2027, month, day, tzinfo=zone), datetime(2027, month, day + 7, tzinfo=zone)
            assert next_openings(hours, *week, zone, calendar.holidays(location.id)), location.id


def test_some_are_full_and_some_are_free_so_that_matching_has_to_choose(directory: Directory) -> None:
    free = [capacity.available for capacity in directory.capacities]
    assert 0 in free and any(each and each > 5 for each in free)


def test_kuwait_and_qena_have_a_womens_day(directory: Directory) -> None:
    assert any(schedule.for_whom == "women" for schedule in directory.schedules)


def test_the_calendar_marks_what_hangs_on_the_moon_as_estimated(calendar: Calendar) -> None:
    assert min(each.day for each in calendar.days) >= date(2026, 11, 1)
    assert max(each.day for each in calendar.days) <= date(2027, 12, 31)
    for each in calendar.days:
        assert each.estimated == ("تقديري" in each.name_ar)
        assert each.source
    assert calendar.in_ramadan(date(2027, 2, 20))
    assert date(2027, 3, 9) in calendar.holidays()


def test_ramadan_hours_and_the_calendar_agree(directory: Directory, calendar: Calendar) -> None:
    days = [each.day for each in calendar.days if each.kind == "ramadan"]
    seasons = {(s.hours.valid_from, s.hours.valid_to) for s in directory.schedules if s.hours.seasonal}
    assert seasons == {(min(days), max(days))}


def test_the_package_lists_the_tables_that_are_there(folder: Path) -> None:
    listed = {each["path"] for each in json.loads((folder / "datapackage.json").read_text("utf-8"))["resources"]}
    assert listed == {file.name for file in folder.glob("*.csv")} - {"calendar.csv"}


def test_the_bridge_of_qus_stands_since_november_2020_and_the_ferry_rests_at_night() -> None:
    directory = read_directory(open_package(PROGRAMMES / "qena" / "directory"), time_zone="Africa/Cairo")
    crossings = {crossing.id: crossing for crossing in directory.crossings}
    bridge, ferry = crossings["bridge-qus-naqada"], crossings["ferry-qus-naqada"]
    evening_before = datetime(2020, 10, 1, 19, 0)  # noqa: DTZ001 - local wall time
    evening_now = datetime(2026, 11, 22, 19, 0)  # noqa: DTZ001 - local wall time
    assert not bridge.runs_at(evening_before) and not ferry.runs_at(evening_before)
    assert bridge.runs_at(evening_now) and not ferry.runs_at(evening_now)
