"""The author of a form is told the row, what is wrong with it and what to do."""

from __future__ import annotations

import pytest

from dialogs.form import FormError, compile_xlsform, load_xform
from tests.dialogs.form.filling import complaint

FORM = """
    | survey |               |       |       |                  |              |             |
    |        | type          | name  | label | relevant         | constraint   | calculation |
    |        | select_one yn | group | G?    |                  |              |             |
    |        | integer       | age   | A?    | {relevant}       | {constraint} |             |
    |        | calculate     | twice |       |                  |              | {calculation} |
    | choices |           |      |       |
    |         | list_name | name | label |
    |         | yn        | yes  | Yes   |
"""


def with_cells(*, relevant: str = "", constraint: str = "", calculation: str = "1") -> str:
    return FORM.format(relevant=relevant, constraint=constraint, calculation=calculation)


@pytest.mark.parametrize(
    ("form", "told"),
    [
        (
            with_cells(relevant="${grp} = 'yes'"),
            "row 3: `relevant` names `grp`, which no row defines. Did you mean `group`?",
        ),
        (
            with_cells(relevant="${group} = 'yes"),
            "row 3: `relevant` of `age`: The quote before `'yes` is never closed. Close it with the same quote.",
        ),
        (
            with_cells(relevant="'a' & ${group} = 'yes'"),
            "row 3: `relevant` of `age`: `&` does not join texts or conditions. Write concat(...) or `and`.",
        ),
        (
            with_cells(relevant="slected(${group}, 'yes')"),
            "row 3: `relevant` of `age`: `slected()` is no function of this form engine. Did you mean `selected()`?",
        ),
        (
            with_cells(calculation="if(${age} > 3, 1)"),
            "row 4: `calculation` of `twice`: `if()` takes 3 arguments, not 2. Check its commas and brackets.",
        ),
        (
            with_cells(constraint="(. > 3"),
            "row 3: `constraint` of `age`: A bracket is never closed. Close each `(` with `)`.",
        ),
        (
            with_cells(constraint="regex(., '[0-9')"),
            "row 3: `constraint` of `age`: The pattern of regex() cannot be used: it is no regular expression. "
            "Check its brackets and stars.",
        ),
        (
            with_cells().replace("select_one yn", "select_one yon"),
            "row 2: The choices sheet has no list called `yon`. Did you mean `yn`?",
        ),
        (
            with_cells().replace("integer ", "intger "),
            "row 3: `intger` is no question type. Did you mean `integer`?",
        ),
        (
            with_cells().replace("| age  ", "| group"),
            "rows 2 and 3: `group` is the name of two rows in the same group. Rename one of them.",
        ),
        (
            with_cells().replace("| age  ", "| an age"),
            "row 3: What stands in `name` cannot be a name. Begin with a letter; then letters, digits, underscores, "
            "hyphens or periods, without spaces.",
        ),
        (
            with_cells(calculation=""),
            "row 4: A calculate has no calculation. Fill in `calculation`, or take the row out.",
        ),
        (
            with_cells(calculation="concat(${age}, '|')"),
            "row 4: It has more cells than its header row. Write a bar inside a cell as `\\|`.",
        ),
        (
            with_cells() + "    |         | yn        | yes  | Yes!  |\n",
            "choices sheet, rows 2 and 3: Two choices of the list `yn` have the name `yes`. "
            "Rename one of them, or take it out.",
        ),
    ],
)
def test_a_mistake_is_told_with_its_row_and_its_remedy(form: str, told: str) -> None:
    assert complaint(form) == told


def test_a_group_left_open_is_told() -> None:
    told = complaint("""
        | survey |             |      |       |
        |        | type        | name | label |
        |        | begin group | home | Home  |
        |        | text        | who  | Who?  |
    """)
    assert told == "row 2: `begin group` of `home` is never closed. Add `end group` after its last question."


def test_a_circle_is_told_with_the_names_on_it() -> None:
    told = complaint("""
        | survey |           |      |          |                |
        |        | type      | name | relevant | calculation    |
        |        | calculate | a    |          | ${c} + 1       |
        |        | calculate | b    |          | ${a} + 1       |
        |        | calculate | c    |          | ${b} + 1       |
    """)
    assert told.startswith("rows ")
    assert "`calculation` goes round in a circle, each reading the next: `" in told
    assert all(f"`{name}`" in told for name in "abc")


def test_every_circle_is_told_at_once() -> None:
    told = complaint("""
        | survey |           |      |                |
        |        | type      | name | calculation    |
        |        | calculate | a    | ${b} + 1       |
        |        | calculate | b    | ${a} + 1       |
        |        | calculate | s    | ${s} + 1       |
    """)
    assert "`s` goes round in a circle: it reads its own answer" in told
    assert "`a` -> `b`" in told or "`b` -> `a`" in told


def test_relevance_that_hangs_on_itself_is_a_circle() -> None:
    told = complaint("""
        | survey |             |      |       |                |
        |        | type        | name | label | relevant       |
        |        | begin group | g    | G     | ${a} = 'x'     |
        |        | text        | a    | A     | ${b} = 'x'     |
        |        | text        | b    | B     | ${a} = 'x'     |
        |        | end group   |      |       |                |
    """)
    assert "`relevant` goes round in a circle" in told


def test_a_member_that_reads_the_one_before_it_is_no_circle() -> None:
    assert not complaint("""
        | survey |              |       |       |                                         |
        |        | type         | name  | label | calculation                             |
        |        | begin repeat | month | Month |                                         |
        |        | integer      | paid  | Paid  |                                         |
        |        | calculate    | start |       | indexed-repeat(${rest}, ${month}, position(..) - 1) |
        |        | calculate    | rest  |       | coalesce(${start}, 100) - ${paid}       |
        |        | end repeat   |       |       |                                         |
    """)


def test_problems_can_be_read_one_by_one() -> None:
    with pytest.raises(FormError) as raised:
        compile_xlsform(with_cells(relevant="${grp} = 1").encode(), name="sample.md")
    (problem,) = raised.value.problems
    assert (problem.sheet, problem.row) == ("survey", 3)
    assert problem.remedy == "Did you mean `group`?"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"\xd0\xcf\x11\xe0 old excel", "Save it again as .xlsx."),
        (b"PK\x03\x04 not a workbook", "Save it again as .xlsx."),
        (b"<?xml version='1.0'?><h/>", "Give the .xlsx or Markdown it was made from."),
        (b"just words", "Write one table for each of survey, choices and settings."),
        (b"\xff\xfe\x00 | |", "Save it as UTF-8."),
    ],
)
def test_a_file_that_is_no_form_is_told_apart(content: bytes, told: str) -> None:
    with pytest.raises(FormError, match=told):
        compile_xlsform(content, name="sample")


def test_xml_that_is_no_form_is_told() -> None:
    with pytest.raises(FormError, match="no model"):
        load_xform("<html/>")


def test_a_chat_column_without_its_namespace_is_told() -> None:
    told = complaint("""
        | survey |      |      |       |                      |
        |        | type | name | label | bind::chat:sensitive |
        |        | text | who  | Who?  | yes                  |
    """)
    assert 'chat="https://sanad.example/xforms/chat"' in told


def test_a_path_that_leads_nowhere_is_a_warning() -> None:
    form = load_xform(
        compile_xlsform(
            b"| survey | | | | |\n| | type | name | label | relevant |\n| | text | a | A | /data/zzz = 1 |\n",
            name="s.md",
        )
    )
    assert form.warnings == ("`relevant` of `a` reads `zzz`, which is not in the form: it is always blank.",)
