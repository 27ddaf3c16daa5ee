"""Figures and their separators: which mark groups thousands and which begins the decimals, and when nobody can say."""

from __future__ import annotations

import re

from dialogs.understanding.reading import Reading

Number = int | float

MOST_DIGITS = 15  # past that a number is a card or a typing accident, and floats no longer hold it
CARD_DIGITS = 12  # of an identity card: so many without a separator are hardly a count
PHONE_DIGITS = 7  # with a nought before it, so long a figure is a telephone's or a card's
_MARKS = re.compile(r"[.,٬٫،' ]")
_GROUPS_ONLY = "٬' "


def exact(value: float) -> Number:
    """The value as a whole number where it is one; what multiplying left beyond nine decimals is cut off."""
    rounded = round(value, 9)
    return int(rounded) if float(rounded).is_integer() else rounded


def shown(value: Number) -> str:
    """The value as a candidate's name."""
    return str(value) if isinstance(value, int) else repr(value)


def asking(*values: Number) -> Reading[Number]:
    """A reading that asks which of the values was meant, the likeliest first; or whether the only one was."""
    ask = "number_confirm" if len(values) == 1 else "number_which"
    return Reading(values[0], False, ask, tuple(map(shown, values)))


def read_figure(figure: str) -> Reading[Number]:
    """A run of ASCII digits with its separators; asks where one separator means two things («1.500», «١،٥٠٠»)."""
    figure = figure.rstrip(".,٬٫،' ")
    if sum(map(str.isdecimal, figure)) > MOST_DIGITS:
        return Reading()
    if figure.isdecimal():
        return _plain(figure)
    parts, marks = _MARKS.split(figure), _MARKS.findall(figure)
    if not parts[0] and len(parts) == 2 and marks[0] in ".٫":
        return Reading(_decimal("0", parts[1]), True)
    if not all(part.isdecimal() for part in parts):
        return Reading()
    if len(set(marks)) == 1 and (len(marks) > 1 or marks[0] in _GROUPS_ONLY):
        return _grouped(parts, marks[0])
    if len(marks) == 1:
        return _one_mark(parts[0], parts[1], marks[0])
    *groups, last = marks
    if len(set(groups)) > 1 or last in _GROUPS_ONLY or last in groups or "٫" in groups or not _well_grouped(parts[:-1]):
        return Reading()
    return Reading(_decimal("".join(parts[:-1]), parts[-1]), True)


def _plain(figure: str) -> Reading[Number]:
    if len(figure) == 1 or figure[0] != "0":
        return Reading(int(figure), True) if len(figure) < CARD_DIGITS else asking(int(figure))
    return Reading() if len(figure) >= PHONE_DIGITS else asking(int(figure))


def _decimal(whole: str, part: str) -> Number:
    value = float(f"{whole}.{part}")
    return int(value) if value.is_integer() else value


def _well_grouped(parts: list[str]) -> bool:
    return len(parts[0]) <= 3 and parts[0][0] != "0" and all(len(part) == 3 for part in parts[1:])


def _grouped(parts: list[str], mark: str) -> Reading[Number]:
    """«1,234,567»; a space after three digits also parts two numbers («500 600»)."""
    if not _well_grouped(parts) or mark == "٫":
        return Reading()
    value = int("".join(parts))
    if mark == " " and len(parts[0]) == 3 and parts[1:] != ["000"]:
        return asking(value)
    return Reading(value, True)


def _one_mark(whole: str, part: str, mark: str) -> Reading[Number]:
    value = _decimal(whole, part)
    if mark == "٫":
        return Reading(value, True)
    if whole[0] == "0" and len(whole) > 1:
        return asking(value)  # 05.10: as likely a day
    if len(part) == 3 and len(whole) <= 3 and whole != "0":
        thousands = int(whole + part)
        if mark == ",":
            return Reading(thousands, True)
        return asking(value, thousands) if mark == "." else asking(thousands, value)
    likely = mark == "." or len(part) < 3 or whole == "0"
    return Reading(value, True) if likely else asking(value)
