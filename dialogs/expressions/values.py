"""XPath values and their conversions, with the additions of ODK XForms: a date counts as its day number."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import tzinfo
from typing import TypeAlias

from dialogs.expressions.dates import day_number
from dialogs.expressions.nodes import Node

NAN = math.nan

# What JavaScript's Number() accepts, as ODK's engine does; \d of Python would accept Arabic digits too.
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?|[+-]?Infinity")
_BLANKS = re.compile(r"[ \t\r\n]+")


@dataclass(frozen=True, slots=True)
class Moment:
    """A date or time: days since 1970 on the wall clock, and the text it is written as."""

    number: float
    text: str


NodeSet: TypeAlias = list[Node] | tuple[Node, ...]
Value: TypeAlias = str | float | bool | Moment | NodeSet


def number_of_text(text: str, zone: tzinfo) -> float:
    """The number a text stands for, the day number of an ISO date, or NaN."""
    stripped = text.strip()
    if (stripped.isascii() and stripped.isdigit()) or _NUMBER.fullmatch(stripped):
        return float(stripped)
    if len(stripped) >= 10 and stripped[4] == "-":
        days = day_number(stripped, zone)
        return NAN if days is None else days
    return NAN


def plain_number(text: str) -> float:
    """The number a text writes out; NaN for anything else, dates included."""
    stripped = text.strip()
    return float(stripped) if _NUMBER.fullmatch(stripped) else NAN


def to_number(value: Value, zone: tzinfo) -> float:
    """XPath's number(); blank is NaN."""
    if isinstance(value, float):
        return value
    if isinstance(value, str):
        return number_of_text(value, zone)
    if isinstance(value, bool):
        return 1.0 if value else 0.0
    if isinstance(value, Moment):
        return value.number
    return number_of_text(value[0].string_value(), zone) if value else NAN


def to_text(value: Value) -> str:
    """XPath's string(); NaN is blank, as ODK writes it."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, Moment):
        return value.text
    return value[0].string_value() if value else ""


def to_boolean(value: Value) -> bool:
    """XPath's boolean(): a node set is true when it has a node."""
    if isinstance(value, bool):
        return value
    if isinstance(value, float):
        return value != 0 and not math.isnan(value)
    if isinstance(value, Moment):
        return True
    return len(value) > 0


def number_text(number: float) -> str:
    """A number as JavaScript writes it: 5, 0.1, 1e+21; NaN is blank."""
    if -1e15 < number < 1e15 and number == int(number):
        return str(int(number))
    if math.isnan(number):
        return ""
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    written = repr(number)
    if "e" not in written:
        return written.removesuffix(".0")
    if abs(number) < 1e21 and number == int(number):  # JavaScript writes zeros for the digits that nobody knows
        known, zeros = written.split("e+")
        return known.replace(".", "") + "0" * (int(zeros) - len(known.partition(".")[2]))
    mantissa, exponent = written.split("e")
    power = int(exponent)
    if -7 < power < 0:  # JavaScript writes these out: 0.00001
        return f"{number:.{len(mantissa.replace('.', '').lstrip('-')) - 1 - power}f}"
    return f"{mantissa}e{'+' if power > 0 else '-'}{abs(power)}"


def equal(left: Value, right: Value, zone: tzinfo) -> bool:
    """XPath's `=`: true when some pair of the two sides is equal."""
    return _compare_sets(left, right, zone, wanted=True)


def unequal(left: Value, right: Value, zone: tzinfo) -> bool:
    """XPath's `!=`: true when some pair of the two sides differs."""
    return _compare_sets(left, right, zone, wanted=False)


def _compare_sets(left: Value, right: Value, zone: tzinfo, *, wanted: bool) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return (to_boolean(left) == to_boolean(right)) is wanted
    lefts, rights = atoms(left), atoms(right)
    return any(_same(one, other, zone) is wanted for one in lefts for other in rights)


def _same(one: str | float | Moment, other: str | float | Moment, zone: tzinfo) -> bool:
    if isinstance(one, str) and isinstance(other, str):
        return one == other
    return to_number(one, zone) == to_number(other, zone)


def nodes_of(value: Value) -> NodeSet:
    """The nodes of a node set; none for any other value."""
    return value if isinstance(value, (list, tuple)) else ()


def atoms(value: Value) -> Sequence[str | float | Moment]:
    """A value as the list that comparisons and aggregates go through: node sets by node."""
    if isinstance(value, (str, float, bool, Moment)):
        return (value,)
    return [node.string_value() for node in value]


def numbers(value: Value, zone: tzinfo) -> list[float]:
    """The numbers of a node set's nodes, or the one number of another value."""
    if isinstance(value, (str, float, bool, Moment)):
        return [to_number(value, zone)]
    return [number_of_text(node.string_value(), zone) for node in value]


def words(text: str) -> list[str]:
    """The names of a select_multiple's answer: what the blanks of XML part, which other blanks do not."""
    return text.split() if text.isascii() else [word for word in _BLANKS.split(text) if word]
