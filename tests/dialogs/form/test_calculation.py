"""Calculations follow their answers, in the right order, and only write where they are relevant."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.dialogs.form.filling import NOON, answer, filling, value

INCOME = """
    | survey |               |          |        |                      |                                    |
    |        | type          | name     | label  | relevant             | calculation                        |
    |        | calculate     | priority |        |                      | if(${share} < 500, 'urgent', 'normal') |
    |        | calculate     | share    |        |                      | ${left} div ${members}             |
    |        | calculate     | left     |        |                      | ${income} - coalesce(${rent}, 0)   |
    |        | decimal       | income   | Income |                      |                                    |
    |        | decimal       | rent     | Rent   | ${income} > 0        |                                    |
    |        | integer       | members  | Size   |                      |                                    |
"""


def test_a_chain_is_worked_out_in_order_wherever_its_rows_stand() -> None:
    form = answer(filling(INCOME), income="3000", rent="1000", members="5")
    assert (value(form, "left"), value(form, "share"), value(form, "priority")) == ("2000", "400", "urgent")
    answer(form, members="2")
    assert (value(form, "share"), value(form, "priority")) == ("1000", "normal")


def test_a_blank_makes_arithmetic_blank() -> None:
    form = answer(filling(INCOME), income="3000")
    assert (value(form, "left"), value(form, "share"), value(form, "priority")) == ("3000", "", "normal")


def test_a_calculation_that_is_not_relevant_does_not_write() -> None:
    form = filling("""
        | survey |           |      |       |               |             |
        |        | type      | name | label | relevant      | calculation |
        |        | integer   | a    | A     |               |             |
        |        | calculate | b    |       | ${a} > 10     | ${a} * 2    |
        |        | calculate | c    |       |               | concat('[', ${b}, ']') |
    """)
    assert (value(answer(form, a="5"), "b"), value(form, "c")) == ("", "[]")
    assert (value(answer(form, a="11"), "b"), value(form, "c")) == ("22", "[22]")


def test_an_answer_typed_over_a_calculation_stays_until_the_calculation_changes() -> None:
    form = filling("""
        | survey |         |      |       |             |
        |        | type    | name | label | calculation |
        |        | integer | a    | A     |             |
        |        | integer | b    | B     | ${a} * 2    |
    """)
    answer(form, a="2")
    answer(form, b="7")
    assert value(form, "b") == "7"
    assert value(answer(form, a="3"), "b") == "6"


def test_once_keeps_what_it_first_said() -> None:
    form = filling("""
        | survey |           |       |       |             |
        |        | type      | name  | label | calculation |
        |        | text      | a     | A     |             |
        |        | calculate | first |       | once(${a})  |
        |        | calculate | code  |       | once(uuid()) |
    """)
    code = value(form, "code")
    answer(form, a="one")
    answer(form, a="two")
    assert value(form, "first") == "one"
    assert value(form, "code") == code


def test_random_answers_are_the_same_for_the_same_instance() -> None:
    random_form = """
        | survey |           |      |             |
        |        | type      | name | calculation |
        |        | calculate | u    | uuid()      |
        |        | calculate | r    | random()    |
        |        | calculate | s    | random()    |
    """
    one, again = filling(random_form), filling(random_form)
    other = filling(random_form, instance_id="00000000-0000-4000-8000-000000000000")
    assert one.values() == again.values()
    assert value(one, "u") != value(other, "u")
    assert value(one, "r") != value(one, "s")


def test_today_and_now_are_those_of_the_form_s_time_zone() -> None:
    clock = """
        | survey |           |       |             |
        |        | type      | name  | calculation |
        |        | calculate | day   | today()     |
        |        | calculate | at    | format-date-time(now(), '%Y-%m-%d %H:%M') |
    """
    late = datetime(2026, 1, 15, 22, 30, tzinfo=UTC)
    kuwait = filling(clock, now=late, time_zone="Asia/Kuwait")
    assert (value(kuwait, "day"), value(kuwait, "at")) == ("2026-01-16", "2026-01-16 01:30")


def test_moving_the_clock_works_out_what_reads_it() -> None:
    form = filling("""
        | survey |           |      |       |             |
        |        | type      | name | label | calculation |
        |        | date      | dob  | Born  |             |
        |        | calculate | age  |       | int((today() - ${dob}) div 365.25) |
    """)
    answer(form, dob="2000-01-20")
    assert value(form, "age") == "25"
    form.clock(NOON.replace(month=2))
    assert value(form, "age") == "26"


def test_a_trigger_writes_when_its_question_changes_and_not_before() -> None:
    form = filling("""
        | survey |           |       |       |                    |         |
        |        | type      | name  | label | calculation        | trigger |
        |        | text      | city  | City  |                    |         |
        |        | text      | note  | Note  |                    |         |
        |        | calculate | stamp |       | concat(${city}, '!', ${note}) | ${city} |
    """)
    answer(form, note="a")
    assert value(form, "stamp") == ""
    answer(form, city="قنا")
    assert value(form, "stamp") == "قنا!a"
    answer(form, note="b")
    assert value(form, "stamp") == "قنا!a"
