"""Where an expression is worked out: the node it belongs to, and the world around it (time, lists, texts)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, tzinfo
from typing import Protocol, TypeAlias

from dialogs.expressions.nodes import Item, Node
from dialogs.expressions.values import Value


class World(Protocol):
    """What a form's instance offers its expressions. Nothing here comes from the machine's clock or chance."""

    now: datetime  # aware, on the wall clock of `zone`
    zone: tzinfo

    @property
    def fixed(self) -> Mapping[str, tuple[Node, ...]]:
        """By its absolute path, every node that stands outside all repeats: it is there once, and stays."""

    def document(self) -> Node:
        """The node above the root element of the primary instance."""

    def secondary(self, instance_id: str) -> Item | None:
        """The `instance` element of that id; None when the form has none."""

    def choice_label(self, node: Node, value: str) -> str:
        """The label of choice `value` of the select at `node`, "" when there is none."""

    def itext(self, text_id: str) -> str:
        """The text of that id in the language being spoken."""

    def draw(self, node: Node, nth: int) -> bytes:
        """32 bytes that look random, the same for the same instance, node and `nth`."""

    def property(self, name: str) -> str:
        """A metadata property such as deviceid, "" when unknown."""


class Context:
    """The node, position and size of one evaluation; `current` stays the node the expression belongs to."""

    __slots__ = ("current", "drawn", "node", "position", "size", "world")

    def __init__(self, world: World, node: Node, current: Node | None = None, position: int = 1, size: int = 1) -> None:
        self.world = world
        self.node = node
        self.current = current if current is not None else node
        self.position = position
        self.size = size
        self.drawn = 0

    def at(self, node: Node, position: int, size: int) -> Context:
        """The same evaluation seen from another node, as a predicate needs it."""
        return Context(self.world, node, self.current, position, size)

    def draw(self) -> bytes:
        """The next 32 bytes that look random."""
        self.drawn += 1
        return self.world.draw(self.current, self.drawn)


Closure: TypeAlias = Callable[[Context], Value]
