"""Turns a condition of the form into wishes about answers: the ways in which it can come true."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from dialogs.checking.walking.wishes import MIRRORED, OPPOSITE, Operator, Wish, contradictory
from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Number, Path, Text
from dialogs.form.definition import Definition
from dialogs.form.program import Program
from dialogs.form.references import read_by

Way: TypeAlias = Mapping[Definition, tuple[Wish, ...]]
MOST_WAYS = 48  # alternatives of one condition that are followed
DEEPEST = 12  # calculates read by calculates
MOST_WORK = 200_000  # parts of conditions looked at for one form; what is left then counts as not solved
_OPEN: tuple[Way, ...] = ({},)
_SEES_THROUGH = frozenset({"number", "string", "int", "round", "normalize-space"})


@dataclass
class Ways:
    """How a condition may come true. No way at all, with `whole`, proves that it never can."""

    ways: tuple[Way, ...]
    whole: bool = True  # False where some part could not be solved or ways were left out


@dataclass
class Solver:
    """Solves the conditions of one form. `names` are the choices of each select whose list is known."""

    program: Program
    names: Mapping[Definition, tuple[str, ...]]
    _reach: dict[Definition, Ways] = field(default_factory=dict)
    _worked: int = 0
    _targets: dict[tuple[Path, Definition], Definition | None] = field(default_factory=dict)

    def reach(self, definition: Definition) -> Ways:
        """The ways to a question: its relevance, that of the groups around it, and of all questions these read."""
        known = self._reach.get(definition)
        if known is None:
            self._reach[definition] = Ways(_OPEN, False)  # a circle of conditions ends here
            known = self._reach[definition] = self._followed(self._conditions(definition), {definition})
        return known

    def reach_with(self, definition: Definition, wish: Wish) -> Ways:
        """The ways to a question on which its answer passes the wish."""
        found = self.reach(definition)
        return Ways(self._joined(found.ways, ({definition: (wish,)},)).ways, found.whole)

    def constraint(self, definition: Definition) -> Ways:
        """The ways in which a question's own constraint holds."""
        if definition.constraint is None:
            return Ways(_OPEN)
        return self.solve(definition.constraint.parsed, definition, True, 0)

    # ------------------------------------------------------------------------------------------------ ways to a place

    def _conditions(self, definition: Definition) -> Ways:
        found = Ways(_OPEN)
        for above in definition.above():
            if above.relevant is not None:
                found = self._and(found, self.solve(above.relevant.parsed, above, True, 0))
            if above.is_repeat and above.count is not None:
                found = self._and(found, self._comparison(above.count.parsed, ">", 0.0, above, 0))
        return found

    def _followed(self, found: Ways, seen: set[Definition]) -> Ways:
        """With the ways to every question that has to be answered on the way."""
        out: list[Way] = []
        whole = found.whole
        for way in found.ways:
            ends = Ways((way,))
            for definition, wishes in way.items():
                if definition not in seen and any(wish.needs_answer for wish in wishes):
                    further = self.reach(definition)
                    whole = whole and further.whole
                    ends = self._and(ends, further)
            out += ends.ways
            whole = whole and ends.whole
        return Ways(tuple(out[:MOST_WAYS]), whole and len(out) <= MOST_WAYS)

    # ------------------------------------------------------------------------------------------------------ conditions

    def solve(self, expression: Expression, reader: Definition, wanted: bool, depth: int) -> Ways:
        """The ways in which `expression`, written at `reader`, is true (or, not `wanted`, false)."""
        self._worked += 1
        if depth > DEEPEST or self._worked > MOST_WORK:
            return Ways(_OPEN, False)
        if isinstance(expression, Binary):
            if expression.operator in ("and", "or"):
                left = self.solve(expression.left, reader, wanted, depth + 1)
                right = self.solve(expression.right, reader, wanted, depth + 1)
                return self._and(left, right) if (expression.operator == "and") is wanted else _or(left, right)
            if expression.operator in MIRRORED:
                return self._compared(expression, reader, wanted, depth)
        if isinstance(expression, Call):
            return self._call(expression, reader, wanted, depth)
        if isinstance(expression, Number):
            return Ways(_OPEN if bool(expression.value) is wanted else ())
        return Ways(_OPEN, False)

    def _call(self, call: Call, reader: Definition, wanted: bool, depth: int) -> Ways:
        name, arguments = call.name.rpartition(":")[2], call.arguments
        if name in ("true", "false"):
            return Ways(_OPEN if (name == "true") is wanted else ())
        if name == "not" and len(arguments) == 1:
            return self.solve(arguments[0], reader, not wanted, depth + 1)
        if name == "boolean" and len(arguments) == 1:
            return self.solve(arguments[0], reader, wanted, depth + 1)
        if name == "if" and len(arguments) == 3:
            chosen = [self.solve(argument, reader, wanted, depth + 1) for argument in arguments[1:]]
            return self._either(arguments[0], reader, depth, *chosen)
        if name == "selected" and len(arguments) == 2 and isinstance(arguments[1], Text):
            return self._selected(arguments[0], arguments[1].value, reader, wanted)
        return Ways(_OPEN, False)

    def _either(self, condition: Expression, reader: Definition, depth: int, then: Ways, otherwise: Ways) -> Ways:
        holds = self.solve(condition, reader, True, depth + 1)
        fails = self.solve(condition, reader, False, depth + 1)
        return _or(self._and(holds, then), self._and(fails, otherwise))

    def _selected(self, question: Expression, name: str, reader: Definition, wanted: bool) -> Ways:
        target = self.target(question, reader)
        if target is None or not is_answered(target):
            return Ways(_OPEN, False)
        wish = Wish("has" if wanted else "lacks", name)
        return self._joined(_OPEN, ({target: (wish,)},))

    def _compared(self, binary: Binary, reader: Definition, wanted: bool, depth: int) -> Ways:
        operator = MIRRORED[binary.operator]
        left, right = binary.left, binary.right
        if literal(left) is not None:
            left, right = right, left
        else:
            operator = MIRRORED[operator]
        value = literal(right)
        if value is None:
            return Ways(_OPEN, False)
        both = literal(left)
        if both is not None:
            return Ways(_OPEN if Wish(operator, value).holds(str(both)) is wanted else ())
        return self._comparison(left, operator if wanted else OPPOSITE[operator], value, reader, depth, wanted)

    def _comparison(
        self,
        expression: Expression,
        operator: Operator,
        value: str | float,
        reader: Definition,
        depth: int,
        wanted: bool = True,
    ) -> Ways:
        """The ways in which `expression operator value` holds, seen through calculates, if() and coalesce()."""
        self._worked += 1
        if depth > DEEPEST or self._worked > MOST_WORK:
            return Ways(_OPEN, False)
        known = literal(expression)
        if known is not None:
            return Ways(_OPEN if Wish(operator, value).holds(_plain(known)) else ())
        if isinstance(expression, Path):
            return self._of_answer(expression, operator, value, reader, depth)
        if not isinstance(expression, Call):
            return Ways(_OPEN, False)
        name, arguments = expression.name.rpartition(":")[2], expression.arguments
        if name in _SEES_THROUGH and len(arguments) == 1:
            return self._comparison(arguments[0], operator, value, reader, depth + 1)
        if name == "if" and len(arguments) == 3:
            chosen = [self._comparison(one, operator, value, reader, depth + 1) for one in arguments[1:]]
            return self._either(arguments[0], reader, depth, *chosen)
        if name == "coalesce" and len(arguments) == 2:
            first = self._comparison(arguments[0], operator, value, reader, depth + 1)
            blank = self._comparison(arguments[0], "=", "", reader, depth + 1)
            return _or(first, self._and(blank, self._comparison(arguments[1], operator, value, reader, depth + 1)))
        if name == "count-selected" and len(arguments) == 1:
            target = self.target(arguments[0], reader)
            if target is not None and is_answered(target):
                return self._joined(_OPEN, ({target: (Wish(operator, value, counted=True),)},))
        if name == "string-length" and len(arguments) == 1 and operator in (">", ">="):
            target = self.target(arguments[0], reader)
            if target is not None and is_answered(target) and float(value) >= (operator == ">="):
                return Ways(({target: (Wish("!=", ""),)},), False)
        return Ways(_OPEN, False)

    def _of_answer(self, path: Path, operator: Operator, value: str | float, reader: Definition, depth: int) -> Ways:
        target = self.target(path, reader)
        if target is None:
            return Ways(_OPEN, False)
        if target.calculate is not None:
            return self._comparison(target.calculate.parsed, operator, value, target, depth + 1)
        if is_answered(target):
            return self._joined(_OPEN, ({target: (Wish(operator, value),)},))
        return Ways(_OPEN, False)  # hidden or metadata: whoever opens the form may fill it

    def target(self, expression: Expression, reader: Definition) -> Definition | None:
        """The one question a path leads to, None where it is not a plain path to one outside other members."""
        while isinstance(expression, Call) and expression.name in _SEES_THROUGH and len(expression.arguments) == 1:
            expression = expression.arguments[0]
        if not isinstance(expression, Path):
            return None
        key = (expression, reader)
        if key not in self._targets:
            self._targets[key] = _target(expression, reader, self.program.root)
        return self._targets[key]

    # ------------------------------------------------------------------------------------------------------- joining

    def _and(self, left: Ways, right: Ways) -> Ways:
        joined = self._joined(left.ways, right.ways)
        return Ways(joined.ways, left.whole and right.whole and joined.whole)

    def _joined(self, left: Sequence[Way], right: Sequence[Way]) -> Ways:
        """Every way of the left with every way of the right that can hold together with it."""
        found: list[Way] = []
        for one in left:
            for other in right:
                merged = {**one}
                for definition, wishes in other.items():
                    merged[definition] = tuple(dict.fromkeys((*merged.get(definition, ()), *wishes)))
                if not any(self._contradicts(definition, merged[definition]) for definition in other):
                    found.append(merged)
                if len(found) > MOST_WAYS:
                    return Ways(tuple(found[:MOST_WAYS]), False)
        return Ways(tuple(found))

    def _contradicts(self, definition: Definition, wishes: Iterable[Wish]) -> bool:
        kind = definition.question.kind
        names = self.names.get(definition)
        several = kind in ("select_multiple", "rank")
        return contradictory(wishes, names, whole=kind == "integer", several=several)


def _target(path: Path, reader: Definition, root: Definition) -> Definition | None:
    if any(step.predicates for step in path.steps) or path.start is not None:
        return None
    references = read_by(path, reader, root).references
    if len(references) != 1 or references[0].target.children:
        return None
    target = references[0].target
    repeat = next(target.repeats(), None)
    return target if repeat is references[0].shared else None


def is_answered(definition: Definition) -> bool:
    """Whether a person answers it, so that a wish about it can be granted."""
    question = definition.question
    return question.asked and question.kind not in ("group", "repeat", "note") and definition.calculate is None


def literal(expression: Expression) -> str | float | None:
    """The text or number that is written there; None for anything else."""
    if isinstance(expression, (Text, Number)):
        return expression.value
    if isinstance(expression, Negative) and isinstance(expression.operand, Number):
        return -expression.operand.value
    return None


def _plain(value: str | float) -> str:
    if isinstance(value, str):
        return value
    return str(int(value)) if value == int(value) else repr(value)


def _or(left: Ways, right: Ways) -> Ways:
    ways = (*left.ways, *right.ways)
    return Ways(ways[:MOST_WAYS], left.whole and right.whole and len(ways) <= MOST_WAYS)
