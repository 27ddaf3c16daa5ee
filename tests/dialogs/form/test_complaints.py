"""Whatever pyxform complains of, the author is told in which row it stands and what to do about it."""

from __future__ import annotations

import re

import pytest
from pyxform.errors import ErrorCode

from dialogs.form.complaints import COMPLAINTS
from dialogs.form.remedies import problems_in
from dialogs.form.workbook import Workbook
from tests.dialogs.form.filling import complaint

OURS_OR_NONE = {  # what pyxform never says of a workbook: its own inner errors, and what it only warns of
    "INTERNAL_001",
    "INTERNAL_002",
    "NAMES_002",
    "NAMES_013",
}
FILLED = {
    "row": 5,
    "sheet": "survey",
    "column": "name",
    "value": "home",
    "name": "step",
    "q": "age",
    "type": "group",
    "dataset": "people",
    "other_row": 3,
    "missing": "'type'",
    "header": "a",
    "other": "b",
    "sheet_name": "survey",
    "columns": "colour",
    "accepted": "start, end",
    "rejected": "stop",
}


@pytest.mark.parametrize(
    "code", [code for code in ErrorCode if code.name not in OURS_OR_NONE], ids=lambda code: code.name
)
def test_every_error_pyxform_numbers_has_its_remedy(code: ErrorCode) -> None:
    message = code.value.format(**FILLED)
    assert any(re.search(pattern, message, re.DOTALL) for pattern, _tell in COMPLAINTS), message
    (problem,) = problems_in(message, Workbook())
    assert "{" not in f"{problem.cause}{problem.remedy}".replace("${", "")
    assert problem.remedy.endswith((".", "?"))
    assert problem.row in (5, 1, None)


def form(*rows: str, header: str = "type | name | label", choices: str = "", settings: str = "") -> str:
    survey = "".join(f"| | {row} |\n" for row in rows)
    return f"| survey |\n| | {header} |\n{survey}{choices}{settings}"


CHOICES = "| choices |\n| | list_name | name | label |\n| | l | a | A |\n| | l | b c | B |\n"


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (form("text | a |"), "row 2: `a` has no label. Fill in `label`, or make it a `calculate` or `hidden` row"),
        (
            form("text | a | |", "range | r | R | start=a", header="type | name | label | parameters"),
            "row 3: `start` of the range is no number. Write digits: `start=5`.",
        ),
        (
            form("range | r | R | begin=1", header="type | name | label | parameters"),
            "row 2: `parameters` has `begin`, which this type does not take. It takes",
        ),
        (
            form("range | r | R | step=0", header="type | name | label | parameters"),
            "row 2: `step` of the range is 0. Write a number above 0.",
        ),
        (
            form("text | a | A | nonsense", header="type | name | label | parameters"),
            "row 2: `parameters` cannot be read. Write `key=value` pairs with a space between: `start=1 end=5`.",
        ),
        (
            form("image | a | A | max-pixels=big", header="type | name | label | parameters"),
            "`max-pixels` cannot be used. Write a whole number that is large enough.",
        ),
        (
            form("audio | a | A | quality=loud", header="type | name | label | parameters"),
            "`quality` cannot be read. Write `voice-only`, `low`, `normal` or `external`.",
        ),
        (
            form("audit | me | |", header="type | name | label | parameters"),
            "row 2: An `audit` row has a name. Leave its name blank.",
        ),
        (
            form("audit | | | track-changes=maybe", header="type | name | label | parameters"),
            "`track-changes` takes `true` or `false`. Write one of them.",
        ),
        (
            form("select_multiple l | a | A", choices=CHOICES),
            "choices sheet, row 3: The name `b c` has a space, and `a` takes several choices. Write `b_c`.",
        ),
        (
            form(
                "select_one l or_other | a | A | true()", header="type | name | label | choice_filter", choices=CHOICES
            ),
            "row 2: The question has both `or_other` and a `choice_filter`. Add `other` to its list, and a text row.",
        ),
        (
            form("select_one_from_file places.txt | a | A"),
            "row 2: `places.txt` is no file that holds a list. Name a .csv, .xml or .geojson file.",
        ),
        (form("select_one | a | A"), "row 2: `select_one` is no question type. Name its list after it: `select_one"),
        (form("select_one l | a | A"), "row 2: The choices sheet has no list called `l`. Add its choices"),
        (form("Text | a | A"), "row 2: `Text` is no question type. Did you mean `text`?"),
        (form("phone | a | A"), "row 2: `phone` is no question type. Did you mean `text`?"),
        (form("begin_kobomatrix | a | A"), "KoboToolbox writes its matrices so only in its own format."),
        (form("integer | | Age"), "row 2: The row has no name. Give it a name that no other row has."),
        (form("| age | Age"), "row 2: The row has no type. Fill in `type`, or take the row out."),
        (form("text | 1st | Age"), "row 2: What stands in `name` cannot be a name. Begin with a letter;"),
        (
            form("text | a | A | ${a | b", header="type | name | label | relevant | x"),
            "row 2: `relevant` has a `${` that holds no name. Write it as ${name}.",
        ),
        (
            form("calculate | a | | 1 | b", "text | b | B | |", header="type | name | label | calculation | trigger"),
            "row 2: `trigger` has a `${` that holds no name. Write it as ${name}.",
        ),
        (
            form(
                "calculate | a | | 1 | ${c}", "text | b | B | |", header="type | name | label | calculation | trigger"
            ),
            "row 2: `trigger` names `c`, which no row defines.",
        ),
        (
            form("text | a | | x | A", header="type | name | label | media::big-image | hint"),
            "row 2: `a` has a `big-image` and no `image`. Fill in `image`, or take `big-image` out.",
        ),
        (
            form("text | a | |", header="type | name | label | guidance_hint").replace("| a | | |", "| a | | only |"),
            "row 2: `a` has no label. Fill in `label`",
        ),
        (
            form("text | a | A | p", header="type | name | label | save_to"),
            "row 2: `save_to` of this row cannot be used: there is no entities sheet. Add one, or clear `save_to`.",
        ),
        (
            form("text | a | A | x | y", header="type | name | label | relevant | relevance"),
            "`relevant` and `relevance` are two names of one column. Take one of them out.",
        ),
        (
            form("include | other | O"),
            "An `include` row takes in another file. Copy the rows of that file in its place.",
        ),
        (
            form("begin group | g | G", "begin repeat | r | R", "end group | | |"),
            "row 4: `end group` stands where `begin repeat` of `r` (row 3) is still open.",
        ),
        (form("end repeat | | |", "text | a | A"), "row 2: `end repeat` closes nothing. Take it out, or add the"),
    ],
)
def test_a_mistake_in_the_sheets_is_told_so_that_it_can_be_mended(written: str, said: str) -> None:
    told = complaint(written)
    assert said in told


def test_all_mistakes_are_told_at_once() -> None:
    told = complaint(
        form(
            "integr | age | Age | ",
            "text | who | Who | ${agee} > 1",
            "select_one yon | own | Own | ",
            "text | who | Again | ",
            "note | thanks | Thanks | ${age} >",
            header="type | name | label | relevant",
            choices="| choices |\n| | list_name | name | label |\n| | yn | y | Y |\n| | yn | y | Z |\n",
        )
    )
    assert told.splitlines() == [
        "row 2: `integr` is no question type. Did you mean `integer`?",
        "row 3: `relevant` names `agee`, which no row defines. Did you mean `age`?",
        "row 4: The choices sheet has no list called `yon`. Did you mean `yn`?",
        "rows 3 and 5: `who` is the name of two rows in the same group. Rename one of them.",
        "row 6: `relevant`: The expression stops too early. Check for a missing value or bracket at its end.",
        "choices sheet, rows 2 and 3: Two choices of the list `yn` have the name `y`. "
        "Rename one of them, or take it out.",
    ]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        (
            form(
                "integer | age | Age | | ",
                "calculate | left | | ${agee}-(${age}*12)",
                header="type | name | label | calculation",
            ),
            "row 3: `calculation` names `agee`, which no row defines. Did you mean `age`?",
        ),
        (
            form("text | data | What | ", "note | said | ${data} | "),
            "`data` is named in an expression, and the whole form is called so too. Rename the row, or give the form",
        ),
        (
            form("select_one_external towns | t | T | a=1", header="type | name | label | choice_filter")
            + "| external choices |\n| | list_name | name | label |\n| | towns | a | A |\n",
            "There is no external_choices sheet, but one called `external choices`. Rename it to `external_choices`.",
        ),
        (
            form(
                "text | a | A | Please",
                header="type | name | label | required_message::English(en)required_message::French(fr)",
            ),
            "`required_message::English(en)required_message::French(fr)` cannot be read as it stands.",
        ),
        (
            form("text | a | A | yes | data:x/png,+a/b4", header="type | name | label | required | default"),
            "If these very words are meant, put them in 'quotes'.",
        ),
        (form("begin_kobomatrix | m | M", "text | a | A", "end_kobomatrix | | "), "KoboToolbox writes its matrices"),
        (form("caseid | c | "), "row 2: `caseid` is no question type. Write text: cases are SurveyCTO's own."),
        (form("calculate_here | c | "), "Did you mean `calculate`?"),
        (form("db:person | p | P"), "row 2: `db:person` is no question type. Write text: people and places"),
        (
            form("calculate | c | | duration()", header="type | name | label | calculation"),
            "`duration()` is no function of this form engine. It is SurveyCTO's own. Add a `start` row and subtract",
        ),
        (
            form("calculate | c | | average(${c})", header="type | name | label | calculation"),
            "Write `sum(${question}) div count(${question})`.",
        ),
    ],
)
def test_what_other_tools_write_is_told_with_what_xlsform_says_for_it(written: str, said: str) -> None:
    assert said in complaint(written)


def test_a_minus_right_after_a_reference_is_no_mistake() -> None:
    told = complaint(
        form(
            "integer | age | Age |",
            "calculate | left | | ${age}-(${age}*12)",
            "text | b | B | ${zz}",
            header="type | name | label | calculation",
        )
    )
    assert "row 3" not in told
    assert "row 4: `calculation` names `zz`" in told
