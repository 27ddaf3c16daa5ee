"""A question is asked only where the form says so, and an answer out of sight is kept, not lost."""

from __future__ import annotations

from tests.dialogs.form.filling import answer, asked, filling, value

WIDOW = """
    | survey |                  |          |                  |                         |
    |        | type             | name     | label            | relevant                |
    |        | select_one yn    | orphans  | تعولون أيتامًا؟  |                         |
    |        | integer          | how_many | كم عددهم؟        | ${orphans} = 'yes'      |
    |        | begin group      | school   | المدرسة          | ${how_many} > 0         |
    |        | select_one yn    | fees     | عليكم مصروفات؟   |                         |
    |        | decimal          | amount   | كم المبلغ؟       | ${fees} = 'yes'         |
    |        | calculate        | monthly  |                  |                         |
    |        | end group        |          |                  |                         |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | yn        | yes  | نعم   |
    |         | yn        | no   | لا    |
"""
WIDOW = WIDOW.replace(
    "| calculate        | monthly  |                  |                         |",
    "| note             | thanks   | شكرًا            | ${amount} > 100         |",
)


def test_only_relevant_questions_are_walked() -> None:
    form = filling(WIDOW)
    assert asked(form) == ["orphans"]
    answer(form, orphans="yes")
    assert asked(form) == ["orphans", "how_many"]
    answer(form, how_many="3", fees="yes", amount="250")
    assert asked(form) == ["orphans", "how_many", "school/fees", "school/amount", "school/thanks"]


def test_a_group_that_is_not_relevant_hides_all_below_it() -> None:
    form = answer(filling(WIDOW), orphans="yes", how_many="3", fees="yes", amount="250")
    answer(form, how_many="0")
    assert asked(form) == ["orphans", "how_many"]
    assert not form.node("/data/school/amount").relevant


def test_an_answer_that_is_not_relevant_reads_as_blank_and_leaves_the_submission() -> None:
    form = answer(filling(WIDOW), orphans="yes", how_many="3", fees="yes", amount="250")
    answer(form, orphans="no")
    assert value(form, "amount") == ""
    assert "how_many" not in form.submission()
    assert "/data/how_many" not in form.values()


def test_an_answer_comes_back_when_it_is_relevant_again() -> None:
    form = answer(filling(WIDOW), orphans="yes", how_many="3", fees="yes", amount="250")
    answer(form, orphans="no")
    answer(form, orphans="yes")
    assert (value(form, "how_many"), value(form, "fees"), value(form, "amount")) == ("3", "yes", "250.0")


def test_a_question_without_a_condition_is_always_asked() -> None:
    form = filling("""
        | survey |      |      |       |
        |        | type | name | label |
        |        | text | who  | من؟   |
    """)
    assert asked(form) == ["who"]
