"""Who cannot serve a family, and that what nobody knows excludes nobody."""

from __future__ import annotations

from datetime import date

import pytest

from referrals.matching import Candidate, EligibilityRule, Need
from referrals.matching.rules.filters import RuleError, excluded_by, is_full, judge, unknown_fields
from tests.referrals.matching.sample import centre, need

TODAY = date(2026, 12, 6)


@pytest.mark.parametrize(
    ("code", "family", "place"),
    [
        ("inactive", need(), centre(1, active=False)),
        ("not_assured", need(), centre(1, assured_at=None)),
        ("not_assured", need(), centre(1, assured_at=date(2025, 12, 5))),
        ("wrong_service", need(("training",)), centre(1)),
        ("not_eligible", need(facts={"size": 2}), centre(1, eligibility=(EligibilityRule("size", "ge", 3),))),
        ("condition_unknown", need(), centre(1, eligibility=(EligibilityRule("size", "ge", 3, on_unknown="drop"),))),
        ("outside_catchment", need(), centre(1, catchment=("qus", "qift"))),
        ("not_accepting", need(), centre(1, accepts_referrals=False)),
        ("restricted", need(), centre(1, restricted=True)),
        ("full", need(), centre(1, used=7, taken_elsewhere=3)),
        ("full", need(), centre(1, capacity=0)),
        ("full", need(), centre(1, capacity=None, lacking=True)),
        ("not_accepting", need(), centre(1, paused=True)),
        ("already_asked", need(excluded_locations=frozenset({1})), centre(1)),
        ("gender", need(gender="male"), centre(1, serves_genders=frozenset({"female"}))),
        ("gender", need(staff_gender="female"), centre(1, staff_genders=frozenset({"male"}))),
        ("language", need(language="en"), centre(1, languages=frozenset({"ar"}))),
        ("accessibility", need(accessibility=("wheelchair",)), centre(1, accessibility=frozenset())),
        ("no_consent", need(consented_organizations=frozenset({2})), centre(1)),
        ("refused_recently", need(), centre(1, refused_recently=True)),
        ("already_asked", need(asked_organizations=frozenset({1})), centre(1)),
    ],
)
def test_each_filter_says_its_code(code: str, family: Need, place: Candidate) -> None:
    exclusion = excluded_by(family, place, TODAY)
    assert exclusion is not None
    assert exclusion.code == code


@pytest.mark.parametrize(
    ("family", "place"),
    [
        (need(), centre(1)),
        (need(), centre(1, assured_at=date(2025, 12, 6))),
        (need(), centre(1, catchment=("qena",))),
        (need(area=""), centre(1, catchment=("qena",))),
        (need(), centre(1, capacity=None, used=500)),
        (need(), centre(1, used=10, waitlist=True)),
        (need(language="en"), centre(1)),
        (need(gender="female"), centre(1, serves_genders=frozenset({"female"}))),
        (need(consented_organizations=frozenset({1})), centre(1)),
    ],
)
def test_these_may_serve(family: Need, place: Candidate) -> None:
    assert excluded_by(family, place, TODAY) is None


@pytest.mark.parametrize(
    ("op", "value", "fact", "verdict"),
    [
        ("ge", "3", "3", True),
        ("gt", 3, 3, False),
        ("le", "250", "300", False),
        ("lt", 5, "٤", True),
        ("ge", 3, "many", None),
        ("eq", "yes", True, True),
        ("eq", "yes", False, False),
        ("ne", "yes", "no", True),
        ("eq", "3.0", 3, True),
        ("in", "rent|owned", "rent", True),
        ("not-in", "rent owned", "rent", False),
        ("includes", "low_income widow_divorced", ("debt", "low_income"), True),
        ("includes", ("elderly_alone",), "debt low_income", False),
        ("excludes", "debt", ("debt",), False),
        ("eq", "yes", "", None),
        ("eq", "yes", None, None),
    ],
)
def test_a_rule_is_yes_no_or_unknown(op: str, value: str, fact: str, verdict: bool | None) -> None:
    rule = EligibilityRule("fact", op, value)
    assert judge(rule, need(facts={"fact": fact})) is verdict


def test_target_groups_are_a_fact_of_their_own() -> None:
    rule = EligibilityRule("target_groups", "includes", "debt")
    assert judge(rule, need(target_groups=("debt",))) is True
    assert judge(rule, need()) is None


def test_an_operator_that_does_not_exist_is_named_with_those_that_do() -> None:
    with pytest.raises(RuleError, match=r"no operator `like`; known are eq, ne, in"):
        judge(EligibilityRule("fact", "like", "x"), need())


def test_what_nobody_knows_is_left_to_the_desk() -> None:
    place = centre(1, eligibility=(EligibilityRule("income", "le", 3000),), serves_genders=frozenset({"female"}))
    family = need(accessibility=("wheelchair",), staff_gender="female")
    assert excluded_by(family, place, TODAY) is None
    assert unknown_fields(family, place) == ("income", "accessibility", "staff_gender", "gender")


def test_full_is_a_matter_of_the_declared_capacity() -> None:
    assert is_full(centre(1, taken_elsewhere=10))
    assert not is_full(centre(1, taken_elsewhere=9))
    assert not is_full(centre(1, capacity=None, taken_elsewhere=99))
