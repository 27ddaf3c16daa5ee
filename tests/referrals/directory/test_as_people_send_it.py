"""Packages as people and their programs write them: encodings, marks, blanks, ids, numbers and hours of every kind."""

from __future__ import annotations

import json

import pytest

from referrals.directory.hsds.package import parts_of
from referrals.directory.records import Location, Organization, Schedule, Service, ServiceAtLocation
from referrals.directory.tables.cells import read_clock, read_day, read_decimal
from referrals.directory.tables.files import read_table
from referrals.directory.tables.rows import Complaints
from tests.referrals.directory.importing import PLAIN, Importing


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "cp1256"])
def test_arabic_is_read_in_whatever_it_is_written(importing_once: Importing, encoding: str) -> None:
    report = importing_once.take({name: text.encode(encoding) for name, text in PLAIN.items()})
    assert importing_once.rows(Location)["l1"].name == "المقر (عيّنة)" and not report.left_out


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Data/HSDS/SERVICES.CSV", "service"),
        ("hsds_services (1).csv", "service"),
        ("services_2026-11-22.csv", "service"),
        ("Service-At-Location.csv", "service_at_location"),
        ("top\\organization.json", "organization"),
    ],
)
def test_files_are_known_by_their_names_however_they_are_written(name: str, kind: str) -> None:
    assert [part.kind for part in parts_of({name: b""})] == [kind]


def test_of_two_columns_of_one_name_the_first_filled_cell_is_read_and_it_is_told() -> None:
    complaints = Complaints()
    table = "id,name,note,name\n1,first,x,second\n2,,,second\n3,first\n ,NULL,,\n,,,\n4,a,b,c,d\n"
    cells = [dict(row.cells) for row in read_table("t.csv", table, complaints)]
    assert cells == [
        {"id": "1", "name": "first", "note": "x"},
        {"id": "2", "name": "second"},
        {"id": "3", "name": "first"},
        {},
    ]
    assert [(each.row, each.column) for each in complaints.found] == [(1, "name"), (7, "")]


def test_what_stands_for_nothing_is_nothing_and_marks_that_nobody_sees_go(importing_once: Importing) -> None:
    files = {
        "organizations.csv": "ID,id,Name,website\n1,\u200fo1,\u202bجمعية 🧺 (عيّنة)\u202c,\\N\n2,o2,ب,NULL\n",
        "services.csv": "Id, Organization ID ,Name,x_restricted\ns1,o1,طعام,NaN\n",
    }
    assert not importing_once.take(files).complaints
    assert importing_once.rows(Organization)["o1"].name == "جمعية 🧺 (عيّنة)"
    assert not importing_once.rows(Service)["s1"].restricted


def test_a_uuid_is_the_same_in_capitals(importing_once: Importing) -> None:
    own = "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"
    files = {
        "organizations.csv": f"id,name\n{own.upper()},أ\n",
        "services.csv": f"id,organization_id,name\ns1,{own},x\n",
        "locations.csv": f"id,organization_id,name\nl1,{own.title()},x\n",
        "service_at_location.csv": "id,service_id,location_id\n,s1,l1\n",
    }
    report = importing_once.take(files)
    assert [(each.row, each.column, each.effect) for each in report.complaints] == [(2, "id", "taken with less")]
    assert list(importing_once.rows(Organization)) == [own] and len(importing_once.rows(ServiceAtLocation)) == 1


@pytest.mark.parametrize(
    ("shape", "taken"),
    [
        ({"data": {"services": [{"id": 1, "name": "x", "organization": {"id": 2, "name": "o"}}]}}, {"1"}),
        ({"name": "o", "services": [{"id": "s1", "name": "x"}], "id": "o1"}, {"s1"}),
        (
            [{"id": "s1", "name": "x", "organization": {"id": "o1", "name": "o"}, "phones": [], "schedules": None}],
            {"s1"},
        ),
        ({"id": "o1", "name": "o", "locations": [{"id": "l1", "services": [{"id": "s1", "name": "x"}]}]}, {"s1"}),
    ],
)
def test_json_that_wraps_otherwise_is_read(importing_once: Importing, shape: object, taken: set[str]) -> None:
    report = importing_once.take({"x.json": json.dumps(shape)})
    assert set(importing_once.rows(Service)) == taken and not report.left_out


@pytest.mark.parametrize("text", ['{"id":"o1","a":' + "[" * 4000 + "]" * 4000 + "}", "{oops", "42", "<html>", '["a"]'])
def test_what_is_no_directory_is_told_in_a_sentence(importing_once: Importing, text: str) -> None:
    report = importing_once.take({"services.json": text})
    assert report.complaints and not report.in_force and report.empty


def test_tables_of_json_are_known_by_their_names(importing_once: Importing) -> None:
    plain = {
        **PLAIN,
        "contacts.json": json.dumps({"contacts": [{"id": "c1", "service_id": "s1", "location_id": "l1"}]}),
    }
    assert importing_once.take(plain).taken["contact"] == 1


def test_numbers_days_and_hours_of_cells() -> None:
    assert [read_decimal(cell) for cell in ("25.91", "25,91", "٢٥٫٩١", "-3")] == [25.91, 25.91, 25.91, -3]
    assert [str(read_day(cell)) for cell in ("2027-02-08T10:00", "2027/02/08", "٢٠٢٧-٠٢-٠٨")] == ["2027-02-08"] * 3
    told = ("9a", "0900", "1899-12-30T09:00:00", "٩ ص", "09:00+02:00")
    assert {read_clock(cell).hour for cell in told} == {9} and read_clock("24:00").hour == 0
    for cell in ("25_9", "a", "1,2,3"):
        with pytest.raises(ValueError):
            read_decimal(cell)
    for cell in ("0.375", "25:00", "6:300pm"):
        with pytest.raises(ValueError):
            read_clock(cell)


def test_hours_over_midnight_and_by_the_first_monday_are_kept(importing_once: Importing) -> None:
    header = "id,location_id,freq,byday,opens_at,closes_at,timezone\n"
    rows = 'h1,l1,WEEKLY,SU,20:00,02:00,\nh2,l1,MONTHLY,"1MO,-1FR",9 am,5:30 PM,+02:00\nh3,l1,WEEKLY,SU,09:00,24:00,\n'
    importing_once.take_changed(schedule=header + rows)
    found = importing_once.rows(Schedule)
    assert (found["h1"].opens_at, found["h1"].closes_at, found["h3"].closes_at) == ("20:00", "02:00", "00:00")
    assert (found["h2"].byday, found["h2"].closes_at, found["h2"].zone) == ("1MO,-1FR", "17:30", "Africa/Cairo")
