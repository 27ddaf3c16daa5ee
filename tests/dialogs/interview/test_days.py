"""A day said to a question: taken when certain, else offered; a Hijri date is kept as it was typed."""

from __future__ import annotations

import pytest

from dialogs.interview import Answered, Misunderstood, Reviewed, Said, session_from_json, session_to_json
from tests.dialogs.interview.chatting import Chat

DAYS = """
| survey |
| | type | name | label::Arabic (ar) | constraint | appearance |
| | date | born | متى ولدتم؟ | . <= today() | |
| | date | visit | متى الزيارة؟ | . > today() | |
| | date | since | منذ أي سنة؟ | | year |
"""


def offers(chat: Chat) -> list[str]:
    return [option.label for option in chat.one(Misunderstood).candidates]


@pytest.mark.parametrize("yes", ["نعم", "tap"])
def test_a_hijri_date_is_kept_as_typed_beside_the_day_it_was_converted_to(yes: str) -> None:
    chat = Chat(DAYS)
    chat.say("\u200f١٥ رمضان ١٤٤٠ ")
    assert offers(chat) == ["20/5/2019"]
    if yes == "tap":
        chat.hear(Said(choice=chat.one(Misunderstood).candidates[0].id))
    else:
        chat.say(yes)
    assert chat.one(Answered).value == "2019-05-20"
    assert chat.one(Answered).shown == "20/5/2019 ±1 يوم (١٥ رمضان ١٤٤٠)"
    assert chat.session.journal[-1].said == "١٥ رمضان ١٤٤٠"
    assert session_from_json(session_to_json(chat.session)) == chat.session
    chat.say("تخطي", "تخطي")
    assert chat.one(Reviewed).lines[0].shown == "20/5/2019 ±1 يوم (١٥ رمضان ١٤٤٠)"


def test_the_words_of_an_offer_do_not_stay_with_another_answer() -> None:
    chat = Chat(DAYS)
    chat.say("١٥ رمضان ١٤٤٠", "15/3/1990")
    assert (chat.one(Answered).value, chat.one(Answered).shown) == ("1990-03-15", "15/3/1990")
    assert chat.session.journal[-1].said == ""


def test_a_hijri_year_keeps_its_words_too() -> None:
    chat = Chat(DAYS)
    chat.say("تخطي", "تخطي", "١٤٤٠ هـ", "نعم")
    assert chat.one(Answered).shown == "2018 (١٤٤٠ هـ)"


def test_a_two_digit_year_offers_the_centuries_that_the_form_takes() -> None:
    chat = Chat(DAYS)
    chat.say("5/1/27")
    assert offers(chat) == ["5/1/1927"]
    chat.say("تخطي", "5/1/27")
    assert offers(chat) == ["5/1/2027"]


@pytest.mark.parametrize("text", ["عمري ٣٥ سنة", "٣٥ سنة", "٣٥", "عندي خمسة وتلاتين سنة", "01012345678"])
def test_an_age_is_no_birthday(text: str) -> None:
    chat = Chat(DAYS)
    chat.say(text)
    assert (chat.one(Misunderstood).reason, offers(chat)) == ("unreadable", [])
    assert chat.one(Misunderstood).example == "15/3/1985"


def test_a_day_said_from_today_is_taken_where_it_fits() -> None:
    chat = Chat(DAYS)
    chat.say("تخطي", "الخميس الجاي ان شاء الله")
    assert chat.one(Answered).value == "2026-11-26"


def test_a_year_counted_back_is_offered() -> None:
    chat = Chat(DAYS)
    chat.say("تخطي", "تخطي", "من سنتين")
    assert offers(chat) == ["2024"]


def test_a_hijri_day_without_its_year_offers_the_nearest() -> None:
    chat = Chat(DAYS)
    chat.say("تخطي", "١٥ رمضان")
    assert offers(chat) == ["22/2/2027", "11/2/2028"]
    chat.hear(Said(choice=chat.one(Misunderstood).candidates[0].id))
    assert chat.one(Answered).shown == "22/2/2027 ±1 يوم (١٥ رمضان)"
