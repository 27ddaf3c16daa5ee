"""What is confidential leaves by no door: not by what names it, nor by what is given there or run by the same."""

from __future__ import annotations

from pathlib import Path

from referrals.directory.exporting import export_json, export_tables
from tests.referrals.directory.importing import PLAIN, Importing

SECRET = "سرّ-"  # in everything that must not leave


def package(word: str) -> dict[str, str]:
    """The plain package with a shelter that runs one hidden place, and everything that may hang on it."""
    hidden = f"lx,ox,physical,{word}مأوى,25.93,32.83,yes\n"
    return {
        **PLAIN,
        "organization.csv": "id,name,description,parent_organization_id\no1,جمعية (عيّنة),قريبة,ox\n"
        f"o2,Relief (sample),,\nox,{word}جمعية,,\n",
        "service.csv": "id,organization_id,program_id,name,status\ns1,o1,rz,طعام (عيّنة),active\n"
        f"s2,o2,,Food (sample),active\nsx,ox,ry,{word}خدمة,active\n",
        "location.csv": "id,organization_id,location_type,name,latitude,longitude,x_confidential\n"
        "l1,o1,physical,المقر (عيّنة),25.91,32.81,\nl2,o2,physical,Office (sample),,,\n" + hidden,
        "service_at_location.csv": PLAIN["service_at_location.csv"] + "gx,sx,lx\n",
        "address.csv": PLAIN["address.csv"] + f"ax,lx,{word}شارع,السرو,الواحة,EG\n",
        "phone.csv": "id,location_id,service_id,organization_id,number,type\np1,l1,,,+20 00 0000 0001,voice\n"
        f"px,lx,,,{word}1,voice\npy,,sx,,{word}2,voice\npz,,,ox,{word}3,voice\n",
        "contact.csv": f"id,organization_id,location_id,name\ncx,ox,,{word}اسم\ncy,o1,lx,{word}اسم\n",
        "metadata.csv": "id,resource_id,resource_type,field_name,previous_value\n"
        f"mx,lx,Locations,address,{word}عنوان\nmy,lx,,address,{word}عنوان\nmz,sx,service,name,{word}قديم\n",
        "attribute.csv": "id,link_id,link_entity,taxonomy_term_id,value\nx1,s1,service,t1,\nx2,s2,service,t2,\n"
        f"x7,s2,service,t7,\nxt,t4,taxonomy_term,,{word}عن المصطلح\nxx,lx,place,,{word}سمة\n"
        + "".join(f"x{term}x,sx,service,{term},\n" for term in ("t4", "t6", "t7")),
        "program.csv": f"id,organization_id,name\nrx,ox,{word}برنامج\nry,o1,{word}برنامج الجمعية\nrz,o1,عام\n",
        "taxonomy_term.csv": f"id,code,name,parent_id\nt1,food,Food,\nt2,zz9,Groceries,\nt3,,{word}فوق,\n"
        f"t4,,{word}مأوى,t3\nt5,,عام,\nt6,,{word}مأوى آخر,t5\nt7,,مشترك,\nt8,,لا أحد,t5\n",
        "unit.csv": f"id,name\nux,{word}سرير\nuy,أسرة\n",
        "service_capacity.csv": "id,service_id,unit_id,available\nkx,sx,ux,2\nky,s1,uy,2\n",
        "schedule.csv": PLAIN["schedule.csv"] + "hx,lx,WEEKLY,SU,09:00,10:00\n",
        "calendar.csv": f"date,kind,name_ar,location_id\n2026-12-24,closure,{word}سبب,lx\n",
    }


def test_nothing_of_a_shelter_is_in_an_export(importing: Importing, tmp_path: Path) -> None:
    importing.take(package(SECRET))
    with importing.store.reading() as uow:
        export_tables(uow, importing.programme_id, tmp_path / "out")
        export_json(uow, importing.programme_id, tmp_path / "out.json")
    for file in (*(tmp_path / "out").iterdir(), tmp_path / "out.json"):
        told = file.read_text("utf-8")
        assert SECRET not in told and "25.93" not in told, file.name
        assert not {"lx", "sx", "gx", "ox"} & set(told.replace("\n", ",").replace("\r", "").split(",")), file.name


def test_a_term_a_program_or_a_unit_that_only_a_hidden_service_names_is_not_named(
    importing: Importing, tmp_path: Path
) -> None:
    importing.take(package(SECRET))
    with importing.store.reading() as uow:
        export_tables(uow, importing.programme_id, tmp_path / "out")
    ids = {name: _ids(tmp_path / "out" / f"{name}.csv") for name in ("taxonomy_terms", "programs", "units")}
    assert ids == {"taxonomy_terms": ["t1", "t2", "t5", "t7", "t8"], "programs": ["rz"], "units": ["uy"]}


def _ids(file: Path) -> list[str]:
    return [line.split(",")[0] for line in file.read_text("utf-8").splitlines()[1:]]


def test_the_same_place_in_public_leaves_whole(importing_once: Importing, tmp_path: Path) -> None:
    files = package(SECRET)
    files["location.csv"] = files["location.csv"].replace(",yes\n", ",\n")
    importing_once.take(files)
    with importing_once.store.reading() as uow:
        counts = export_tables(uow, importing_once.programme_id, tmp_path / "out")
    assert counts["location"] == 3 and counts["service"] == 3 and counts["organization"] == 3
