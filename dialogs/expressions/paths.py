"""Location paths as closures: each step takes nodes to nodes; predicates filter by position or truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TypeAlias

from dialogs.expressions.axes import REACH, attributes
from dialogs.expressions.context import Closure, Context
from dialogs.expressions.nodes import Item, Node
from dialogs.expressions.parts import inside
from dialogs.expressions.syntax import Binary, Call, Expression, Path, Step, Text
from dialogs.expressions.values import NodeSet, Value, nodes_of, to_boolean

Move: TypeAlias = Callable[[Context, NodeSet], NodeSet]
Compile: TypeAlias = Callable[[Expression], Closure]

_UP = Step("parent", "node()")
_ITSELF = Path((Step("self", "node()"),))


def path_closure(path: Path, compile_one: Compile) -> Closure:
    """The nodes of `path`, in document order, each once."""
    if path == _ITSELF:
        return lambda context: (context.node,)
    walk = _walk(path, compile_one)
    if path.absolute:
        return _at_ref(path, walk) if all(map(_is_plain, path.steps)) else walk
    return _climb(path) or walk


def _at_ref(path: Path, walk: Closure) -> Closure:
    """An absolute path outside repeats is looked up, not walked."""
    ref = "".join(f"/{step.test}" for step in path.steps)

    def look_up(context: Context) -> NodeSet:
        found = context.world.fixed.get(ref)
        return nodes_of(walk(context)) if found is None else found

    return look_up


def _climb(path: Path) -> Closure | None:
    """`../q`, `../../q` and `current()/../q`: some levels up, then down by names; None for any other path."""
    from_current = path.start == Call("current", ())
    if (path.start is not None and not from_current) or path.start_predicates:
        return None
    up = 0
    while up < len(path.steps) and path.steps[up] == _UP:
        up += 1
    names = [step.test for step in path.steps[up:]]
    if up == 0 or not names or not all(map(_is_plain, path.steps[up:])):
        return None
    first, *more = names

    def climb(context: Context) -> NodeSet:
        node: Node | None = context.current if from_current else context.node
        for _level in range(up):
            node = node.parent if node is not None else None
        nodes = node.named(first) if node is not None else []
        for name in more:
            nodes = nodes[0].named(name) if len(nodes) == 1 else [below for node in nodes for below in node.named(name)]
        return nodes

    return climb


def _walk(path: Path, compile_one: Compile) -> Closure:
    begin = _beginning(path, compile_one)
    moves = tuple(_move(step, compile_one) for step in path.steps)
    if not moves:
        return begin
    if len(moves) == 1:
        only = moves[0]
        return lambda context: only(context, begin(context))

    def walk(context: Context) -> NodeSet:
        nodes = begin(context)
        for move in moves:
            nodes = move(context, nodes)
        return nodes

    return walk


def _is_plain(step: Step) -> bool:
    """A child by its name, whatever it holds."""
    return step.axis == "child" and not step.predicates and step.test != "*" and not step.test.endswith(")")


def _beginning(path: Path, compile_one: Compile) -> Callable[[Context], NodeSet]:
    if path.start is not None:
        start = compile_one(path.start)
        filters = tuple(compile_one(predicate) for predicate in path.start_predicates)

        def from_start(context: Context) -> NodeSet:
            nodes = nodes_of(start(context))
            for predicate in filters:
                nodes = _kept(context, nodes, predicate)
            return nodes

        return from_start
    if path.absolute:
        return lambda context: (context.world.document(),)
    return lambda context: (context.node,)


def _move(step: Step, compile_one: Compile) -> Move:
    looked_up = _look_up(step, compile_one)
    if looked_up is not None:
        return looked_up
    move = _axis(step)
    filters = tuple(compile_one(predicate) for predicate in step.predicates)
    if not filters:
        return lambda _context, nodes: move(nodes)

    def filtered(context: Context, nodes: NodeSet) -> NodeSet:
        found: list[Node] = []
        for node in nodes:
            reached = move((node,))
            for predicate in filters:
                reached = _kept(context, reached, predicate)
            found.extend(reached)
        return found if len(nodes) == 1 else list(dict.fromkeys(found))

    return filtered


def _kept(context: Context, nodes: NodeSet, predicate: Closure) -> NodeSet:
    size, kept = len(nodes), []
    for position, node in enumerate(nodes, 1):
        inner = context.at(node, position, size)
        value = predicate(inner)
        if position == value if type(value) is float else to_boolean(value):
            kept.append(node)
    return kept


def _axis(step: Step) -> Callable[[NodeSet], NodeSet]:
    test = step.test
    if step.axis == "child" and test != "*" and not test.endswith(")"):
        return lambda nodes: nodes[0].named(test) if len(nodes) == 1 else [m for n in nodes for m in n.named(test)]
    if step.axis == "self" and test == "node()":
        return lambda nodes: nodes
    if step.axis == "attribute":
        return lambda nodes: [found for node in nodes for found in attributes(node, test)]
    reach = REACH[step.axis]
    if test in ("*", "node()"):
        return lambda nodes: list(dict.fromkeys(found for node in nodes for found in reach(node)))
    return lambda nodes: list(dict.fromkeys(found for node in nodes for found in reach(node) if found.name == test))


def _look_up(step: Step, compile_one: Compile) -> Move | None:
    """`item[key = fixed and ...]` by look-up where the parent never changes: lists of thousands of places stay fast."""
    if step.axis != "child" or len(step.predicates) != 1 or step.test == "*":
        return None
    conditions = list(_conditions(step.predicates[0]))
    found = [pair for pair in map(_key_and_fixed, conditions) if pair is not None]
    if not found or (len(conditions) > 1 and _minds_places(step.predicates[0])):
        return None
    keys = tuple((key, compile_one(fixed)) for key, fixed in found)
    test, only, plain = step.test, len(conditions) == 1, compile_one(step.predicates[0])

    def by_text(context: Context, nodes: NodeSet) -> NodeSet:
        if len(nodes) != 1 or not isinstance(nodes[0], Item):
            return [kept for node in nodes for kept in _kept(context, _named(node, test), plain)]
        fewest: list[Node] | None = None
        for key, fixed in keys:
            value = fixed(context)
            if isinstance(value, (list, tuple)) and not value:
                return []  # nothing equals nothing
            text = _one_text(value)
            if text is not None:
                met = nodes[0].where(test, key, text)
                fewest = met if fewest is None or len(met) < len(fewest) else fewest
        if fewest is None:
            return _kept(context, _named(nodes[0], test), plain)
        return fewest if only else _kept(context, fewest, plain)

    return by_text


def _conditions(predicate: Expression) -> Iterator[Expression]:
    """What must all hold: the parts of an `and`, or the one condition."""
    if isinstance(predicate, Binary) and predicate.operator == "and":
        yield from _conditions(predicate.left)
        yield from _conditions(predicate.right)
    else:
        yield predicate


def _minds_places(expression: Expression) -> bool:
    """Whether it may say something else when others are left out before it."""
    if isinstance(expression, Call) and expression.name in ("position", "last", "random"):
        return True
    return any(map(_minds_places, inside(expression)))


def _one_text(value: Value) -> str | None:
    """The text that an item's must equal; None where it is no single text."""
    if isinstance(value, str):
        return value
    return value[0].string_value() if isinstance(value, (list, tuple)) and len(value) == 1 else None


def _named(node: Node, name: str) -> list[Node]:
    return node.named(name)


def _key_and_fixed(predicate: Expression) -> tuple[str, Expression] | None:
    if not isinstance(predicate, Binary) or predicate.operator != "=":
        return None
    for one, other in ((predicate.left, predicate.right), (predicate.right, predicate.left)):
        if _is_child_name(one) and isinstance(one, Path) and _is_fixed(other):
            return one.steps[0].test, other
    return None


def _is_child_name(expression: Expression) -> bool:
    if not isinstance(expression, Path) or expression.absolute or expression.start is not None:
        return False
    return len(expression.steps) == 1 and _is_plain(expression.steps[0])


def _is_fixed(expression: Expression) -> bool:
    """Whether it says the same whatever the item: a text, an absolute path, or one from current()."""
    if isinstance(expression, Text):
        return True
    return isinstance(expression, Path) and (expression.absolute or expression.start == Call("current", ()))
