"""A directory in the tables of HSDS is read whole and checked, and its author is told what is wrong and where."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time
from pathlib import Path

import pytest

from referrals.directory.hsds import DirectoryError, open_package, read_directory
from referrals.directory.values import Crossing, Directory

PLAIN = {
    "organization.csv": "id,name,description\no1,جمعية (عيّنة),\n",
    "service.csv": "id,organization_id,name,status\ns1,o1,طعام,active\n",
    "location.csv": "id,organization_id,location_type,name,latitude,longitude\nl1,o1,physical,المقر,25.9,32.7\n",
    "service_at_location.csv": "id,service_id,location_id\ng1,s1,l1\n",
    "schedule.csv": "id,location_id,freq,byday,opens_at,closes_at,timezone\n"
    'h1,l1,WEEKLY,"SU,MO",9:00,14:00+02:00,+02:00\n',
}


def read(**changed: str) -> Directory:
    """A small package, with some of its files replaced."""
    files = PLAIN | {f"{name}.csv": content for name, content in changed.items()}
    return read_directory(files, time_zone="Africa/Cairo", places={"EG-KN", "EG-KN-qus"})


def problem_of(**changed: str) -> str:
    with pytest.raises(DirectoryError) as error:
        read(**changed)
    return str(error.value)


def test_plain_hsds_without_our_columns_is_taken() -> None:
    directory = read()
    (given,) = directory.at_location("l1")
    (schedule,) = directory.schedules_of(given)
    assert (schedule.hours.opens, schedule.hours.closes) == (time(9), time(14))
    assert schedule.zone == "Africa/Cairo"  # a fixed offset would be wrong half the year
    assert directory.service(given.service_id).term == ""
    assert directory.areas_of(given) == frozenset()
    assert directory.capacity_of(given) is None


def test_the_term_of_a_service_may_come_from_the_taxonomy() -> None:
    directory = read(
        taxonomy_term="id,code,name\nt1,food,Food\n",
        attribute="id,link_id,link_entity,taxonomy_term_id\na1,s1,service,t1\n",
    )
    assert directory.service("s1").term == "food"


def test_unknown_columns_and_blank_rows_are_left_alone() -> None:
    directory = read(organization="id,name,colour\no1,جمعية,blue\n,,\n")
    assert [each.name for each in directory.organizations] == ["جمعية"]


def test_a_file_saved_by_a_spreadsheet_is_read() -> None:
    saved = "\ufeffid;name;description\no1;جمعية;قريبة، ومفتوحة\n".encode()
    directory = read_directory(PLAIN | {"organization.csv": saved}, time_zone="Africa/Cairo")
    assert directory.organization("o1").description == "قريبة، ومفتوحة"


def test_a_file_that_is_not_utf_8_says_how_to_save_it() -> None:
    with pytest.raises(DirectoryError, match="CSV UTF-8"):
        read_directory({"organizations.csv": "id,name\no1,جمعية\n".encode("cp1256")}, time_zone="Africa/Cairo")


def test_hours_of_one_service_go_before_those_of_the_place() -> None:
    table = (
        PLAIN["schedule.csv"]
        .replace("id,location_id", "id,service_at_location_id,location_id")
        .replace("h1,l1", "h1,,l1")
    )
    directory = read(schedule=table + "h2,g1,,WEEKLY,TU,10:00,11:00,Africa/Cairo\n")
    (given,) = directory.at_location("l1")
    assert [each.id for each in directory.schedules_of(given)] == ["h2"]
    assert [each.id for each in directory.location_schedules("l1")] == ["h1"]


def test_hours_of_a_service_hold_wherever_it_is_given() -> None:
    directory = read(schedule="id,service_id,byday,opens_at,closes_at\nh1,s1,SU,09:00,10:00\n")
    (given,) = directory.at_location("l1")
    assert [each.location_id for each in directory.schedules_of(given)] == ["l1"]


def test_hours_without_any_zone_are_refused() -> None:
    with pytest.raises(DirectoryError, match="column timezone"):
        read_directory(PLAIN)


def test_catchments_and_capacity_are_found_for_what_a_referral_goes_to() -> None:
    directory = read(
        service_areas="id,x_location_id,x_place_code\na1,l1,EG-KN-qus\n",
        service_capacity="id,service_id,x_service_at_location_id,maximum,available\nc1,s1,g1,10,4\n",
        eligibility_rules="id,service_id,field,op,value,on_unknown\nr1,s1,household_size,ge,3,keep\n",
    )
    (given,) = directory.at_location("l1")
    capacity = directory.capacity_of(given)
    assert directory.areas_of(given) == {"EG-KN-qus"}
    assert capacity and (capacity.maximum, capacity.load) == (10, 6)
    assert [(rule.field, rule.op, rule.value) for rule in directory.rules_of("s1")] == [("household_size", "ge", "3")]


@pytest.mark.parametrize(
    ("file", "content", "said"),
    [
        ("service", "id,organization_id,name\ns1,o2,طعام\n", "service.csv, row 2, column organization_id: there is no"),
        ("service", "id,organization_id,name\ns1,o1,\n", "row 2, column name: the cell is blank."),
        ("service", "id,organization_id,name,status\ns1,o1,طعام,open\n", "«open» is not a value it can have. Use one"),
        ("location", "id,name,latitude\nl1,المقر,شمال\n", "column latitude: «شمال» is not a number."),
        ("location", "id,name,latitude\nl1,المقر,132\n", "column latitude: 132 is out of range."),
        ("location", "id,name,x_place_code\nl1,المقر,EG-KN-quss\n", "Did you mean «EG-KN-qus»?"),
        ("location", "id,name\nl1,المقر\nl1,الفرع\n", "row 3, column id: the id «l1» stands in an earlier row too."),
        ("service_at_location", "id,service_id,location_id\ng1,s1,l9\n", "there is no location «l9»."),
        ("schedule", "id,location_id,byday,opens_at,closes_at\nh,l1,SU,25:00,26:00\n", "«25:00» is not a time of day."),
        ("schedule", "id,location_id,byday,opens_at,closes_at\nh,l1,SO,09:00,10:00\n", "«SO» is not a weekday."),
        (
            "schedule",
            "id,location_id,byday,opens_at,closes_at\nh,l1,SU,09:00,\n",
            "column closes_at: the cell is blank.",
        ),
        ("schedule", "id,location_id,byday,opens_at,closes_at,freq\nh,l1,SU,09:00,10:00,DAILY\n", "Only every week"),
        ("schedule", "id,byday,opens_at,closes_at\nh,SU,09:00,10:00\n", "the schedule belongs to nothing."),
        (
            "schedule",
            "id,location_id,byday,opens_at,closes_at,timezone\nh,l1,SU,09:00,10:00,Africa/Qena\n",
            "there is no time zone «Africa/Qena».",
        ),
        (
            "schedule",
            "id,location_id,byday,opens_at,closes_at,valid_from,valid_to\nh,l1,SU,09:00,10:00,2027-03-08,2027-02-08\n",
            "A season ends after it begins.",
        ),
        ("service_capacity", "id,service_id,maximum,available\nc,s1,5,9\n", "At most the maximum can be free."),
        ("service_areas", "id,x_location_id,x_place_code\na,l1,EG-KN-qift\n", "there is no place «EG-KN-qift»."),
        (
            "eligibility_rules",
            "id,service_id,field,op,value\nr,s1,size,above,3\n",
            "«above» is not a value it can have.",
        ),
        ("crossings", "id,kind,lat,lon\nx,ferry,,32.7\n", "crossings.csv, row 2, column lat: the cell is blank."),
        ("phones", "id,number\np1,1,2,3\n", "Quote cells with commas."),
    ],
)
def test_the_author_is_told_file_row_column_cause_and_remedy(file: str, content: str, said: str) -> None:
    assert said in problem_of(**{file: content})


def test_all_problems_are_told_at_once() -> None:
    with pytest.raises(DirectoryError) as error:
        read(service="id,organization_id,name\ns1,o2,\n", crossings="id,kind,lat,lon\nx,tunnel,1,2\n")
    assert len(error.value.problems) == 3


def test_a_package_without_organizations_is_refused() -> None:
    with pytest.raises(DirectoryError, match=r"organizations\.csv: the file is missing"):
        read_directory({}, time_zone="Africa/Cairo")


def test_a_service_without_a_term_is_refused_when_terms_are_asked_for() -> None:
    with pytest.raises(DirectoryError, match="the service has no term"):
        read_directory(PLAIN, time_zone="Africa/Cairo", service_terms={"food"})


def test_a_package_is_opened_from_a_folder_or_a_zip(tmp_path: Path) -> None:
    for name, content in PLAIN.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as package:
        for name, content in PLAIN.items():
            package.writestr(f"data/{name}", content)
    zipped = tmp_path / "package.zip"
    zipped.write_bytes(archive.getvalue())
    assert open_package(tmp_path) == open_package(zipped)


def test_a_ferry_runs_only_in_its_hours_and_a_bridge_only_once_it_stands() -> None:
    ferry = Crossing("f", "ferry", "معدية", 25.9, 32.7, time(6), time(17))
    bridge = Crossing("b", "bridge", "جسر", 25.9, 32.7, active_from=date(2020, 11, 1))
    assert ferry.runs_at(datetime(2026, 11, 22, 16, 59))  # noqa: DTZ001 - local wall time
    assert not ferry.runs_at(datetime(2026, 11, 22, 17, 0))  # noqa: DTZ001 - local wall time
    assert bridge.runs_at(datetime(2026, 11, 22, 3, 0))  # noqa: DTZ001 - local wall time
    assert not bridge.runs_at(datetime(2020, 10, 31, 12, 0))  # noqa: DTZ001 - local wall time
