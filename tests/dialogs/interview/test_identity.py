"""A whole national id is believed by its country's rules, looked at twice where it is doubted, and saves questions."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.interview import Answered, Misunderstood, UnderAge, Understood
from tests.dialogs.interview.chatting import Chat

IDENTITY = (Path(__file__).parent / "identity.md").read_text()
TRUSTED = "25606081185590"  # 8 June 1956, a man
DOUBTED = "28808102716286"  # 10 August 1988, a woman
CHILD = "31311221486214"  # 22 November 2013: thirteen today


def at_the_id(country: str = "EG") -> Chat:
    chat = Chat(IDENTITY, country=country)
    chat.say("فاطمة عيّنة")
    assert chat.prompt.name == "national_id"
    return chat


def test_a_name_is_taken_without_what_leads_in_to_it() -> None:
    chat = Chat(IDENTITY)
    chat.say("اسمي فاطمة عيّنة")
    assert chat.one(Answered).value == "فاطمة عيّنة"


@pytest.mark.parametrize("said", ["٣٤", "ليه بتسالوا", "👍"])
def test_what_is_no_name_is_asked_again(said: str) -> None:
    chat = Chat(IDENTITY)
    chat.say(said)
    assert chat.prompt.name == "own_name"
    assert "Answered" not in chat.happened()


def test_a_plain_no_leaves_the_question_where_it_may_be_left() -> None:
    chat = at_the_id()
    chat.say("لا")
    assert "Skipped" in chat.happened() and chat.prompt.name == "birth"
    required = Chat(IDENTITY)
    required.say("لا")
    assert required.one(Misunderstood).reason == "required"


def test_an_id_is_stored_as_its_digits_however_it_was_written() -> None:
    chat = at_the_id()
    chat.say("رقمي القومي ٢٥٦ ٠٦٠٨ ١١٨٥ ٥٩٠")
    assert chat.one(Answered).value == TRUSTED
    assert "Understood" not in chat.happened()


def test_an_id_that_the_popular_check_doubts_is_taken_and_wants_a_second_look() -> None:
    chat = at_the_id()
    chat.say(DOUBTED)
    assert chat.one(Answered).value == DOUBTED
    echo = chat.one(Understood)
    assert (echo.value, echo.check) == (DOUBTED, True)


@pytest.mark.parametrize("said", ["2880810271628", "28813102716286", "32612312700013", "مش معايا البطاقة خالص"])
def test_an_id_that_cannot_be_is_asked_again_with_nothing_to_take(said: str) -> None:
    chat = at_the_id()
    chat.say(said)
    assert chat.one(Misunderstood).candidates == ()
    assert chat.prompt.name == "national_id"


def test_kuwaits_id_is_held_to_its_check_digit() -> None:
    chat = at_the_id("KW")
    chat.say("288020122597")
    assert chat.one(Misunderstood).candidates == ()
    chat.say("288020122596")
    assert chat.one(Answered).value == "288020122596"
    assert chat.prompt.name == "birth" and chat.prompt.current == "1/2/1988"


def test_what_the_id_tells_is_offered_for_one_tap_and_never_filled_silently() -> None:
    chat = at_the_id()
    chat.say(TRUSTED)
    assert chat.answers.by_name("own_name") == "فاطمة عيّنة"
    assert (chat.prompt.name, chat.prompt.current) == ("birth", "8/6/1956")
    chat.tap("!keep")
    assert (chat.prompt.name, chat.prompt.current) == ("years", "70")
    chat.say("نعم")
    assert (chat.prompt.name, chat.prompt.current) == ("sex", "ذكر")
    chat.tap("m")
    assert (chat.prompt.name, chat.prompt.current) == ("wedding", "")


def test_what_is_offered_may_be_answered_otherwise() -> None:
    chat = at_the_id()
    chat.say(TRUSTED, "9/6/1956")
    assert chat.one(Answered).value == "1956-06-09"


def test_a_child_is_noticed_with_its_age() -> None:
    chat = at_the_id()
    chat.say(CHILD)
    assert chat.one(UnderAge).age == 13
    grown = at_the_id()
    grown.say(DOUBTED)
    assert "UnderAge" not in grown.happened()


def test_a_members_id_tells_of_that_member_alone_and_is_not_echoed_where_it_is_private() -> None:
    chat = at_the_id()
    chat.say("تخطي", "تخطي", "تخطي", "تخطي", "تخطي")
    assert chat.prompt.name == "child_id"
    chat.say(DOUBTED)
    echo = chat.one(Understood)
    assert (echo.value, echo.shown, echo.check) == ("", "", True)
    assert (chat.prompt.name, chat.prompt.current) == ("child_birth", "10/8/1988")
