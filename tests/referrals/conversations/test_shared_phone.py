"""On a telephone that others read, all answers together are shown only to who wants them there."""

from __future__ import annotations

import pytest

from referrals.messages import Message
from tests.families import Families, answer_to

ASKED = "نعرض إجاباتكم كلها هنا؟"


def to_the_review(families: Families, readers: str = "أهل البيت أيضاً") -> list[Message]:
    """The whole way to the end of the questions, on a telephone with these readers."""
    families.apply("501", until="من يرى رسائل")
    got = families.tap("501", readers)
    while ASKED not in got[-1].text and "نقدّم الطلب" not in got[-1].text:
        said = "[نعم]" if "يناسبكم هذا الرقم" in got[-1].text else answer_to(got[-1].text)
        button = said.startswith("[")
        got = families.tap("501", said.strip("[]")) if button else families.say("501", said)
    return got


def last(said: list[Message]) -> tuple[str, list[str]]:
    return said[-1].text, [choice.label for choice in said[-1].choices]


@pytest.mark.parametrize("readers", ["أهل البيت أيضاً", "لا أعرف"])
def test_it_is_asked_before_all_answers_are_shown(families: Families, readers: str) -> None:
    text, labels = last(to_the_review(families, readers))
    assert text.endswith(ASKED)
    assert "فاطمة" not in text
    assert labels == ["نعم، اعرضوها", "لا"]


def test_nobody_is_asked_whose_telephone_is_their_own(families: Families) -> None:
    text, _ = last(to_the_review(families, "أنا وحدي"))
    assert "هذه إجاباتكم" in text and "فاطمة" in text


@pytest.mark.parametrize("yes", ["نعم، اعرضوها", "اه"])
def test_a_yes_shows_them_and_is_no_yes_to_sending(families: Families, yes: str) -> None:
    to_the_review(families)
    text, labels = last(families.say("501", yes))
    assert "فاطمة" in text and "نعم، قدّموه" in labels
    assert "وصل طلبكم" in families.tap("501", "نعم، قدّموه")[0].text


@pytest.mark.parametrize("no", ["لا", "لأ مش عايزة"])
def test_a_no_keeps_them_out_of_sight_and_the_application_can_still_be_sent(families: Families, no: str) -> None:
    to_the_review(families)
    text, labels = last(families.say("501", no))
    assert text.endswith("إجاباتكم محفوظة، ولا نعرضها هنا. هل نقدّم الطلب؟")
    assert labels == ["نعم، قدّموه", "أغيّر إجابة", "لاحقاً"]
    assert "وصل طلبكم" in families.say("501", "نعم")[0].text


def test_an_answer_can_be_changed_without_showing_the_others(families: Families) -> None:
    to_the_review(families)
    families.tap("501", "لا")
    families.tap("501", "أغيّر إجابة")
    assert "ما اسمكم" in families.tap("501", "ما اسمكم")[-1].text
    text, _ = last(families.say("501", "مريم عيّنة"))
    assert "ولا نعرضها هنا" in text and "مريم" not in text


def test_who_saw_them_once_is_not_asked_again(families: Families) -> None:
    to_the_review(families)
    families.tap("501", "نعم، اعرضوها")
    families.tap("501", "أغيّر إجابة")
    families.tap("501", "ما اسمكم")
    text, _ = last(families.say("501", "مريم عيّنة"))
    assert "مريم" in text and ASKED not in text
