"""Keeps an instance true after a change: what depends on it is worked out afresh, each thing after what it reads."""

from __future__ import annotations

import math
from heapq import heappop

from dialogs.expressions import Context, to_boolean, to_number, to_text
from dialogs.form.attributes import act_on_attributes
from dialogs.form.changes import Move, renumbered
from dialogs.form.definition import BLANK, Action, Definition, Shape
from dialogs.form.offers import offered_names
from dialogs.form.program import Program, Vertex
from dialogs.form.ripples import Ripples, upward
from dialogs.form.tree import InstanceNode, build, place_for
from dialogs.form.world import FormWorld

MOST_MEMBERS = 1_000  # of one repeat that counts itself; an untrusted form cannot ask for a million
MOST_NODES = 50_000  # of one instance that counts its repeats; they stand inside each other, and multiply
MOST_STEPS = 200_000  # of one recalculation; only members that feed each other could go on for ever


class Recalculation(Ripples):
    """The pending work of one instance."""

    def __init__(self, program: Program, root: InstanceNode, world: FormWorld) -> None:
        super().__init__(program, root, world)
        self._held: dict[tuple[Definition, InstanceNode], int] | None = None  # counts that wait, while it starts
        self.nodes = len(root.below())

    def begin(self) -> None:
        """Work out a form that has just been opened: dynamic defaults and counts in document order, as in ODK."""
        self.below(self.root)
        held = self._held = {}
        self.run()
        grown: set[tuple[Definition, InstanceNode]] = set()
        self._grow_before(0, grown)
        for node in self.root.below():
            if node.definition.actions or node.live:
                if held:
                    self._grow_before(node.definition.place, grown)
                self._open(node)
        self.run()
        self._held = None
        for (_repeat, parent), order in held.items():
            self._due(order, parent)
        self.run()
        self.first_load = False

    def _open(self, node: InstanceNode) -> None:
        for event in ("odk-instance-first-load", "odk-instance-load"):
            self._act_on(node, event)
        if self.program.counts:
            self.run()  # a count may read it

    def _grow_before(self, place: int, grown: set[tuple[Definition, InstanceNode]]) -> None:
        """Let the counts that stand before `place`, or wait for nothing, have their members, each of them once."""
        held = self._held
        while held:
            due = [
                key
                for key in held
                if key not in grown and not key[0].grows_late and (key[0].place < place or key[0].grows_at_once)
            ]
            if not due:
                return
            for repeat, parent in due:
                del held[(repeat, parent)]
                grown.add((repeat, parent))
                self._count(parent, repeat)
            self.run()

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

    def add(self, parent: InstanceNode, repeat: Definition) -> InstanceNode:
        """Add a member of `repeat` after the others, with its dynamic defaults, and work off what is due."""
        member = self._insert(parent, repeat)
        self._members_changed(parent, repeat)
        self.run()
        self.act(member, "odk-new-repeat")
        return member

    def _insert(self, parent: InstanceNode, repeat: Definition, shape: Shape | None = None) -> InstanceNode:
        """`shape`: as the form writes this very member, else as any that is added. Then tell `_members_changed`."""
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
        return member

    def remove(self, member: InstanceNode) -> None:
        """Take a member out; what read it, or the places of those after it, is due."""
        self._members_changed(self._take_out(member), member.definition)

    def _take_out(self, member: InstanceNode) -> InstanceNode:
        """The parent that it stood in comes back. The caller tells `_members_changed`."""
        parent = member.parent
        assert parent is not None
        self.nodes -= len(member.below())
        renumbered(parent, member.name, parent.named(member.name).index(member) + 1)
        self._moved(Move(parent, parent.children.index(member), member, came=False))
        parent.remove(member)
        return parent

    def act(self, top: InstanceNode, event: str) -> None:
        """Run the `setvalue`s of `event` on the relevant nodes of `top`."""
        for node in top.below():
            self._act_on(node, event)
        self.run()

    def _act_on(self, node: InstanceNode, event: str) -> None:
        for action in node.definition.actions:
            if event in action.events and node.relevant:
                self._default(node, action)
        if node.live and node.relevant:
            act_on_attributes(self.world, node, event)

    # -- doing what is due

    def run(self) -> None:
        """Work off all that is due."""
        steps = 0
        while steps < MOST_STEPS:
            if not self._heap:
                if not self._triggered:
                    return
                node, action, only_where_relevant = self._triggered.pop(0)
                if not only_where_relevant:
                    self._set(node, action)
                elif node.relevant:
                    self._default(node, action)
                steps += 1
                continue
            order = heappop(self._heap)
            vertex = self.program.vertices[order]
            for node in self._pending.pop(order):
                steps += 1
                if not node.definition.repeats_above or self._stands(node):
                    self._work(vertex, node)
        self._heap.clear()
        self._pending.clear()
        self._triggered.clear()

    def _stands(self, node: InstanceNode) -> bool:
        """Whether the node is still part of the answers: its member may have been removed meanwhile."""
        return self.root in upward(node)

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
            self._held[(vertex.definition, node)] = self.program.order_of[vertex]
        else:
            self._count(node, vertex.definition)

    def _relevant(self, node: InstanceNode) -> None:
        expression = node.definition.relevant
        assert expression is not None
        said = expression.closure(Context(self.world, node))
        own = said if isinstance(said, bool) else to_boolean(said)
        if own != node.own_relevant:
            self._touch(node)
            node.own_relevant = own
            self._spread(node)

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
        members, written = tuple(parent.named(repeat.name)), parent.shape.children.get(repeat.name, ())
        for member in reversed(members[wanted:]):  # the last one first: none after it changes its place
            self._take_out(member)
        for index in range(len(members), wanted):
            if self.nodes > MOST_NODES:
                break
            shape = written[index] if index < len(written) else None
            self._grow(self._insert(parent, repeat, shape))
        if wanted != len(members):
            self._members_changed(parent, repeat)

    def _grow(self, member: InstanceNode) -> None:
        """The dynamic defaults of a member that a count added."""
        for node in member.below():
            for action in node.definition.actions:
                if "odk-new-repeat" in action.events:
                    self._triggered.append((node, action, True))
            if node.live:
                act_on_attributes(self.world, node, "odk-new-repeat")

    def _default(self, node: InstanceNode, action: Action) -> None:
        """As `_set`; who waits for an answer hears of a default only when standing before it, as in ODK."""
        self._by_default = node
        self._set(node, action)
        self._by_default = None

    def _set(self, node: InstanceNode, action: Action) -> None:
        """Write what the action says; where the node is not relevant it is kept until it is."""
        value = action.literal
        if action.value is not None:
            value = to_text(action.value.closure(Context(self.world, node)))
        self.store(node, node.definition.store(value))
