"""What became different in an instance since a moment, kept so that it can be told and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from dialogs.form.tree import InstanceNode


class Held(NamedTuple):
    """What a node held before it changed."""

    kept: str
    text: str
    calculated: str | None
    offered: Mapping[str, int] | None
    relevant: bool
    own_relevant: bool


class Move(NamedTuple):
    """A member that came into `parent` at `at`, or left that place."""

    parent: InstanceNode
    at: int
    member: InstanceNode
    came: bool


class Changes:
    """A record. Members that came or left are in `moves` only; what they hold is of no account to anybody else."""

    __slots__ = ("before", "doubtful", "moves")

    def __init__(self) -> None:
        self.before: dict[InstanceNode, Held] = {}
        self.doubtful: dict[InstanceNode, None] = {}  # something that their constraint, required or readonly reads
        self.moves: list[Move] = []

    def __bool__(self) -> bool:
        return bool(self.before or self.doubtful or self.moves)

    def touch(self, node: InstanceNode) -> None:
        """Keep what `node` holds, unless it is kept already."""
        if node not in self.before:
            held = (node.kept, node.text, node.calculated, node.offered, node.relevant, node.own_relevant)
            self.before[node] = tuple.__new__(Held, held)  # half the cost of Held(...), many times in every turn

    def take_back(self) -> None:
        """Put everything where it was when the record began."""
        for parent, at, member, came in reversed(self.moves):
            if came:
                parent.remove(member)
            else:
                parent.insert(at, member)
        for parent, name in dict.fromkeys((move.parent, move.member.name) for move in self.moves):
            renumbered(parent, name)
        for node, held in self.before.items():
            node.kept, node.text, node.calculated, node.offered, node.relevant, node.own_relevant = held
            node.state = None
        for node in self.doubtful:
            node.state = None


def renumbered(parent: InstanceNode, name: str, first: int = 0) -> None:
    """Forget the refs of the members called `name` from the place `first` on: their positions have changed."""
    for member in parent.named(name)[first:]:
        for node in member.below():
            node.place = None
            node.state = None
