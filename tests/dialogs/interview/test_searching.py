"""A list of hundreds is searched by what people type of a name."""

from __future__ import annotations

import pytest

from dialogs.interview import Found
from dialogs.interview.searching import search
from dialogs.understanding import ChoiceWords
from tests.dialogs.interview.chatting import Chat

VILLAGES = tuple(ChoiceWords(f"v{n}", f"نجع الشيخ {n}", (f"عزبة {n}",)) for n in range(300))
TOWNS = tuple(
    ChoiceWords(name, label, aliases)
    for name, label, aliases in (
        ("jahra", "الجهراء", ()),
        ("jahra_west", "غرب الجهراء", ()),
        ("hawalli", "حولي", ("حوّلي",)),
        ("salmiya", "السالمية", ("سالميه",)),
        ("jabriya", "الجابرية", ()),
        ("sabah", "صباح الأحمد", ("مدينة صباح",)),
        ("ali", "صباح السالم", ()),
    )
)


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("جهراء", ("jahra", "jahra_west")),
        ("سالمية", ("salmiya",)),
        ("السالميه", ("salmiya",)),
        ("صباح", ("sabah", "ali")),
        ("سالم", ("salmiya", "ali")),
        ("الاحمد صباح", ("sabah",)),
        ("مدينة صباح", ("sabah",)),
        ("جابريه", ("jabriya",)),
        ("الجابريت", ("jabriya",)),
        ("حو", ("hawalli",)),
        ("طوكيو", ()),
        ("", ()),
        ("ا", ()),
        ("س" * 500, ()),
    ],
)
def test_the_best_comes_first(words: str, found: tuple[str, ...]) -> None:
    assert search(words, TOWNS) == found


def test_hundreds_of_hits_are_all_known() -> None:
    assert len(search("الشيخ", VILLAGES)) == 300


def test_more_than_nine_hits_say_how_many_more() -> None:
    rows = "\n".join(f"| | v | v{n} | نجع الشيخ {n} |" for n in range(40))
    chat = Chat(
        f"""
| survey |
| | type | name | label::Arabic (ar) | required |
| | select_one v | v | ما القرية؟ | yes |
| choices |
| | list_name | name | label::Arabic (ar) |
{rows}
"""
    )
    assert chat.prompt.search
    chat.say("شيخ")
    found = chat.one(Found)
    assert (len(found.options), found.more) == (9, 31)
    chat.say("نجع الشيخ 17")
    assert chat.session.status == "reviewing"
