"""Works an expression out over a small document in a test, at a frozen moment."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from typing import ClassVar
from zoneinfo import ZoneInfo

from dialogs.expressions import Context, Item, Node, Value, compile_expression, parse, to_text


class SmallWorld:
    """A document `/data`, one list `places`, and a clock that stands still."""

    fixed: ClassVar[Mapping[str, tuple[Node, ...]]] = {}

    def __init__(self, zone: str = "UTC", **answers: str) -> None:
        self.zone: tzinfo = ZoneInfo(zone)
        self.now = datetime(2026, 1, 15, 10, 0, tzinfo=UTC).astimezone(self.zone)
        self.root = Node("")
        data = self.root.append(Node("data"))
        for name, text in answers.items():
            data.append(Node(name, text))
        for name, age in (("ليلى", "12"), ("يوسف", "9"), ("سلمى", "")):
            child = data.append(Node("child"))
            child.append(Node("name", name))
            child.append(Node("age", age))
        self.places = Item("instance")
        root = self.places.append(Item("root"))
        for code, kind in (("qena", "city"), ("nag", "town"), ("qus", "town")):
            place = root.append(Item("item", attributes={"kind": kind}))
            place.append(Item("name", code))
            place.append(Item("kind", kind))

    def document(self) -> Node:
        return self.root

    def secondary(self, instance_id: str) -> Item | None:
        return self.places if instance_id == "places" else None

    def choice_label(self, node: Node, value: str) -> str:
        return f"{node.name}:{value}"

    def itext(self, text_id: str) -> str:
        return f"text {text_id}"

    def draw(self, node: Node, nth: int) -> bytes:
        return hashlib.sha256(f"{node.name}{nth}".encode()).digest()

    def property(self, name: str) -> str:
        return {"deviceid": "d1", "version": "7"}.get(name, "")


def work_out(source: str, *, zone: str = "UTC", **answers: str) -> Value:
    """The value of `source`, standing at `/data`."""
    world = SmallWorld(zone, **answers)
    return compile_expression(parse(source))(Context(world, world.root.children[0]))


def text_of(source: str, *, zone: str = "UTC", **answers: str) -> str:
    """The value of `source` as an answer would be written."""
    return to_text(work_out(source, zone=zone, **answers))
