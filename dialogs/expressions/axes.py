"""Where the axes of a path lead from a node."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from dialogs.expressions.nodes import Node


def _parent(node: Node) -> Iterator[Node]:
    if node.parent is not None:
        yield node.parent


def _ancestors(node: Node) -> Iterator[Node]:
    above = node.parent
    while above is not None:
        yield above
        above = above.parent


def _descendants(node: Node) -> Iterator[Node]:
    for child in node.children:
        yield child
        yield from _descendants(child)


def _after(node: Node) -> Iterator[Node]:
    siblings = node.parent.children if node.parent is not None else []
    yield from siblings[siblings.index(node) + 1 :] if siblings else ()


def _before(node: Node) -> Iterator[Node]:
    siblings = node.parent.children if node.parent is not None else []
    yield from reversed(siblings[: siblings.index(node)] if siblings else [])


def _self_and(reach: Callable[[Node], Iterator[Node]]) -> Callable[[Node], Iterator[Node]]:
    def both(node: Node) -> Iterator[Node]:
        yield node
        yield from reach(node)

    return both


REACH: dict[str, Callable[[Node], Iterator[Node]]] = {
    "child": lambda node: iter(node.children),
    "self": lambda node: iter((node,)),
    "parent": _parent,
    "ancestor": _ancestors,
    "ancestor-or-self": _self_and(_ancestors),
    "descendant": _descendants,
    "descendant-or-self": _self_and(_descendants),
    "following-sibling": _after,
    "preceding-sibling": _before,
}
"""The nodes that each axis leads to, from the nearest on."""


def attributes(node: Node, test: str) -> list[Node]:
    """The attributes of `node` by that name, or all of them for `*`, as nodes."""
    given = node.attributes or {}
    names = given if test == "*" else [test] if test in given else []
    return [Node(name, given[name]) for name in names]
