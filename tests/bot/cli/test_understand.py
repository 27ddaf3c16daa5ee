"""`sanad understand`: one JSON value for one text, in order, and never sure of what it is not."""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bot.cli import main
from tests.bot.cli.conftest import ROOT, Sanad

Captured = pytest.CaptureFixture[str]
ID, DOUBTED = "25606081185590", "30205032789895"


def told(capsys: Captured) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("number", "خمسه وعشرين"), 25),
        (("number", "٢٥٫٥"), 25.5),
        (("date", "بعد بكرة", "--today", "2026-11-01"), "2026-11-03"),
        (("intent", "لا مانع"), "yes"),
        (("phone", "٠١٠١٢٣٤٥٦٧٨", "--country", "EG"), "+201012345678"),
        (("phone", "50001234", "--country", "KW"), "+96550001234"),
        (("national-id", ID, "--country", "EG"), ID),
        (("national-id", "٢٨٨٠٢٠١٢٢٥٩٦", "--country", "KW"), "288020122596"),
        (("name", "  فاطمة   سالم "), "فاطمة سالم"),
    ],
)
def test_what_is_certain_is_said_so(sanad: Sanad, capsys: Captured, words: tuple[str, ...], value: Any) -> None:
    assert sanad("understand", *words) == 0
    assert told(capsys) == [{"value": value, "sure": True, "ask": None}]


@pytest.mark.parametrize(
    ("words", "value", "ask"),
    [
        (("number", "كتير"), None, "اكتبوا العدد بالأرقام. كم العدد؟"),
        (("date", "2026"), None, "بقي اليوم أو الشهر أو السنة. أي يوم تقصدون؟"),
        (("phone", "123"), None, "اكتبوا الرقم كله. ما رقم الهاتف؟"),
        (("phone", "50001234"), "+96550001234", "هل تقصدون +96550001234؟"),
        (
            ("phone", "01001234567 أو 01112345678"),
            "+201001234567",
            "هل تقصدون +201001234567 أم +201112345678؟",
        ),
        (("national-id", "123"), None, "في رقم البطاقة ١٤ رقماً، لا أكثر ولا أقل. ما هو؟"),
        (
            ("national-id", "292091998297", "--country", "KW"),
            None,
            "في هذا الرقم خطأ أو نقص. اكتبوه من البطاقة رقماً رقماً. ما هو؟",
        ),
        (("name", "٣٤"), None, "اكتبوا الاسم كما تحبون أن نناديكم به. ما اسمكم؟"),
    ],
)
def test_what_is_not_certain_is_never_sure_and_asks(
    sanad: Sanad, capsys: Captured, words: tuple[str, ...], value: Any, ask: str
) -> None:
    assert sanad("understand", *words) == 0
    assert told(capsys) == [{"value": value, "sure": False, "ask": ask}]


@pytest.mark.parametrize("kind", ["number", "date", "intent", "phone", "national-id", "place", "name"])
def test_what_cannot_be_read_asks_and_what_is_blank_does_not(sanad: Sanad, capsys: Captured, kind: str) -> None:
    assert sanad("understand", kind, said="…!\n\n   \n") == 0
    unreadable, *blank = told(capsys)
    assert unreadable["value"] is None and not unreadable["sure"] and unreadable["ask"].endswith(("؟", "."))
    assert blank == [{"value": None, "sure": False, "ask": None}] * 2


def test_a_day_that_is_not_certain_is_shown_in_words(sanad: Sanad, capsys: Captured) -> None:
    assert sanad("understand", "date", "١٥ رمضان ١٤٠٥") == 0
    found = told(capsys)[0]
    assert not found["sure"] and "١٩٨٥" in found["ask"] and "هل تقصدون" in found["ask"]


def test_an_egyptian_id_that_the_popular_check_doubts_is_taken_and_looked_at_again(
    sanad: Sanad, capsys: Captured
) -> None:
    assert sanad("understand", "national-id", DOUBTED) == 0
    found = told(capsys)[0]
    assert (found["value"], found["sure"]) == (DOUBTED, True)
    assert found["ask"] == "نكتب الرقم هكذا: ٣٠٢٠٥٠٣٢٧٨٩٨٩٥. هل هو كما في البطاقة؟"


def test_nobody_is_born_after_the_day_that_was_named(sanad: Sanad, capsys: Captured) -> None:
    for day, sure in (("2026-12-23", True), ("2026-12-22", False)):
        assert sanad("understand", "national-id", "32612232700013", "--today", day) == 0
        assert told(capsys)[0]["sure"] is sure


def test_nobody_is_born_decades_from_now(sanad: Sanad, capsys: Captured) -> None:
    assert sanad("understand", "national-id", "39901012700013") == 0
    assert not told(capsys)[0]["sure"]


def test_lines_are_answered_in_order_blank_ones_too(sanad: Sanad, capsys: Captured) -> None:
    assert sanad("understand", "number", said="٣\n\nسبعة\n") == 0
    assert [found["value"] for found in told(capsys)] == [3, None, 7]


def test_a_place_has_id_names_and_path_and_two_of_one_name_are_asked(sanad: Sanad, capsys: Captured) -> None:
    assert sanad("understand", "place", "--country", "EG", said="نجع حمادى\nقنا\nباريس\n") == 0
    sure, asked, none = told(capsys)
    assert sure["sure"] and sure["value"]["name_en"] == "Nag Hammadi" and sure["value"]["path_ar"] == "نجع حمادي، قنا"
    assert set(sure["value"]) == {"id", "name_ar", "name_en", "path_ar", "path_en"}
    assert not asked["sure"] and asked["value"]["name_ar"] == "قنا"
    assert asked["ask"].startswith("هل تقصدون ") and " أم " in asked["ask"]
    assert none == {"value": None, "sure": False, "ask": "لم نعرف هذا المكان. أين تسكنون؟"}


def test_a_choice_is_read_from_a_list(sanad: Sanad, tmp_path: Path, capsys: Captured) -> None:
    listed = tmp_path / "list.json"
    listed.write_text('{"married": {"label": "متزوج", "aliases": ["متجوز", "متجوزة"]}, "single": "أعزب"}')
    assert sanad("understand", "choice", "متجوزة", "--choices", str(listed)) == 0
    assert told(capsys) == [{"value": "married", "sure": True, "ask": None}]
    assert sanad("understand", "choice", "متجوزة") == 2
    listed.write_text('{"\\ud800": "نعم"}')  # half of a character
    assert sanad("understand", "choice", "نعم", "--choices", str(listed)) == 0
    assert told(capsys)[-1]["sure"]
    listed.write_text("[]")
    assert sanad("understand", "choice", "متجوزة", "--choices", str(listed)) == 2
    assert sanad("understand", "date", "اليوم", "--today", "tomorrow") == 2


@pytest.mark.parametrize(
    "words",
    [
        ("phone", "50001234", "--country", "KW"),
        ("phone", "--country", "KW", "50001234"),
        ("--country=KW", "phone", "50001234"),
        ("phone", "--country", "KW", "--", "50001234"),
        ("phone", "- 50001234 -", "--country", "KW"),
    ],
)
def test_options_and_text_stand_in_any_order(sanad: Sanad, capsys: Captured, words: tuple[str, ...]) -> None:
    assert sanad("understand", *words) == 0
    assert told(capsys)[0]["value"] == "+96550001234"


def test_a_kind_that_is_none_is_refused(capsys: Captured) -> None:
    with pytest.raises(SystemExit) as refused:
        main(["understand", "colour", "أحمر"])
    assert refused.value.code == 2
    assert "national-id" in capsys.readouterr().err


def test_whatever_bytes_come_each_line_has_its_answer(
    sanad: Sanad, capsys: Captured, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = b"\xef\xbb\xbf\xd9\xa3\r\n\xff\xfe\xc3\n\x00\n\xe2\x80\xa8\n7\n" + b"9" * 100_000 + b"\n\xd9\xa5"
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(given)))
    assert main(["understand", "number"]) == 0
    found = told(capsys)
    assert [each["value"] for each in found] == [3, None, None, None, 7, None, 5]
    assert found[1]["ask"] and found[5]["ask"]


def test_whoever_reads_along_may_leave_and_no_argument_breaks_it(tmp_path: Path) -> None:
    lines = tmp_path / "lines"
    lines.write_text("٥\n" * 20_000)
    run = "from bot.cli import main; raise SystemExit(main())"
    words = [sys.executable, "-c", run, "understand", "number"]
    with lines.open() as given:
        asked = subprocess.Popen(words, stdin=given, stdout=subprocess.PIPE, stderr=subprocess.PIPE, cwd=ROOT)
        assert asked.stdout is not None and asked.stderr is not None
        assert json.loads(asked.stdout.readline())["value"] == 5
        asked.stdout.close()
        assert asked.stderr.read() == b""
        asked.stderr.close()
        assert asked.wait() == 141
    odd = subprocess.run([*map(os.fsencode, words), b"\xff\xd9\xa5"], capture_output=True, cwd=ROOT, check=True)
    assert json.loads(odd.stdout)["sure"] is False
