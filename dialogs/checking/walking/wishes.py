"""What an answer has to be for a way to open: small wishes about one value, and whether several can hold at once."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

Operator = Literal["=", "!=", "<", "<=", ">", ">=", "has", "lacks"]
OPPOSITE: dict[str, Operator] = {
    "=": "!=",
    "!=": "=",
    "<": ">=",
    "<=": ">",
    ">": "<=",
    ">=": "<",
    "has": "lacks",
    "lacks": "has",
}
MIRRORED: dict[str, Operator] = {"=": "=", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Wish:
    """`value operator wanted`; `has` and `lacks` are of several chosen, `counted` compares how many were chosen."""

    operator: Operator
    wanted: str | float
    counted: bool = False

    def holds(self, value: str) -> bool:
        """Whether an answer passes, as the form's expressions would compare it."""
        if self.operator in ("has", "lacks"):
            return (str(self.wanted) in (value.split() or [""])) is (self.operator == "has")
        if self.counted:
            return _ordered(float(len(value.split())), self.operator, number_of(self.wanted))
        if isinstance(self.wanted, str) and self.operator in ("=", "!="):
            return (value == self.wanted) is (self.operator == "=")
        return _ordered(number_of(value), self.operator, number_of(self.wanted))

    @property
    def needs_answer(self) -> bool:
        """Whether a blank answer fails it."""
        return not self.holds("")


def _ordered(left: float, operator: str, right: float) -> bool:
    if math.isnan(left) or math.isnan(right):
        return operator == "!="
    return {
        "=": left == right,
        "!=": left != right,
        "<": left < right,
        "<=": left <= right,
        ">": left > right,
        ">=": left >= right,
    }[operator]


def number_of(value: str | float) -> float:
    """The number a value stands for, NaN for none."""
    try:
        return float(value)
    except ValueError:
        return math.nan


def contradictory(wishes: Iterable[Wish], names: Sequence[str] | None, *, whole: bool, several: bool) -> bool:
    """True when no value at all passes every wish. `names` are the only values there are (choices), blank besides."""
    found = list(wishes)
    if names is not None and not several:
        return not any(all(wish.holds(value) for wish in found) for value in ("", *names))
    if several:
        return _several_contradict(found, names)
    equal = [wish for wish in found if wish.operator == "="]
    if equal:
        return not all(wish.holds(_as_text(equal[0].wanted)) for wish in found)
    return _interval_is_empty(found, whole=whole)


def _several_contradict(wishes: list[Wish], names: Sequence[str] | None) -> bool:
    has = {str(wish.wanted) for wish in wishes if wish.operator == "has" and wish.wanted != ""}
    lacks = {str(wish.wanted) for wish in wishes if wish.operator == "lacks"}
    return bool(has & lacks) or (names is not None and not has <= set(names))


def _interval_is_empty(wishes: list[Wish], *, whole: bool) -> bool:
    low, high = -math.inf, math.inf
    open_low = open_high = False
    for wish in wishes:
        number = number_of(wish.wanted)
        if wish.operator in (">", ">=") and (number, wish.operator == ">") > (low, open_low):
            low, open_low = number, wish.operator == ">"
        elif wish.operator in ("<", "<=") and (number, wish.operator != "<") < (high, not open_high):
            high, open_high = number, wish.operator == "<"
    if whole and math.isfinite(low) and math.isfinite(high):
        first = math.floor(low) + 1 if open_low else math.ceil(low)
        last = math.ceil(high) - 1 if open_high else math.floor(high)
        return first > last
    return low > high or (low == high and (open_low or open_high))


def values_passing(wishes: Sequence[Wish]) -> list[str]:
    """Values made from the wishes themselves: what they name, and the numbers beside it."""
    has = [str(wish.wanted) for wish in wishes if wish.operator == "has" and wish.wanted != ""]
    made = [" ".join(dict.fromkeys(has))] if has else []
    for wish in wishes:
        if wish.counted or wish.operator in ("has", "lacks"):
            continue
        if isinstance(wish.wanted, str) and wish.operator in ("=", "!="):
            made.append(wish.wanted)
        else:
            number = number_of(wish.wanted)
            made += [_as_text(number + step) for step in (0, 1, -1, 0.5) if not math.isnan(number)]
    return [value for value in dict.fromkeys(made) if all(wish.holds(value) for wish in wishes)]


def _as_text(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if math.isfinite(value) and value == int(value) else repr(value)
