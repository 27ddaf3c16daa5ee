"""A directory is imported whole or in part, twice without a change, and nothing good in it is lost."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import func, select

from referrals.directory.importing import applying
from referrals.directory.importing.reading import Reading
from referrals.directory.importing.switching import Switch
from referrals.directory.importing.whole import Overtaken, stands_by_officer
from referrals.directory.records import (
    DirectoryImport,
    DirectoryRow,
    Location,
    Organization,
    Schedule,
    Service,
    ServiceArea,
    ServiceAtLocation,
)
from referrals.directory.tables.rows import DirectoryError
from referrals.store.unit_of_work import UnitOfWork
from tests.referrals.directory.importing import PLAIN, Importing


def said(report: Any) -> list[str]:
    return [str(problem) for problem in report.complaints]


def test_plain_hsds_is_taken_without_a_complaint(importing: Importing) -> None:
    report = importing.take()
    assert not report.complaints and report.in_force and not report.left_out
    assert report.taken["service"] == 2 and report.taken["cost_option"] == 1
    locations, hours = importing.rows(Location), importing.rows(Schedule)
    assert locations["l1"].place_code == "W-sarw"  # by its point
    assert locations["l2"].place_code == "W-nakhil"  # by the words of its address
    assert (locations["l2"].lat, locations["l1"].phone) == (26.3, "+20 00 0000 0001")
    assert (hours["h1"].byday, hours["h1"].zone, hours["h1"].closes_at) == ("SU,MO", "Africa/Cairo", "14:00")
    assert (hours["h2"].freq, hours["h2"].byday) == ("MONTHLY", "1SU")


def test_the_same_package_again_changes_nothing(importing: Importing) -> None:
    importing.take()
    before = importing.everything()
    importing.clock.forward(days=1)
    report = importing.take()
    assert (sum(report.changed.values()), report.gone, report.in_force) == (0, 0, True)
    assert importing.everything() == before
    with importing.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(DirectoryImport).filter_by(programme_id="waha")) == 1


def test_only_what_changed_is_written_and_ids_stay(importing: Importing) -> None:
    importing.take()
    before = {kind: importing.rows(kind) for kind in (Service, Location, ServiceAtLocation)}
    later = importing.clock.forward(days=1)
    importing.take_changed(
        service=PLAIN["service.csv"].replace("طعام", "غذاء"), phone="id,location_id,number\np1,l2,1\n"
    )
    services, locations = importing.rows(Service), importing.rows(Location)
    assert services["s1"].name == "غذاء (عيّنة)"
    assert [services[key].id for key in ("s1", "s2")] == [before[Service][key].id for key in ("s1", "s2")]
    assert (services["s1"].modified_at, services["s2"].modified_at) == (later, before[Service]["s2"].modified_at)
    assert (locations["l1"].phone, locations["l2"].phone) == ("", "1")
    assert importing.rows(ServiceAtLocation)["g1"].modified_at == before[ServiceAtLocation]["g1"].modified_at


def test_what_vanishes_stays_with_its_history_and_comes_back(importing: Importing) -> None:
    importing.take()
    at = importing.clock.forward(days=1)
    report = importing.take_changed(
        service=PLAIN["service.csv"].split("s2")[0], service_at_location="id,service_id,location_id\ng1,s1,l1\n"
    )
    assert report.gone == 2
    gone = importing.rows(Service)["s2"], importing.rows(ServiceAtLocation)["g2"]
    assert gone[0].status == "inactive" and [row.gone_at for row in gone] == [at, at]
    importing.clock.forward(days=1)
    importing.take()
    back = importing.rows(Service)["s2"], importing.rows(ServiceAtLocation)["g2"]
    assert (back[0].id, back[0].status, back[1].gone_at) == (gone[0].id, "active", None)


def test_a_table_that_the_package_does_not_have_says_nothing_of_what_stands(importing_once: Importing) -> None:
    importing_once.take()
    without = {name: text for name, text in PLAIN.items() if name != "service_at_location.csv"}
    assert importing_once.take(without).gone == 0


BAD = {
    "organization": "id,name\no1,جمعية\n,بلا رقم\no1,مكررة\n",
    "service": "id,organization_id,name,status\ns1,o1,طعام,active\ns3,o9,يتيمة,active\ns4,o1,حالة,open\n"
    ",o1,بلا,active\n",
    "location": "id,organization_id,name,latitude,longitude\nl1,o1,المقر,25.91,32.81\nl3,o1,بعيد,100,20\n"
    "l4,o1,نص,شمال,32\n",
    "service_at_location": "id,service_id,location_id\ng1,s1,l1\ng3,s9,l1\ng4,s1,l3\ng5,s1,l1\n",
    "schedule": "id,location_id,byday,opens_at,closes_at\nh1,l1,SU,09:00,14:00\nh3,l1,SU,25:00,26:00\n"
    "h4,l1,XX,09:00,10:00\nh5,l1,SU,09:00,\nh6,,SU,09:00,10:00\n",
    "phone": 'id,location_id,number\np1,l1,1\np2,l1,\np3,l8,3\np4,l1,4,5\np5,l1,"5\np6,l1,6\n',
}


def test_every_bad_row_is_told_with_file_row_column_cause_and_remedy_and_no_good_row_is_lost(
    importing: Importing,
) -> None:
    report = importing.take({f"{name}.csv": text for name, text in BAD.items()})
    told = {(each.file.removesuffix(".csv"), each.row, each.column) for each in report.complaints}
    assert told >= {
        ("organization", 3, "id"),
        ("organization", 4, "id"),
        ("service", 3, "organization_id"),
        ("service", 4, "status"),
        ("service", 5, "id"),
        ("location", 3, "latitude"),
        ("location", 4, "latitude"),
        ("service_at_location", 3, "service_id"),
        ("service_at_location", 4, "location_id"),
        ("service_at_location", 5, "id"),
        ("schedule", 3, "opens_at"),
        ("schedule", 4, "byday"),
        ("schedule", 5, "closes_at"),
        ("phone", 3, "number"),
        ("phone", 4, "location_id"),
        ("phone", 5, ""),
        ("phone", 6, ""),
    }
    assert all(each.cause and each.remedy for each in report.complaints)
    assert "swapped" in "".join(said(report))
    assert "was left out (location.csv, row 3)" in "".join(said(report))
    assert list(importing.rows(Organization)) == ["o1"] and list(importing.rows(Service)) == ["s1"]
    assert list(importing.rows(Location)) == ["l1"] and list(importing.rows(ServiceAtLocation)) == ["g1"]
    assert list(importing.rows(Schedule)) == ["h1"]
    with importing.store.reading() as uow:
        phones = uow.session.scalars(select(DirectoryRow.external_id).filter_by(programme_id="waha", kind="phone"))
        assert sorted(phones) == ["p1", "p6"]


def test_strict_changes_nothing_when_anything_is_wrong(importing_once: Importing) -> None:
    files = {f"{name}.csv": text for name, text in BAD.items()}
    assert not importing_once.take(files, strict=True).in_force
    assert importing_once.rows(Organization) == {}


def test_a_row_that_became_wrong_stays_as_it_stood(importing_once: Importing) -> None:
    importing_once.take()
    importing_once.take_changed(location=PLAIN["location.csv"].replace("25.91", "125.91"))
    place = importing_once.rows(Location)["l1"]
    assert (place.lat, place.accepting, place.gone_at) == (25.91, True, None)


def test_organizations_that_belong_to_one_another_in_a_circle_are_told_once(importing_once: Importing) -> None:
    text = "id,name,parent_organization_id\no1,أ,o2\no2,ب,o1\no3,ج,o3\n"
    report = importing_once.take_changed(organization=text)
    assert [each.row for each in report.complaints if "belongs to itself" in each.cause] == [2, 4]
    assert len(importing_once.rows(Organization)) == 3


def test_the_programmes_own_folder_is_refused_whole_and_does_not_replace_an_officers_directory(
    importing: Importing,
) -> None:
    with pytest.raises(DirectoryError, match=r"location\.csv, row 3"):
        importing.take_folder({f"{name}.csv": text for name, text in BAD.items()})
    assert importing.rows(Organization) == {}
    importing.take_folder(dict(PLAIN))
    with importing.store.reading() as uow:
        assert not stands_by_officer(uow, importing.programme_id)
    importing.take_changed(phone="id,location_id,number\np1,l1,77\n")
    with importing.store.reading() as uow:
        assert stands_by_officer(uow, importing.programme_id)


@pytest.mark.parametrize("shape", ["organizations", "services", "given", "page", "lines"])
def test_json_of_every_shape_makes_the_same_records(importing_once: Importing, shape: str) -> None:
    location = {
        "id": "l1",
        "name": "المقر",
        "location_type": "physical",
        "latitude": 25.91,
        "longitude": 32.81,
        "phones": [{"id": "p1", "number": "123"}],
        "schedules": [{"id": "h1", "freq": "WEEKLY", "byday": "SU", "opens_at": "09:00", "closes_at": "10:00"}],
    }
    organization = {"id": "o1", "name": "جمعية", "description": "x", "website": "https://example.org"}
    service = {"id": "s1", "name": "طعام", "status": "active", "attributes": [{"id": "x1", "label": "food"}]}
    whole = {**service, "organization": organization, "service_at_locations": [{"id": "g1", "location": location}]}
    texts = {
        "organizations": {**organization, "locations": [location], "services": [{**whole, "organization": None}]},
        "services": [whole, whole],
        "given": {"id": "g1", "location": location, "service": {**service, "organization": organization}},
        "page": {"total_items": 1, "contents": [whole], "page_number": 1},
    }
    text = f"{json.dumps(whole)}\n\n{json.dumps(whole)}" if shape == "lines" else json.dumps(texts[shape])
    report = importing_once.take({f"{shape}.json": text})
    assert not said(report)
    assert importing_once.rows(Service)["s1"].service_term == "food"
    assert importing_once.rows(Location)["l1"].phone == "123"
    assert importing_once.rows(Schedule)["h1"].byday == "SU"
    assert list(importing_once.rows(ServiceAtLocation)) == ["g1"]


def test_json_that_breaks_off_is_told_and_what_came_before_is_taken(importing_once: Importing) -> None:
    importing_once.take()
    report = importing_once.take({"organizations.json": '[{"id":"o5","name":"جمعية"},\n{"id":"o6",'})
    assert "line 2: this is not JSON" in said(report)[0]
    assert "o5" in importing_once.rows(Organization) and report.gone == 0


def test_bad_objects_of_json_are_told_by_pointer(importing_once: Importing) -> None:
    services = [{"id": "s1", "name": "x", "status": "active", "organization": {"id": "o1", "name": "أ"}}, 5]
    services.append(
        {"id": "s2", "name": "y", "status": "active", "organization": {"id": "o1", "phones": [{"id": "p"}]}}
    )
    report = importing_once.take({"services.json": json.dumps({"contents": services})})
    told = {each.pointer for each in report.complaints}
    assert told == {"/contents/1", "/contents/2/organization/phones/0"}
    assert sorted(importing_once.rows(Service)) == ["s1", "s2"]


@pytest.mark.parametrize(
    ("encoding", "ending", "mark"),
    [("utf-8-sig", "\r\n", ","), ("utf-16", "\n", ";"), ("utf-8", "\r\n", "\t"), ("cp1256", "\r\n", ";")],
)
def test_files_as_spreadsheets_save_them(importing_once: Importing, encoding: str, ending: str, mark: str) -> None:
    files = {name: text.replace("\n", ending).encode("utf-8") for name, text in PLAIN.items()}
    text = f"ID{mark}Name{mark}Description\no1{mark}جمعية الخير{mark}قريبة، ومفتوحة\no2{mark}Relief{mark}\n"
    files["organization.csv"] = text.replace("\n", ending).encode(encoding)
    report = importing_once.take(files)
    assert importing_once.rows(Organization)["o1"].name == "جمعية الخير"
    assert bool(report.complaints) == (encoding == "cp1256")


def test_terms_of_a_foreign_taxonomy_are_mapped_by_the_officers_list_or_lead_to_nothing(
    importing_once: Importing,
) -> None:
    report = importing_once.take()
    assert report.unmapped == 1 and any("unmapped" in each.cause for each in report.problems)
    assert [importing_once.rows(Service)[key].service_term for key in ("s1", "s2")] == ["food", ""]
    importing_once.take(terms={"Groceries": "clothes"})
    assert importing_once.rows(Service)["s2"].service_term == "clothes"
    assert importing_once.take(terms={"ZZ9": "training"}).unmapped == 0
    assert importing_once.rows(Service)["s2"].service_term == "training"


@pytest.mark.parametrize(
    "changed",
    [
        {
            "location": PLAIN["location.csv"]
            .replace("longitude\n", "longitude,x_confidential\n")
            .replace("32.81", "32.81,yes")
        },
        {"location": PLAIN["location.csv"].replace("l1,o1,physical", "l1,o1,redacted")},
        {"attribute": PLAIN["attribute.csv"].replace("_id\n", "_id,label\n", 1) + "x3,l1,location,,Confidential\n"},
    ],
)
def test_a_confidential_place_is_put_nowhere_and_marked_with_all_that_hangs_on_it(
    importing_once: Importing, changed: dict[str, str]
) -> None:
    report = importing_once.take_changed(**changed)
    assert not said(report)
    place = importing_once.rows(Location)["l1"]
    assert place.confidential and (place.lat, place.lon, place.place_code) == (None, None, "")
    with importing_once.store.reading() as uow:
        hidden = uow.session.execute(
            select(DirectoryRow.kind, DirectoryRow.external_id).where(DirectoryRow.confidential.is_(True))
        )
        assert {("location", "l1"), ("phone", "p1"), ("schedule", "h1"), ("service_at_location", "g1")} <= {
            (row.kind, row.external_id) for row in hidden
        }


def test_capacity_is_what_the_owner_says_until_the_centre_has_said_otherwise(importing: Importing) -> None:
    room = "id,service_id,x_service_at_location_id,unit_id,maximum,available,updated\n{}"
    importing.take_changed(service_capacity=room.format("c1,s1,g1,families,10,4,2026-10-01\n"))
    given = importing.rows(ServiceAtLocation)["g1"]
    assert (given.capacity, given.taken_elsewhere, given.unit, given.waitlist) == (10, 6, "families", True)

    def confirm(uow: UnitOfWork) -> None:
        row = uow.session.get_one(ServiceAtLocation, given.id)
        row.used, row.capacity, row.confirmed_at = 2, 20, importing.clock()

    importing.store.transact(confirm)
    importing.take_changed(service_capacity=room.format("c1,s1,g1,families,11,4,2026-10-02\n"))
    assert importing.rows(ServiceAtLocation)["g1"].capacity == 20
    importing.take_changed(service_capacity=room.format("c1,s1,g1,families,12,4,2027-01-01\n"))
    given = importing.rows(ServiceAtLocation)["g1"]
    assert (given.capacity, given.used, given.taken_elsewhere, given.confirmed_at) == (12, 2, 6, None)


def test_more_free_than_there_are_is_told_and_the_row_is_kept(importing_once: Importing) -> None:
    report = importing_once.take_changed(service_capacity="id,service_id,maximum,available\nc1,s1,10,12\n")
    assert report.taken["service_capacity"] == 1 and [each.effect for each in report.complaints] == ["taken with less"]
    given = importing_once.rows(ServiceAtLocation)["g1"]
    assert (given.capacity, given.taken_elsewhere) == (10, 0)


def test_what_holds_for_a_service_holds_wherever_it_is_given(importing_once: Importing) -> None:
    importing_once.take_changed(
        schedule="id,service_id,byday,opens_at,closes_at\nh1,s1,SU,09:00,10:00\n",
        service_area="id,service_id,service_at_location_id,name,x_place_code\na1,s1,,,W-sarw\na2,,g2,النخيل,\n",
        service_capacity="id,service_id,maximum,available\nc1,s1,5,5\n",
    )
    given = importing_once.rows(ServiceAtLocation)
    assert importing_once.rows(Schedule)["h1"].service_at_location_id == given["g1"].id
    assert given["g1"].capacity == 5 and given["g2"].capacity is None
    with importing_once.store.reading() as uow:
        areas = uow.session.execute(
            select(ServiceArea.service_at_location_id, ServiceArea.place_code).where(
                ServiceArea.place_code.startswith("W")
            )
        ).all()
    assert {tuple(row) for row in areas} == {(given["g1"].id, "W-sarw"), (given["g2"].id, "W-nakhil")}


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize(
    "step", [(Switch, "keep_rows"), (Switch, "services"), (Switch, "_hours_and_areas"), (applying, "_put_in_force")]
)
def test_a_small_import_that_dies_in_the_middle_leaves_the_former_directory_and_the_next_one_cleans_up(
    importing: Importing, monkeypatch: pytest.MonkeyPatch, step: tuple[Any, str]
) -> None:
    importing.take()
    before = importing.everything()
    whole = getattr(*step)

    def die(*arguments: Any, **named: Any) -> None:
        whole(*arguments, **named)
        raise Killed

    with monkeypatch.context() as patched:
        patched.setattr(*step, die)
        with pytest.raises(Killed):
            importing.take_changed(service=PLAIN["service.csv"].replace("طعام", "غذاء"))
    assert importing.everything() == before
    importing.take_changed(service=PLAIN["service.csv"].replace("طعام", "غذاء"))
    assert importing.rows(Service)["s1"].name == "غذاء (عيّنة)"
    with importing.store.reading() as uow:
        assert uow.session.scalars(select(DirectoryImport.id).where(DirectoryImport.current_at.is_(None))).all() == []
        kept = select(func.count()).select_from(DirectoryRow).filter_by(programme_id="waha", kind="service")
        assert uow.session.scalar(kept) == 2


def test_of_two_imports_at_once_the_one_that_comes_later_is_told_and_changes_nothing(
    importing_once: Importing, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Reading.project

    def overtaken(reading: Any, transaction: Any) -> None:
        whole(reading, transaction)
        monkeypatch.setattr(Reading, "project", whole)
        importing_once.take()

    monkeypatch.setattr(Reading, "project", overtaken)
    with pytest.raises(Overtaken):
        importing_once.take_changed(phone="id,location_id,number\np1,l1,8\n")
    assert importing_once.rows(Location)["l1"].phone == "+20 00 0000 0001"
