"""Rows are told as the spreadsheet counts them, for whatever a form makes of them."""

from __future__ import annotations

from textwrap import dedent

from dialogs.form import Rows, sheets_of

FORM = """
| survey   |                        |         |                      |                        |          |
|          | type                   | name    | label::Arabic (ar)   | Relevance              | disabled |
|          | begin group            | home    | البيت                |                        |          |
|          | select_one yn or_other | owner   | هل تملكونه؟          |                        |          |
|          | note                   |         | شكراً                |                        |          |
|          | begin_repeat           | kid     | الأطفال              | ${owner} = 'yes'       |          |
|          | text                   | name    | الاسم                |                        |          |
|          | end_repeat             |         |                      |                        |          |
|          | end group              |         |                      |                        |          |
|          | text                   | old     | قديم                 |                        | yes      |
|          | text                   | name    | اسمكم                |                        |          |
|          | audit                  |         |                      |                        |          |
| choices  |                        |         |                      |                        |          |
|          | list name              | name    | label::Arabic (ar)   |                        |          |
|          | yn                     | yes     | نعم                  |                        |          |
|          | yn                     | no      | لا                   |                        |          |
| settings |                        |         |                      |                        |          |
|          | form_id                | version |                      |                        |          |
|          | home                   | 3       |                      |                        |          |
"""


def rows() -> Rows:
    return Rows(sheets_of(dedent(FORM).encode(), name="a.md"))


def test_a_question_has_the_row_that_defines_it() -> None:
    found = rows()
    assert found.row_of("/data/home/owner") == 3
    assert found.row_of("/data/home/kid[2]/name") == 6
    assert found.row_of("/data/name") == 10
    assert found.row_of("/data/old") is None
    assert found.row_of("/data/nowhere") is None


def test_what_is_made_of_a_row_has_its_row() -> None:
    found = rows()
    assert found.row_of("/data/home/owner_other") == 3
    assert found.row_of("/data/home/kid_count") == 5
    assert found.row_of("/data/home/generated_note_name_4") == 4
    assert found.row_of("/data/meta/audit") == 11


def test_choices_and_their_lists_have_rows() -> None:
    found = rows()
    assert found.choice_row("yn", "no") == 3
    assert found.choice_row("yn", "maybe") is None
    assert found.list_of("/data/home/owner") == "yn"
    assert found.list_of("/data/name") == ""


def test_columns_are_called_as_the_documentation_does() -> None:
    (kid,) = (row for row in rows().survey if row.name == "kid")
    assert kid.cells == {
        "type": "begin_repeat",
        "name": "kid",
        "label::Arabic (ar)": "الأطفال",
        "relevant": "${owner} = 'yes'",
    }
    assert (kid.type, kid.path) == ("begin repeat", ("home", "kid"))
    assert rows().settings == {"form_id": "home", "version": "3"}


def test_a_form_without_sheets_has_no_rows() -> None:
    found = Rows({})
    assert (found.survey, found.choices, found.row_of("/data/a")) == ((), (), None)
