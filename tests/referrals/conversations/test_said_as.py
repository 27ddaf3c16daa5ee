"""What a question proposes is agreed to or refused by its very verb, in every dialect; anything else is no answer."""

from __future__ import annotations

import pytest

from referrals.conversations.said_as import said_by_verb


@pytest.mark.parametrize(
    ("stage", "said", "value"),
    [
        ("agree", "ايوه ابعتوه", "yes"),
        ("agree", "طرشوه لهم", "yes"),
        ("agree", "لا تبعتوه", "no"),
        ("agree", "متبعتوش", "no"),
        ("erase", "لا تمسحون", "no"),
        ("erase", "امسحوا كل شي", "yes"),
        ("erase", "خلاص سيبوها", "no"),
        ("cancel", "متلغوش الموعد", "no"),
        ("cancel", "ألغوه", "yes"),
        ("cancel", "لا الغوه", ""),
        ("cancel", "لغة", ""),
        ("agree", "خلصونا", ""),
        ("agree", "ايوه متبعتوش", ""),
        ("agree", "ابعتوه من غير اسمي", ""),
        ("slot", "ابعتوه", ""),
    ],
)
def test_the_verb_of_the_question_says_yes_or_no(stage: str, said: str, value: str) -> None:
    assert said_by_verb(stage, said) == value
