"""`--shape` serves terminals that neither join Arabic letters nor write from right to left."""

from __future__ import annotations

import shutil
from os import terminal_size

import pytest

from bot.cli.shaping import shown_here
from referrals.documents.arabic_shaping import columns_of
from tests.bot.cli.conftest import Sanad

JOINED = "ﻡﻼﺴﻟﺍ"  # «السلام», joined and from the right
COLUMNS = 44


@pytest.fixture
def narrow(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "get_terminal_size", lambda: terminal_size((COLUMNS, 24)))


@pytest.mark.usefixtures("narrow")
def test_a_chat_is_joined_and_written_from_the_right(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", "--shape", said="السلام عليكم\n") == 0
    lines = [line for line in capsys.readouterr().out.splitlines() if line.strip()]
    assert any(JOINED in line for line in lines)
    assert {columns_of(line) for line in lines} == {COLUMNS}, "every line ends at the right, and none goes beyond it"
    assert "السلام" not in "".join(lines)


def test_what_is_piped_on_stays_as_it_is_stored(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", said="السلام عليكم\n") == 0
    said = capsys.readouterr().out
    assert "وعليكم السلام ورحمة الله." in said
    assert not set("\u200f\u2066\u2069") & set(said)


@pytest.mark.usefixtures("narrow")
def test_json_is_for_programs_and_never_shaped(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("chat", "--programme", "kuwait", "--shape", "--json", said="السلام عليكم\n") == 0
    assert "وعليكم السلام" in capsys.readouterr().out


def test_a_sentence_begins_at_the_right_and_is_wrapped_before_it_is_turned() -> None:
    shown = shown_here(True, 24)("وصل طلبكم إلينا. رقمه ٤٨٢١، فاحتفظوا به.", "ar")
    first, second = shown.split("\n")
    assert (len(first), len(second)) == (24, 24)
    assert first.endswith("ﻞﺻﻭ") and second.lstrip().startswith(".")


def test_a_telephone_keeps_its_order() -> None:
    assert "+965 2222 0000" in shown_here(True, 60)("اتصلوا على +965 2222 0000 الآن.", "ar")


def test_english_stays_at_the_left() -> None:
    assert shown_here(True, 60)("Welcome back.", "en") == "Welcome back."


def test_help_says_it(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        sanad("chat", "--help")
    assert "--shape" in capsys.readouterr().out
