"""How many, how much: numbers said to a question in words, none at all, alone, and two numbers at once."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Misunderstood, Said
from tests.dialogs.interview.chatting import Chat

FORM = """
| survey |
| | type | name | label::ar | required | constraint | bind::chat:quick | bind::chat:quick_ar | bind::chat:kind |
| | integer | people | كم عددكم كلّكم؟ | yes | . > 0 | 1 | أعيش وحدي | people |
| | integer | children | كم طفلاً عندكم؟ | yes | . < 20 | 0 | لا أطفال | |
| | integer | rooms | كم غرفة في البيت؟ | yes | | | | |
| | decimal | income | كم دخل البيت في الشهر؟ | yes | | | | |
"""
BEFORE = {"people": (), "children": ("٥",), "rooms": ("٥", "٢"), "income": ("٥", "٢", "٣")}


def after(name: str, text: str) -> Chat:
    """The chat after that answer to the question of that name."""
    chat = Chat(FORM)
    chat.say(*BEFORE[name])
    assert chat.prompt.name == name
    chat.say(text)
    return chat


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("people", "احنا سته في البيت", "6"),
        ("people", "لوحدي", "1"),
        ("people", "عايشة لوحدي", "1"),
        ("people", "بروحي", "1"),
        ("people", "أنا ومراتي وتلات عيال وأمي", "6"),
        ("children", "عندي تلات عيال", "3"),
        ("children", "مفيش", "0"),
        ("children", "ولا واحد", "0"),
        ("children", "ماكو", "0"),
        ("children", "none", "0"),
        ("children", "صفر", "0"),
        ("rooms", "غرفتين", "2"),
        ("income", "حوالي ٥ آلاف جنيه في الشهر", "5000.0"),
        ("income", "الفين ونص", "2500.0"),
        ("income", "٢٥٠٫٧٥", "250.75"),
    ],
)
def test_a_number_is_taken_as_it_is_said(name: str, text: str, value: str) -> None:
    assert after(name, text).one(Answered).value == value


@pytest.mark.parametrize(
    ("name", "text", "offered"),
    [
        ("rooms", "٥ أو ٦", ["5", "6"]),
        ("rooms", "مفيش", ["0"]),
        ("children", "أنا ومراتي وتلات عيال", ["5"]),  # only where all at home are counted is it taken
        ("people", "ولد وبنتين", ["3"]),
        ("children", "من 18 ل 21", ["18"]),  # the form takes fewer than twenty
        ("income", "1.500", ["1.5", "1500"]),
        ("income", "مية ونص", ["100.5", "150"]),
        ("rooms", "مية ونص", ["150"]),
    ],
)
def test_of_two_numbers_those_that_fit_are_offered(name: str, text: str, offered: list[str]) -> None:
    chat = after(name, text)
    assert [option.label for option in chat.one(Misunderstood).candidates] == offered
    chat.hear(Said(choice=chat.one(Misunderstood).candidates[-1].id))
    assert float(chat.one(Answered).value) == float(offered[-1])


@pytest.mark.parametrize(
    ("name", "text"), [("rooms", "لوحدي"), ("people", "مفيش"), ("rooms", "٢ ونص"), ("rooms", "كتير")]
)
def test_words_that_say_no_count_of_the_thing_are_asked_again(name: str, text: str) -> None:
    assert after(name, text).one(Misunderstood).candidates == ()
