"""Patterns of danger are only tried where they can begin, and none is missed for that."""

from __future__ import annotations

import re

import pytest

from dialogs.understanding.danger.openings import alternatives, openings_of
from dialogs.understanding.danger.scenes import TOGETHER
from dialogs.understanding.danger.watching import Watch
from dialogs.understanding.danger.words import DANGER, ENGLISH
from dialogs.understanding.folding import fold
from tests.dialogs.understanding.said_tables import cells_of, lines_of


@pytest.mark.parametrize(
    ("pattern", "openings"),
    [
        ("سم", {"سم "}),
        ("ضربني", {"ضربن"}),
        ("(?:ه|ب)?يضرب", {"يضرب", "هيضر", "بيضر"}),
        ("[هب]موت", {"هموت", "بموت"}),
        ("(?:ب|ن)*تعرض", {"تعرض", "ب", "بتعر", "ن", "نتعر"}),
        (r"(?:\w+ )?ضرب", {"", "ضرب "}),
        (r"طق\w*(?! الباب)", {"طق", "طق "}),
        (r"ما (?:\w+ ){0,2}اكل", {"ما ", "ما ا"}),
        ("(?<!من )(?:لو|اذا) ما", {"لو م", "اذا "}),
    ],
)
def test_a_pattern_tells_how_it_begins(pattern: str, openings: set[str]) -> None:
    assert openings_of(pattern) == openings


def test_a_pattern_is_parted_where_no_group_holds_it_together() -> None:
    assert alternatives("a(?:b|c)|[d|e]f|g") == ["a(?:b|c)", "[d|e]f", "g"]


def test_no_pattern_of_danger_may_begin_with_anything() -> None:
    patterns = [*DANGER, *ENGLISH, *(half for pair in TOGETHER for half in pair)]
    assert [one for pattern in patterns for one in alternatives(pattern) if "" in openings_of(one)] == []


def test_what_is_watched_for_is_what_a_plain_search_finds() -> None:
    watch = Watch({"danger": DANGER})
    searched = re.compile(r"(?<!\w)[وف]?(?:" + "|".join(f"(?:{one})" for one in DANGER) + r")(?!\w)")
    said = [fold(text) for line in lines_of("danger_said.txt") for text in cells_of(line[1:])]
    said = said[::15]
    beside = [f"{one} و{other}" for one, other in zip(said, said[7:], strict=False)]
    assert [text for text in (*said, *beside) if bool(watch.seen(text)) != bool(searched.search(text))] == []
