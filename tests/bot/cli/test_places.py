"""`sanad places import` and `sanad understand place`: the places in force are what a name is read over."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.bot.cli.conftest import Sanad

LIST = """name_ar,name_en,level,governorate_ar,governorate_en,parent_ar,parent_en,lat,lon,wof_id,alt_names_ar
أبو القمح,Abu el Qamh,locality,الواحة,El Waha,السرو,El Sarw,26.1,32.5,101,القمح
عزبة العرب,`Izbat al `Arab,locality,الواحة,El Waha,السرو,El Sarw,26.3,32.7,102,
عزبة العرب,`Izbat al `Arab,locality,الواحة,El Waha,النخيل,El Nakhil,26.0,32.0,103,
,,locality,الواحة,El Waha,النخيل,El Nakhil,26.0,32.0,104,
"""


@pytest.fixture
def imported(sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """What was said when the list became the places of Qena."""
    file = tmp_path / "list.csv"
    file.write_text(LIST, encoding="utf-8")
    assert sanad("places", "import", str(file), "--programme", "qena") == 0
    said = capsys.readouterr()
    return said.out + said.err


def read(sanad: Sanad, capsys: pytest.CaptureFixture[str], *lines: str) -> list[dict[str, object]]:
    assert sanad("understand", "place", "--country", "EG", said="".join(f"{line}\n" for line in lines)) == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_simple_list_is_imported_and_no_row_is_lost_in_silence(imported: str) -> None:
    assert "qena: 6 places" in imported
    assert "list.csv: 3 places, 3 more that they belong to, 1 rows left out" in imported
    assert "list.csv, row 5, column name_ar" in imported


def test_names_are_read_over_the_places_in_force(
    sanad: Sanad, imported: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sure, twin, told, gone = read(sanad, capsys, "ابو القمح", "عزبة العرب", "عزبة العرب - النخيل", "نجع حمادي")
    assert sure["sure"] and sure["value"] == {
        "id": "wof-101",
        "name_ar": "أبو القمح",
        "name_en": "Abu el Qamh",
        "path_ar": "أبو القمح، السرو، الواحة",
        "path_en": "Abu el Qamh, El Sarw, El Waha",
    }
    assert not twin["sure"] and "السرو" in str(twin["ask"]) and "النخيل" in str(twin["ask"])
    assert told["sure"] and isinstance(told["value"], dict) and told["value"]["id"] == "wof-103"
    assert not gone["sure"]


def test_without_a_database_the_folders_are_read_and_none_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    nothing = tmp_path / "nothing"
    monkeypatch.setenv("SANAD_DATA", str(nothing))
    (found,) = read(sanad, capsys, "نجع حمادي")
    assert found["sure"] and not nothing.exists()


def test_what_is_no_database_of_ours_is_passed_over(
    data: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    (data / "sanad.db").write_bytes(b"")
    (found,) = read(sanad, capsys, "نجع حمادي")
    assert found["sure"]


def test_a_name_of_two_countries_is_asked_unless_one_is_named(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("understand", "place", "الصالحية") == 0
    asked = json.loads(capsys.readouterr().out)
    assert not asked["sure"] and "قنا" in asked["ask"] and "العاصمة" in asked["ask"]
    (found,) = read(sanad, capsys, "الصالحية")
    assert found["sure"]


def test_a_list_that_names_no_place_is_refused(
    sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "list.csv"
    for content in ("name_ar,lat\n,26\n", "code,level,parent,name_ar,name_en\n", ""):
        file.write_text(content, encoding="utf-8")
        assert sanad("places", "import", str(file), "--programme", "qena") == 2
        assert "no row names a place" in capsys.readouterr().err
