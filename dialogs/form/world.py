"""What an instance offers its expressions: its own time, its lists and texts, and chance that repeats itself."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime, tzinfo
from zoneinfo import ZoneInfo

from dialogs.expressions import Context, Item, Node
from dialogs.form.offers import label_of
from dialogs.form.program import Program
from dialogs.form.tree import InstanceNode


class FormWorld:
    """Implements `dialogs.expressions.World` for one instance."""

    def __init__(
        self,
        program: Program,
        root: InstanceNode,
        now: datetime,
        time_zone: str,
        instance_id: str,
        known: Mapping[str, str],
    ) -> None:
        self.program = program
        self.time_zone = time_zone
        self.zone: tzinfo = ZoneInfo(time_zone)
        self.now = now.astimezone(self.zone)
        self.instance_id = instance_id
        self.known = known
        self.language = program.itext.default
        self._document = Node("")
        self._document.append(root)
        self.fixed: Mapping[str, tuple[InstanceNode, ...]] = {
            node.definition.ref: (node,) for node in root.below() if not node.definition.repeats_above
        }

    def document(self) -> Node:
        return self._document

    def secondary(self, instance_id: str) -> Item | None:
        return self.program.secondary.get(instance_id)

    def choice_label(self, node: Node, value: str) -> str:
        return label_of(self, node, value, self.language) if isinstance(node, InstanceNode) else ""

    def itext(self, text_id: str) -> str:
        itext = self.program.itext
        wording = itext.wordings(text_id).best(self.language, itext.default)
        return wording.exact(Context(self, self._document.children[0]))

    def draw(self, node: Node, nth: int) -> bytes:
        ref = node.ref() if isinstance(node, InstanceNode) else node.name
        return hashlib.sha256(f"{self.instance_id}|{ref}|{nth}".encode()).digest()

    def property(self, name: str) -> str:
        return self.known.get(name, "")
