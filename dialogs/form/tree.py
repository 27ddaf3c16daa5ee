"""The answers of one instance as a tree: built from the definitions, addressed by refs, copied cheaply."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.expressions import Node
from dialogs.form.definition import BLANK, Definition, Shape
from dialogs.form.question import NodeState


class InstanceNode(Node):
    """One node of the answers. `text` is what may be read now; `kept` is what was answered, relevant or not."""

    __slots__ = (
        *("calculated", "definition", "kept", "live", "offered"),
        *("own_relevant", "place", "relevant", "shape", "state"),
    )

    def __init__(self, definition: Definition, shape: Shape = BLANK) -> None:
        super().__init__(definition.name)
        self.definition = definition
        self.shape = shape  # as the form writes it: the members it begins with
        self.kept = definition.store(shape.text) if shape.text else ""
        self.text = self.kept
        self.relevant = True
        self.own_relevant = True
        self.calculated: str | None = None  # what the calculation last wrote
        self.offered: Mapping[str, int] | None = None  # the choices on offer by place; None: any answer is let through
        self.state: NodeState | None = None  # how it stands, until something it is worked out from changes
        self.place: str | None = None  # its ref, until members before it come or go
        self.live: tuple[InstanceNode, ...] = ()  # its attributes that the form works out; their parent is this node

    def ref(self) -> str:
        """Its path, with the position of every repeat member on the way."""
        if not self.definition.repeats_above:
            return self.definition.ref
        if self.place is None:
            above = self.parent
            step = f"{self.name}[{self.position()}]" if self.definition.is_repeat else self.name
            self.place = step if above is None else f"{above.ref()}/{step}"
        return self.place

    def position(self) -> int:
        """Its place among the members of its repeat, from 1."""
        if self.parent is None:
            return 1
        members = self.parent.named(self.name)
        return members.index(self) + 1 if self in members else len(members) + 1  # a seat that nobody has yet

    def below(self) -> list[InstanceNode]:
        """This node and all below it, in document order."""
        found: list[InstanceNode] = []
        _gather(self, found)
        return found

    def read(self) -> str:
        """What an expression may read of it now: blank when not relevant, and only choices on offer."""
        if not self.relevant:
            return ""
        offered = self.offered
        if offered is None or not self.kept:
            return self.kept
        kind = self.definition.question.kind
        if kind == "select_one":
            return self.kept if self.kept in offered else ""
        names = [name for name in self.kept.split() if name in offered]
        if kind == "rank":  # those that were left out come last, as ODK's engine reads it
            names += [name for name in offered if name not in names]
        return " ".join(names)

    def copied(self) -> InstanceNode:
        """A copy of this node and all below it, without a parent."""
        twin = InstanceNode.__new__(InstanceNode)
        twin.definition, twin.name, twin.attributes = self.definition, self.name, self.attributes
        twin.shape = self.shape
        twin.text, twin.kept, twin.calculated, twin.offered = self.text, self.kept, self.calculated, self.offered
        twin.relevant, twin.own_relevant = self.relevant, self.own_relevant
        twin.parent, twin._by_name, twin.state, twin.place = None, None, None, None
        twin.children = [child.copied() for child in self.children]
        twin.live = tuple(attribute.copied() for attribute in self.live) if self.live else ()
        for child in (*twin.children, *twin.live) if twin.live else twin.children:
            child.parent = twin
        return twin


def _gather(node: InstanceNode, found: list[InstanceNode]) -> None:
    found.append(node)
    for child in node.children:
        if child.children:
            _gather(child, found)
        else:
            found.append(child)


def build(definition: Definition, shape: Shape) -> InstanceNode:
    """A fresh node of that shape with all below it; a repeat with a count gets its members when that is worked out."""
    node = InstanceNode(definition, shape)
    if definition.live:
        node.live = live_attributes(node)
    for child in definition.children:
        written = shape.children.get(child.name, ())
        if not child.is_repeat:
            node.append(build(child, written[0] if written else child.shape or BLANK))
        elif child.count is None:
            for member in written:
                node.append(build(child, member))
    return node


def live_attributes(node: InstanceNode) -> tuple[InstanceNode, ...]:
    """Fresh nodes for the attributes of `node` that the form works out."""
    found = tuple(InstanceNode(attribute, Shape(attribute.default)) for attribute in node.definition.live)
    for attribute in found:
        attribute.parent = node
    return found


def place_for(parent: InstanceNode, repeat: Definition) -> int:
    """Where among the children of `parent` the next member of `repeat` goes."""
    members = parent.named(repeat.name)
    if members:
        return parent.children.index(members[-1]) + 1
    earlier = {child.name for child in parent.definition.children[: _rank(parent, repeat) + 1]}
    return sum(1 for child in parent.children if child.name in earlier)


def _rank(parent: InstanceNode, repeat: Definition) -> int:
    return next(at for at, child in enumerate(parent.definition.children) if child is repeat)


def find(root: InstanceNode, ref: str) -> InstanceNode:
    """The node at `ref`; a repeat without a position means its first member. KeyError when there is none."""
    steps = ref.strip("/").split("/")
    node = root
    if steps[0].partition("[")[0] != root.name:
        raise KeyError(ref)
    for step in steps[1:]:
        name, _, position = step.partition("[")
        members = node.named(name)
        at = int(position.rstrip("]")) if position.rstrip("]").isdecimal() else 1
        if not 1 <= at <= len(members):
            raise KeyError(ref)
        node = members[at - 1]
    return node
