"""Walks through a form: answers that fit, every choice made, the fewest ways that show everything."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from textwrap import dedent

import pytest

from dialogs.checking import check, estimated_minutes
from dialogs.checking.plain_words import PlainWords
from dialogs.checking.walking.covering import branches_of
from dialogs.checking.walking.samples import samples_of
from dialogs.checking.walking.survey import survey_of
from dialogs.checking.walking.wishes import Wish, contradictory, values_passing
from dialogs.form import Form, read_form
from tests.dialogs.checking.looking import choices, survey

NOW = datetime(2026, 11, 1, 7, 0, tzinfo=UTC)
NEEDS = choices("list_name | name | label", *[f"need | {name} | {name}" for name in "abcde"])
HEADER = "type | name | label | required | relevant | constraint"


def form_of(*sheets: str) -> Form:
    return read_form(dedent("\n".join(sheets)).encode(), name="sample.md")


@pytest.mark.parametrize(
    "pattern",
    [
        "^[23][0-9]{11}$",
        "^([0-9]{4}|[0-9]{12})$",
        "^[^0-9]{2,80}$",
        r"^\+?\d{3}-\d+$",
        "^(yes|no|maybe)!?$",
        r"^\w+\s\w+$",
    ],
)
def test_texts_are_made_that_a_pattern_accepts(pattern: str) -> None:
    made = samples_of(pattern)
    assert made and all(re.search(pattern, text) for text in made)


@pytest.mark.parametrize("pattern", ["(", "a" * 2000, "(?P<x>a)(?P=x)"])
def test_a_pattern_that_cannot_be_taken_apart_makes_nothing_and_does_not_fail(pattern: str) -> None:
    assert isinstance(samples_of(pattern), tuple)


def test_wishes_contradict_where_no_value_can_pass_them_all() -> None:
    over_five, under_seven, under_six = Wish(">", 5.0), Wish("<", 7.0), Wish("<", 6.0)
    assert not contradictory([over_five, under_seven], None, whole=True, several=False)
    assert contradictory([over_five, under_six], None, whole=True, several=False), "no whole number between"
    assert not contradictory([over_five, under_six], None, whole=False, several=False)
    assert contradictory([Wish("=", "x")], ("a", "b"), whole=False, several=False), "x is none of the choices"
    assert contradictory([Wish("has", "a"), Wish("lacks", "a")], ("a", "b"), whole=False, several=True)
    assert values_passing([over_five, under_seven])[0] == "6"


def test_every_choice_is_made_in_as_many_walks_as_the_longest_list_has() -> None:
    form = form_of(survey(HEADER, *[f"select_one need | q{n} | ماذا؟ | yes | |" for n in range(8)]), NEEDS)
    found = survey_of(form, NOW)
    assert len(found.taken) == 8 * 5 and not found.untaken and len(found.walks) == 5


def test_branches_are_few_named_and_the_same_each_time() -> None:
    form = form_of(
        survey(
            HEADER,
            "select_one need | first | ماذا؟ | yes | |",
            "text | why | لماذا؟ | | ${first} = 'd' |",
            "integer | age | كم؟ | | |",
            "note | old | كبير. | | ${age} > 77 |",
        ),
        NEEDS,
    )
    found = branches_of(form, NOW)
    assert found.whole and not found.left
    assert found.ways[0].name == "01-first-choices" and len(found.ways) <= 6
    assert {choice for way in found.ways for choice in way.choices} == {("first", name) for name in "abcde"}
    assert any("why" in way.questions for way in found.ways)
    assert any("old" in way.questions for way in found.ways)
    assert found == branches_of(form, NOW)


def test_a_walker_with_little_to_spend_says_that_it_did_not_see_everything() -> None:
    form = form_of(survey(HEADER, *[f"select_one need | q{n} | ماذا؟ | yes | |" for n in range(8)]), NEEDS)
    assert not survey_of(form, NOW, effort=100).whole
    assert not survey_of(form, NOW, enough=lambda: True).whole
    (note,) = [one for one in check(form, enough=lambda: True) if one.check == "reaching"]
    assert note.level == "note" and "not reached: `q" in note.cause
    assert estimated_minutes(form, enough=lambda: True).typical >= 1


def test_members_of_repeats_are_walked_through() -> None:
    form = form_of(
        survey(
            HEADER,
            "begin_repeat | kid | طفل | | |",
            "integer | age | كم عمره؟ | yes | | . < 18",
            "text | school | ما مدرسته؟ | | ${age} > 5 |",
            "text | second | ماذا عن هذا؟ | | position(..) = 2 |",
            "end_repeat | | | | |",
        )
    )
    assert {one.name for one in survey_of(form, NOW).reached} >= {"age", "school", "second"}


def test_the_estimate_grows_with_what_is_asked() -> None:
    short = estimated_minutes(form_of(survey(HEADER, "text | a | ما الاسم؟ | yes | |")))
    long = estimated_minutes(form_of(survey(HEADER, *[f"text | q{n} | ما رأيكم في هذا؟ | yes | |" for n in range(40)])))
    assert 1 <= short.shortest <= short.typical <= short.longest < long.shortest
    assert str(short) == f"about {short.typical} minutes" and long.questions == (40, 40)


@pytest.mark.parametrize(
    ("relevant", "said"),
    [
        ("${need} = 'a'", "`need` is «a»"),
        ("${age} >= 18 and ${age} < 65", "`age` is at least 18 and `age` is under 65"),
        ("selected(${need}, 'b') or ${age} = ''", "«b» was chosen in `need` or `age` is blank"),
        ("not(selected(${need}, 'b'))", "«b» was not chosen in `need`"),
        (
            "(${age} > 1 or ${age} < 0) and ${need} != ''",
            "(`age` is over 1 or `age` is under 0) and `need` was answered",
        ),
        ("${age} > today() - 30", "`age` is over today - 30"),
    ],
)
def test_conditions_are_said_in_plain_words(relevant: str, said: str) -> None:
    form = form_of(
        survey(
            HEADER,
            "select_one need | need | ماذا؟ | | |",
            "integer | age | كم؟ | | |",
            f"text | last | والآن؟ | | {relevant} |",
        ),
        NEEDS,
    )
    (last,) = form.named("last")
    definition = form.program.definition(last.ref)
    assert definition.relevant is not None
    assert PlainWords(form.program, "").of(definition.relevant, definition) == said
