"""A consent is a clear yes to the notice, given while the notice is what was asked last."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from referrals.families.records import Consent
from tests.families import Families

QUESTION = "هل توافقون؟"


def consents(families: Families) -> int:
    with families.store.reading() as uow:
        return uow.session.scalar(select(func.count()).select_from(Consent)) or 0


@pytest.mark.parametrize(
    "words",
    ["القائمة", "مواعيدي", "معلوماتي", "انتو مين؟", "ايه ده", "صباح الخير", "مش فاهمة", "شكرا", "بكام ده"],
)
def test_after_anything_else_the_notice_is_asked_again(families: Families, words: str) -> None:
    families.apply("501", until=QUESTION)
    said = families.say("501", words)
    assert said[-1].text.endswith(QUESTION), [message.text for message in said]
    assert [choice.label for choice in said[-1].choices] == ["أوافق", "لا أوافق", "أريد شرحاً أكثر"]
    assert consents(families) == 0


def test_a_yes_to_something_else_is_no_consent(families: Families) -> None:
    families.apply("501", until=QUESTION)
    assert families.say("501", "فين طلبي")[-1].text.endswith("ما رقم طلبكم؟")
    families.say("501", "اه")
    assert consents(families) == 0


def test_a_tap_on_an_old_menu_brings_the_notice_back(families: Families) -> None:
    families.apply("501", until=QUESTION)
    said = families.tap("501", "القائمة")
    assert "بماذا نساعدكم" in said[0].text and said[-1].text.endswith(QUESTION)


@pytest.mark.parametrize("words", ["اه", "أوافق", "موافقة", "لا مانع"])
def test_a_yes_to_the_notice_is_a_consent(families: Families, words: str) -> None:
    families.apply("501", until=QUESTION)
    assert "من يرى رسائل" in families.say("501", words)[-1].text
    assert consents(families) == 1


@pytest.mark.parametrize("words", ["يمكن", "هشوف", "طيب ايه اللي هيحصل؟", "👍🏽؟"])
def test_what_is_no_clear_yes_is_no_consent(families: Families, words: str) -> None:
    families.apply("501", until=QUESTION)
    families.say("501", words)
    assert consents(families) == 0
