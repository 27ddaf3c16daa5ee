"""Arithmetic as IEEE 754 has it: overflow is infinity, nonsense is NaN, nothing raises."""

from __future__ import annotations

import math
from collections.abc import Callable

from dialogs.expressions.context import Context
from dialogs.expressions.dates import read_date_time
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.values import NAN, Moment, Value, number_text, to_number, to_text
from dialogs.expressions.values import numbers as numbers_of


def argument_number(context: Context, arguments: Arguments, index: int, absent: float = NAN) -> float:
    """The number of argument `index`, or `absent` where it is not written."""
    return to_number(arguments[index](context), context.world.zone) if index < len(arguments) else absent


def whole(number: float, absent: int = 0) -> int:
    """The whole part of a number; `absent` for NaN and infinity."""
    return absent if math.isnan(number) or math.isinf(number) else int(number)


@function("number", 0, 1)
def _number(context: Context, arguments: Arguments) -> Value:
    value: Value = arguments[0](context) if arguments else [context.node]
    if isinstance(value, Moment):
        return value
    number = to_number(value, context.world.zone)
    if not isinstance(value, (float, bool)) and read_date_time(to_text(value), context.world.zone) is not None:
        return Moment(number, number_text(math.floor(number)))
    return number


@function("int", 1, 1)
def _int(context: Context, arguments: Arguments) -> Value:
    number = argument_number(context, arguments, 0)
    return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))


@function("round", 1, 2)
def _round(context: Context, arguments: Arguments) -> Value:
    number, places = argument_number(context, arguments, 0), argument_number(context, arguments, 1, 0.0)
    if math.isnan(number) or math.isnan(places) or math.isinf(number):
        return NAN if math.isnan(places) else number
    scale = _power(10.0, places)
    shifted = abs(number) * scale
    if math.isinf(shifted) or scale == 0:
        return number if scale else 0.0
    down = math.floor(shifted)
    return math.copysign((down + (shifted - down >= 0.5)) / scale, number)


@function("sum", 1, None)
def _sum(context: Context, arguments: Arguments) -> Value:
    zone = context.world.zone
    return float(sum(number for argument in arguments for number in numbers_of(argument(context), zone)))


@function("min", 1, None)
def _min(context: Context, arguments: Arguments) -> Value:
    return _extreme(context, arguments, min)


@function("max", 1, None)
def _max(context: Context, arguments: Arguments) -> Value:
    return _extreme(context, arguments, max)


def _extreme(context: Context, arguments: Arguments, choose: Callable[[list[float]], float]) -> float:
    zone = context.world.zone
    found = [number for argument in arguments for number in numbers_of(argument(context), zone)]
    return NAN if not found or any(math.isnan(number) for number in found) else choose(found)


@function("pow", 2, 2)
def _pow(context: Context, arguments: Arguments) -> Value:
    return _power(argument_number(context, arguments, 0), argument_number(context, arguments, 1))


def _power(base: float, exponent: float) -> float:
    if math.isnan(exponent) or (abs(base) == 1 and math.isinf(exponent)):  # where Python says 1
        return NAN
    try:
        result = base**exponent
    except ZeroDivisionError:
        return math.inf
    except OverflowError:
        odd = exponent == math.trunc(exponent) and math.fmod(exponent, 2) != 0
        return -math.inf if base < 0 and odd else math.inf
    return NAN if isinstance(result, complex) else float(result)


@function("pi")
def _pi(_context: Context, _arguments: Arguments) -> Value:
    return math.pi


@function("atan2", 2, 2)
def _atan2(context: Context, arguments: Arguments) -> Value:
    return math.atan2(argument_number(context, arguments, 0), argument_number(context, arguments, 1))


@function("exp10", 1, 1)
def _exp10(context: Context, arguments: Arguments) -> Value:
    return _power(10.0, argument_number(context, arguments, 0))


def _of_one_number(name: str, work: Callable[[float], float]) -> None:
    @function(name, 1, 1)
    def _apply(context: Context, arguments: Arguments) -> Value:
        number = argument_number(context, arguments, 0)
        if math.isnan(number):
            return NAN
        try:
            return float(work(number))
        except ValueError:
            return NAN
        except OverflowError:
            return number if math.isinf(number) else math.inf


def _logarithm(work: Callable[[float], float]) -> Callable[[float], float]:
    return lambda number: -math.inf if number == 0 else work(number)


_ONE_NUMBER: dict[str, Callable[[float], float]] = {
    "abs": abs,
    "floor": math.floor,
    "ceiling": math.ceil,
    "sqrt": math.sqrt,
    "exp": math.exp,
    "log": _logarithm(math.log),
    "log10": _logarithm(math.log10),
    "sin": math.sin,
    "cos": math.cos,
    "tan": math.tan,
    "asin": math.asin,
    "acos": math.acos,
    "atan": math.atan,
}
for _name, _work in _ONE_NUMBER.items():
    _of_one_number(_name, _work)
