"""Writes into the answers of one instance: whom a write reaches is due, or in doubt, from then on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from heapq import heappush

from dialogs.form.changes import Changes, Move
from dialogs.form.definition import Action, Definition
from dialogs.form.offers import offered_names
from dialogs.form.program import STANDING, Dependent, Program, Vertex
from dialogs.form.tree import InstanceNode
from dialogs.form.world import FormWorld


class Ripples:
    """What was written, what follows from it and waits, and the record of it. Who works it off is `Recalculation`."""

    def __init__(self, program: Program, root: InstanceNode, world: FormWorld) -> None:
        self.program = program
        self.root = root
        self.world = world
        self.first_load = True  # until the instance has started: nothing triggers
        self._heap: list[int] = []
        self._pending: dict[int, dict[InstanceNode, None]] = {}
        self._triggered: list[tuple[InstanceNode, Action, bool]] = []  # ... and whether only where it is relevant
        self._by_default: InstanceNode | None = None  # a node whose dynamic default is being written
        self.changes: Changes | None = None  # the record that is being kept, if any
        self.shape = 0  # counts members that came or went

    def store(self, node: InstanceNode, value: str) -> None:
        """Write an answer; what reads it is due."""
        self._touch(node)
        node.kept = value
        if value and node.definition.choices is not None:
            node.offered = offered_names(self.world, node)
        self._refresh(node)

    def _refresh(self, node: InstanceNode) -> None:
        text = node.read()
        if text != node.text:
            node.text = text
            self._changed(node)

    def _spread(self, node: InstanceNode) -> None:
        parent = node.parent
        relevant = node.own_relevant and (parent is None or parent.relevant)
        if relevant == node.relevant:
            return
        self._touch(node)
        node.relevant = relevant
        for child in node.children:
            self._spread(child)
        if node.definition.children:
            return
        node.calculated = None
        if relevant and node.definition.calculate is not None:
            self._due(self.program.calculating[node.definition], node)
        self._refresh(node)

    def _changed(self, node: InstanceNode) -> None:
        definition = node.definition
        dependents = self.program.dependents.get(definition)
        if dependents:
            self._follow(node, dependents)
        for target, action in definition.triggered:
            hears = target.place < definition.place if self._by_default is node else not self.first_load
            if hears:
                self._triggered.extend((found, action, False) for found in self._targets(node, target))

    def _members_changed(self, parent: InstanceNode, repeat: Definition) -> None:
        self._follow(parent, self.program.structural.get(repeat, ()))

    def _follow(self, node: InstanceNode, dependents: tuple[Dependent, ...]) -> None:
        """What depends on `node` is due, or in doubt."""
        for dependent in dependents:
            found = self.world.fixed[dependent.ref] if dependent.ref else _reached(node, dependent)
            if dependent.order == STANDING:
                for each in found:
                    self._doubt(each)
            else:
                for each in found:
                    self._due(dependent.order, each)

    def _touch(self, node: InstanceNode) -> None:
        """The node is about to change."""
        node.state = None
        changes = self.changes
        if changes is not None and node not in changes.before:
            changes.touch(node)

    def _doubt(self, node: InstanceNode) -> None:
        """How the node stands has to be worked out again when somebody asks."""
        node.state = None
        if self.changes is not None:
            self.changes.doubtful[node] = None

    def _moved(self, move: Move) -> None:
        self.shape += 1
        if self.changes is not None:
            self.changes.moves.append(move)

    def _due_counts(self, top: InstanceNode, repeat: Definition) -> None:
        order = self.program.order_of[Vertex(repeat, "count")]
        for node in top.below():
            if node.definition is repeat.parent:
                self._due(order, node)

    def _due(self, order: int, node: InstanceNode) -> None:
        nodes = self._pending.get(order)
        if nodes is None:
            self._pending[order] = {node: None}
            heappush(self._heap, order)
        else:
            nodes[node] = None

    def _targets(self, node: InstanceNode, target: Definition) -> list[InstanceNode]:
        """The target nodes of a trigger: those in the member that node and target share."""
        repeats = set(target.repeats())
        top: InstanceNode = node
        while top is not self.root and top.parent is not None and top.definition not in repeats:
            top = top.parent
        names = [found.name for found in target.above() if found.depth > top.definition.depth]
        return descend(top, tuple(reversed(names)))

    def clock_moved(self, *, another_day: bool) -> None:
        """What reads now() is due, and on another day what reads today()."""
        program = self.program
        for order in (*program.clocked, *program.dated) if another_day else program.clocked:
            vertex = program.vertices[order]
            above = vertex.definition.parent if vertex.work == "count" else vertex.definition
            for node in self._all_of(above or vertex.definition):
                self._due(order, node)
        standing = program.clocked_standing
        for definition in (*standing, *program.dated_standing) if another_day else standing:
            for node in self._all_of(definition):
                self._doubt(node)

    def _all_of(self, definition: Definition) -> Iterable[InstanceNode]:
        found = self.world.fixed.get(definition.ref)
        if found is not None:
            return found
        names = [above.name for above in definition.above() if above.depth]
        return descend(self.root, tuple(reversed(names)))


def descend(top: InstanceNode, names: tuple[str, ...]) -> list[InstanceNode]:
    """The nodes below `top` by those names, each a level down."""
    nodes = [top]
    for name in names:
        nodes = [child for node in nodes for child in node.named(name)]
    return nodes


def upward(node: InstanceNode) -> Iterator[InstanceNode]:
    """The node and all above it."""
    here: InstanceNode | None = node
    while isinstance(here, InstanceNode):
        yield here
        here = here.parent


def _reached(node: InstanceNode, dependent: Dependent) -> Iterable[InstanceNode]:
    """The nodes of the dependent, some levels up from `node` and down again; none when its member is just removed."""
    top = node
    for _level in range(dependent.up):
        if top.parent is None:
            return ()
        top = top.parent
    return descend(top, dependent.down)
