"""A GeoNames dump becomes places: divisions and settlements with Arabic names; what is wrong in it is told."""

from __future__ import annotations

from referrals.directory.places.geonames import is_geonames, read_admin, read_geonames, read_names
from referrals.directory.places.places import Places, read_places


def row(id: int, name: str, others: str, lat: str, lon: str, kind: str, code: str, first: str, second: str = "") -> str:
    cells = (str(id), name, name, others, lat, lon, kind, code, "EG", "", first, second, "", "", "100", "", "80")
    return "\t".join((*cells, "Africa/Cairo", "2026-01-01"))


DUMP = "\n".join(
    [
        row(1, "Waha", "الواحة,Oase,واحه", "26.1", "32.7", "A", "ADM1", "77"),
        row(2, "Sarw", "السرو", "25.9", "32.7", "A", "ADM2", "77", "7701"),
        row(3, "Abu Qamh", "أبو القمح,Abou Qamh,ابوقمح,ابو قمح", "25.95", "32.73", "P", "PPL", "77", "7701"),
        row(4, "Bandar", "", "26.11", "32.71", "P", "PPLA", "77"),
        row(5, "Nile", "النيل", "26.0", "32.7", "H", "STM", "77"),
        row(6, "Abou Qamh", "ابو القمح", "25.951", "32.731", "P", "PPL", "77", "7701"),
        row(7, "Far", "بعيد", "126.0", "32.7", "P", "PPL", "77"),
        row(8, "Alone", "وحيدة", "30.0", "31.0", "P", "PPL", "11", "1101"),
        "9\tbroken",
        row(3, "Again", "", "25.9", "32.7", "P", "PPL", "77"),
        "",
    ]
)


def places_of(**options: object) -> Places:
    return read_places(read_geonames(DUMP.encode(), **options).content)  # type: ignore[arg-type]  # options of its own


def test_a_dump_is_told_from_other_lists() -> None:
    assert is_geonames(DUMP.encode()) and is_geonames(b"\xef\xbb\xbf" + DUMP.replace("\n", "\r\n").encode())
    assert not is_geonames(b"code,level\n") and not is_geonames(b"")


def test_a_dump_whose_first_row_is_broken_is_one_all_the_same() -> None:
    digits = row(1, "Long", "", "25.9", "32.7", "P", "PPL", "77").replace("1\t", f"{'9' * 5_000}\t", 1)
    given = f"1\tbroken\n{digits}\n{DUMP}".encode()
    assert is_geonames(given)
    found, whole = read_geonames(given), read_geonames(DUMP.encode())
    assert (found.count, found.left_out) == (whole.count, whole.left_out + 2)


def test_settlements_belong_to_their_divisions_and_have_their_arabic_names() -> None:
    places = places_of()
    assert places.path_ar("gn-3") == "أبو القمح، السرو، الواحة"
    assert [places[code].level for code in ("gn-1", "gn-2", "gn-3")] == ["governorate", "markaz", "village"]
    assert places["gn-4"].parent == "gn-1" and places["gn-4"].name_ar == "Bandar"
    assert "gn-5" not in places  # a river is no place that a family lives in
    assert places.read("ابو قمح").value == "gn-3"
    assert places["gn-3"].source.startswith("GeoNames 3 (CC BY 4.0)")


def test_arabic_names_of_the_list_of_names_go_first() -> None:
    names = read_names(
        "1\t4\tar\tالبندر القديم\t\t\t\t1\n2\t4\tar\tبندر\n3\t4\tar\tالبندر\t1\n4\t4\ten\tBandar\n".encode()
    )
    assert places_of(names=names)["gn-4"].name_ar == "البندر"


def test_divisions_without_a_row_come_from_the_files_of_codes() -> None:
    admin = read_admin(b"EG.11\tQahira\tCairo\t99\n") | read_admin(b"EG.11.1101\tNasr\tNasr City\t98\n")
    places = places_of(admin=admin)
    assert [place.code for place in places.chain("gn-8")] == ["gn-8", "gn-98", "gn-99"]


def test_rows_that_cannot_be_read_are_told_and_one_place_under_two_numbers_is_one() -> None:
    read = read_geonames(DUMP.encode(), file="EG.txt")
    assert [(each.row, each.effect) for each in read.problems] == [
        (7, "left out"),
        (9, "left out"),
        (10, "left out"),
        (6, "note"),
    ]
    assert read.left_out == 3 and read.count == 5
    assert "gn-6" not in read_places(read.content)


def test_one_governorate_can_be_taken_alone() -> None:
    assert "gn-8" not in places_of(within="77") and "gn-3" in places_of(within="77")
