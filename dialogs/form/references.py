"""Which questions an expression reads, found when the form is loaded by walking its paths over the form's tree."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.expressions.functions.choosing import choice_path
from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Number, Path, Step, Text, Union
from dialogs.form.definition import Definition

Clock = Literal["", "day", "moment"]

_UNFOLLOWED = frozenset({"once", "itext", "choice-name"})  # its own value; texts with any values in them
_DOWN = frozenset({"child", "descendant", "descendant-or-self"})  # a repeat on the way: who comes and goes matters
_SAYS_ITSELF = frozenset({"true", "false", "today", "now", "current", "position", "last", "random", "uuid", "pi"})
_OF_PLACES = frozenset({"position", "count", "name", "local-name", "namespace-uri"})  # which read no texts


@dataclass(frozen=True, slots=True)
class Place:
    """A node a path passes. `anchor` is the deepest node above it that is one and the same for reader and read."""

    definition: Definition
    anchor: Definition


@dataclass(frozen=True, slots=True)
class Reference:
    """A read of `target`; reader and target share the member of `shared` (None: nothing below the root)."""

    target: Definition
    shared: Definition | None


@dataclass(frozen=True, slots=True)
class Reading:
    """All an expression depends on."""

    references: tuple[Reference, ...]
    unknown: tuple[str, ...]  # steps into the form's own answers that lead nowhere
    clock: Clock  # which of today() and now() it calls: `moment` when now()
    restless: bool = False  # it reads something that no reference names


def read_by(expression: Expression, reader: Definition, root: Definition) -> Reading:
    """What `expression`, written at `reader`, depends on."""
    finder = _Finder(reader, root)
    finder.visit(expression, [Place(reader, reader)])
    shared = {place: next(place.anchor.repeats(), None) for place in finder.found}
    references = dict.fromkeys(Reference(place.definition, shared[place]) for place in finder.found)
    return Reading(tuple(references), tuple(dict.fromkeys(finder.unknown)), finder.clock, finder.restless)


class _Finder:
    def __init__(self, reader: Definition, root: Definition) -> None:
        self.reader = reader
        self.root = root
        self.found: dict[Place, None] = {}
        self.unknown: list[str] = []
        self.labelled: set[Place] = set()  # selects whose labels are followed
        self.clock: Clock = ""
        self.restless = False

    def visit(self, expression: Expression, context: list[Place]) -> list[Place]:
        """Records what is read; the places a node set of the form leads to come back."""
        if isinstance(expression, Path):
            return self._path(expression, context)
        if isinstance(expression, Call):
            return self._call(expression, context)
        if isinstance(expression, Binary):
            self.visit(expression.left, context)
            self.visit(expression.right, context)
        elif isinstance(expression, Negative):
            self.visit(expression.operand, context)
        elif isinstance(expression, Union):
            return [place for part in expression.parts for place in self.visit(part, context)]
        else:
            assert isinstance(expression, (Number, Text))
        return []

    def _call(self, call: Call, context: list[Place]) -> list[Place]:
        name = call.name.rpartition(":")[2]
        if name == "now":
            self.clock = "moment"
        elif name == "today":
            self.clock = self.clock or "day"
        elif name in _UNFOLLOWED or not (call.arguments or name in _SAYS_ITSELF):
            self.restless = True
        if name == "current":
            return [Place(self.reader, self.reader)]
        if name == "choice-name" and len(call.arguments) == 2:
            for select in self.visit(choice_path(call.arguments), context):
                self._labels(select)
        deep = name not in _OF_PLACES
        places = [
            self._path(argument, context, deep=deep) if isinstance(argument, Path) else self.visit(argument, context)
            for argument in call.arguments
        ]
        return places[0] if places and name in ("indexed-repeat", "randomize") else []

    def _labels(self, select: Place) -> None:
        """The labels of the choices may say answers, and even each other."""
        choices = select.definition.choices
        if choices is not None and choices.said and select not in self.labelled:
            self.labelled.add(select)
            for expression in choices.said:
                self.visit(expression, [select])

    def _path(self, path: Path, context: list[Place], *, deep: bool = True) -> list[Place]:
        if path.start is not None:
            places = self.visit(path.start, context)
        elif path.absolute:
            places = [Place(self.root, self.root)]
        else:
            places = context
        for predicate in path.start_predicates:
            self.visit(predicate, places)
        steps = path.steps
        if path.absolute and steps and steps[0].axis == "child":
            places = places if steps[0].test in (self.root.name, "*") else []
            if not places:
                self._not_there(steps[0])
            steps = steps[1:]
        for step in steps:
            places = self._step(step, places)
        for place in places:
            if deep:
                self._record(place)
            else:
                self.found[place] = None
        return places

    def _step(self, step: Step, places: list[Place]) -> list[Place]:
        reached = list(dict.fromkeys(found for place in places for found in _reach(place, step)))
        if places and not reached and step.axis == "child":
            self._not_there(step)
        for predicate in step.predicates:
            self.visit(predicate, reached)
        if step.axis in _DOWN:
            self.found.update(dict.fromkeys(place for place in reached if place.definition.is_repeat))
        return reached

    def _not_there(self, step: Step) -> None:
        if step.test not in ("*", "node()"):
            self.unknown.append(step.test)

    def _record(self, place: Place) -> None:
        self.found[place] = None
        if not place.definition.is_repeat:
            for child in place.definition.children:  # the text of a group is that of its leaves
                self._record(Place(child, place.anchor))


def _reach(place: Place, step: Step) -> list[Place]:
    here, anchor = place.definition, place.anchor
    test = step.test
    found: list[Place]
    if step.axis == "child" and test not in ("*", "node()"):
        child = here.named.get(test)
        return [] if child is None else [Place(child, anchor)]
    if step.axis == "self":
        found = [place]
    elif step.axis == "child":
        found = [Place(child, anchor) for child in here.children]
    elif step.axis == "parent":
        found = [] if here.parent is None else [_upward(place, here.parent)]
    elif step.axis in ("descendant", "descendant-or-self"):
        found = [Place(below, anchor) for below in here.below() if below is not here or step.axis.endswith("self")]
    elif step.axis in ("ancestor", "ancestor-or-self"):
        found = [_upward(place, up) for up in here.above() if up is not here or step.axis.endswith("self")]
    elif step.axis in ("following-sibling", "preceding-sibling") and here.parent is not None:
        up = _upward(place, here.parent)
        found = [Place(sibling, up.anchor) for sibling in here.parent.children]
    else:
        found = []
    return [reached for reached in found if test in ("*", "node()") or reached.definition.name == test]


def _upward(place: Place, above: Definition) -> Place:
    return Place(above, above if place.anchor.depth > above.depth else place.anchor)
