"""What a loaded form knows beyond its questions: the order of recalculation and who depends on whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from dialogs.expressions import Item
from dialogs.form.definition import Definition
from dialogs.form.texts import Itext

Work = Literal["relevant", "count", "calculate", "choices"]


@dataclass(frozen=True, slots=True)
class Vertex:
    """One thing to keep true: the relevance, count, calculation or choices of one definition."""

    definition: Definition
    work: Work


STANDING = -1  # the order of what is worked out only when asked for: constraint, required and readonly of a node


@dataclass(frozen=True, slots=True)
class Dependent:
    """A vertex to work out afresh, and how to find its nodes: `up` levels from the node that changed, then `down`.

    `ref` is set where there is one such node only, outside all repeats: then it is found at once.
    """

    order: int
    up: int
    down: tuple[str, ...]
    ref: str = ""


@dataclass(slots=True)
class Program:
    """The tree of definitions, the vertices in an order that respects who reads whom, and the dependents of each."""

    root: Definition
    itext: Itext
    secondary: Mapping[str, Item]
    namespaces: Mapping[str, str]
    by_ref: Mapping[str, Definition]
    vertices: tuple[Vertex, ...] = ()
    order_of: Mapping[Vertex, int] = field(default_factory=dict)
    dependents: Mapping[Definition, tuple[Dependent, ...]] = field(default_factory=dict)
    structural: Mapping[Definition, tuple[Dependent, ...]] = field(default_factory=dict)  # of a repeat, from its parent
    orders: dict[Definition, tuple[int, ...]] = field(default_factory=dict)  # of the vertices of its nodes
    calculating: dict[Definition, int] = field(default_factory=dict)  # the order of its calculation
    clocked: tuple[int, ...] = ()  # the orders of vertices that read now()
    dated: tuple[int, ...] = ()  # the orders of those that read today() only
    clocked_standing: tuple[Definition, ...] = ()  # whose constraint, required or readonly reads now()
    dated_standing: tuple[Definition, ...] = ()  # ... today() only
    unsettled: tuple[Vertex, ...] = ()  # those that read what follows from them: they are worked out again and again
    restless: bool = False  # some definition is
    counts: bool = False  # some repeat counts its members
    warnings: tuple[str, ...] = ()

    def definition(self, ref: str) -> Definition:
        """The definition at `ref`, with or without positions. KeyError when there is none."""
        found = self.by_ref.get(ref)
        return found if found is not None else self.by_ref[without_positions(ref)]


def without_positions(ref: str) -> str:
    """`/data/kid[2]/age` as `/data/kid/age`."""
    return "/".join(step.partition("[")[0] for step in ref.split("/"))
