"""A list of places as others keep it becomes a places.csv: codes and parents are made, no row is lost in silence."""

from __future__ import annotations

import pytest

from referrals.directory.places.places import Places, read_places
from referrals.directory.places.simple import is_simple, read_simple

HEADER = "name_ar,name_en,level,governorate_ar,governorate_en,parent_ar,parent_en,lat,lon,wof_id,alt_names_ar\n"
LIST = (
    HEADER
    + """أبو القمح,Abu el Qamh,locality,الواحة,El Waha,السرو,El Sarw,26.1,32.5,101,ابو القمح|القمح
السرو,El Sarw,locality,الواحة,El Waha,السرو,El Sarw,26.3,32.7,102,
الجبالية,Al Jibaliyah,locality,الواحة,El-Waha,النخيل,El Nakhil,26.0,32.0,103,
النخيل,El Nakhil,county(WOF),الواحة,El Waha,,,26.0,32.1,104,
البندر,Al Bandar,neighbourhood,الواحة,El Waha,مدينة الواحة,Waha City,26.2,32.2,105,
مدينة الواحة,Waha City,locality,الواحة,El Waha,,,26.2,32.3,106,
التل,At Tall,locality,,,,,26.2,32.3,107,
"""
)


def read(text: str) -> Places:
    return read_places(read_simple(text).content)


def test_codes_come_from_the_ids_of_the_list_and_parents_from_names() -> None:
    places = read(LIST)
    assert places.path_ar("wof-101") == "أبو القمح، السرو، الواحة"
    assert [place.code for place in places.chain("wof-103")] == ["wof-103", "wof-104", "el-waha"]  # the row, not a copy
    assert [place.code for place in places.chain("wof-105")] == ["wof-105", "wof-106", "el-waha"]
    assert places["el-waha.el-sarw"].level == "markaz"
    assert places["wof-101"].aliases == ("ابو القمح", "القمح")
    assert places["wof-107"].parent == ""
    assert [place.level for place in places.children("el-waha")] == ["markaz", "markaz", "area"]


def test_the_town_and_the_markaz_of_one_name_are_two_places() -> None:
    places = read(LIST)
    assert places.path_ar("wof-102") == "مدينة السرو، مركز السرو، الواحة"
    assert set(places.read("السرو").candidates) == {"wof-102", "el-waha.el-sarw"}
    assert places.read("أبو القمح").value == "wof-101"


def test_a_place_that_was_only_named_lies_in_the_middle_of_what_belongs_to_it() -> None:
    point = read(LIST).point("el-waha.el-sarw")
    assert point and (round(point.latitude, 3), round(point.longitude, 3)) == (26.2, 32.6)


def test_rows_that_name_no_place_are_told_and_the_others_taken() -> None:
    text = LIST + ",,locality,الواحة,El Waha,,,26,32,108,\nتكرار,Again,locality,الواحة,El Waha,,,26,32,101,\n"
    text += "بعيد,Far,locality,الواحة,El Waha,,,260,32,109,\nغريب,Odd,planet,الواحة,El Waha,النخيل,,26,32,110,\n"
    found = read_simple(text, file="list.csv")
    assert (found.left_out, found.count - found.made) == (2, 9)
    assert [(problem.row, problem.column) for problem in found.problems] == [
        (9, "name_ar"),
        (10, ""),
        (11, "lat"),
        (12, "level"),
    ]
    assert "list.csv, row 9" in str(found.problems[0])
    assert read_places(found.content)["wof-109"].point is None
    assert read_places(found.content)["wof-110"].level == "village"


@pytest.mark.parametrize(
    "header",
    ["الاسم;المحافظة;المركز;خط العرض;خط الطول", "name,province,district,latitude,lng", "arabic_name,region,markaz,y,x"],
)
def test_other_names_of_columns_are_known(header: str) -> None:
    rows = "أبو القمح,الواحة,السرو,26.1,32.5\nالجبالية,الواحة,السرو,26.2,32.6\n"
    if ";" in header:
        rows = rows.replace(",", ";")
    places = read(f"{header}\n{rows}")
    reading = places.read("الجبالية - السرو")
    assert reading.sure and places.path_ar(reading.value or "") == "الجبالية، السرو، الواحة"
    assert places.point(reading.value or "")


@pytest.mark.parametrize("before", ["", "sep=,\n", "\n,,\n", "\ufeff"])
def test_headers_are_known_whatever_letters_and_spaces_they_are_written_with(before: str) -> None:
    text = f"{before} Name AR ,GOVERNORATE,Lat\nالسرو (عيّنة),الواحة,25.9\n"
    assert is_simple(text)
    assert {place.name_ar for place in read(text)} == {"السرو (عيّنة)", "الواحة"}


def test_a_title_above_the_header_is_passed_over_and_told() -> None:
    text = f"قائمة القرى (عيّنة),,,\n,,,\n{LIST}"
    found = read_simple(text)
    assert is_simple(text) and read_places(found.content).codes == read(LIST).codes
    assert [(each.row, each.effect) for each in found.problems[:1]] == [(3, "note")]


def test_only_rows_that_are_left_out_are_counted_so() -> None:
    """A file that was read by a guess, or a point that is none, costs no row."""
    found = read_simple("name,lat,lon\nالسرو,100,32\n".encode("cp1256"))
    assert (found.count, found.left_out, len(found.problems)) == (1, 0, 2)


def test_the_same_list_makes_the_same_codes() -> None:
    without_ids = LIST.replace(",wof_id", ",other")
    assert read_simple(without_ids).content == read_simple(without_ids).content
    codes = {place.code for place in read(without_ids)}
    assert len(codes) == len(read(without_ids)) and all(code.isascii() and len(code) <= 80 for code in codes)


def test_a_places_csv_is_no_simple_list_and_neither_is_anything_else() -> None:
    assert is_simple(LIST) and is_simple(LIST.encode())
    assert not is_simple("code,level,parent,name_ar,name_en,lat,lon\n")
    assert not is_simple("a,b\n1,2\n") and not is_simple(b"\xff\xfe") and not is_simple("")


def test_a_place_named_as_its_own_parent_does_not_belong_to_itself() -> None:
    places = read(HEADER + "السرو,El Sarw,county,الواحة,El Waha,السرو,El Sarw,26,32,1,\n")
    assert [place.code for place in places.chain("wof-1")] == ["wof-1", "el-waha.el-sarw", "el-waha"]


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_a_list_is_known_in_whatever_it_is_written(encoding: str) -> None:
    content = "الاسم,المحافظة,خط العرض,خط الطول\nقوص (عيّنة),قنا,25.91,32.76\n".encode(encoding)
    assert is_simple(content) and read_simple(content).count == 2
