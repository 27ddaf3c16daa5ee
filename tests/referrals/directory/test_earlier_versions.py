"""Directories of HSDS 1.x, 2.x and the UK's 1.0 are read as 3.1 has it, and whatever has no place there is told."""

from __future__ import annotations

import json
from collections.abc import Mapping

from sqlalchemy import select

from referrals.directory.records import DirectoryRow, Location, Organization, Schedule, Service, ServiceAtLocation
from tests.referrals.directory.importing import Importing

ONE_ONE: Mapping[str, str] = {
    "organizations.csv": "id,name,url\no1,جمعية (عيّنة),https://sample.example\n",
    "services.csv": "id,organization_id,name,status,taxonomy_ids\ns1,o1,طعام (عيّنة),active,t1\n",
    "locations.csv": "id,organization_id,name,latitude,longitude\nl1,o1,المقر (عيّنة),25.91,32.81\n",
    "services_at_location.csv": "service_id,location_id\ns1,l1\n",
    "physical_addresses.csv": "id,location_id,address_1,address_2,address_3,city\n1,l1,شارع 1,مبنى 2,شقة 3,السرو\n",
    "postal_addresses.csv": "id,location_id,address_1,city\n1,l1,صندوق 9,السرو\n",
    "regular_schedules.csv": "id,location_id,weekday,opens_at,closes_at\nh1,l1,7,09:00:00,14:00:00\n",
    "eligibility.csv": "id,service_id,eligibility,minimum_age\ne1,s1,أرامل,18\ne2,s1,مطلقات,21\n",
    "taxonomy.csv": "id,name,parent_id,vocabulary\nt1,food,,sample\n",
    "languages.csv": "id,location_id,language\n1,l1,en\n",
    "holiday_schedules.csv": "id,location_id,closed,start_date\n1,l1,true,2026-12-24\n",
}


def contents(importing: Importing, kind: str) -> list[dict[str, str]]:
    """The rows of a kind as they were kept."""
    with importing.store.reading() as uow:
        query = select(DirectoryRow.content).filter_by(programme_id="waha", kind=kind).order_by(DirectoryRow.id)
        return [json.loads(row) for row in uow.session.scalars(query)]


def test_a_package_of_1_1_loses_nothing_that_3_1_has_a_place_for(importing: Importing) -> None:
    report = importing.take(ONE_ONE)
    assert not report.complaints and not report.left_out
    service, place = importing.rows(Service)["s1"], importing.rows(Location)["l1"]
    assert (service.service_term, service.minimum_age) == ("food", 18)
    assert contents(importing, "service")[0]["eligibility_description"] == "أرامل، مطلقات"
    assert place.languages == "en" and place.address.startswith("شارع 1، مبنى 2، شقة 3")
    assert importing.rows(Schedule)["h1"].byday == "SU"
    assert [row["address_type"] for row in contents(importing, "address")] == ["physical", "postal"]
    assert contents(importing, "organization")[0]["website"] == "https://sample.example"
    assert len(importing.rows(ServiceAtLocation)) == 1
    told = {problem.file: str(problem) for problem in report.problems}
    assert "calendar.csv" in told["holiday_schedules.csv"] and "no column id" in told["services_at_location.csv"]
    assert sum(importing.take(ONE_ONE).changed.values()) == 0


def test_services_that_name_their_location_are_given_there_by_who_runs_it(importing_once: Importing) -> None:
    services = "id,location_id,name,taxonomy_ids\ns1,l1,طعام (عيّنة),\n"
    report = importing_once.take({**ONE_ONE, "services.csv": services, "services_at_location.csv": ""})
    assert not report.left_out and list(importing_once.rows(ServiceAtLocation)) == ["s1@l1"]
    assert importing_once.rows(Service)["s1"].organization_id == importing_once.rows(Organization)["o1"].id


def test_the_uks_first_json_is_read(importing_once: Importing) -> None:
    location = {
        "id": "l1",
        "name": "المقر (عيّنة)",
        "latitude": "25.91",
        "longitude": "32.81",
        "physical_addresses": [{"id": "a1", "address_1": "شارع 1", "city": "السرو"}],
        "accessibility_for_disabilities": [{"id": "x1", "accessibility": "wheelchair ramp"}],
    }
    service = {
        "id": "s1",
        "name": "طعام (عيّنة)",
        "organization": {"id": "o1", "name": "جمعية (عيّنة)", "url": "https://sample.example"},
        "eligibilitys": [{"id": "e1", "eligibility": "أرامل", "minimum_age": 18, "maximum_age": None}],
        "service_taxonomys": [{"id": "st1", "taxonomy": {"id": "t1", "name": "food", "vocabulary": "sample"}}],
        "service_at_locations": [
            {
                "id": "g1",
                "location": location,
                "regular_schedule": [
                    {"id": "h1", "freq": "WEEKLY", "byday": "SU", "opens_at": "09:00", "closes_at": "14:00"}
                ],
            }
        ],
        "reviews": [{"id": "r1", "title": "عيّنة"}],
    }
    page = {"totalElements": 1, "totalPages": 1, "number": 1, "content": [service]}
    report = importing_once.take({"feed.json": json.dumps(page)})
    assert not report.complaints and not report.left_out
    taken, place = importing_once.rows(Service)["s1"], importing_once.rows(Location)["l1"]
    assert (taken.service_term, taken.minimum_age) == ("food", 18)
    assert place.wheelchair and place.address == "شارع 1، السرو" and importing_once.rows(Schedule)["h1"].byday == "SU"
    assert any("«reviews»" in problem.cause for problem in report.problems)


def test_a_place_whose_organization_is_missing_is_run_by_who_serves_there(importing_once: Importing) -> None:
    report = importing_once.take({**ONE_ONE, "locations.csv": "id,organization_id,name\nl1,o9,المقر (عيّنة)\n"})
    assert [problem.column for problem in report.complaints] == ["organization_id"] and not report.left_out
    assert importing_once.rows(Location)["l1"].organization_id == importing_once.rows(Organization)["o1"].id
    lonely = importing_once.take({**ONE_ONE, "locations.csv": "id,name\nl1,a\nl2,b\n"})
    assert [problem.row for problem in lonely.problems if "nobody is sent there" in problem.cause] == [3]
