"""Every question and every choice can be reached, and no interview stops half way."""

from __future__ import annotations

from tests.dialogs.checking.looking import choices, look, survey, told

YES_NO = choices("list_name | name | label", "yn | yes | نعم", "yn | no | لا")


def test_a_form_in_order_has_no_findings() -> None:
    found = look(
        survey(
            "type | name | label | required | relevant | constraint",
            "select_one yn | kids | هل عندكم أطفال؟ | yes | |",
            "integer | count | كم عددهم؟ | yes | ${kids} = 'yes' | . >= 1 and . <= 15",
            "note | many | شكراً على الصبر. | | ${count} > 9 |",
        ),
        YES_NO,
    )
    assert found == ()


def test_a_condition_that_contradicts_itself_is_an_error_with_its_row() -> None:
    found = look(
        survey(
            "type | name | label | relevant",
            "select_one yn | kids | هل عندكم أطفال؟ |",
            "integer | count | كم عددهم؟ | ${kids} = 'yes' and ${kids} = 'no'",
        ),
        YES_NO,
    )
    (said,) = told(found, "reaching", "error")
    assert said.startswith("row 3: No answers can lead to `count`: ")
    assert "`relevant` says `${kids} = 'yes' and ${kids} = 'no'`" in said


def test_a_contradiction_behind_groups_and_calculates_is_seen() -> None:
    found = look(
        survey(
            "type | name | label | relevant | calculation",
            "integer | age | كم عمركم؟ | |",
            "calculate | minor | | | if(${age} < 18, 'yes', 'no')",
            "begin_group | old | الكبار | ${age} >= 60 |",
            "text | school | ما اسم المدرسة؟ | ${minor} = 'yes' |",
            "text | pension | من يصرف المعاش؟ | ${minor} = 'no' |",
            "end_group | | | |",
        )
    )
    assert told(found, "reaching", "error") == [
        "row 5: No answers can lead to `school`: `relevant` says `${minor} = 'yes'`. "
        "Correct the condition, or take the question out."
    ]


def test_what_cannot_be_solved_is_found_by_trying() -> None:
    found = look(
        survey(
            "type | name | label | relevant | calculation",
            "integer | adults | كم كبيراً؟ | |",
            "integer | kids | كم طفلاً؟ | |",
            "calculate | all | | | ${adults} + ${kids}",
            "text | how | كيف تعيشون معاً؟ | ${all} > 11 and ${all} < 14 |",
            "date | born | متى وُلد الصغير؟ | |",
            "text | nursery | ما اسم الحضانة؟ | (today() - ${born}) div 365.25 < 4 |",
        )
    )
    assert told(found, "reaching") == []


def test_a_question_that_no_answers_were_found_for_is_a_warning() -> None:
    found = look(
        survey(
            "type | name | label | relevant",
            "text | code | ما الرمز؟ |",
            "text | secret | ما السر؟ | digest(${code}, 'MD5', 'hex') = 'abc'",
        )
    )
    (said,) = told(found, "reaching")
    assert said.startswith("row 3: No answers were found that lead to `secret`")


def test_a_question_switched_off_is_only_noted() -> None:
    found = look(survey("type | name | label | relevant", "text | a | ما الاسم؟ |", "text | b | ما اللقب؟ | false()"))
    assert told(found, "reaching", "note") and not told(found, "reaching", "error")


def test_a_choice_that_its_filter_never_offers_is_named() -> None:
    found = look(
        survey(
            "type | name | label | required | choice_filter",
            "select_one area | area | أي محافظة؟ | yes |",
            "select_one town | town | أي قرية؟ | yes | area = ${area}",
        ),
        choices(
            "list_name | name | label | area",
            "area | qena | قنا |",
            "area | luxor | الأقصر |",
            "town | qus | قوص | qena",
            "town | esna | إسنا | luxor",
            "town | far | بعيدة | cairo",
        ),
    )
    assert told(found, "reaching") == [
        "row 3: No answers were found with which `town` offers `far`. "
        "Check `choice_filter` and the columns it compares."
    ]


def test_a_required_question_with_nothing_to_choose_is_a_dead_end() -> None:
    faulty = (
        survey(
            "type | name | label | required | choice_filter",
            "select_one area | area | أي محافظة؟ | yes |",
            "select_one town | town | أي قرية؟ | yes | area = ${area}",
        ),
        choices(
            "list_name | name | label | area",
            "area | qena | قنا |",
            "area | luxor | الأقصر |",
            "town | qus | قوص | qena",
        ),
    )
    (said,) = told(look(*faulty), "dead_ends", "error")
    assert said.startswith("row 3: `town` is required and can be reached with nothing to choose from.")
    mended = (faulty[0], faulty[1].replace("qus | قوص | qena", "qus | قوص | qena |\n| | town | esna | إسنا | luxor"))
    assert told(look(*mended), "dead_ends") == []


def test_a_constraint_that_no_answer_meets_is_a_dead_end() -> None:
    rows = "type | name | label | required | constraint", "integer | age | كم عمركم؟ | yes | . > 5 and . < 3"
    (said,) = told(look(survey(*rows)), "dead_ends", "error")
    assert said == (
        "row 2: No answer can meet the constraint of `age`: . > 5 and . < 3. Check its numbers, dates and pattern; "
        "`bind::chat:example` can give an answer that it must accept."
    )
    assert told(look(survey(rows[0], rows[1].replace("< 3", "< 7"))), "dead_ends") == []


def test_a_constraint_that_was_not_met_by_trying_is_a_warning() -> None:
    rows = (
        "type | name | label | constraint | bind::chat:example",
        "text | code | ما الرمز؟ | digest(., 'MD5', 'hex') = 'abc' |",
    )
    (said,) = told(look(survey(*rows)), "dead_ends", "warning")
    assert "answers tried meets the constraint of `code`" in said


def test_patterns_ranges_and_dates_are_met_by_trying() -> None:
    found = look(
        survey(
            "type | name | label | required | constraint",
            "text | id | ما الرقم المدني؟ | yes | regex(., '^[23][0-9]{11}$')",
            "text | mail | ما البريد؟ | yes | regex(., '^[a-z]+@[a-z]+\\.(org\\|net)$')",
            "date | visit | متى الزيارة؟ | yes | . > today() + 100 and . < today() + 110",
            "text | four | آخر أربعة أرقام؟ | yes | string-length(.) = 4",
            "decimal | weight | كم الوزن؟ | yes | . > 2.5 and . < 4.5",
        )
    )
    assert told(found, "dead_ends") == []


def test_required_and_read_only_is_a_dead_end() -> None:
    header = "type | name | label | required | read_only | calculation"
    (said,) = told(look(survey(header, "integer | n | الرقم | yes | yes |")), "dead_ends", "error")
    assert said.startswith("row 2: `n` is required, but nobody can write it")
    assert told(look(survey(header, "integer | n | الرقم | yes | yes | 1 + 1")), "dead_ends") == []


def test_a_form_that_asks_nothing_is_an_error() -> None:
    found = look(survey("type | name | label", "note | hello | أهلاً بكم."))
    assert told(found, "dead_ends", "error") == ["The form asks nothing. Add a question with a label."]


def test_a_name_that_is_no_choice_is_an_error_with_the_likely_one() -> None:
    rows = (
        "type | name | label | relevant",
        "select_one yn | kids | هل عندكم أطفال؟ |",
        "integer | count | كم عددهم؟ | ${kids} = 'yess'",
        "text | why | ما السبب؟ | selected(${kids}, 'nou')",
    )
    said = told(look(survey(*rows), YES_NO), "comparisons", "error")
    assert said == [
        "row 3: `relevant` of `count` compares `kids` with `yess`, none of its choices. Did you mean `yes`?",
        "row 4: `relevant` of `why` compares `kids` with `nou`, none of its choices. Did you mean `no`?",
    ]
    far = [row.replace("yess", "maybe") for row in rows]
    assert told(look(survey(*far), YES_NO), "comparisons", "error")[0].endswith("Its choices are yes, no.")
    right = [row.replace("yess", "yes").replace("nou", "no") for row in rows]
    assert told(look(survey(*right), YES_NO), "comparisons") == []


def test_relevance_that_reads_itself_is_an_error() -> None:
    header = "type | name | label | relevant"
    (own,) = look(survey(header, "text | a | ما الاسم؟ | ${a} != 'x'"))
    assert (own.level, own.row) == ("error", 2) and "reads its own answer" in own.cause
    group = "begin_group | g | عنكم | ${a} != 'x'", "text | a | ما الاسم؟ |", "end_group | | |"
    inside = look(survey(header, *group))
    assert [(one.level, one.row) for one in inside] == [("error", 2)]


def test_relevance_that_reads_a_later_question_is_noted() -> None:
    header = "type | name | label | relevant"
    later = look(survey(header, "text | a | ما الاسم؟ | ${b} = 1", "integer | b | كم؟ |"))
    (said,) = told(later, "circles", "note")
    assert said.startswith("row 2: `relevant` of `a` reads `b`, which is asked later.")
    assert told(look(survey(header, "integer | b | كم؟ |", "text | a | ما الاسم؟ | ${b} = 1")), "circles") == []


def test_a_calculation_that_reads_itself_is_told() -> None:
    header = "type | name | label | calculation"
    found = look(survey(header, "text | a | ما الاسم؟ |", "calculate | c | | ${c} + 1"))
    assert [one.row for one in found] == [3]
    assert look(survey(header, "text | a | ما الاسم؟ |", "calculate | c | | once(uuid())")) == ()


def test_a_long_chain_of_calculations_is_read_once() -> None:
    links = (f"calculate | c{at} |  | ${{{'a' if at == 0 else f'c{at - 1}'}}} + 1" for at in range(600))
    found = look(survey("type | name | label | calculation", "integer | a | كم؟ |", *links))
    assert told(found, "circles") == []
