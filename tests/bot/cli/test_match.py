"""What `sanad match` explains: everybody who was considered, in both languages, and where no door is near."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import pytest

from tests.bot.cli.conftest import Sanad

NAQADA = ("--area", "EG-KN-naqada", "--service", "food")
NOON = "2026-12-06T10:00"


@pytest.fixture
def told(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> Any:
    """Runs `sanad match … --json` and reads what it writes."""

    def one(*words: str) -> dict[str, Any]:
        sanad("match", *words, "--json")
        found: dict[str, Any] = json.loads(capsys.readouterr().out)
        return found

    return one


def test_everybody_considered_has_a_verdict_and_a_reason_in_two_languages(told: Any) -> None:
    found = told(
        "--area", "EG-KN-naqada", "--service", "food", "--facts", "household_size=2", "--at", NOON, "--explain"
    )
    assert found["at"].startswith("2026-12-06T10:00")
    offered = {each["candidate_id"] for each in found["considered"] if each["verdict"] == "offered"}
    assert offered == {match["candidate_id"] for match in found["matches"]}
    for each in found["considered"]:
        assert {"access_minutes", "load_ratio", "earliest_slot", "names"} <= set(each)
        if each["verdict"] != "offered":
            assert each["code"] and each["ar"] and each["en"]
    assert "not_eligible" in {each["code"] for each in found["considered"]}
    minutes = [each["access_minutes"] for each in found["considered"] if each["access_minutes"] is not None]
    assert minutes == sorted(minutes)
    for match in found["matches"]:
        assert all(reason["ar"] and reason["en"] for reason in match["reasons"])


def test_the_facts_decide(told: Any) -> None:
    where = (*NAQADA, "--at", NOON, "--explain")
    few = told(*where, "--facts", "household_size=2")
    many = told(*where, "--facts", "household_size=6")
    refused = {each["candidate_id"] for each in few["considered"] if each["code"] == "not_eligible"}
    assert refused and not refused & {e["candidate_id"] for e in many["considered"] if e["code"] == "not_eligible"}


def test_slots_are_told_by_the_clock_of_the_place(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    sanad("match", "--area", "KW-JA-jahra", "--service", "food", "--at", "2026-11-27T03:00")
    assert "first slot 2026-11-29T09:00+03:00" in capsys.readouterr().out
    sanad("match", "--area", "KW-JA-jahra", "--service", "food")
    assert "+00:00" not in capsys.readouterr().out, "nor where no hour was named"


def test_a_danger_is_left_to_a_person(told: Any) -> None:
    found = told(*NAQADA, "--facts", "danger=yes")
    assert (found["code"], found["matches"]) == ("human_only", [])


def test_a_pin_counts_instead_of_the_middle_of_the_area(told: Any) -> None:
    pin = told("--lat", "26.164", "--lon", "32.726", "--programme", "qena", "--service", "food", "--explain")
    assert pin["considered"][0]["access_minutes"] < 5


def test_the_text_names_them_too(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    sanad("match", "--area", "KW-AH", "--service", "food", "--explain")
    text = capsys.readouterr().out
    assert "considered:" in text and "nearest first" in text


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (("--lat", "26.1", "--service", "food"), "belong together"),
        (("--lat", "96", "--lon", "32", "--programme", "qena", "--service", "food"), "from -90 to 90"),
        (("--lat", "26", "--lon", "32", "--service", "food"), "say whose directory"),
        (("--area", "KW-AH", "--service", "food", "--facts", "seven"), "is not NAME=VALUE"),
        (("--area", "KW-AH", "--service", "food", "--at", "noon"), "is no time"),
        (("gaps",), "say whose places"),
        (("gaps", "--programme", "atlantis"), "say whose places"),
    ],
)
def test_what_cannot_be_asked_says_why(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    assert sanad("match", *words) == 2
    assert expected in capsys.readouterr().err


def test_the_gaps_of_a_programme_are_listed(told: Any, sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    found = told("gaps", "--programme", "kuwait", "--service", "food")
    assert found["services"] == ["food"]
    assert {gap["kind"] for gap in found["gaps"]} <= {"none", "full_only", "waitlist_only", "ferry_only"}
    far = [gap["nearest_minutes"] for gap in found["gaps"] if gap["kind"] == "none" and gap["nearest_minutes"]]
    assert all(minutes > 60 for minutes in far)
    assert sanad("match", "gaps", "--programme", "kuwait", "--service", "food", "--csv") == (1 if found["gaps"] else 0)
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["place_code"] for row in rows] == [gap["place_code"] for gap in found["gaps"]]
