"""Keeps an instance true after a change: what depends on it is worked out afresh, each thing after what it reads."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from heapq import heappop, heappush

from dialogs.expressions import Context, to_boolean, to_number, to_text
from dialogs.form.changes import Changes, Move, renumbered
from dialogs.form.definition import BLANK, Action, Definition, Shape
from dialogs.form.offers import offered_names
from dialogs.form.program import STANDING, Dependent, Program, Vertex
from dialogs.form.tree import InstanceNode, build, place_for
from dialogs.form.world import FormWorld

MOST_MEMBERS = 1_000  # of one repeat that counts itself; an untrusted form cannot ask for a million
MOST_NODES = 50_000  # of one instance that counts its repeats; they stand inside each other, and multiply
MOST_STEPS = 200_000  # of one recalculation; only members that feed each other could go on for ever


class Recalculation:
    """The pending work of one instance."""

    def __init__(self, program: Program, root: InstanceNode, world: FormWorld) -> None:
        self.program = program
        self.root = root
        self.world = world
        self.first_load = True  # until the instance has started: nothing triggers
        self._held: list[tuple[int, InstanceNode]] | None = None  # counts that wait, while it starts
        self._heap: list[int] = []
        self._pending: dict[int, dict[InstanceNode, None]] = {}
        self._triggered: list[tuple[InstanceNode, Action, bool]] = []  # ... and whether only where it is relevant
        self.changes: Changes | None = None  # the record that is being kept, if any
        self.shape = 0  # counts members that came or went
        self.nodes = len(root.below())

    def begin(self) -> None:
        """Work out a form that has just been opened: its dynamic defaults come before its counts, as in ODK."""
        self.below(self.root)
        held = self._held = []
        self.run()
        self.act(self.root, "odk-instance-first-load")
        self.act(self.root, "odk-instance-load")
        self._held = None
        for order, node in held:
            self._due(order, node)
        self.run()
        self.first_load = False

    # -- what happened

    def below(self, top: InstanceNode) -> None:
        """All vertices of `top` and what stands below it are due."""
        orders = self.program.orders
        for node in top.below():
            definition = node.definition
            if definition.starts_irrelevant and node.own_relevant:
                self._touch(node)
                node.own_relevant = False
                self._spread(node)
            if node.kept and definition.choices is not None:  # a default
                node.offered = offered_names(self.world, node)
                self._refresh(node)
            for order in orders[definition]:
                self._due(order, node)
        for definition in top.definition.below():
            if definition.is_repeat and definition.count is not None and definition is not top.definition:
                self._due_counts(top, definition)

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
        return _descend(self.root, tuple(reversed(names)))

    def store(self, node: InstanceNode, value: str) -> None:
        """Write an answer; what reads it is due."""
        self._touch(node)
        node.kept = value
        if value and node.definition.choices is not None:
            node.offered = offered_names(self.world, node)
        self._refresh(node)

    def add(self, parent: InstanceNode, repeat: Definition) -> InstanceNode:
        """Add a member of `repeat` after the others, with its dynamic defaults, and work off what is due."""
        member = self._insert(parent, repeat)
        self.run()
        self.act(member, "odk-new-repeat")
        return member

    def _insert(self, parent: InstanceNode, repeat: Definition, shape: Shape | None = None) -> InstanceNode:
        """`shape`: as the form writes this very member; without one as it writes any that is added."""
        member = build(repeat, shape or repeat.template or BLANK)
        at = place_for(parent, repeat)
        parent.insert(at, member)
        self._moved(Move(parent, at, member, came=True))
        below = member.below()
        self.nodes += len(below)
        for node in below:
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
        self.nodes -= len(member.below())
        renumbered(parent, member.name, parent.named(member.name).index(member) + 1)
        self._moved(Move(parent, parent.children.index(member), member, came=False))
        parent.remove(member)
        self._members_changed(parent, member.definition)

    def act(self, top: InstanceNode, event: str) -> None:
        """Run the `setvalue`s of `event` on the relevant nodes of `top`."""
        for node in top.below():
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
                node, action, only_where_relevant = self._triggered.pop(0)
                if node.relevant or not only_where_relevant:
                    self._set(node, action)
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
                self._touch(node)
                node.offered = offered_names(self.world, node)
                self._refresh(node)
        elif self._held is not None:
            self._held.append((self.program.order_of[vertex], node))
        else:
            self._count(node, vertex.definition)

    def _relevant(self, node: InstanceNode) -> None:
        expression = node.definition.relevant
        assert expression is not None
        own = to_boolean(expression.closure(Context(self.world, node)))
        if own != node.own_relevant:
            self._touch(node)
            node.own_relevant = own
            self._spread(node)

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

    def _calculate(self, node: InstanceNode) -> None:
        expression = node.definition.calculate
        if not node.relevant or expression is None:
            return
        written = to_text(expression.closure(Context(self.world, node)))
        if written != node.calculated:
            self._touch(node)
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
        members, written = parent.named(repeat.name), parent.shape.children.get(repeat.name, ())
        for member in members[wanted:]:
            self.remove(member)
        for index in range(len(members), wanted):
            if self.nodes > MOST_NODES:
                return
            shape = written[index] if index < len(written) else None
            self._grow(self._insert(parent, repeat, shape))

    def _grow(self, member: InstanceNode) -> None:
        """The dynamic defaults of a member that a count added."""
        for node in member.below():
            for action in node.definition.actions:
                if "odk-new-repeat" in action.events:
                    self._triggered.append((node, action, True))

    def _set(self, node: InstanceNode, action: Action) -> None:
        """Write what the action says; where the node is not relevant it is kept until it is."""
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
                self._triggered.extend((found, action, False) for found in self._targets(node, target))

    def _members_changed(self, parent: InstanceNode, repeat: Definition) -> None:
        for dependent in self.program.structural.get(repeat, ()):
            self._due_from(parent, dependent)

    def _due_from(self, node: InstanceNode, dependent: Dependent) -> None:
        found: Iterable[InstanceNode]
        if dependent.ref:
            found = self.world.fixed[dependent.ref]
        else:
            top = node
            for _level in range(dependent.up):
                if top.parent is None:
                    return  # the node's member has just been removed
                top = top.parent
            found = _descend(top, dependent.down)
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
