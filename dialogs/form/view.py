"""What can be read of one filled-in form: how each question stands, which are shown and asked, what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from dialogs.expressions import Context, to_boolean
from dialogs.form.definition import Compiled
from dialogs.form.form import Form
from dialogs.form.offered import Offered
from dialogs.form.offers import offered
from dialogs.form.question import NodeState
from dialogs.form.recalculation import Recalculation
from dialogs.form.texts import Wordings
from dialogs.form.tree import InstanceNode, find
from dialogs.form.world import FormWorld


class View:
    """A form being filled in, as it is read. Refs carry 1-based positions on repeats. `Instance` is what writes."""

    def __init__(self, form: Form, root: InstanceNode, world: FormWorld) -> None:
        self.form = form
        self._root = root
        self._world = world
        self._work = Recalculation(form.program, root, world)
        self._fixed = world.fixed
        self._nodes: dict[str, InstanceNode] = {}  # by ref, those inside repeats, until members come or go
        self._shown: list[InstanceNode] | None = None  # all that a person is shown, relevant or not, likewise
        self._places: dict[InstanceNode, int] = {}
        self._some_readonly = False
        self._asked: list[tuple[InstanceNode, str, bool]] | None = None
        self._shape = 0

    @property
    def now(self) -> datetime:
        """Where the clock stands."""
        return self._world.now

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
            missing=required and node.relevant and not value and not definition.children,  # a group holds no answer
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

    def values(self) -> dict[str, str]:
        """Relevant refs with a value (blank ones included) -> value, in document order."""
        return {node.ref(): node.text for node in self._relevant() if not node.definition.children}

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
        if expression is None:
            return True
        said = expression.closure(context)
        return said if isinstance(said, bool) else to_boolean(said)

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
