"""What must be answered, and which answers will not do; in the author's words where there are any."""

from __future__ import annotations

from dialogs.form.trace import violations
from tests.dialogs.form.filling import answer, filling

PHONE = """
    | survey |               |         |           |                     |                  |                              |                      |
    |        | type          | name    | label     | required            | required_message | constraint                   | constraint_message   |
    |        | select_one yn | has     | عندكم هاتف؟ |                   |                  |                              |                      |
    |        | text          | phone   | الرقم؟    | ${has} = 'yes'      | نحتاج رقمًا      | regex(., '^01[0-9]{9}$')     | الرقم ١١ خانة        |
    |        | integer       | members | كم أنتم؟  | yes                 |                  | . >= 1 and . <= 20           |                      |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | yn        | yes  | نعم   |
    |         | yn        | no   | لا    |
"""  # noqa: E501 - a table is as wide as it is


def test_required_may_depend_on_an_answer() -> None:
    form = filling(PHONE)
    assert not form.node("/data/phone").required
    answer(form, has="yes")
    assert form.node("/data/phone").missing
    answer(form, phone="01012345678")
    assert not form.node("/data/phone").missing


def test_a_blank_answer_breaks_no_constraint() -> None:
    assert filling(PHONE).node("/data/members").constraint_ok


def test_a_constraint_holds_or_not() -> None:
    form = answer(filling(PHONE), has="yes", phone="0101234567", members="7")
    assert not form.node("/data/phone").constraint_ok
    assert form.node("/data/members").constraint_ok
    answer(form, members="21")
    assert not form.node("/data/members").constraint_ok


def test_the_author_s_messages_are_said() -> None:
    form = filling(PHONE)
    assert form.required_message("/data/phone") == "نحتاج رقمًا"
    assert form.constraint_message("/data/phone") == "الرقم ١١ خانة"
    assert form.constraint_message("/data/members") == ""


def test_a_text_that_is_no_value_of_the_type_is_stored_blank() -> None:
    form = answer(filling(PHONE), members="كثير")
    assert form.node("/data/members").value == ""
    assert answer(form, members="3.7").node("/data/members").value == "3"


def test_readonly_is_told_and_a_group_hands_it_down() -> None:
    form = filling("""
        | survey |             |      |       |                |
        |        | type        | name | label | read_only      |
        |        | text        | lock | Lock  |                |
        |        | begin group | g    | G     | ${lock} = 'on' |
        |        | text        | a    | A     |                |
        |        | end group   |      |       |                |
    """)
    assert not form.node("/data/g/a").readonly
    assert answer(form, lock="on").node("/data/g/a").readonly


def test_a_group_is_never_missing_though_its_author_requires_it() -> None:
    form = filling("""
        | survey |             |      |       |          |
        |        | type        | name | label | required |
        |        | begin group | g    | G     | yes      |
        |        | text        | a    | A     |          |
        |        | end group   |      |       |          |
    """)
    assert not form.node("/data/g").missing
    assert list(violations(form)) == []
