"""`sanad understand`: one JSON value for one text, in order, and never sure of what it is not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.conftest import Sanad


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("number", "خمسه وعشرين"), 25),
        (("number", "٢٥٫٥"), 25.5),
        (("date", "بعد بكرة", "--today", "2026-11-01"), "2026-11-03"),
        (("intent", "لا مانع"), "yes"),
        (("phone", "٠١٠١٢٣٤٥٦٧٨", "--country", "EG"), "+201012345678"),
        (("phone", "50001234", "--country", "KW"), "+96550001234"),
        (("national-id", "29001012700013", "--country", "EG"), "29001012700013"),
        (("name", "  فاطمة   سالم "), "فاطمة سالم"),
    ],
)
def test_what_is_certain_is_said_so(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], value: Any
) -> None:
    assert sanad("understand", *words) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["value"] == value and found["sure"] is True
    assert set(found) == {"value", "sure", "ask"}


@pytest.mark.parametrize(
    "words", [("number", "كتير"), ("date", "2026"), ("intent", "ايوه لا"), ("phone", "123"), ("name", "٣٤")]
)
def test_what_is_not_certain_is_never_sure(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...]
) -> None:
    assert sanad("understand", *words) == 0
    assert json.loads(capsys.readouterr().out)["sure"] is False


def test_lines_are_answered_in_order_blank_ones_too(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("understand", "number", said="٣\n\nسبعة\n") == 0
    assert [json.loads(line)["value"] for line in capsys.readouterr().out.splitlines()] == [3, None, 7]


def test_a_place_has_id_names_and_path_and_two_of_one_name_are_asked(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("understand", "place", "--country", "EG", said="نجع حمادى\nقنا\nباريس\n") == 0
    sure, asked, none = map(json.loads, capsys.readouterr().out.splitlines())
    assert sure["sure"] and sure["value"]["name_en"] == "Nag Hammadi" and sure["value"]["path_ar"] == "نجع حمادي، قنا"
    assert not asked["sure"] and asked["ask"] == "place_which"
    assert none == {"value": None, "sure": False, "ask": None}


def test_a_choice_is_read_from_a_list(sanad: Sanad, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = tmp_path / "list.json"
    listed.write_text('{"married": {"label": "متزوج", "aliases": ["متجوز", "متجوزة"]}, "single": "أعزب"}')
    assert sanad("understand", "choice", "متجوزة", "--choices", str(listed)) == 0
    assert json.loads(capsys.readouterr().out) == {"value": "married", "sure": True, "ask": None}
    assert sanad("understand", "choice", "متجوزة") == 2
    listed.write_text("[]")
    assert sanad("understand", "choice", "متجوزة", "--choices", str(listed)) == 2
    assert sanad("understand", "date", "اليوم", "--today", "tomorrow") == 2
