"""Texts that a regular expression accepts, made from the pattern itself."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import import_module
from typing import Any

PARSER: Any = import_module(
    "re._parser"
)  # the library's one parser of patterns; sre_parse, its public name, was withdrawn
LONGEST_PATTERN = 1_000  # characters
LONGEST_SAMPLE = 200  # characters; a pattern may ask for more, a sample need not have them
VARIANTS = 6
MOST_PIECES = 5_000
_POOL = "aب5Z٣ -_.@+/x"
_CLASSES = {"DIGIT": "0", "WORD": "a", "SPACE": " ", "NOT_DIGIT": "a", "NOT_WORD": " ", "NOT_SPACE": "a"}


@lru_cache(maxsize=512)
def samples_of(pattern: str) -> tuple[str, ...]:
    """Up to six different texts that the pattern should accept; empty where it cannot be taken apart."""
    if len(pattern) > LONGEST_PATTERN:
        return ()
    plain = re.sub(r"\\p\{(L[a-z]?|Arabic|InArabic)\}", "[ءبa]", pattern).replace(r"\p{N}", "[0-9]")
    try:
        parsed = PARSER.parse(plain)
        found = dict.fromkeys(_Maker().sequence(parsed, variant)[:LONGEST_SAMPLE] for variant in range(VARIANTS))
    except (re.error, OverflowError, RecursionError, KeyError, IndexError, ValueError, TooMuch):
        return ()
    return tuple(found)


class TooMuch(Exception):
    """The pattern asks for more pieces than a sample is worth."""


class _Maker:
    """Makes one text; `left` bounds the work, as repeats of repeats multiply."""

    def __init__(self) -> None:
        self.left = MOST_PIECES

    def sequence(self, parsed: Any, variant: int) -> str:
        """A text for these parts, one after the other."""
        made = ""
        for operator, argument in parsed:
            made += self._one(str(operator), argument, variant)
            if len(made) > LONGEST_SAMPLE:
                break
        return made

    def _one(self, operator: str, argument: Any, variant: int) -> str:
        self.left -= 1
        if self.left < 0:
            raise TooMuch
        if operator == "LITERAL":
            return chr(argument)
        if operator == "NOT_LITERAL":
            return next(sign for sign in _POOL if ord(sign) != argument)
        if operator == "ANY":
            return "a"
        if operator == "IN":
            return _of_class(argument, variant)
        if operator in ("MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"):
            return self._repeat(argument, variant)
        if operator == "SUBPATTERN":
            return self.sequence(argument[-1], variant)
        if operator == "ATOMIC_GROUP":
            return self.sequence(argument, variant)
        if operator == "BRANCH":
            branches: Sequence[Any] = argument[1]
            return self.sequence(branches[variant % len(branches)], variant)
        return ""  # anchors and look-arounds take no room

    def _repeat(self, argument: Any, variant: int) -> str:
        least, most, inner = argument
        times = min(int(most), int(least) + (variant if variant < 3 else 2 * variant), LONGEST_SAMPLE)
        made = ""
        for nth in range(times):
            made += self.sequence(inner, variant + nth)
            if len(made) > LONGEST_SAMPLE:
                break
        return made


def _of_class(items: Any, variant: int) -> str:
    if str(items[0][0]) == "NEGATE":
        return next((sign for sign in _POOL[variant % 3 :] + _POOL if not _is_in(sign, items[1:])), "")
    signs = [sign for item in items for sign in _signs(item)]
    return signs[variant % len(signs)]


def _signs(item: Any) -> Iterator[str]:
    operator, argument = str(item[0]), item[1]
    if operator == "LITERAL":
        yield chr(argument)
    elif operator == "RANGE":
        low, high = argument
        yield chr(low)
        yield chr((low + high) // 2)
        yield chr(high)
    elif operator == "CATEGORY":
        yield _CLASSES[str(argument).removeprefix("CATEGORY_").removeprefix("UNI_")]


def _is_in(sign: str, items: Any) -> bool:
    for operator, argument in ((str(item[0]), item[1]) for item in items):
        if operator == "LITERAL" and ord(sign) == argument:
            return True
        if operator == "RANGE" and argument[0] <= ord(sign) <= argument[1]:
            return True
        if operator == "CATEGORY":
            name = str(argument).removeprefix("CATEGORY_")
            holds = {"DIGIT": sign.isdigit(), "SPACE": sign.isspace(), "WORD": sign.isalnum() or sign == "_"}
            wanted = not name.startswith("NOT_")
            if holds[name.removeprefix("NOT_")] is wanted:
                return True
    return False
