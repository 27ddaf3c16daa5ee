"""Truth and choice between values: if, not, coalesce, once, checklists."""

from __future__ import annotations

import math

from dialogs.expressions.context import Context
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.values import Value, atoms, to_boolean, to_number, to_text


@function("true")
def _true(_context: Context, _arguments: Arguments) -> Value:
    return True


@function("false")
def _false(_context: Context, _arguments: Arguments) -> Value:
    return False


@function("not", 1, 1)
def _not(context: Context, arguments: Arguments) -> Value:
    return not to_boolean(arguments[0](context))


@function("boolean", 1, 1)
def _boolean(context: Context, arguments: Arguments) -> Value:
    return to_boolean(arguments[0](context))


@function("lang", 1, 1)
def _lang(_context: Context, _arguments: Arguments) -> Value:
    """Never: no node of the answers carries `xml:lang`."""
    return False


@function("boolean-from-string", 1, 1)
def _boolean_from_string(context: Context, arguments: Arguments) -> Value:
    return to_text(arguments[0](context)) in ("1", "true")


@function("if", 3, 3)
def _if(context: Context, arguments: Arguments) -> Value:
    return arguments[1 if to_boolean(arguments[0](context)) else 2](context)


@function("coalesce", 1, None)
def _coalesce(context: Context, arguments: Arguments) -> Value:
    for argument in arguments:
        text = to_text(argument(context))
        if text:
            return text
    return ""


@function("once", 1, 1)
def _once(context: Context, arguments: Arguments) -> Value:
    return context.current.string_value() or to_text(arguments[0](context))


def _true_of(context: Context, arguments: Arguments) -> list[list[bool]]:
    return [[to_boolean(atom) for atom in atoms(argument(context))] for argument in arguments]


@function("checklist", 2, None)
def _checklist(context: Context, arguments: Arguments) -> Value:
    least, most = _bounds(context, arguments)
    satisfied = sum(truth for truths in _true_of(context, arguments[2:]) for truth in truths)
    return least <= satisfied <= most


@function("weighted-checklist", 2, None)
def _weighted_checklist(context: Context, arguments: Arguments) -> Value:
    """Whether the weights of what is true add up to enough; without an upper bound, none are needed for less than 1."""
    least, most = _bounds(context, arguments)
    if most == math.inf and least < 1:
        return True
    total = 0.0
    for check, weight in zip(arguments[2::2], arguments[3::2], strict=False):
        weights = atoms(weight(context))
        truths = _true_of(context, (check,))[0]
        if len(truths) < len(weights):
            return False
        total += sum(
            to_number(worth, context.world.zone) for truth, worth in zip(truths, weights, strict=False) if truth
        )
    return least <= total <= most


def _bounds(context: Context, arguments: Arguments) -> tuple[float, float]:
    zone = context.world.zone
    least, most = to_number(arguments[0](context), zone), to_number(arguments[1](context), zone)
    return least, math.inf if most == -1 else most
