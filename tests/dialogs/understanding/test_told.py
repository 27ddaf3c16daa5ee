"""A yes or a no told as a fact: sure beside a «نعم» or «لا» that says the same, else offered back."""

from __future__ import annotations

import pytest

from dialogs.understanding import ChoiceWords
from dialogs.understanding.choice.told import read_lead, read_told

OPTIONS = (ChoiceWords("yes", "نعم"), ChoiceWords("no", "لا"), ChoiceWords("prefer_not", "لا أريد الإجابة"))
CARE = "هل في البيت من يحتاج إلى رعاية خاصة كل يوم؟"
DEBTS = "هل عليكم ديون يصعب سدادها؟"
ENOUGH = "هل يكفي دخل البيت إلى آخر الشهر؟"
WORK = "هل في البيت من يبحث عن عمل أو تدريب؟"
CHAIR = "هل نختار لكم مكاناً يناسب الكرسي المتحرك؟"


@pytest.mark.parametrize(
    ("question", "said", "value", "sure"),
    [
        (CARE, "ايوه امي قعيدة", "yes", True),
        (CARE, "ولدي معاق", "yes", False),
        (CARE, "امي مبتمشيش", "yes", False),
        (CHAIR, "لا بيمشي", "no", True),
        (DEBTS, "ما عندي قروض", "no", True),
        (DEBTS, "علي قرض بنك", "yes", False),
        (ENOUGH, "بنستلف كل شهر", "no", False),
        (ENOUGH, "ولا يوصل لنص الشهر", "no", False),
        (WORK, "محدش بيدور", "no", True),
        (WORK, "ابني مش لاقي شغل", "yes", False),
        (WORK, "ما لاقي", "yes", False),
        (CHAIR, "محتاجين كرسي", "yes", False),
        (CHAIR, "مش محتاجين كرسي", "no", True),
    ],
)
def test_a_fact_answers_what_it_tells_of(question: str, said: str, value: str, sure: bool) -> None:
    found = read_told(said, question, OPTIONS)
    assert (found.value, found.sure) == (value, sure)


@pytest.mark.parametrize(
    ("question", "said"),
    [(CARE, "لا امي على كرسي"), (ENOUGH, "ايوه بس نستلف"), (ENOUGH, "اه يكفي لنص الشهر")],
)
def test_what_says_both_or_turns_is_asked(question: str, said: str) -> None:
    assert not read_told(said, question, OPTIONS).sure


def test_a_fact_of_something_else_tells_nothing() -> None:
    assert read_told("ولدي معاق", "هل لديكم هاتف؟", OPTIONS).blank
    assert read_told("عندي سؤال", CARE, OPTIONS).blank


def test_a_no_with_words_of_its_own_is_offered_back() -> None:
    assert read_lead("لا كلهم صغيرين", OPTIONS).candidates == ("no",)
    assert read_lead("كلهم صغيرين", OPTIONS).blank
    assert read_lead("لا", OPTIONS).blank
