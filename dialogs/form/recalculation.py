"""Keeps an instance true after a change: what depends on it is worked out afresh, each thing after what it reads."""

from __future__ import annotations

import math
from collections.abc import Iterator
from heapq import heappop, heappush

from dialogs.expressions import Context, to_boolean, to_number, to_text
from dialogs.form.definition import Action, Definition
from dialogs.form.offers import is_select, offered_names
from dialogs.form.program import Dependent, Program, Vertex
from dialogs.form.tree import InstanceNode, build, place_for
from dialogs.form.world import FormWorld

MOST_MEMBERS = 1_000  # of one repeat that counts itself; an untrusted form cannot ask for a million
MOST_STEPS = 200_000  # of one recalculation; only members that feed each other could go on for ever


class Recalculation:
    """The pending work of one instance."""

    def __init__(self, program: Program, root: InstanceNode, world: FormWorld) -> None:
        self.program = program
        self.root = root
        self.world = world
        self.first_load = True  # until the instance has started: nothing triggers, new members wait for its defaults
        self._heap: list[int] = []
        self._pending: dict[int, dict[InstanceNode, None]] = {}
        self._triggered: list[tuple[InstanceNode, Action]] = []

    # -- what happened

    def everything(self) -> None:
        """All vertices of all nodes are due."""
        self.below(self.root)

    def below(self, top: InstanceNode) -> None:
        """All vertices of `top` and what stands below it are due."""
        for node in top.below():
            for order in self.program.orders_at(node.definition):
                self._due(order, node)
        for definition in top.definition.below():
            if definition.is_repeat and definition.count is not None and definition is not top.definition:
                self._due_counts(top, definition)

    def clock_moved(self) -> None:
        """What reads today() or now() is due."""
        for order in self.program.clocked:
            vertex = self.program.vertices[order]
            above = vertex.definition.parent if vertex.work == "count" else vertex.definition
            names = [found.name for found in (above or vertex.definition).above() if found.depth]
            for node in _descend(self.root, tuple(reversed(names))):
                self._due(order, node)

    def store(self, node: InstanceNode, value: str) -> None:
        """Write an answer; what reads it is due."""
        node.kept = value
        if value and is_select(node.definition):
            node.offered = offered_names(self.world, node)
        self._refresh(node)

    def add(self, parent: InstanceNode, repeat: Definition) -> InstanceNode:
        """Add a member of `repeat` after the others, with its dynamic defaults, and work off what is due."""
        member = self._insert(parent, repeat)
        self.run()
        self.act(member, "odk-new-repeat")
        return member

    def _insert(self, parent: InstanceNode, repeat: Definition, *, written: bool = False) -> InstanceNode:
        """`written`: the form writes this member out, with the members of the repeats inside it."""
        member = build(repeat, opening=written)
        parent.insert(place_for(parent, repeat), member)
        for node in member.below():
            node.relevant = parent.relevant
            if not node.relevant:
                node.text = ""
        self.below(member)
        self._members_changed(parent, repeat)
        return member

    def remove(self, member: InstanceNode) -> None:
        """Take a member out; what read it, or the places of those after it, is due."""
        parent = member.parent
        assert parent is not None
        parent.remove(member)
        self._members_changed(parent, member.definition)

    def act(self, top: InstanceNode, event: str) -> None:
        """Run the `setvalue`s of `event` on the relevant nodes of `top`."""
        for node in list(top.below()):
            for action in node.definition.actions:
                if event in action.events and node.relevant:
                    self._set(node, action)
        self.run()

    # -- doing what is due

    def run(self) -> None:
        """Work off all that is due."""
        steps = 0
        while steps < MOST_STEPS:
            if not self._heap:
                if not self._triggered:
                    return
                self._set(*self._triggered.pop(0))
                steps += 1
                continue
            order = heappop(self._heap)
            vertex = self.program.vertices[order]
            for node in self._pending.pop(order):
                steps += 1
                if self._stands(node):
                    self._work(vertex, node)
        self._heap.clear()
        self._pending.clear()
        self._triggered.clear()

    def _stands(self, node: InstanceNode) -> bool:
        """Whether the node is still part of the answers: its member may have been removed meanwhile."""
        return not node.definition.repeats_above or self.root in _upward(node)

    def _work(self, vertex: Vertex, node: InstanceNode) -> None:
        if vertex.work == "relevant":
            self._relevant(node)
        elif vertex.work == "calculate":
            self._calculate(node)
        elif vertex.work == "choices":
            if node.kept:
                node.offered = offered_names(self.world, node)
                self._refresh(node)
        else:
            self._count(node, vertex.definition)

    def _relevant(self, node: InstanceNode) -> None:
        expression = node.definition.relevant
        assert expression is not None
        own = to_boolean(expression.closure(Context(self.world, node)))
        if own != node.own_relevant:
            node.own_relevant = own
            self._spread(node)

    def _spread(self, node: InstanceNode) -> None:
        parent = node.parent
        relevant = node.own_relevant and (parent is None or parent.relevant)
        if relevant == node.relevant:
            return
        node.relevant = relevant
        for child in node.children:
            self._spread(child)
        if node.definition.children:
            return
        node.calculated = None
        if relevant and node.definition.calculate is not None:
            self._due(self.program.order_of[Vertex(node.definition, "calculate")], node)
        self._refresh(node)

    def _calculate(self, node: InstanceNode) -> None:
        expression = node.definition.calculate
        if not node.relevant or expression is None:
            return
        written = to_text(expression.closure(Context(self.world, node)))
        if written != node.calculated:
            node.calculated = written
            self.store(node, node.definition.store(written))

    def _count(self, parent: InstanceNode, repeat: Definition) -> None:
        if repeat.count is None:
            return
        seat = InstanceNode(repeat)  # where a member would stand: the count's path may start from it
        seat.parent = parent
        number = to_number(repeat.count.closure(Context(self.world, seat)), self.world.zone)
        if math.isnan(number):
            return
        wanted = int(min(max(number, 0), MOST_MEMBERS))
        members = parent.named(repeat.name)
        for member in members[wanted:]:
            self.remove(member)
        for index in range(len(members), wanted):
            self._grow(self._insert(parent, repeat, written=index < repeat.initial_members))

    def _grow(self, member: InstanceNode) -> None:
        """The dynamic defaults of a member that a count added; those of the first load come when all is loaded."""
        for node in () if self.first_load else member.below():
            for action in node.definition.actions:
                if "odk-new-repeat" in action.events:
                    self._triggered.append((node, action))

    def _set(self, node: InstanceNode, action: Action) -> None:
        if not node.relevant:
            return
        value = action.literal
        if action.value is not None:
            value = to_text(action.value.closure(Context(self.world, node)))
        self.store(node, node.definition.store(value))

    # -- spreading

    def _refresh(self, node: InstanceNode) -> None:
        text = node.read()
        if text != node.text:
            node.text = text
            self._changed(node)

    def _changed(self, node: InstanceNode) -> None:
        definition = node.definition
        for dependent in self.program.dependents.get(definition, ()):
            self._due_from(node, dependent)
        if definition.triggered and not self.first_load:
            for target, action in definition.triggered:
                self._triggered.extend((found, action) for found in self._targets(node, target))

    def _members_changed(self, parent: InstanceNode, repeat: Definition) -> None:
        for dependent in self.program.structural.get(repeat, ()):
            self._due_from(parent, dependent)

    def _due_from(self, node: InstanceNode, dependent: Dependent) -> None:
        top = node
        for _level in range(dependent.up):
            if top.parent is None:
                return  # the node's member has just been removed
            top = top.parent
        vertex = self.program.vertices[dependent.order]
        down = dependent.down[:-1] if vertex.work == "count" else dependent.down
        for found in _descend(top, down):
            self._due(dependent.order, found)

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
        return _descend(top, tuple(reversed(names)))


def _descend(top: InstanceNode, names: tuple[str, ...]) -> list[InstanceNode]:
    nodes = [top]
    for name in names:
        nodes = [child for node in nodes for child in node.named(name)]
    return nodes


def _upward(node: InstanceNode) -> Iterator[InstanceNode]:
    here: InstanceNode | None = node
    while isinstance(here, InstanceNode):
        yield here
        here = here.parent
