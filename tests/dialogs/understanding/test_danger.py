"""Words of danger are heard in every dialect; sorrow, illness, idioms and what is denied raise none."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_danger
from tests.dialogs.understanding.said_tables import cells_of, lines_of

LINES = list(lines_of("danger_said.txt"))


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("+")])
def test_words_of_danger_are_heard(line: str) -> None:
    assert [text for text in cells_of(line[1:]) if not read_danger(text)] == []


@pytest.mark.parametrize("line", [line for line in LINES if line.startswith("-")])
def test_ordinary_words_are_not_danger(line: str) -> None:
    assert [text for text in cells_of(line[1:]) if read_danger(text)] == []


@pytest.mark.parametrize(
    ("text", "danger"),
    [
        ("خايفة", True),
        ("خايفة من جوزي عشان الديون", True),
        ("خايفة من الامتحان", False),
        ("خايفة على العيال من البرد", False),
        ("محدش بيضربني", False),
        ("مش بس بيضربني، بيهددني كمان", True),
        ("لا، احنا في أمان", False),
        ("مش عايزة اموت", False),
        ("مش عايزة اعيش", True),
    ],
)
def test_what_is_feared_and_what_is_denied_counts(text: str, danger: bool) -> None:
    assert read_danger(text) is danger


@pytest.mark.parametrize(
    "text", ["", "ضرب" * 40_000, "ه ح ب " * 20_000, "جوزي " * 20_000, "he is " * 20_000, "\ud800" * 9, "ما لا " * 9_000]
)
def test_no_message_is_too_long_or_too_odd_to_read(text: str) -> None:
    assert read_danger(text) is False
