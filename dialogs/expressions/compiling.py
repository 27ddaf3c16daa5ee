"""Turns a parsed expression into one Python closure, once, when the form is loaded."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import tzinfo
from difflib import get_close_matches
from operator import add, ge, gt, le, lt, mul, sub
from typing import cast

from dialogs.expressions.context import Closure, Context
from dialogs.expressions.errors import ExpressionError
from dialogs.expressions.functions import FUNCTIONS
from dialogs.expressions.functions.elsewhere import ELSEWHERE
from dialogs.expressions.nodes import Node
from dialogs.expressions.paths import path_closure
from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Number, Path, Text, Union
from dialogs.expressions.values import (
    NAN,
    Value,
    equal,
    nodes_of,
    number_of_text,
    numbers,
    to_boolean,
    to_number,
    unequal,
)


def compile_expression(expression: Expression) -> Closure:
    """A closure that works `expression` out in a context. ExpressionError for an unknown function or a wrong call."""
    if isinstance(expression, (Number, Text)):
        value = expression.value
        return lambda _context: value
    if isinstance(expression, Path):
        return path_closure(expression, compile_expression)
    if isinstance(expression, Call):
        return _call(expression)
    if isinstance(expression, Binary):
        return _binary(expression)
    if isinstance(expression, Negative):
        operand = compile_expression(expression.operand)
        return lambda context: -to_number(operand(context), context.world.zone)
    return _union(expression)


def _call(call: Call) -> Closure:
    prefix, _, local = call.name.rpartition(":")
    name = call.name if prefix == "jr" else local
    function = FUNCTIONS.get(name)
    if function is None:
        near = get_close_matches(name, FUNCTIONS, n=1)
        known = f"Did you mean `{near[0]}()`?" if near else "See the list of XLSForm functions."
        remedy = ELSEWHERE.get(name) or known
        raise ExpressionError(f"`{call.name}()` is no function of this form engine.", remedy)
    given = len(call.arguments)
    if given < function.least or (function.most is not None and given > function.most):
        raise ExpressionError(f"`{name}()` takes {function.arity()}, not {given}.", "Check its commas and brackets.")
    arguments = tuple(compile_expression(argument) for argument in call.arguments)
    return function.prepare(arguments, call.arguments, compile_expression)


def _binary(binary: Binary) -> Closure:
    left, right = compile_expression(binary.left), compile_expression(binary.right)
    if binary.operator in ("and", "or"):
        return _logic(binary.operator, _truth(binary.left, left), _truth(binary.right, right))
    if binary.operator == "=":
        if isinstance(binary.left, Path) and isinstance(binary.right, Text):
            return _equals_text(left, binary.right.value)
        return _comparison(left, right, equal)
    if binary.operator == "!=":
        return _comparison(left, right, unequal)
    if binary.operator in _ORDERS:
        if isinstance(binary.right, Number):
            return _ordering_to(left, binary.right.value, _ORDERS[binary.operator])
        return _ordering(left, right, _ORDERS[binary.operator])
    return _arithmetic(left, right, _ARITHMETIC[binary.operator])


_TRUTHS = frozenset({"and", "or", "=", "!=", "<", "<=", ">", ">="})


def _truth(expression: Expression, closure: Closure) -> Callable[[Context], bool]:
    """The closure's value as a boolean; what is one by itself is taken as it is."""
    if isinstance(expression, Binary) and expression.operator in _TRUTHS:
        return cast("Callable[[Context], bool]", closure)
    return lambda context: to_boolean(closure(context))


def _logic(operator: str, left: Callable[[Context], bool], right: Callable[[Context], bool]) -> Closure:
    if operator == "and":
        return lambda context: left(context) and right(context)
    return lambda context: left(context) or right(context)


def _equals_text(left: Closure, text: str) -> Closure:
    """`${q} = 'yes'`, by far the most common expression of all."""

    def compare(context: Context) -> bool:
        nodes = nodes_of(left(context))
        if len(nodes) == 1:
            node = nodes[0]
            return (node.string_value() if node.children else node.text) == text
        return any(node.string_value() == text for node in nodes)

    return compare


def _comparison(left: Closure, right: Closure, compare: Callable[..., bool]) -> Closure:
    return lambda context: compare(left(context), right(context), context.world.zone)


def _number(value: Value, zone: tzinfo) -> float:
    """`to_number`, the commonest kinds first."""
    if isinstance(value, float):
        return value
    if isinstance(value, (tuple, list)):
        if not value:
            return NAN
        node = value[0]  # nearly always a leaf, whose text is one look away
        return number_of_text(node.string_value() if node.children else node.text, zone)
    return to_number(value, zone)


_ORDERS: dict[str, Callable[[float, float], bool]] = {"<": lt, "<=": le, ">": gt, ">=": ge}


def _ordering_to(left: Closure, number: float, order: Callable[[float, float], bool]) -> Closure:
    """`${age} >= 18`: what most constraints and relevances say."""

    def compare(context: Context) -> bool:
        one = left(context)
        if isinstance(one, (list, tuple)) and len(one) != 1:
            return any(order(a, number) for a in numbers(one, context.world.zone))
        return order(_number(one, context.world.zone), number)

    return compare


def _ordering(left: Closure, right: Closure, order: Callable[[float, float], bool]) -> Closure:
    """True when some pair of the two sides is in this order."""

    def compare(context: Context) -> bool:
        zone = context.world.zone
        one, other = left(context), right(context)
        several = (isinstance(one, (list, tuple)) and len(one) != 1) or (
            isinstance(other, (list, tuple)) and len(other) != 1
        )
        if several:
            return any(order(a, b) for a in numbers(one, zone) for b in numbers(other, zone))
        return order(_number(one, zone), _number(other, zone))

    return compare


def _divide(one: float, other: float) -> float:
    if other != 0:
        return one / other
    return NAN if one == 0 or math.isnan(one) else math.copysign(math.inf, one) * math.copysign(1, other)


def _remainder(one: float, other: float) -> float:
    return NAN if other == 0 or math.isinf(one) or math.isnan(other) else math.fmod(one, other)


_ARITHMETIC: dict[str, Callable[[float, float], float]] = {
    "+": add,
    "-": sub,
    "*": mul,
    "div": _divide,
    "mod": _remainder,
}


def _arithmetic(left: Closure, right: Closure, work: Callable[[float, float], float]) -> Closure:
    def calculate(context: Context) -> float:
        zone = context.world.zone
        return work(_number(left(context), zone), _number(right(context), zone))

    return calculate


def _union(union: Union) -> Closure:
    parts = tuple(compile_expression(part) for part in union.parts)

    def join(context: Context) -> Value:
        nodes: dict[Node, None] = {}
        for part in parts:
            nodes.update(dict.fromkeys(nodes_of(part(context))))
        return sorted(nodes, key=_document_position)

    return join


def _document_position(node: Node) -> tuple[int, ...]:
    positions: list[int] = []
    while node.parent is not None:
        positions.append(node.parent.children.index(node))
        node = node.parent
    return tuple(reversed(positions))
