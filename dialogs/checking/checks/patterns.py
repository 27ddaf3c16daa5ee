"""Patterns of regex() that take too long on some answer, or that ODK's engines read in another way."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import regex  # type: ignore[import-untyped]  # ships no types; the only engine here that stops a runaway pattern

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.harvest import below
from dialogs.checking.walking.samples import PARSER, samples_of
from dialogs.expressions.syntax import Call, Text

SECONDS = 0.1  # an answer of a few hundred letters is otherwise checked in microseconds
LENGTHS = (32, 3000)
SPOILERS = ("\x00", "!")
MOST_PIECES = 5
MOST_PATTERNS = 60  # different ones in one form that are measured
_UNBOUNDED = 1000
_REPEATS = ("MAX_REPEAT", "MIN_REPEAT")


def slow_patterns(subject: Subject) -> Iterator[Finding]:
    """Tries each pattern on answers that nearly match, and looks for repeats inside repeats."""
    judged: dict[str, str] = {}
    for definition, column, compiled in subject.expressions():
        for call in below(compiled.parsed):
            if not (isinstance(call, Call) and call.name == "regex" and len(call.arguments) == 2):
                continue
            pattern = call.arguments[1]
            if not isinstance(pattern, Text):
                continue
            if pattern.value not in judged and len(judged) == MOST_PATTERNS:
                continue
            if pattern.value not in judged:
                judged[pattern.value] = judge(pattern.value)
            verdict = judged[pattern.value]
            shown = f"The pattern in `{column}` of `{definition.name}`"
            if verdict == "unreadable":
                cause, remedy = f"{shown} cannot be read: {pattern.value}", "Check its brackets and stars."
                yield subject.find("error", definition, cause, remedy)
            elif verdict == "slow":
                cause = f"{shown} is slow: over {SECONDS} seconds on some answers, which then fail: {pattern.value}"
                yield subject.find("error", definition, cause, "Take out a star or plus inside or beside another one.")
            elif verdict == "nested":
                cause = f"{shown} repeats what already repeats: slow in ODK on some answers: {pattern.value}"
                yield subject.find("warning", definition, cause, "Take out the inner or the outer star or plus.")


def judge(pattern: str) -> str:
    """`unreadable`, `slow`, `nested` or "" for a pattern that is all right."""
    try:
        compiled = regex.compile(pattern, regex.ASCII | regex.VERSION0)
    except (regex.error, OverflowError, RecursionError):
        return "unreadable"
    if any(_is_slow(compiled, text) for text in _hard_texts(pattern)):
        return "slow"
    return "nested" if _is_nested(pattern) else ""


def _is_slow(compiled: Any, text: str) -> bool:
    try:
        compiled.search(text, timeout=SECONDS)
    except TimeoutError:
        return True
    return False


def _hard_texts(pattern: str) -> Iterator[str]:
    """Long runs of what the pattern repeats, spoilt at the end so that every way of matching is tried."""
    pieces = dict.fromkeys(sample[:6] for sample in samples_of(pattern) if sample)
    pieces.update(dict.fromkeys(letter for letter in re.findall(r"[A-Za-z0-9]", pattern)[:4]))
    last = re.findall(r"[A-Za-z0-9]", pattern)[-1:]  # engines look for a letter that must be there before they try
    spoilers = (*SPOILERS, *(f"{letter}!" for letter in last))
    for piece in [*pieces, "a", "1"][:MOST_PIECES]:
        for length in LENGTHS:
            run = (piece * (length // len(piece) + 1))[:length]
            yield from (run + spoiler for spoiler in spoilers)


def _is_nested(pattern: str) -> bool:
    try:
        parsed = PARSER.parse(pattern)
    except (re.error, OverflowError, RecursionError):
        return False
    return _repeats_inside(parsed, False)


def _repeats_inside(parsed: Any, inside: bool) -> bool:
    """Whether an unbounded repeat stands in another one with nothing beside it that would keep them apart."""
    items = [(str(operator), argument) for operator, argument in parsed]
    alone = inside and (len(items) == 1 or all(_is_unbounded(*item) or _may_be_empty(*item) for item in items))
    return any(_repeats(operator, argument, alone) for operator, argument in items)


def _repeats(operator: str, argument: Any, inside: bool) -> bool:
    if operator in _REPEATS:
        unbounded = _is_unbounded(operator, argument)
        return (inside and unbounded) or _repeats_inside(argument[2], unbounded)
    if operator == "SUBPATTERN":
        return _repeats_inside(argument[-1], inside)
    if operator == "BRANCH":
        return any(_repeats_inside(branch, inside) for branch in argument[1])
    return False


def _is_unbounded(operator: str, argument: Any) -> bool:
    return operator in _REPEATS and int(argument[1]) >= _UNBOUNDED


def _may_be_empty(operator: str, argument: Any) -> bool:
    if operator in _REPEATS:
        return int(argument[0]) == 0
    if operator == "SUBPATTERN":
        return int(argument[-1].getwidth()[0]) == 0
    return operator in ("AT", "ASSERT", "ASSERT_NOT")
