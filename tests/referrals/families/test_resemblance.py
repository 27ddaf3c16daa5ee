"""How alike two people are: the same both ways, by points that can be read, and never by a name alone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dialogs.understanding import name_key
from referrals.families.duplicates.resemblance import (
    LINE,
    Likeness,
    blocks_to_look_in,
    likeness_of_names,
    name_blocks,
    resemblance,
)

WORDS = ("فاطمة", "أمينة", "عبد الرحمن", "السالم", "حسن", "عبدالرحيم", "محمود", "عيّنة", "أبو العلا", "نجلاء")
NAMES = st.lists(st.sampled_from(WORDS), max_size=5).map(lambda words: name_key(" ".join(words)))
KEYS = st.frozensets(st.sampled_from((b"a", b"b", b"c")), max_size=2)
PEOPLE = st.builds(
    Likeness, NAMES, st.none() | st.integers(1930, 2020), st.sampled_from(("", "EG-KN-qus", "EG-KN-qift")), KEYS, KEYS
)
AMINA = Likeness(name_key("أمينة عبد الرحمن سالم عيّنة"), 1984, "KW-JA")


@given(PEOPLE, PEOPLE)
def test_it_is_the_same_whichever_comes_first(one: Likeness, other: Likeness) -> None:
    assert resemblance(one, other) == resemblance(other, one)


@given(PEOPLE, PEOPLE)
def test_a_name_alone_never_brings_two_people_before_staff(one: Likeness, other: Likeness) -> None:
    bare = [Likeness(each.name) for each in (one, other)]
    assert not resemblance(*bare).worth_a_look


@given(PEOPLE, PEOPLE)
def test_the_points_are_those_of_the_evidence_and_never_below_none(one: Likeness, other: Likeness) -> None:
    found = resemblance(one, other)
    assert found.score >= 0
    assert (
        found.worth_a_look
        or found.score < LINE
        or not {"same_name", "like_name"} & set(found.evidence)
        or (min(len(one.name.split()), len(other.name.split())) < 3)
    )


@given(PEOPLE)
def test_everybody_is_found_in_their_own_blocks(person: Likeness) -> None:
    filed = set(name_blocks(person.name, person.born, person.village))
    assert filed <= set(blocks_to_look_in(person.name, person.born, person.village))


@given(PEOPLE.filter(lambda person: person.born is not None), st.integers(-2, 2))
def test_a_year_or_two_off_is_found_all_the_same(person: Likeness, off: int) -> None:
    assert person.born is not None
    filed = set(name_blocks(person.name, person.born + off, person.village))
    assert filed <= set(blocks_to_look_in(person.name, person.born, person.village))


@pytest.mark.parametrize(
    ("changed", "worth_a_look", "evidence"),
    [
        ({"village": ""}, True, ("same_name", "same_year")),
        ({"born": 1985, "village": ""}, True, ("same_name", "near_year")),
        ({"born": None, "village": ""}, False, ("same_name",)),
        ({"born": None}, True, ("same_name", "same_village")),
        ({"born": 1951}, False, ("same_name", "same_village", "other_year")),
        ({"name": name_key("امينه عبدالرحمن السالم عينة")}, True, ("same_name", "same_village", "same_year")),
        ({"name": name_key("أمينة عبد الرحمن سليم عيّنة")}, True, ("like_name", "same_village", "same_year")),
        ({"name": name_key("أمينة سالم عيّنة")}, True, ("like_name", "same_village", "same_year")),
        ({"name": name_key("أمينة عيّنة")}, False, ("same_village", "same_year", "like_name")),
        ({"name": name_key("زينب محمود حسن")}, False, ("same_village", "same_year")),
    ],
)
def test_what_is_worth_a_look(changed: dict[str, object], worth_a_look: bool, evidence: tuple[str, ...]) -> None:
    found = resemblance(AMINA, replace(AMINA, **changed))  # type: ignore[arg-type]  # fields of the dataclass
    assert (found.evidence, found.worth_a_look) == (evidence, worth_a_look)


def test_the_same_id_or_telephone_is_looked_at_whatever_else_is_said() -> None:
    stranger = Likeness(name_key("زينب محمود حسن"), 1951, "KW-AH")
    for key in ("ids", "phones"):
        known: dict[str, Any] = {key: frozenset({b"key"})}
        assert resemblance(replace(AMINA, **known), replace(stranger, **known)).worth_a_look


def test_two_ids_say_that_they_are_two_people() -> None:
    mine, theirs = (replace(AMINA, ids=frozenset({key})) for key in (b"one", b"other"))
    assert "other_id" in resemblance(mine, theirs).evidence
    assert resemblance(mine, theirs).score < resemblance(AMINA, AMINA).score


def test_a_name_that_leaves_out_what_stands_between_is_nearly_the_same() -> None:
    whole, short = name_key("أمينة عبد الرحمن سالم عيّنة"), name_key("أمينة عيّنة")
    assert likeness_of_names(whole, short) == likeness_of_names(short, whole) >= 0.9
    assert likeness_of_names(whole, name_key("زينب محمود حسن")) < 0.7
