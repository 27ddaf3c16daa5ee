"""What was read from words is said back once where a mistake would cost; what was tapped or plainly typed is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from dialogs.interview import Answered, Misunderstood, Said, Understood
from tests.dialogs.interview.chatting import Chat

ECHO = (Path(__file__).parent / "echo.md").read_text()
QUESTIONS = "people rent debt visit born_month secret_day phone note_text".split()


def asked(name: str, *, country: str = "EG") -> Chat:
    """The interview at that question, those before it skipped."""
    chat = Chat(ECHO, country=country)
    for _ in QUESTIONS[: QUESTIONS.index(name)]:
        chat.say("تخطي")
    assert chat.prompt.name == name
    return chat


def echoes(chat: Chat) -> list[Understood]:
    return [event for event in chat.events if isinstance(event, Understood)]


@pytest.mark.parametrize(
    ("question", "said", "value", "kind"),
    [
        ("rent", "ألف وخمسمية", "1500", "money"),
        ("rent", "٢٫٥ ألف", "2500", "money"),
        ("rent", "3,500", "3500", "money"),
        ("debt", "خمسة ونص", "5.5", "money"),
        ("visit", "بكرة", "2026-11-23", "date"),
        ("visit", "٥ مارس ٢٠٢٧", "2027-03-05", "date"),
        ("phone", "صفر واحد صفر صفر واحد اتنين تلاتة اربعة خمسة ستة سبعة", "+201001234567", "text"),
    ],
)
def test_what_was_read_from_words_is_said_back(question: str, said: str, value: str, kind: str) -> None:
    chat = asked(question)
    chat.say(said)
    (echo,) = echoes(chat)
    assert (echo.value, echo.kind, echo.check) == (value, kind, False)
    assert chat.one(Answered).value == value


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("people", "خمسة"),
        ("rent", "3500"),
        ("rent", "٣٥٠٠ جنيه"),
        ("debt", "٢٫٥"),
        ("visit", "5/3/2027"),
        ("visit", "٠٥-٠٣-٢٠٢٧"),
        ("visit", "2027-03-05"),
        ("born_month", "3/1985"),
        ("secret_day", "أمس"),
        ("phone", "٠١٠٠١٢٣٤٥٦٧"),
        ("phone", "رقمي +20 100 123 4567 واتس"),
        ("note_text", "بكرة"),
    ],
)
def test_plain_digits_and_what_costs_nothing_are_not_said_back(question: str, said: str) -> None:
    chat = asked(question)
    chat.say(said)
    assert chat.one(Answered).ref.endswith(question)
    assert echoes(chat) == []


def test_an_authors_unit_goes_with_the_money() -> None:
    chat = asked("rent")
    chat.say("ألف وخمسمية")
    assert chat.one(Understood).unit == "جنيه"


def test_one_tap_opens_it_for_change_and_the_next_question_waits() -> None:
    chat = asked("visit")
    chat.say("بكرة")
    key = chat.one(Understood).key
    assert chat.prompt.name == "born_month"
    chat.hear(Said(choice=key))
    assert chat.prompt.name == "visit" and chat.prompt.current == "23/11/2026"
    chat.say("بعد بكرة")
    assert chat.one(Understood).value == "2026-11-24"
    assert chat.prompt.name == "born_month"


def test_what_was_asked_about_and_confirmed_is_not_said_back_again() -> None:
    chat = asked("phone")
    chat.say("50001234")
    assert chat.one(Misunderstood).candidates[0].label == "+96550001234"
    chat.say("نعم")
    assert chat.one(Answered).value == "+96550001234"
    assert echoes(chat) == []


def test_two_numbers_are_asked_about_and_a_tap_takes_one() -> None:
    chat = asked("phone")
    chat.say("01001234567 أو 01112345678")
    offered = chat.one(Misunderstood).candidates
    assert [option.label for option in offered] == ["+201001234567", "+201112345678"]
    chat.hear(Said(choice=offered[1].id))
    assert chat.one(Answered).value == "+201112345678"
