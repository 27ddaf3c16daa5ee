"""One filled-in form: set an answer, and relevance, calculations and choices follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType

from dialogs.expressions.dates import date_text, date_time_text
from dialogs.form.changes import Changes
from dialogs.form.definition import BLANK
from dialogs.form.form import Form
from dialogs.form.offers import offered_names, picked
from dialogs.form.question import NodeState
from dialogs.form.standing import is_local
from dialogs.form.submission import submission_xml
from dialogs.form.tree import InstanceNode, build, find
from dialogs.form.view import View
from dialogs.form.world import FormWorld

_NONE: Mapping[str, str] = MappingProxyType({})


class Instance(View):
    """A form being filled in, for one turn or one session. Refs carry 1-based positions on repeats."""

    def __init__(self, form: Form, root: InstanceNode, world: FormWorld) -> None:
        """Of use to `start` and `copy` only."""
        super().__init__(form, root, world)
        self.changes: Changes | None = None  # the record as it grows; None before the first was begun
        self._foreseen: tuple[InstanceNode, NodeState] | None = None  # what was tried last, while nothing changes

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

    def take_back(self, changes: Changes, now: datetime | None = None) -> None:
        """Put everything where it was when the record `changes` began; it must be the last that was kept.

        With `now` the clock stands there again: it must have done so then.
        """
        self._world.now = now or self._world.now
        self._undo(changes)
        self.changes = self._work.changes = Changes()

    def _undo(self, changes: Changes) -> None:
        self._foreseen = None
        changes.take_back()
        if changes.moves:
            self._work.shape += 1
            self._work.nodes = len(self._root.below())

    def submission(self, *, ended: bool = True) -> str:
        """The XML as ODK would send it: nodes that are not relevant left out; with the end time once it is `ended`."""
        at_the_end = {"end": date_time_text(self._world.now)} if ended else {}
        return submission_xml(self._root, self._world, self.form.program.namespaces, at_the_end)

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
