"""One filled-in form: set an answer, and relevance, calculations and choices follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from types import MappingProxyType

from dialogs.expressions import Context, to_boolean
from dialogs.expressions.dates import date_text, date_time_text
from dialogs.form.definition import Compiled
from dialogs.form.offers import offered
from dialogs.form.question import ChoiceItem, Form, NodeState
from dialogs.form.recalculation import Recalculation
from dialogs.form.submission import submission_xml
from dialogs.form.texts import Wordings
from dialogs.form.tree import InstanceNode, build, find
from dialogs.form.world import FormWorld

_NONE: Mapping[str, str] = MappingProxyType({})


class Instance:
    """A form being filled in, for one turn or one session. Refs carry 1-based positions on repeats."""

    def __init__(self, form: Form, root: InstanceNode, world: FormWorld) -> None:
        """Of use to `start` and `copy` only."""
        self.form = form
        self._root = root
        self._world = world
        self._work = Recalculation(form.program, root, world)
        self._nodes: dict[str, InstanceNode] = {}

    @classmethod
    def start(
        cls, form: Form, *, now: datetime, time_zone: str, instance_id: str, preload: Mapping[str, str] = _NONE
    ) -> Instance:
        """A new instance, defaults and calculations done.

        `now` is aware; `preload` fills metadata properties (deviceid, username ...); instance ids are UUIDs without
        `uuid:`. uuid() and random() draw from the instance id, so that a replay repeats them.
        """
        root = build(form.program.root, opening=True)
        known = {"version": form.version, **preload}
        instance = cls(form, root, FormWorld(form.program, root, now, time_zone, instance_id, known))
        instance._preload()
        instance._work.everything()
        instance._work.run()
        instance._work.act(root, "odk-instance-first-load")
        instance._work.act(root, "odk-instance-load")
        instance._work.first_load = False
        return instance

    def copy(self) -> Instance:
        """An independent instance holding the same answers."""
        world, root = self._world, self._root.copied()
        twin = FormWorld(self.form.program, root, world.now, world.time_zone, world.instance_id, world.known)
        copied = Instance(self.form, root, twin)
        copied._work.first_load = False
        return copied

    def clock(self, now: datetime) -> None:
        """Move the time: whatever reads today() or now() is worked out afresh."""
        moved = now.astimezone(self._world.zone)
        if moved != self._world.now:
            self._world.now = moved
            self._work.clock_moved()
            self._work.run()

    def set(self, ref: str, value: str) -> None:
        """Write an answer ("" clears it), brought into the form ODK stores; what depends on it follows.

        What is no value of the question's type is stored blank. KeyError: no such node.
        """
        node = self._node(ref)
        self._work.store(node, node.definition.store(value))
        self._work.run()
        self._nodes.clear()  # a count may have added or removed members

    def add_repeat(self, ref: str) -> str:
        """Add a member to the repeat at `ref` (`/data/kid`, `/data/house[2]/kid`); its ref with position comes back."""
        above, _, _name = ref.rpartition("/")
        member = self._work.add(self._node(above), self.form.program.definition(ref))
        self._nodes.clear()
        return member.ref()

    def remove_repeat(self, ref: str, n: int) -> None:
        """Take member `n` (1-based) out of the repeat at `ref`. KeyError when there is none."""
        self._work.remove(find(self._root, f"{ref.removesuffix('/')}[{n}]"))
        self._work.run()
        self._nodes.clear()

    def node(self, ref: str) -> NodeState:
        """What the node at `ref` holds now. KeyError when there is no such node."""
        node = self._node(ref)
        definition, context = node.definition, Context(self._world, node)
        value = node.text if not node.children else ""
        required = definition.required is not None and self._holds(definition.required, context)
        return NodeState(
            ref=ref,
            question=definition.question,
            value=value,
            relevant=node.relevant,
            required=required,
            readonly=self._is_readonly(node),
            constraint_ok=value == "" or not node.relevant or self._holds(definition.constraint, context),
            missing=required and node.relevant and not value,
        )

    def walk(self, *, all: bool = False) -> Iterator[str]:
        """Refs of the relevant questions a person is shown (notes included), in document order.

        With `all`, groups, repeat members, calculates, hidden and metadata nodes too.
        """
        for node in self._relevant():
            if all or node.definition.question.asked:
                ref = node.ref()
                self._nodes[ref] = node  # whoever walks asks for the nodes next
                yield ref

    def choices(self, ref: str) -> tuple[ChoiceItem, ...]:
        """The choices that may be picked now, in order; empty when it is no select."""
        return tuple(offered(self._world, self._node(ref)))

    def label(self, ref: str, language: str = "") -> str:
        """The question's text with its `${}` filled in; falls back to the default language, "" when there is none."""
        node = self._node(ref)
        return self._say(node, node.definition.label, language)

    def hint(self, ref: str, language: str = "") -> str:
        """The hint, as `label` does."""
        node = self._node(ref)
        return self._say(node, node.definition.hint, language)

    def guidance(self, ref: str, language: str = "") -> str:
        """The guidance hint, as `label` does."""
        node = self._node(ref)
        return self._say(node, node.definition.guidance, language)

    def constraint_message(self, ref: str, language: str = "") -> str:
        """What the author says when the constraint fails, as `label` does."""
        node = self._node(ref)
        return self._say(node, node.definition.constraint_message, language)

    def required_message(self, ref: str, language: str = "") -> str:
        """What the author says when a required answer is blank, as `label` does."""
        node = self._node(ref)
        return self._say(node, node.definition.required_message, language)

    def media(self, ref: str, language: str = "") -> Mapping[str, str]:
        """The label's media by kind (image, audio, video): file names as the author wrote them."""
        return self._node(ref).definition.label.media(language, self.form.default_language)

    def repeat_count(self, ref: str) -> int:
        """How many members the repeat at `ref` has now."""
        above, _, name = ref.rpartition("/")
        return len(self._node(above).named(name.partition("[")[0]))

    def repeat_position(self, ref: str) -> tuple[int, int] | None:
        """(index, count) within the nearest repeat around `ref`, 1-based; None outside any repeat."""
        here: InstanceNode | None = self._node(ref)
        while here is not self._root and here is not None:
            if here.definition.is_repeat and here.parent is not None:
                return here.position(), len(here.parent.named(here.name))
            here = here.parent
        return None

    def submission(self) -> str:
        """The XML as ODK would send it: nodes that are not relevant left out."""
        ended = {"end": date_time_text(self._world.now)}
        return submission_xml(self._root, self.form.program.namespaces, ended)

    def values(self) -> dict[str, str]:
        """Relevant refs with a value (blank ones included) -> value, in document order."""
        return {node.ref(): node.text for node in self._relevant() if not node.definition.children}

    def _preload(self) -> None:
        now = self._world.now
        known = {
            **self._world.known,
            "start": date_time_text(now),
            "end": date_time_text(now),
            "today": date_text(now),
            "instanceID": f"uuid:{self._world.instance_id}",
        }
        for node in self._root.below():
            name = node.definition.question.preload
            if name in known:
                self._work.store(node, known[name])

    def _node(self, ref: str) -> InstanceNode:
        node = self._nodes.get(ref)
        if node is None:
            node = self._nodes[ref] = find(self._root, ref)
        return node

    def _relevant(self) -> Iterator[InstanceNode]:
        return (node for node in self._root.below() if node.relevant and node is not self._root)

    @staticmethod
    def _holds(expression: Compiled | None, context: Context) -> bool:
        return expression is None or to_boolean(expression.closure(context))

    def _is_readonly(self, node: InstanceNode) -> bool:
        here: InstanceNode | None = node
        while isinstance(here, InstanceNode):
            readonly = here.definition.readonly
            if readonly is not None and to_boolean(readonly.closure(Context(self._world, here))):
                return True
            here = here.parent
        return False

    def _say(self, node: InstanceNode, wordings: Wordings, language: str) -> str:
        default = self.form.default_language
        before, self._world.language = self._world.language, language or default
        try:
            return wordings.best(language, default).render(Context(self._world, node))
        finally:
            self._world.language = before
