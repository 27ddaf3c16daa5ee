"""A family names a village in its own spelling, and we know which one, where it lies and what it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from referrals.directory.places import Places, Point, distance_km, read_places
from referrals.directory.tables import DirectoryError

PROGRAMMES = Path(__file__).parents[3] / "programmes"


def places_of(programme: str) -> Places:
    return read_places((PROGRAMMES / programme / "places.csv").read_bytes())


@pytest.fixture(scope="module")
def qena() -> Places:
    return places_of("qena")


@pytest.fixture(scope="module")
def kuwait() -> Places:
    return places_of("kuwait")


def test_kuwait_has_its_six_governorates_and_at_least_sixty_areas(kuwait: Places) -> None:
    governorates = {place.code for place in kuwait.children("")}
    assert governorates == {"KW-AH", "KW-FA", "KW-HA", "KW-JA", "KW-KU", "KW-MU"}
    assert sum(place.level == "area" for place in kuwait) >= 60


def test_qena_has_its_nine_markazes_and_about_a_hundred_and_twenty_villages(qena: Places) -> None:
    assert {place.code.removeprefix("EG-KN-") for place in qena.children("EG-KN")} == set(
        "qena qus naqada qift nag-hammadi dishna farshut abu-tesht waqf".split()
    )
    assert sum(place.level == "village" for place in qena) >= 120
    for larger in ("qena", "qus", "nag-hammadi", "dishna", "abu-tesht"):
        assert len(qena.children(f"EG-KN-{larger}")) >= 10


@pytest.mark.parametrize("programme", ["kuwait", "qena"])
def test_every_place_has_a_point_of_its_own_or_of_its_parent_and_names_its_source(programme: str) -> None:
    places = places_of(programme)
    for place in places:
        assert places.point(place.code), place.code
        assert place.source, place.code
        if place.point is None:
            assert "no point of its own" in place.source


@pytest.mark.parametrize("programme", ["kuwait", "qena"])
def test_no_place_lies_far_from_what_it_belongs_to(programme: str) -> None:
    places = places_of(programme)
    for place in places:
        point, around = place.point, places.point(place.parent)
        if point and around:
            assert distance_km(point, around) < 90, place.code


def test_codes_extend_the_code_of_the_parent(qena: Places, kuwait: Places) -> None:
    for place in (*qena, *kuwait):
        assert place.code.startswith(place.parent)
        assert place.code.isascii()


def test_the_path_says_each_name_once(qena: Places) -> None:
    assert qena.path_ar("EG-KN-qus-khuzam") == "خزام، قوص، قنا"
    assert qena.path_ar("EG-KN-qena-dandara") == "دندرة، قنا"
    assert qena.path_en("EG-KN-qus-khuzam") == "Khuzam, Qus, Qena"


def test_a_village_without_a_point_borrows_that_of_its_markaz(qena: Places) -> None:
    assert qena["EG-KN-qus-higaza-bahri"].point is None
    assert qena.point("EG-KN-qus-higaza-bahri") == qena.point("EG-KN-qus")
    assert qena.point("EG-KN-nowhere") is None


def test_the_banks_of_the_nile(qena: Places) -> None:
    banks = {code: qena.bank(f"EG-KN-{code}") for code in ("qus", "naqada", "qena-dandara", "nag-hammadi-hamra-dom")}
    assert banks == {"qus": "east", "naqada": "west", "qena-dandara": "west", "nag-hammadi-hamra-dom": "east"}


def test_qus_and_naqada_are_near_as_the_crow_flies(qena: Places) -> None:
    one, other = qena.point("EG-KN-qus"), qena.point("EG-KN-naqada")
    assert one and other and 3.5 < distance_km(one, other) < 4.7


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("قوص", "EG-KN-qus"),
        ("قرية خزام", "EG-KN-qus-khuzam"),
        ("خزام قوص", "EG-KN-qus-khuzam"),
        ("من نجع حمادى", "EG-KN-nag-hammadi"),
        ("ابو تشت", "EG-KN-abu-tesht"),
        ("الحراجيه", "EG-KN-qus-haragiya"),
        ("حجازه بحرى", "EG-KN-qus-higaza-bahri"),
        ("قنا", "EG-KN-qena"),
        ("دندرة.", "EG-KN-qena-dandara"),
        ("garagos", "EG-KN-qus-garagos"),
    ],
)
def test_a_village_is_known_by_any_of_its_spellings(qena: Places, said: str, code: str) -> None:
    place = qena.named(said)
    assert place and place.code == code


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("الجهرا", "KW-JA-jahra"),
        ("ام الهيمان", "KW-AH-ali-sabah-al-salem"),
        ("منطقة الرميثيه", "KW-HA-rumaithiya"),
        ("الاحمدي", "KW-AH-ahmadi"),
        ("صباح السالم", "KW-MU-sabah-al-salem"),
    ],
)
def test_an_area_of_kuwait_is_known_by_any_of_its_spellings(kuwait: Places, said: str, code: str) -> None:
    place = kuwait.named(said)
    assert place and place.code == code


def test_a_name_that_two_villages_share_is_asked_and_not_guessed(qena: Places) -> None:
    assert qena.named("حجازة") is None
    assert {hit.place.code for hit in qena.search("حجازة")} == {"EG-KN-qus-higaza-qibli", "EG-KN-qus-higaza-bahri"}
    assert not any(hit.sure for hit in qena.search("قمولا"))


def test_a_search_may_stay_inside_one_place(qena: Places) -> None:
    assert qena.named("القلعة", within="EG-KN-qift")
    assert qena.search("القلعة", within="EG-KN-qus") == ()


@pytest.mark.parametrize("said", ["", "؟؟", "باريس", "عندي خمسة أولاد"])
def test_what_is_no_place_finds_none(qena: Places, said: str) -> None:
    assert qena.named(said) is None


def test_the_nearest_villages_to_a_pin_come_nearest_first(qena: Places) -> None:
    found = qena.nearest(Point(25.93, 32.74), limit=3, level="village")
    assert found[0][0].code == "EG-KN-naqada-tukh"
    assert [km for _, km in found] == sorted(km for _, km in found)


def test_a_catchment_contains_what_lies_inside_it(qena: Places) -> None:
    assert qena.lies_in("EG-KN-qus-khuzam", {"EG-KN-qus"})
    assert not qena.lies_in("EG-KN-qus-khuzam", {"EG-KN-qift"})
    assert not qena.lies_in("EG-KN-nowhere", {"EG-KN"})


def test_the_author_of_a_table_is_told_row_column_and_remedy() -> None:
    table = (
        "code,level,parent,name_ar,name_en,lat,lon\nA,governorate,,أ,A,25,32\nA-b,village,B,ب,B,95,32\nA,area,,ج,C,,\n"
    )
    with pytest.raises(DirectoryError) as problem:
        read_places(table)
    found = {(each.row, each.column) for each in problem.value.problems}
    assert found == {(3, "lat"), (3, "parent"), (4, "code")}
    assert "places.csv, row 3, column parent: there is no place «B»." in str(problem.value)
