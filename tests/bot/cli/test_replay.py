"""`sanad form replay`: recorded steps in, what every node held out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.bot.cli.conftest import Sanad

FORM = """
| survey | type | name | label | calculation | relevant |
| | deviceid | device | | | |
| | phonenumber | phone | | | |
| | today | day | | | |
| | integer | age | Age | | |
| | calculate | hour | | format-date-time(now(), '%H:%M') | |
| | select_one_from_file towns.csv | town | Town | | ${age} > 17 |
"""
STEPS = [{"op": "set", "ref": "/data/age", "v": "20", "d": {}}, {"op": "set", "ref": "/data/town", "v": "qena"}]
WHEN = ("--now", "2026-01-15T22:30:00Z", "--tz", "Africa/Cairo")


@pytest.fixture
def form(tmp_path: Path) -> Path:
    file = tmp_path / "sample.md"
    file.write_text(FORM, encoding="utf-8")
    (tmp_path / "towns.csv").write_text("name,label\nqena,Qena\nluxor,Luxor\n", encoding="utf-8")
    return file


def _steps(folder: Path, steps: object) -> str:
    file = folder / "steps.json"
    file.write_text(json.dumps(steps), encoding="utf-8")
    return str(file)


def _said(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_it_prints_one_json_object(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    known = ("--preload", "deviceID=dev:1", "--preload", "phonenumber=+201000000000")
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, STEPS), *WHEN, *known) == 0
    said = _said(capsys)
    assert list(said) == ["initial", "steps", "final_violations", "submission"]
    assert said["initial"]["/data/device"]["v"] == "dev:1"
    assert said["initial"]["/data/phone"]["v"] == "+201000000000"
    assert said["initial"]["/data/day"]["v"] == "2026-01-16"  # past midnight in Cairo
    assert said["initial"]["/data/hour"]["v"] == "00:30"
    assert said["steps"][0]["d"]["/data/town"] == {"v": "", "r": 1, "o": "qena\x1fluxor"}
    assert "<town>qena</town>" in said["submission"]


def test_steps_may_stand_in_a_trace(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    trace = {"form": "sample", "initial": {}, "steps": STEPS}
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, trace), *WHEN) == 0
    assert len(_said(capsys)["steps"]) == 2


def test_steps_may_come_from_standard_input(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("form", "replay", str(form), "--steps", "-", *WHEN, said=json.dumps(STEPS)) == 0
    assert len(_said(capsys)["steps"]) == 2


def test_a_missing_list_is_blank(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    (form.parent / "towns.csv").unlink()
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, STEPS[:1]), *WHEN) == 0
    assert _said(capsys)["steps"][0]["d"]["/data/town"]["o"] == ""


def test_a_step_that_cannot_be_taken_is_said(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    steps = [{"op": "set", "ref": "/data/nowhere", "v": "1"}, *STEPS]
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, steps), *WHEN) == 1
    printed = capsys.readouterr()
    assert "step 1: set: the form has no /data/nowhere now" in printed.err
    assert "<town>qena</town>" in json.loads(printed.out)["submission"]


def test_a_form_that_cannot_be_used(tmp_path: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "broken.md"
    file.write_text(FORM.replace("${age} > 17", "${agee} > 17"), encoding="utf-8")
    assert sanad("form", "replay", str(file), "--steps", _steps(tmp_path, [])) == 2
    assert "agee" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--tz", "Cairo/Egypt"), "--tz"),
        (("--now", "noon"), "--now"),
        (("--preload", "deviceid"), "--preload"),
    ],
)
def test_a_wrong_argument_is_named(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], complaint: str
) -> None:
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, []), *words) == 2
    assert complaint in capsys.readouterr().err


@pytest.mark.parametrize("steps", ["{", "7", '{"steps": 7}', "[7]"])
def test_steps_that_are_none(form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str], steps: str) -> None:
    file = form.parent / "steps.json"
    file.write_text(steps, encoding="utf-8")
    assert sanad("form", "replay", str(form), "--steps", str(file)) == 2
    assert "--steps" in capsys.readouterr().err


def test_half_a_character_comes_back_as_it_was_written(
    form: Path, sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    steps = [{"op": "set", "ref": "/data/age", "v": "\ud800"}]
    assert sanad("form", "replay", str(form), "--steps", _steps(form.parent, steps), *WHEN) == 0
    assert _said(capsys)["steps"][0]["v"] == "\ud800"


@pytest.mark.parametrize("number", ["NaN", "Infinity", "1e999"])
def test_what_is_no_number_in_json_is_refused(form: Path, sanad: Sanad, number: str) -> None:
    steps = f'[{{"op": "set", "ref": "/data/age", "v": {number}}}]'
    assert sanad("form", "replay", str(form), "--steps", "-", *WHEN, said=steps) == 2
