"""Splits an XPath 1.0 expression into tokens, telling operators from names by what stands before (section 3.7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dialogs.expressions.errors import ExpressionError

TokenKind = Literal["number", "text", "name", "operator", "symbol", "end"]

LONGEST_EXPRESSION = 50_000  # characters; the longest in 65 public forms has under 10,000

_TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d*)?|\.\d+)
    | (?P<text>"[^"]*"|'[^']*')
    | (?P<name>[^\W\d][\w.\-\u00B7]*(?::(?!:)[^\W\d][\w.\-\u00B7]*|:\*)?)
    | (?P<symbol>::|//|\.\.|!=|<=|>=|[/.@()\[\],|+\-*=<>$])
    )""",
    re.VERBOSE,
)
_WORD_OPERATORS = frozenset({"and", "or", "div", "mod"})
_SYMBOL_OPERATORS = frozenset({"|", "+", "-", "=", "!=", "<", "<=", ">", ">="})
_BEFORE_OPERAND = frozenset({"@", "::", "(", "[", ",", "/", "//"})  # what cannot be followed by an operator name


@dataclass(frozen=True, slots=True)
class Token:
    """One token; `at` is where it starts, counted from 0."""

    kind: TokenKind
    value: str
    at: int


def tokens(source: str) -> list[Token]:
    """The tokens of `source`, with an `end` token last. ExpressionError where nothing fits."""
    if len(source) > LONGEST_EXPRESSION:
        raise ExpressionError(f"The expression is {len(source)} characters long.", "Split it over several calculates.")
    found: list[Token] = []
    at, end = 0, len(source.rstrip())
    while at < end:
        match = _TOKEN.match(source, at)
        if match is None:
            raise _unreadable(source, at)
        found.append(_token(match, found[-1] if found else None))
        at = match.end()
    found.append(Token("end", "", end))
    return found


def _token(match: re.Match[str], before: Token | None) -> Token:
    kind = match.lastgroup
    assert kind is not None
    value, at = match[kind], match.start(kind)
    operand_before = before is not None and before.kind != "operator" and before.value not in _BEFORE_OPERAND
    if kind == "name":
        return Token("operator" if operand_before and value in _WORD_OPERATORS else "name", value, at)
    if kind == "symbol":
        if value in _SYMBOL_OPERATORS:
            return Token("operator", value, at)
        if value == "*":
            return Token("operator" if operand_before else "name", value, at)
        return Token("symbol", value, at)
    return Token("number" if kind == "number" else "text", value if kind == "number" else value[1:-1], at)


def _unreadable(source: str, at: int) -> ExpressionError:
    rest = source[at:].lstrip()
    shown = rest[:20]
    if rest[:1] in "'\"":
        return ExpressionError(f"The quote before `{shown}` is never closed.", "Close it with the same quote.")
    if rest[:1] in "‘’“”":
        return ExpressionError(f"`{rest[:1]}` is a curly quote.", "Write straight quotes: '...'.")
    if rest[:1] == "&":
        return ExpressionError("`&` does not join texts or conditions.", "Write concat(...) or `and`.")
    return ExpressionError(f"`{shown}` cannot be read.", "Check the signs and quotes around it.")
