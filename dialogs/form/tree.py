"""The answers of one instance as a tree: built from the definitions, addressed by refs, copied cheaply."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.expressions import Node
from dialogs.form.definition import Definition


class InstanceNode(Node):
    """One node of the answers. `text` is what may be read now; `kept` is what was answered, relevant or not."""

    __slots__ = ("calculated", "definition", "kept", "offered", "own_relevant", "relevant")

    def __init__(self, definition: Definition) -> None:
        super().__init__(definition.name)
        self.definition = definition
        self.kept = definition.store(definition.default) if definition.default else ""
        self.text = self.kept
        self.relevant = True
        self.own_relevant = True
        self.calculated: str | None = None  # what the calculation last wrote
        self.offered: frozenset[str] | None = None  # the choices on offer; None when any answer is let through

    def ref(self) -> str:
        """Its path, with the position of every repeat member on the way."""
        steps: list[str] = []
        here: InstanceNode | None = self
        while here is not None and here.parent is not None:
            definition = here.definition
            if not definition.repeats_above:
                steps.append(definition.ref.lstrip("/"))
                break
            steps.append(f"{here.name}[{here.position()}]" if definition.is_repeat else here.name)
            here = here.parent
        return "/" + "/".join(reversed(steps))

    def position(self) -> int:
        """Its place among the members of its repeat, from 1."""
        here: InstanceNode = self
        return 1 if here.parent is None else here.parent.named(here.name).index(here) + 1

    def below(self) -> Iterator[InstanceNode]:
        """This node and all below it, in document order."""
        yield self
        for child in self.children:
            yield from child.below()

    def read(self) -> str:
        """What an expression may read of it now: blank when not relevant, and only choices on offer."""
        if not self.relevant:
            return ""
        offered = self.offered
        if offered is None or not self.kept:
            return self.kept
        if self.definition.question.kind == "select_one":
            return self.kept if self.kept in offered else ""
        return " ".join(name for name in self.kept.split() if name in offered)

    def copied(self) -> InstanceNode:
        """A copy of this node and all below it, without a parent."""
        twin = InstanceNode.__new__(InstanceNode)
        twin.definition, twin.name, twin.attributes = self.definition, self.name, self.attributes
        twin.text, twin.kept, twin.calculated, twin.offered = self.text, self.kept, self.calculated, self.offered
        twin.relevant, twin.own_relevant = self.relevant, self.own_relevant
        twin.parent, twin._by_name = None, None
        twin.children = [child.copied() for child in self.children]
        for child in twin.children:
            child.parent = twin
        return twin


def build(definition: Definition, *, opening: bool) -> InstanceNode:
    """A fresh node with all below it; open-ended repeats start with the members the form gives them.

    `opening` says whether the form is being opened or a member added to it.
    """
    node = InstanceNode(definition)
    for child in definition.children:
        members = child.initial_members if opening else child.added_members
        for _member in range(members if child.is_repeat and child.count is None else not child.is_repeat):
            node.append(build(child, opening=opening))
    return node


def place_for(parent: InstanceNode, repeat: Definition) -> int:
    """Where among the children of `parent` the next member of `repeat` goes."""
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
