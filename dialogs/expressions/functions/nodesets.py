"""Functions on sets of nodes: counting, positions, members of repeats, lists."""

from __future__ import annotations

import hashlib
import math

from dialogs.expressions.context import Context
from dialogs.expressions.functions.numbers import argument_number
from dialogs.expressions.functions.registry import Arguments, function
from dialogs.expressions.functions.texts import argument_text
from dialogs.expressions.nodes import Node
from dialogs.expressions.values import NAN, NodeSet, Value, nodes_of, to_number, to_text


@function("current")
def _current(context: Context, _arguments: Arguments) -> Value:
    return (context.current,)


@function("instance", 1, 1)
def _instance(context: Context, arguments: Arguments) -> Value:
    found = context.world.secondary(argument_text(context, arguments, 0))
    return () if found is None else (found,)


@function("count", 1, 1)
def _count(context: Context, arguments: Arguments) -> Value:
    return float(len(nodes_of(arguments[0](context))))


@function("count-non-empty", 1, 1)
def _count_non_empty(context: Context, arguments: Arguments) -> Value:
    return float(sum(1 for node in nodes_of(arguments[0](context)) if node.string_value()))


@function("last")
def _last(context: Context, _arguments: Arguments) -> Value:
    return float(context.size)


@function("position", 0, 1)
def _position(context: Context, arguments: Arguments) -> Value:
    """The place in the predicate's list, or, of a node, among its siblings of the same name."""
    if not arguments:
        return float(context.position)
    nodes = nodes_of(arguments[0](context))
    if not nodes:
        return NAN
    parent = nodes[0].parent
    return 1.0 if parent is None else float(parent.named(nodes[0].name).index(nodes[0]) + 1)


@function("name", 0, 1)
def _name(context: Context, arguments: Arguments) -> Value:
    nodes = nodes_of(arguments[0](context)) if arguments else (context.node,)
    return nodes[0].name if nodes else ""


@function("namespace-uri", 0, 1)
def _namespace_uri(_context: Context, _arguments: Arguments) -> Value:
    """Blank: a form's own nodes go by their local names here."""
    return ""


@function("id", 1, 1)
def _id(_context: Context, _arguments: Arguments) -> Value:
    """No nodes: nothing in a form's answers is declared to be an identifier."""
    return ()


@function("local-name", 0, 1)
def _local_name(context: Context, arguments: Arguments) -> Value:
    return to_text(_name(context, arguments)).rpartition(":")[2]


@function("indexed-repeat", 3, None)
def _indexed_repeat(context: Context, arguments: Arguments) -> Value:
    """The target's nodes inside the members that the (repeat, index) pairs name, in whatever order they are written."""
    pairs: list[tuple[NodeSet, float]] = []
    for repeats, index in zip(arguments[1::2], arguments[2::2], strict=False):
        found, at = nodes_of(repeats(context)), to_number(index(context), context.world.zone)
        if not found or not 1 <= at <= len(found) or at != int(at):
            return ()
        pairs.append((found, at))
    members: list[Node] = []
    for found, at in sorted(pairs, key=lambda pair: _depth(pair[0][0])):
        inside = [node for node in found if all(_is_within(node, member) for member in members)]
        if at > len(inside):
            return ()
        members.append(inside[int(at) - 1])
    return [node for node in nodes_of(arguments[0](context)) if all(_is_within(node, member) for member in members)]


def _depth(node: Node) -> int:
    depth, above = 0, node.parent
    while above is not None:
        depth, above = depth + 1, above.parent
    return depth


def _is_within(node: Node, above: Node) -> bool:
    parent = node.parent
    while parent is not None:
        if parent is above:
            return True
        parent = parent.parent
    return False


@function("pulldata", 4, 4)
def _pulldata(context: Context, arguments: Arguments) -> Value:
    source, wanted, key, value = (argument_text(context, arguments, index) for index in range(4))
    found = context.world.secondary(source)
    for root in found.named("root") if found is not None else ():
        for item in root.where("item", key, value):
            return next((leaf.string_value() for leaf in item.named(wanted)), "")
    return ""


_LARGEST = 2_147_483_647  # Park–Miller, as JavaRosa seeds it, so that a list is shuffled alike everywhere


@function("randomize", 1, 2)
def _randomize(context: Context, arguments: Arguments) -> Value:
    """The nodes shuffled: by the seed as ODK does, or by a draw that stays the same for the instance and node."""
    nodes = nodes_of(arguments[0](context))
    seed = _seed(context, arguments)
    state = abs(seed) % _LARGEST * (1 if seed > 0 else -1)  # Java's remainder keeps the sign
    state = state + _LARGEST - 1 if state <= 0 else state
    shuffled: list[Node] = []
    for index, node in enumerate(nodes):
        state = state * 16807 % _LARGEST
        at = math.floor((state - 1) / (_LARGEST - 1) * (index + 1))
        if at != index:
            shuffled.append(shuffled[at])
            shuffled[at] = node
        else:
            shuffled.append(node)
    return shuffled


def _seed(context: Context, arguments: Arguments) -> int:
    if len(arguments) == 1:
        return int.from_bytes(context.draw()[:4], "big")
    number = argument_number(context, arguments, 1)
    if not math.isnan(number):
        return (2**63 - 1 if number > 0 else -(2**63)) if math.isinf(number) else int(number)
    text = argument_text(context, arguments, 1)
    if not text:
        return 0
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big", signed=True)
