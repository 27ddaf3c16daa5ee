"""An expression that cannot be read says why, and what to change."""

from __future__ import annotations

import pytest

from dialogs.expressions import ExpressionError, compile_expression, parse


@pytest.mark.parametrize(
    ("source", "cause", "remedy"),
    [
        ("", "empty", "leave the cell empty"),
        ("1 +", "stops too early", "missing value or bracket"),
        ("(1", "stops too early", "missing value or bracket"),
        ("1 2", "`2` (character 3) does not fit", "missing operator"),
        ("a = 'x", "never closed", "same quote"),
        ("a = ’x’", "curly quote", "straight quotes"),
        ("a & b", "does not join", "concat"),
        ("zzzz(1)", "`zzzz()` is no function", "XLSForm functions"),
        ("count-select(a)", "no function", "Did you mean `count-selected()`?"),
        ("if(1, 2)", "takes 3 arguments, not 2", "commas"),
        ("round()", "takes 1 to 2 arguments, not 0", "commas"),
        ("a[1", "stops too early", "bracket"),
        ("sideways::a", "not an axis", "plain path"),
        ("regex(a, '(')", "no regular expression", "brackets"),
        ("((" * 100 + "1" + "))" * 100, "nested too deeply", "Split it"),
        ("1 + " * 20_000 + "1", "characters long", "Split it"),
    ],
)
def test_it_says(source: str, cause: str, remedy: str) -> None:
    with pytest.raises(ExpressionError) as raised:
        compile_expression(parse(source))
    assert cause in raised.value.cause
    assert remedy in raised.value.remedy
