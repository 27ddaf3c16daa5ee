"""Who lives together, told one by one."""

from __future__ import annotations

import pytest

from dialogs.understanding import read_number
from dialogs.understanding.number.people import count_people


@pytest.mark.parametrize(
    ("number", "texts"),
    [
        (2, "انا وامي بس | أنا وزوجي"),
        (3, "انا ومراتي وعيل | انا وبنتين | انا وجوزي وبنتي"),
        (5, "me and my wife and 3 kids | انا، مراتي، ٣ عيال | ana w gozy w 3 3eyal"),
        (6, "أنا ومراتي وتلات عيال وأمي | أنا وأولادي الخمسة | انا وابويا وامي وتلات اخوات"),
        (8, "انا وزوجي وست عيال"),
    ],
)
def test_a_roster_counts_whoever_speaks(number: int, texts: str) -> None:
    assert {text: count_people(text) for text in texts.split(" | ")} == dict.fromkeys(texts.split(" | "), number)


def test_a_roster_is_offered_where_nobody_asked_for_all_at_home() -> None:
    found = read_number("أنا ومراتي وتلات عيال")
    assert (found.value, found.sure) == (5, False)


@pytest.mark.parametrize(
    "text",
    ["ولدين وبنت", "انا وعيالي", "انا ومراتي والعيال", "انا وانا", "انا و٣ عيال وواحد في الطريق", "انا", "وانا كمان"],
)
def test_what_is_no_whole_roster_is_not_counted(text: str) -> None:
    assert count_people(text) is None
