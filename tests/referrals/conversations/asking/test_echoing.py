"""What was understood is said back in words that people read, with one way to change it on every channel."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.fitting import fit
from bot.channels.whatsapp_bodies import message_body
from dialogs.interview import Understood
from referrals.conversations.asking.echoing import said_back, with_change
from referrals.conversations.asking.prompting import Asking, question
from referrals.conversations.desk import Desk
from referrals.inbound import Address
from referrals.messages import CAPABILITIES
from referrals.texts import Voice, common_catalogue
from tests.platforms.graph_api_rules import check_message
from tests.referrals.conversations.at_a_desk import desk_on, prompt_with

KEY = "q0000.3:!edit"


def understood(**values: Any) -> Understood:
    plain = {"ref": "/data/q", "label": "متى تناسبكم الزيارة؟", "key": KEY, "kind": "date"}
    return Understood(**{**plain, "value": "2026-11-23", "shown": "23/11/2026", **values})


def desk_in(language: str, digits: str) -> Desk:
    desk = desk_on("web")
    return replace(desk, language=language, _voice=Voice(common_catalogue(language, "family"), language, digits, "UTC"))


@pytest.mark.parametrize(
    ("values", "line"),
    [
        ({}, "فهمنا: الاثنين ٢٣ نوفمبر ٢٠٢٦."),
        ({"shown": "11/2026"}, "فهمنا: ١١/٢٠٢٦."),
        (
            {"kind": "dateTime", "value": "2026-11-23T15:00:00.000+02:00", "shown": "23/11/2026 3:00 عصراً"},
            "فهمنا: الاثنين ٢٣ نوفمبر ٢٠٢٦ ٣:٠٠ عصراً.",
        ),
        ({"kind": "money", "value": "1500", "shown": "1500", "unit": "جنيه"}, "فهمنا: ١٥٠٠ جنيه."),
        ({"kind": "money", "value": "35000", "shown": "35000", "unit": "جنيه"}, "فهمنا: ٣٥٬٠٠٠ جنيه."),
        ({"kind": "money", "value": "150.5", "shown": "150.5"}, "فهمنا: ١٥٠٫٥."),
        ({"kind": "text", "value": "+201001234567", "shown": "+201001234567"}, "فهمنا: +201001234567."),
        (
            {"kind": "text", "value": "28808102716286", "shown": "28808102716286", "check": True},
            "كتبنا الرقم ٢٨٨٠٨١٠٢٧١٦٢٨٦. انظروا إليه مرة أخرى في البطاقة.",
        ),
        ({"kind": "text", "value": "", "shown": "", "check": True}, "انظروا إلى الرقم مرة أخرى في البطاقة، للتأكد."),
    ],
)
def test_it_is_said_in_words_that_people_read(values: dict[str, Any], line: str) -> None:
    assert said_back(desk_in("ar", "arab"), [understood(**values)]) == [line]


def test_it_is_said_in_the_digits_and_the_language_of_the_conversation() -> None:
    money = understood(kind="money", value="35000.5", shown="35000.5", unit="KD")
    assert said_back(desk_in("ar", "latn"), [money]) == ["فهمنا: 35,000.5 KD."]
    assert said_back(desk_in("en", "arab"), [money]) == ["We understood: 35,000.5 KD."]
    assert said_back(desk_in("en", "arab"), [understood()]) == ["We understood: Monday 23 November 2026."]


def test_of_several_each_says_what_it_answers_and_no_button_stands_for_one_alone() -> None:
    desk = desk_in("ar", "arab")
    both = [understood(), understood(label="كم الإيجار؟", kind="money", value="1500", shown="1500")]
    assert said_back(desk, both) == [
        "متى تناسبكم الزيارة؟ فهمنا: الاثنين ٢٣ نوفمبر ٢٠٢٦.",
        "كم الإيجار؟ فهمنا: ١٥٠٠.",
    ]
    message = question(desk, Asking(prompt_with(["نعم", "لا"])))
    assert with_change(desk, message, both) == message.choices == with_change(desk, message, [])


@pytest.mark.parametrize("channel", CAPABILITIES)
@pytest.mark.parametrize("count", [0, 1, 2, 3, 4, 8, 9, 10, 11, 41])
def test_one_more_button_fits_wherever_there_is_room(channel: str, count: int) -> None:
    desk = desk_on(channel)
    kind = "select_one" if count else "text"
    message = question(desk, Asking(prompt_with([f"قرية {n}" for n in range(count)], kind=kind, skippable=True)))
    choices = with_change(desk, message, [understood()])
    assert choices[: len(message.choices)] == message.choices
    assert len(choices) <= CAPABILITIES[channel].rows
    assert (choices[-1:] and choices[-1].id == KEY) or len(message.choices) == CAPABILITIES[channel].rows
    for part in fit(replace(message, choices=choices), CAPABILITIES[channel]):
        if channel == "whatsapp":
            check_message(message_body(Address("phone", "201000000000"), part), {}, {})
