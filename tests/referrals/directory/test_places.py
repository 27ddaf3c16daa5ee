"""A family names a village in its own spelling, and we know which one, where it lies and what it belongs to."""

from __future__ import annotations

from pathlib import Path

import pytest

from referrals.directory.places.places import CALLED_AR, Places, Point, distance_km, read_places
from referrals.directory.tables.rows import DirectoryError

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


def test_places_that_bear_one_name_are_told_apart_in_their_paths(qena: Places, kuwait: Places) -> None:
    assert qena.path_ar("EG-KN-qena") == "مدينة قنا، محافظة قنا"
    assert qena.path_ar("EG-KN") == "محافظة قنا"
    assert qena.path_en("EG-KN-qena") == "Qena city, Qena governorate"
    assert kuwait.path_ar("KW-HA-hawalli") == "منطقة حولي، محافظة حولي"
    assert kuwait.path_ar("KW-HA-salmiya") == "السالمية، حولي"
    assert kuwait.path_ar("KW-KU") == "العاصمة"


def test_a_town_that_bears_the_name_of_its_markaz_is_the_town() -> None:
    places = read_places(
        "code,level,parent,name_ar,name_en\nG,governorate,,الواحة,Waha\nM,markaz,G,السرو,Sarw\nT,village,M,السرو,Sarw\n"
    )
    assert places.path_ar("T") == "مدينة السرو، مركز السرو، الواحة"
    assert places.path_ar("M") == "مركز السرو، الواحة"


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
        ("مركز قوص", "EG-KN-qus"),
        ("قرية خزام", "EG-KN-qus-khuzam"),
        ("خزام قوص", "EG-KN-qus-khuzam"),
        ("من نجع حمادى", "EG-KN-nag-hammadi"),
        ("نجع حمادي - الشعانية", "EG-KN-nag-hammadi-shaaniya"),
        ("قرية الطوابيه تبع قنا", "EG-KN-qena-tawabiya"),
        ("ساكنين في دشنا", "EG-KN-dishna"),
        ("ابو تشت", "EG-KN-abu-tesht"),
        ("الحراجيه", "EG-KN-qus-haragiya"),
        ("حجازه بحرى", "EG-KN-qus-higaza-bahri"),
        ("محافظة قنا", "EG-KN"),
        ("مدينة قنا", "EG-KN-qena"),
        ("دندرة.", "EG-KN-qena-dandara"),
        ("garagos", "EG-KN-qus-garagos"),
        ("El Waqf", "EG-KN-waqf"),
    ],
)
def test_a_village_is_known_by_any_of_its_spellings(qena: Places, said: str, code: str) -> None:
    reading = qena.read(said)
    assert (reading.value, reading.sure) == (code, True)


@pytest.mark.parametrize(
    ("said", "code"),
    [
        ("ام الهيمان", "KW-AH-ali-sabah-al-salem"),
        ("منطقة الرميثيه", "KW-HA-rumaithiya"),
        ("الجهراء القصر", "KW-JA-qasr"),
        ("حولي قطعة ٣", "KW-HA-hawalli"),
        ("مدينة الكويت", "KW-KU-kuwait-city"),
        ("بوحليفه", "KW-AH-abu-halifa"),
        ("سعد العبد الله", "KW-JA-saad-al-abdullah"),
        ("صباح السالم", "KW-MU-sabah-al-salem"),
        ("salmiya block 10", "KW-HA-salmiya"),
        ("السلام", "KW-HA-salam"),
    ],
)
def test_an_area_of_kuwait_is_known_by_any_of_its_spellings(kuwait: Places, said: str, code: str) -> None:
    reading = kuwait.read(said)
    assert (reading.value, reading.sure) == (code, True)


@pytest.mark.parametrize("programme", ["kuwait", "qena"])
def test_every_place_is_sure_by_its_name_and_what_it_belongs_to(programme: str) -> None:
    places = places_of(programme)
    for place in places:
        parents = [f"{CALLED_AR[each.level]} {each.name_ar}" for each in places.chain(place.code)[1:]]
        reading = places.read(" - ".join([f"{CALLED_AR.get(place.level, 'قرية')} {place.name_ar}", *parents]))
        assert (reading.value, reading.sure) == (place.code, True)


def test_a_name_that_two_places_share_is_asked_and_not_guessed(qena: Places, kuwait: Places) -> None:
    assert qena.read("قنا").candidates == ("EG-KN-qena", "EG-KN")
    assert kuwait.read("الجهرا").candidates == ("KW-JA-jahra", "KW-JA")
    assert set(qena.read("حجازة").candidates) == {"EG-KN-qus-higaza-qibli", "EG-KN-qus-higaza-bahri"}
    assert not qena.read("قمولا").sure


def test_the_level_that_is_asked_for_decides_between_two_of_one_name(qena: Places) -> None:
    assert qena.read("قنا", level="markaz").value == "EG-KN-qena"
    assert qena.read("قنا", level="governorate").value == "EG-KN"


def test_a_reading_may_stay_inside_one_place(qena: Places) -> None:
    assert qena.read("القلعة", within="EG-KN-qift").sure
    assert qena.read("القلعة", within="EG-KN-qus").blank


@pytest.mark.parametrize("said", ["", "؟؟", "باريس", "عندي خمسة أولاد", "السلام عليكم"])
def test_what_is_no_place_finds_none(qena: Places, kuwait: Places, said: str) -> None:
    assert qena.read(said).blank and kuwait.read(said).blank


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


def test_places_that_belong_to_each_other_are_refused_with_the_row() -> None:
    table = "code,level,parent,name_ar,name_en\nA,area,B,أ,A\nB,area,C,ب,B\nC,area,B,ج,C\nD,area,A,د,D\n"
    with pytest.raises(DirectoryError) as problem:
        read_places(table)
    assert [(each.row, each.column) for each in problem.value.problems] == [(2, "parent")]
