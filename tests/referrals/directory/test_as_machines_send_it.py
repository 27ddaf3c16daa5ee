"""Packages that are broken, cut off or meant to harm: told in a sentence, and no good row goes with a bad one."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from referrals.directory.hsds.earlier import Earlier
from referrals.directory.hsds.package import DENSE, NoPackage, open_parts
from referrals.directory.hsds.tabular import Table
from referrals.directory.importing.whole import Report
from referrals.directory.records import Location, Organization, Schedule, Service
from referrals.directory.tables import files
from referrals.directory.tables.files import WIDEST, read_table, stream_table
from referrals.directory.tables.rows import Complaints
from tests.referrals.directory.importing import PLAIN, Importing


def service(id: object, **more: object) -> dict[str, Any]:
    told = {"id": id, "name": f"خدمة {id} (عيّنة)", "status": "active", "organization": {"id": "o1", "name": "جمعية"}}
    return told | more


def complaints(report: Report) -> list[str]:
    return [str(each) for each in report.complaints]


def test_a_broken_line_hides_no_other_and_is_told_by_its_number(importing_once: Importing) -> None:
    lines = [json.dumps(service(f"s{n}"), ensure_ascii=False) for n in (1, 2, 3)]
    given = "\n".join([lines[0], '{"id": "s9", "name"', "", lines[1][:-5], json.dumps([service("s4")]), lines[2]])
    report = importing_once.take({"services.jsonl": given})
    assert set(importing_once.rows(Service)) == {"s1", "s3", "s4"}
    assert [(each.row, each.effect) for each in report.complaints] == [(2, "left out"), (4, "left out")]
    assert complaints(report)[0].startswith("services.jsonl, row 2: this is not JSON")


def test_a_bad_object_in_a_line_is_told_by_line_and_pointer(importing_once: Importing) -> None:
    bad = service("s1", service_at_locations=[{"id": "g", "location": {"id": "l1", "latitude": 100, "longitude": 20}}])
    report = importing_once.take({"services.jsonl": f"{json.dumps(service('s2'))}\n{json.dumps(bad)}\n"})
    where = "services.jsonl, row 2, /service_at_locations/0/location, column latitude: 100 is out of range."
    assert any(each.startswith(where) for each in complaints(report))


def test_one_object_over_many_lines_is_read_whatever_the_file_is_called(importing_once: Importing) -> None:
    importing_once.take({"services.ndjson": json.dumps([service("s1"), service("s2")], indent=2)})
    assert set(importing_once.rows(Service)) == {"s1", "s2"}


def test_what_no_database_can_hold_is_put_right_or_told(importing: Importing) -> None:
    """Half of a character, a NUL and a number of five thousand digits, also in the ids by which rows are joined."""
    given = [
        service("a\ud800b", description="x\0\udfff"),
        service("c\0d", minimum_age=0),
        service(["\ud800"]),
        service("s4", phones=[{"id": "p\0", "number": "+20 \udcff1"}]),
    ]
    text = json.dumps(given).replace('"minimum_age": 0', f'"minimum_age": {"9" * 5_000}')
    report = importing.take({"services.json": text})
    assert set(importing.rows(Service)) == {"a�b", "cd", "s4"}
    told = next(each for each in complaints(report) if "minimum_age" in each)
    assert "out of range" in told and len(told) < 300
    assert importing.take({"services.json": text}).changed == {}


@pytest.mark.parametrize("content", ["", "\n\n", "[]", '{"contents": []}', "\ufeff"])
def test_an_empty_file_says_nothing_of_what_stands(importing_once: Importing, content: str) -> None:
    """An export that broke off before its first line closes no door."""
    importing_once.take()
    name = "services.json" if content[:1] in ("[", "{") else "service.csv"
    report = importing_once.take({**{key: text for key, text in PLAIN.items() if key != "service.csv"}, name: content})
    assert any("nothing in the file" in str(each) for each in report.problems)
    assert all(each.gone_at is None for each in importing_once.rows(Service).values())


def test_a_table_whose_header_is_none_is_told_once_and_closes_no_door(importing_once: Importing) -> None:
    importing_once.take()
    changed = "Our services in 2026,,,\nnobody,knows,these,columns\ns1,o1,a,active\ns2,o2,b,active\n"
    report = importing_once.take_changed(service=changed)
    assert [each for each in complaints(report) if each.startswith("service.csv")] == [
        "service.csv, row 1: the header names no column of a service: no row of the file was read."
        " The first row names the columns: id, name, …"
    ]
    assert all(each.gone_at is None for each in importing_once.rows(Service).values())


@pytest.mark.parametrize("before", ["sep=;\r\n", "\n\n", "\ufeffsep=;\n", ";;;\n"])
def test_what_stands_before_the_header_is_passed_over(before: str) -> None:
    complaints = Complaints()
    rows = read_table("services.csv", f"{before}id;name\ns1;طعام, ماء\n", complaints)
    assert [dict(row.cells) for row in rows] == [{"id": "s1", "name": "طعام, ماء"}] and not complaints.found


@pytest.mark.parametrize(
    "above", ["Our services in 2026\n", ",,Our services,,\n\n", "خدماتنا;عيّنة\n\nCairo\n", "a\nb\nc\nd\ne\n"]
)
@pytest.mark.parametrize("mark", [",", ";"])
def test_a_title_above_the_header_is_passed_over_and_told(above: str, mark: str) -> None:
    complaints, text = Complaints(), above + PLAIN["service.csv"].replace(",", mark)
    table = Table("service.csv", "service", Earlier(), complaints)
    rows = list(stream_table("service.csv", io.StringIO(text), complaints, table.named, table.heads))
    at = above.count("\n") + 1
    assert [(row.number, row.text("id"), row.text("organization_id")) for row in rows] == [
        (at + 1, "s1", "o1"),
        (at + 2, "s2", "o2"),
    ]
    assert [(each.row, each.effect) for each in complaints.found] == [(at, "note")]


def test_services_under_a_title_are_imported(importing_once: Importing) -> None:
    report = importing_once.take_changed(service=f"Our services in 2026\n\n{PLAIN['service.csv']}")
    assert report.taken["service"] == 2 and report.left_out == 0


@pytest.mark.parametrize("begins", ["x,", '"', '"x,', "\0"])
def test_a_row_without_end_fills_no_memory_and_the_next_one_is_read(
    monkeypatch: pytest.MonkeyPatch, begins: str
) -> None:
    assert WIDEST >= 1 << 20, "the shape of a district fits"
    monkeypatch.setattr(files, "WIDEST", 100)
    complaints = Complaints()
    text = f"id,name\ns1,first\n{begins * 100}\ns2,second\n"
    rows = read_table("services.csv", text, complaints)
    assert [row.text("id") for row in rows] == ["s1", "s2"]
    assert [each.row for each in complaints.found] == [3] * (begins != "\0")


def packed(change: Callable[[zipfile.ZipFile], None]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in PLAIN.items():
            archive.writestr(name, text)
        change(archive)
    return held.getvalue()


def bomb(archive: zipfile.ZipFile) -> None:
    with archive.open("contacts.csv", "w") as member:
        for _ in range(DENSE // (1 << 20) + 1):
            member.write(b"a" * (1 << 20))


def locked() -> bytes:
    content = bytearray(packed(lambda _: None))
    content[content.rfind(b"PK\x01\x02") + 8] |= 1  # the flag in the archive's own list says so
    return bytes(content)


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("bomb.zip", lambda: packed(bomb), "contacts.csv unpacks to"),
        ("locked.zip", locked, "locked with a password"),
        ("cut.zip", lambda: packed(lambda _: None)[:900], "cut off"),
        ("gone.zip", None, "there is no"),
        ("picture.png", lambda: b"\x89PNG", "neither a folder nor a .zip"),
    ],
)
def test_an_archive_that_cannot_be_read_is_refused_with_its_reason(
    tmp_path: Path, name: str, content: Callable[[], bytes] | None, said: str
) -> None:
    if content is not None:
        (tmp_path / name).write_bytes(content())
    with pytest.raises(NoPackage, match=said), open_parts(tmp_path / name):
        pass


def test_a_file_is_read_under_whatever_name_it_has(importing_once: Importing) -> None:
    """A name that is no UTF-8, as an old archive leaves it on the disk."""
    name = b"\xe1/organizations.csv".decode("utf-8", "surrogateescape")
    report = importing_once.take({name: "id,name,legal_status\no1,جمعية,x\n,nobody,x\n"})
    assert set(importing_once.rows(Organization)) == {"o1"}
    assert complaints(report)[0].encode().startswith(b"?/organizations.csv, row 3")


def test_what_would_lead_a_family_astray_is_told_and_not_taken(importing_once: Importing) -> None:
    """A door that opens and closes at one hour, a telephone without a digit, ages between which there is nobody."""
    report = importing_once.take_changed(
        schedule="id,location_id,byday,opens_at,closes_at\nh1,l1,SU,09:00,09:00\nh2,l1,MO,00:00,24:00\n"
        "h3,l1,TU,22:00,02:00\n",
        phone="id,location_id,number\np1,l1,call us\np2,l1,٠١٢٣٤٥٦\n",
        cost_option="id,service_id,option,amount\nc1,s1,رمزي,-5\n",
        service="id,organization_id,name,status,minimum_age,maximum_age,email\ns1,o1,طعام,active,20,10,nobody\n"
        "s2,o2,Food,active,18,60,\n",
    )
    said = [(each.file, each.row, each.effect) for each in report.problems if each.column != "x_service_term"]
    assert sorted(said) == [
        ("cost_option.csv", 2, "taken with less"),
        ("phone.csv", 2, "left out"),
        ("schedule.csv", 2, "left out"),
        ("service.csv", 2, "note"),
        ("service.csv", 2, "taken with less"),
    ]
    assert importing_once.rows(Location)["l1"].phone == "٠١٢٣٤٥٦" and set(importing_once.rows(Schedule)) == {"h2", "h3"}
    ages = {id: (each.minimum_age, each.maximum_age) for id, each in importing_once.rows(Service).items()}
    assert ages == {"s1": (None, None), "s2": (18, 60)}
