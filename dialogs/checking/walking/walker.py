"""One walk: a form filled in from the first question to the last, wishes granted where they can be."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dialogs.checking.walking.candidates import candidates
from dialogs.checking.walking.harvest import Harvest
from dialogs.checking.walking.wishes import Wish, values_passing
from dialogs.form import Form, Instance, NodeState
from dialogs.form.definition import Definition

INSTANCE_ID = "00000000-0000-4000-8000-000000000000"
MEMBERS = 2  # of a repeat that people add to, or that is walked through
PASSES = 3  # times the form is gone through, as an answer may open an earlier question
NOT_ASKED = frozenset({"note", "group", "repeat", "calculate", "hidden"})
_NO_HARVEST = Harvest()

Enough = Callable[[], bool]
Choose = Callable[[Definition, Sequence[str]], Sequence[str]]


@dataclass
class Walk:
    """What happened. Refs in `answers` have positions; all others are bare."""

    answers: dict[str, str] = field(default_factory=dict)  # in the order given; "" where it was left blank
    reached: dict[Definition, None] = field(default_factory=dict)  # questions and notes that were shown
    taken: set[tuple[Definition, str]] = field(default_factory=set)  # choices made
    offered: dict[Definition, list[tuple[str, ...]]] = field(default_factory=dict)
    refused: dict[Definition, int] = field(default_factory=dict)  # no answer was taken, of how many tried
    accepted: set[Definition] = field(default_factory=set)  # some answer was taken
    empty: set[Definition] = field(default_factory=set)  # selects with nothing on offer
    locked: set[Definition] = field(default_factory=set)  # required, blank, and not to be written
    numbers: int = 0  # answers tried


@dataclass
class Walker:
    """Walks through one form. `choose` puts the answers to a question in the order in which they shall be tried."""

    form: Form
    now: datetime
    harvested: Mapping[Definition, Harvest]
    choose: Choose
    wishes: Mapping[Definition, tuple[Wish, ...]]
    enough: Enough = lambda: False  # asked before every answer: the walk ends where it says so
    walk: Walk = field(default_factory=Walk)

    def go(self, fresh: Instance) -> Walk:
        """The walk through `fresh`, which is filled in on the way."""
        self.instance = fresh
        for _ in range(PASSES):
            before = len(self.walk.answers)
            self._inside(self.form.program.root, self.form.program.root.ref)
            if len(self.walk.answers) == before:
                break
        return self.walk

    def _inside(self, definition: Definition, ref: str) -> None:
        for child in definition.children:
            at = f"{ref}/{child.name}"
            if child.is_repeat:
                self._members(child, at)
            elif child.children:
                if self.instance.node(at).relevant:
                    self._inside(child, at)
            elif child.question.asked:
                self._at(child, at)

    def _members(self, repeat: Definition, ref: str) -> None:
        if repeat.question.open_ended:
            for _ in range(self.instance.repeat_count(ref), MEMBERS):
                self.instance.add_repeat(ref)
        for number in range(1, min(self.instance.repeat_count(ref), MEMBERS) + 1):
            if self.instance.node(f"{ref}[{number}]").relevant:
                self._inside(repeat, f"{ref}[{number}]")

    def _at(self, definition: Definition, ref: str) -> None:
        if ref in self.walk.answers or self.enough():
            return
        state = self.instance.node(ref)
        if not state.relevant:
            return
        self.walk.reached[definition] = None
        if definition.question.kind in NOT_ASKED or state.readonly:
            if state.missing:
                self.walk.locked.add(definition)
            return
        self._answer(definition, ref, state)

    def _answer(self, definition: Definition, ref: str, state: NodeState) -> None:
        offered = self._offered(definition, ref)
        found = self.harvested.get(definition, _NO_HARVEST)
        wishes = self.wishes.get(definition, ())
        is_open = definition.choices is None or definition.choices.open_list
        known = candidates(definition, offered, found, self.now)
        tries = [value for value in known if all(wish.holds(value) for wish in wishes)]
        if wishes:
            made = [value for value in values_passing(wishes) if is_open or set(value.split()) <= set(offered)]
            tries = [*made, *tries]
        else:
            tries = list(self.choose(definition, known))
        may_be_blank = not state.required and all(wish.holds("") for wish in wishes)
        if may_be_blank and "" not in tries:
            tries.append("")
        self._try(definition, ref, tries)

    def _offered(self, definition: Definition, ref: str) -> tuple[str, ...]:
        choices = definition.choices
        if choices is None:
            return ()
        offered = tuple(choice.name for choice in self.instance.choices(ref))
        screens = self.walk.offered.setdefault(definition, [])
        if offered not in screens:
            screens.append(offered)
        if not offered and not choices.open_list:
            self.walk.empty.add(definition)
        return offered

    def _try(self, definition: Definition, ref: str, tries: Sequence[str]) -> None:
        for value in tries:
            self.walk.numbers += 1
            self.instance.set(ref, value)
            state = self.instance.node(ref)
            if state.value and state.constraint_ok:
                self._taken(definition, ref, state.value)
                return
            if not value:
                break
        else:
            self.instance.set(ref, "")
        self.walk.answers[ref] = ""
        tried = len([value for value in tries if value])
        if tried and definition not in self.wishes:
            self.walk.refused[definition] = tried

    def _taken(self, definition: Definition, ref: str, value: str) -> None:
        self.walk.answers[ref] = value
        self.walk.accepted.add(definition)
        if definition.choices is not None:
            names = value.split() if definition.question.kind in ("select_multiple", "rank") else [value]
            self.walk.taken.update((definition, name) for name in names)
