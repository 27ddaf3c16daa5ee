"""One filled-in form: set an answer, and relevance, calculations and choices follow."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from types import MappingProxyType

from dialogs.expressions import Context, to_boolean
from dialogs.expressions.dates import date_text, date_time_text
from dialogs.form.changes import Changes
from dialogs.form.definition import BLANK, Compiled
from dialogs.form.offered import Offered
from dialogs.form.offers import offered, offered_names, picked
from dialogs.form.question import Form, NodeState
from dialogs.form.recalculation import Recalculation
from dialogs.form.standing import is_local
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
        self._fixed = world.fixed
        self.changes: Changes | None = None  # the record as it grows; None before the first was begun
        self._nodes: dict[str, InstanceNode] = {}  # by ref, those inside repeats, until members come or go
        self._shown: list[InstanceNode] | None = None  # all that a person is shown, relevant or not, likewise
        self._foreseen: tuple[InstanceNode, NodeState] | None = None  # what was tried last, while nothing changes
        self._places: dict[InstanceNode, int] = {}
        self._some_readonly = False
        self._asked: list[tuple[InstanceNode, str, bool]] | None = None
        self._shape = 0

    @classmethod
    def start(
        cls, form: Form, *, now: datetime, time_zone: str, instance_id: str, preload: Mapping[str, str] = _NONE
    ) -> Instance:
        """A new instance, defaults and calculations done.

        `now` is aware; `preload` fills metadata properties (deviceid, username ...); instance ids are UUIDs without
        `uuid:`. uuid() and random() draw from the instance id, so that a replay repeats them.
        """
        root = build(form.program.root, form.program.root.shape or BLANK)
        known = {"version": form.version, **preload}
        instance = cls(form, root, FormWorld(form.program, root, now, time_zone, instance_id, known))
        instance._preload()
        instance._work.begin()
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
        before = self._world.now
        if moved != before:
            self._foreseen = None
            self._world.now = moved
            self._work.clock_moved(another_day=moved.date() != before.date() or moved.tzinfo is not before.tzinfo)
            self._work.run()

    def set(self, ref: str, value: str) -> None:
        """Write an answer ("" clears it), brought into the form ODK stores; what depends on it follows.

        What is no value of the question's type is stored blank. KeyError: no such node.
        """
        node, foreseen = self._node(ref), self._foreseen
        self._foreseen = None
        self._work.store(node, picked(self._world, node, node.definition.store(value)))
        self._work.run()
        if foreseen is not None and foreseen[0] is node:
            state = foreseen[1]
            if node.state is None and (node.text, node.relevant) == (state.value, state.relevant):
                node.state = state

    def add_repeat(self, ref: str) -> str:
        """Add a member to the repeat at `ref` (`/data/kid`, `/data/house[2]/kid`); its ref with position comes back."""
        self._foreseen = None
        above, _, _name = ref.rpartition("/")
        return self._work.add(self._node(above), self.form.program.definition(ref)).ref()

    def remove_repeat(self, ref: str, n: int) -> None:
        """Take member `n` (1-based) out of the repeat at `ref`. KeyError when there is none."""
        self._foreseen = None
        self._work.remove(find(self._root, f"{ref.removesuffix('/')}[{n}]"))
        self._work.run()

    def tried(self, ref: str, value: str) -> NodeState:
        """How the node at `ref` would stand with this answer. Nothing changes. KeyError: no such node."""
        node = self._node(ref)
        if is_local(self.form.program, node.definition):
            return self._looked_at(node, value)
        kept, self._work.changes = self._work.changes, Changes()
        try:
            self.set(ref, value)
            return self.node(ref)
        finally:
            self._undo(self._work.changes)
            self._work.changes = kept

    def _looked_at(self, node: InstanceNode, value: str) -> NodeState:
        held = node.kept, node.text, node.offered, node.state
        try:
            node.kept = picked(self._world, node, node.definition.store(value))
            if node.kept and node.definition.choices is not None:
                node.offered = offered_names(self._world, node)
            node.text = node.read()
            state = self._standing(node)
            self._foreseen = None if node.definition.restless else (node, state)
            return state
        finally:
            node.kept, node.text, node.offered, node.state = held

    # -- what changed, for whoever keeps something beside the instance

    def record(self) -> Changes:
        """Begin a record of changes; the one kept until now comes back (an empty one the first time)."""
        kept = self._work.changes
        self.changes = self._work.changes = Changes()
        return Changes() if kept is None else kept

    def take_back(self, changes: Changes) -> None:
        """Put everything where it was when the record `changes` began; it must be the last that was kept."""
        self._undo(changes)
        self.changes = self._work.changes = Changes()

    def _undo(self, changes: Changes) -> None:
        self._foreseen = None
        changes.take_back()
        if changes.moves:
            self._work.shape += 1
            self._work.nodes = len(self._root.below())

    def node(self, ref: str) -> NodeState:
        """What the node at `ref` holds now. KeyError when there is no such node."""
        found = self._fixed.get(ref)
        node = found[0] if found is not None else self._node(ref)
        state = node.state or self._standing(node)
        return state if state.ref == ref else replace(state, ref=ref)

    def _standing(self, node: InstanceNode) -> NodeState:
        definition = node.definition
        context = Context(self._world, node)
        value = node.text if not node.children else ""
        required = definition.required is not None and self._holds(definition.required, context)
        state = NodeState(
            ref=node.ref(),
            question=definition.question,
            value=value,
            relevant=node.relevant,
            required=required,
            readonly=definition.may_be_readonly and self._is_readonly(node),
            constraint_ok=value == "" or not node.relevant or self._holds(definition.constraint, context),
            missing=required and node.relevant and not value,
        )
        if not definition.restless:
            node.state = state
        return state

    def walk(self, *, all: bool = False) -> Iterator[str]:
        """Refs of the relevant questions a person is shown (notes included), in document order.

        With `all`, groups, repeat members, calculates, hidden and metadata nodes too.
        """
        if all:
            return (node.ref() for node in self._relevant())
        return (node.ref() for node in self._all_shown() if node.relevant)

    def asked(self) -> list[str]:
        """Refs of the relevant questions that a person may answer now, and notes that wait to be read, in order."""
        asked = self._all_asked()
        if not self._some_readonly:
            return [ref for node, ref, _ in asked if node.relevant]
        return [ref for node, ref, may_be in asked if node.relevant and not (may_be and self._is_readonly(node))]

    def walk_back(self, ref: str) -> Iterator[str]:
        """Refs of the relevant questions a person is shown before `ref`, the nearest first; from the end for ""."""
        shown = self._all_shown()
        place = self._places.get(self._node(ref), len(shown)) if ref else len(shown)
        return (shown[at].ref() for at in range(place - 1, -1, -1) if shown[at].relevant)

    def refs(self) -> Iterator[str]:
        """Refs of every node below the root, relevant or not, in document order."""
        for node in self._root.below():
            if node is not self._root:
                yield node.ref()

    def choices(self, ref: str) -> Offered:
        """The choices that may be picked now, a tuple in order; empty when it is no select."""
        return offered(self._world, self._node(ref))

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

    def vacant(self, ref: str) -> bool:
        """Whether the repeat at `ref` has no member now and one that was added to it would be relevant."""
        definition = self.form.program.definition(ref)
        try:
            parent = self._node(ref.rpartition("/")[0])
        except KeyError:
            return False
        if not parent.relevant or parent.named(definition.name):
            return False
        seat = InstanceNode(definition)  # where a member would stand
        seat.parent = parent
        return self._holds(definition.relevant, Context(self._world, seat))

    def repeat_position(self, ref: str) -> tuple[int, int] | None:
        """(index, count) within the nearest repeat around `ref`, 1-based; None outside any repeat."""
        here: InstanceNode | None = self._node(ref)
        while here is not self._root and here is not None:
            if here.definition.is_repeat and here.parent is not None:
                return here.position(), len(here.parent.named(here.name))
            here = here.parent
        return None

    def submission(self, *, ended: bool = True) -> str:
        """The XML as ODK would send it: nodes that are not relevant left out; with the end time once it is `ended`."""
        at_the_end = {"end": date_time_text(self._world.now)} if ended else {}
        return submission_xml(self._root, self.form.program.namespaces, at_the_end)

    def values(self) -> dict[str, str]:
        """Relevant refs with a value (blank ones included) -> value, in document order."""
        return {node.ref(): node.text for node in self._relevant() if not node.definition.children}

    def _preload(self) -> None:
        now = self._world.now
        known = {
            **self._world.known,
            "start": date_time_text(now),
            "today": date_text(now),
            "instanceID": f"uuid:{self._world.instance_id}",
        }
        for node in self._root.below():
            name = node.definition.question.preload
            if name in known:
                self._work.store(node, known[name])

    def _node(self, ref: str) -> InstanceNode:
        found = self._fixed.get(ref)
        if found is not None:
            return found[0]
        self._follow_members()
        node = self._nodes.get(ref)
        if node is None:
            node = self._nodes[ref] = find(self._root, ref)
        return node

    def _all_shown(self) -> list[InstanceNode]:
        self._follow_members()
        if self._shown is None:
            self._shown = [node for node in self._root.below() if node.definition.question.asked]
            self._places = {node: at for at, node in enumerate(self._shown)}
        return self._shown

    def _all_asked(self) -> list[tuple[InstanceNode, str, bool]]:
        self._follow_members()
        if self._asked is None:
            self._asked = [
                (node, node.ref(), node.definition.may_be_readonly and not node.definition.pauses)
                for node in self._all_shown()
                if node.definition.takes_answer or node.definition.pauses
            ]
            self._some_readonly = any(may_be_readonly for _, _, may_be_readonly in self._asked)
        return self._asked

    def _follow_members(self) -> None:
        if self._shape != self._work.shape:
            self._shape, self._shown, self._asked = self._work.shape, None, None
            self._nodes.clear()

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
        wording = wordings.best(language or default, default)
        parts = wording.parts
        if not parts:
            return ""
        if len(parts) == 1 and isinstance(parts[0], str):
            return parts[0]
        before, self._world.language = self._world.language, language or default
        try:
            return wording.render(Context(self._world, node))
        finally:
            self._world.language = before
