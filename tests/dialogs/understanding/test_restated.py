"""A yes or a no with the question's words: taken where the rest only repeats them, asked where it may say more."""

from __future__ import annotations

import pytest

from dialogs.understanding import ChoiceWords
from dialogs.understanding.choice.restated import read_restated

OPTIONS = (ChoiceWords("yes", "نعم"), ChoiceWords("no", "لا"), ChoiceWords("unknown", "لا أعرف"))
APPLIED = "هل قدّم أحد من بيتكم طلباً من قبل؟"
ENOUGH = "هل يكفي دخل البيت إلى آخر الشهر؟"
WORK = "هل في البيت من يبحث عن عمل أو تدريب؟"


@pytest.mark.parametrize(
    ("question", "yes", "no"),
    [
        (
            APPLIED,
            "نعم قدمنا قبل | آه قدمنا السنة اللي فاتت | ايوة قدمت",
            "لا ما قدمنا | مقدمناش | محدش قدم | لا اول مرة",
        ),
        (ENOUGH, "ايوه بيكفي | نعم يكفي", "مبيكفيش | لا يكفي | مش مكفي | دخل البيت لا يكفي | مفيش دخل"),
        (WORK, "ايوه بيبحث عن عمل", "لا محدش بيبحث | مفيش حد بيبحث عن عمل"),
        ("Does anyone need work?", "yes we need work", "no not work"),
    ],
)
def test_the_questions_own_words_change_nothing(question: str, yes: str, no: str) -> None:
    for meant, texts in (("yes", yes), ("no", no)):
        for text in texts.split(" | "):
            found = read_restated(text, question, OPTIONS)
            assert (found.value, found.sure) == (meant, True), text


@pytest.mark.parametrize("text", ["لا قدمنا", "ايوه ما قدمنا", "قدمنا"])
def test_what_says_both_and_a_bare_verb_are_asked(text: str) -> None:
    found = read_restated(text, APPLIED, OPTIONS)
    assert not found.sure
    assert "yes" in found.candidates


@pytest.mark.parametrize("text", ["نعم عندي سؤال", "لا بس جارتي", "لا عندي سؤال", "البيت بيقع", "الحمد لله", ""])
def test_words_of_their_own_are_left_to_others(text: str) -> None:
    assert read_restated(text, APPLIED, OPTIONS).blank


def test_a_question_in_the_negative_and_a_list_without_both_are_left() -> None:
    assert read_restated("ما قدمنا", "ألم تقدموا طلباً؟ لا بأس إن لم تقدموا", OPTIONS).blank
    assert read_restated("لا ما قدمنا", APPLIED, (ChoiceWords("all", "كلهم"), ChoiceWords("no", "لا"))).blank
