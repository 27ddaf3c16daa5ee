"""What people write into expressions out of habit is told with what to write instead."""

from __future__ import annotations

import pytest

from tests.dialogs.form.filling import complaint


def told_of(expression: str) -> str:
    return complaint(f"""
        | survey |           |      |       |              |
        |        | type      | name | label | calculation  |
        |        | integer   | n    | N     |              |
        |        | calculate | c    |       | {expression} |
    """)


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("${n} == 3", "`==` does not compare. Write `=`."),
        ("${n} => 3", "`=>` does not compare. Write `>=`."),
        ("${n} <> 3", "`<>` does not compare. Write `!=`."),
        ("${n} ≥ 3", "`≥` does not compare. Write `>=`."),
        ("${n} && 1", "`&&` does not join conditions. Write `and`."),
        ("${n} > 3 OR ${n} < 1", "`OR` is not understood in capitals. Write it in small letters."),
        ("selected(${n}، 'a')", "`،` is an Arabic comma. Write `,`."),
        ("${n} = «نعم»", "`«` is no quote here. Write 'straight quotes'."),
        ("${n} = ٣", "`٣` is written in Arabic digits. Write 3."),
        ("${n} = ۱۲", "`۱۲` is written in Arabic digits. Write 12."),
        ("${n} × 2", "`×` does not multiply. Write `*`."),
        ("${n} / 2", "`/` does not divide. Write `div`."),
        ("${n} = 3%", "`%` is not understood. Write `div 100`."),
        ("1,5 > ${n}", "`1,5` is no number. Write a point for the comma."),
        ("if ${n} = 1 then 2 else 3", "`if` is not understood. Write if(condition, value, otherwise)."),
        ("{n} = 3", "`{n}` names no question. Write ${n}."),
        ("#{n} = 3", "`#{n}` names no question. Write ${n}."),
        ("$n = 3", "`$n` names no question. Write ${n}."),
        ("(${n} > 3", "A bracket is never closed. Close each `(` with `)`."),
        ("${n} > 3)", "A bracket closes nothing. Open it with `(`, or take the `)` out."),
    ],
)
def test_a_habit_is_told_with_what_to_write(written: str, said: str) -> None:
    assert told_of(written) == f"row 3: `calculation` of `c`: {said}"


@pytest.mark.parametrize(
    "written", ["${n} = “yes”", "'a == ٣ « ; %'", "concat('1,5', '٣')", "${n} div 2 - 1", 'if(${n} = 1, "OR", "if")']
)
def test_what_stands_in_quotes_and_what_is_right_is_let_alone(written: str) -> None:
    assert not told_of(written)


def test_arabic_names_are_names() -> None:
    assert not complaint("""
        | survey |           |        |         |                |
        |        | type      | name   | label   | calculation    |
        |        | integer   | العمر  | العمر؟  |                |
        |        | integer   | سؤال٣  | سؤال    |                |
        |        | calculate | ضعف    |         | ${العمر} * 2 + ${سؤال٣} |
    """)
