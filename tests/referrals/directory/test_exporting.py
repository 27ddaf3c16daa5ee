"""What was imported comes out again as HSDS: the same rows, the capacities of now, and nothing confidential."""

from __future__ import annotations

import csv
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from referrals.directory.exporting import export_json, export_tables
from referrals.directory.hsds.package import open_parts
from referrals.directory.importing.whole import import_package
from referrals.directory.records import Location, Service, ServiceAtLocation
from referrals.store.unit_of_work import UnitOfWork
from tests.referrals.directory.importing import PLAIN, Importing

ROOM = "id,service_id,x_service_at_location_id,unit_id,maximum,available\nc1,s1,g1,families,10,4\n"


def exported(importing: Importing, path: Path) -> dict[str, list[dict[str, str]]]:
    with importing.store.reading() as uow:
        export_tables(uow, importing.programme_id, path)
    with zipfile.ZipFile(path) as archive:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(io.StringIO(archive.read(name).decode())))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def test_every_row_and_column_comes_back_as_it_was_taken(importing: Importing, tmp_path: Path) -> None:
    importing.take()
    tables = exported(importing, tmp_path / "out.zip")
    assert tables["services"][0] == {
        "id": "s1",
        "organization_id": "o1",
        "name": "طعام (عيّنة)",
        "status": "active",
        "colour": "blue",
    }
    for name, text in PLAIN.items():
        given = [{column: cell for column, cell in row.items() if cell} for row in csv.DictReader(io.StringIO(text))]
        kind = {"address.csv": "addresses", "taxonomy_term.csv": "taxonomy_terms"}.get(name, name[:-4] + "s")
        found = tables.get(kind) or tables[name[:-4]]
        assert [{column: cell for column, cell in row.items() if cell} for row in found] == given


def test_what_was_exported_is_in_force_already(importing_once: Importing, tmp_path: Path) -> None:
    importing_once.take_changed(service_capacity=ROOM)
    exported(importing_once, tmp_path / "out.zip")
    with open_parts(tmp_path / "out.zip") as parts:
        report = import_package(importing_once.store, importing_once.programme_id, parts, importing_once.clock())
    assert (sum(report.changed.values()), report.gone, report.complaints) == (0, 0, ())


def test_the_package_describes_its_tables(importing_once: Importing, tmp_path: Path) -> None:
    importing_once.take()
    with importing_once.store.reading() as uow:
        export_tables(uow, importing_once.programme_id, tmp_path / "out")
    described = json.loads((tmp_path / "out" / "datapackage.json").read_text("utf-8"))
    assert {each["path"] for each in described["resources"]} == {file.name for file in (tmp_path / "out").glob("*.csv")}
    for each in described["resources"]:
        header = (tmp_path / "out" / each["path"]).read_text("utf-8").splitlines()[0].split(",")
        assert [field["name"] for field in each["schema"]["fields"]] == header


def test_the_capacity_is_that_of_now(importing_once: Importing, tmp_path: Path) -> None:
    importing_once.take_changed(service_capacity=ROOM)
    given = importing_once.rows(ServiceAtLocation)["g1"]

    def take_three(uow: UnitOfWork) -> None:
        uow.session.get_one(ServiceAtLocation, given.id).used = 3

    importing_once.store.transact(take_three)
    (row,) = exported(importing_once, tmp_path / "out.zip")["service_capacity"]
    assert (row["maximum"], row["available"]) == ("10", "1")


def test_nothing_confidential_leaves(importing_once: Importing, tmp_path: Path) -> None:
    hidden = PLAIN["location.csv"].replace("longitude\n", "longitude,x_confidential\n").replace("32.81", "32.81,yes")
    importing_once.take_changed(location=hidden)
    tables = exported(importing_once, tmp_path / "out.zip")
    assert [row["id"] for row in tables["locations"]] == ["l2"]
    assert "phones" not in tables and [row["id"] for row in tables["service_at_location"]] == ["g2"]
    with importing_once.store.reading() as uow:
        export_json(uow, importing_once.programme_id, tmp_path / "out.json")
    said = (tmp_path / "out.json").read_text("utf-8")
    assert "المقر" not in said and "25.91" not in said and "Office (sample)" in said


def test_json_makes_the_same_directory_on_a_machine_that_had_none(
    importing_once: Importing, importing: Importing, tmp_path: Path
) -> None:
    """It names objects as readers know them, the owner's own ids stand beside: both lead to the same object."""

    def told(by: Importing, name: str) -> dict[str, Any]:
        with by.store.reading() as uow:
            export_json(uow, by.programme_id, tmp_path / name)
        found: dict[str, Any] = json.loads((tmp_path / name).read_text("utf-8"))
        return found

    importing_once.take({name: text.replace("l1", '"l ""1"""') for name, text in PLAIN.items()})
    before = told(importing_once, "out.json")
    with open_parts(tmp_path / "out.json") as parts:
        report = import_package(importing.store, importing.programme_id, parts, importing.clock())
    assert not report.complaints and report.changed["location"] == report.changed["service_at_location"] == 2
    again = told(importing, "again.json")
    assert again["organizations"] == before["organizations"]
    assert [each["service_at_locations"] for each in again["services"]] == [
        each["service_at_locations"] for each in before["services"]
    ]


def test_hours_of_a_service_that_is_given_at_two_places_are_two_objects_and_none_is_lost(
    importing_once: Importing, importing: Importing, tmp_path: Path
) -> None:
    changed = {
        "service_at_location.csv": "id,service_id,location_id\ng1,s1,l1\ng2,s2,l2\ng3,s1,l2\n",
        "schedule.csv": "id,service_id,byday,opens_at,closes_at\nh1,s1,Sun-Thu,9am-2pm,\n",
    }

    def hours(by: Importing, name: str) -> list[tuple[str, str, str]]:
        with by.store.reading() as uow:
            export_json(uow, by.programme_id, tmp_path / name)
        services = json.loads((tmp_path / name).read_text("utf-8"))["services"]
        given = [each for service in services for each in service["service_at_locations"]]
        return [(each["id"], said["id"], said["x_id"]) for each in given for said in each.get("schedules", ())]

    importing_once.take({**PLAIN, **changed})
    before = hours(importing_once, "out.json")
    assert [x_id for _, _, x_id in before] == ["h1", "h1@g3"] and before[0][1] != before[1][1]
    with open_parts(tmp_path / "out.json") as parts:
        assert not import_package(importing.store, importing.programme_id, parts, importing.clock()).complaints
    assert hours(importing, "again.json") == before


@pytest.mark.parametrize("record", [Service, Location, ServiceAtLocation])
def test_json_comes_back_as_the_same_records(importing_once: Importing, tmp_path: Path, record: Any) -> None:
    importing_once.take()
    before = importing_once.rows(record)
    with importing_once.store.reading() as uow:
        export_json(uow, importing_once.programme_id, tmp_path / "out.json")
    with open_parts(tmp_path / "out.json") as parts:
        import_package(importing_once.store, importing_once.programme_id, parts, importing_once.clock())
    after = importing_once.rows(record)
    assert {key: (row.id, row.gone_at) for key, row in after.items()} == {
        key: (row.id, None) for key, row in before.items()
    }
