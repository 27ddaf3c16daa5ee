"""Patterns of an untrusted form cannot fill the memory: counted repetitions are reckoned before compiling."""

from __future__ import annotations

import pytest

from dialogs.expressions import ExpressionError, compile_expression, parse
from dialogs.expressions.functions.texts import matches, written_out


@pytest.mark.parametrize(
    ("pattern", "signs"),
    [
        ("abc", 3),
        ("a{100}", 100),
        ("(ab){100}", 200),
        ("(a{100}){100}", 10_000),
        ("[a-z]{2,40}x", 41),
        (r"\({3}", 3),
        ("a{3,}b", 4),
    ],
)
def test_a_pattern_is_as_long_as_its_repetitions_make_it(pattern: str, signs: int) -> None:
    assert written_out(pattern) == signs


def test_one_that_would_grow_too_long_is_refused_when_the_form_is_loaded() -> None:
    with pytest.raises(ExpressionError, match="too long"):
        compile_expression(parse("regex(., '(((a{200}){200}){200}){200}')"))


def test_one_that_is_worked_out_while_asking_does_not_match() -> None:
    assert not matches("a" * 200, "((a{200}){200}){200}")
    assert matches("29001011234567", "^[23][0-9]{13}$")
