"""What the form's own expressions compare its answers with: the values worth trying."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from dialogs.checking.walking.solving import literal
from dialogs.expressions.syntax import Binary, Call, Expression, Negative, Path, Text, Union
from dialogs.form.definition import Compiled, Definition
from dialogs.form.program import Program
from dialogs.form.references import read_by

MOST = 24  # values of one kind kept for one question
MOST_BEHIND = 300  # questions followed from a comparison back through calculates


@dataclass
class Harvest:
    """What one question is compared with, directly or through calculates; the nearest comparisons come first."""

    numbers: dict[float, None] = field(default_factory=dict)
    texts: dict[str, None] = field(default_factory=dict)
    patterns: dict[str, None] = field(default_factory=dict)
    filters_list: bool = False  # a choice_filter reads it
    counts_members: bool = False  # a repeat_count reads it


def expressions_of(definition: Definition) -> Iterator[Compiled]:
    """Every expression of a question."""
    found = (definition.relevant, definition.required, definition.readonly, definition.constraint)
    choices = definition.choices
    itemset = None if choices is None or choices.fixed else choices.itemset
    for compiled in (*found, definition.calculate, definition.count, itemset):
        if compiled is not None:
            yield compiled


def harvest(program: Program) -> dict[Definition, Harvest]:
    """For every question that some expression reads, what it is compared with."""
    gatherer = Gatherer(program)
    for definition in program.root.below():
        for compiled in expressions_of(definition):
            gatherer.read(compiled.parsed, definition)
        for definition_read in gatherer.behind(definition.count, definition):
            gatherer.of(definition_read).counts_members = True
        choices = definition.choices
        if choices is not None and not choices.fixed:
            for definition_read in gatherer.behind(choices.itemset, definition):
                gatherer.of(definition_read).filters_list = True
    return gatherer.found


@dataclass
class Gatherer:
    """Reads the expressions of one form; `found` fills up."""

    program: Program
    found: dict[Definition, Harvest] = field(default_factory=dict)
    read_by: dict[Definition, list[Definition]] = field(default_factory=dict)

    def of(self, definition: Definition) -> Harvest:
        """What was found about one question so far."""
        return self.found.setdefault(definition, Harvest())

    def behind(self, compiled: Compiled | None, reader: Definition) -> list[Definition]:
        """The questions behind an expression, calculates and what they read included."""
        return [] if compiled is None else self._answers(compiled.parsed, reader)

    def _answers(self, expression: Expression, reader: Definition) -> list[Definition]:
        found = dict.fromkeys(self._targets(expression, reader))
        waiting = list(found)
        while waiting and len(found) < MOST_BEHIND:
            target = waiting.pop(0)
            if target.calculate is not None:
                fresh = [one for one in self._read_by_calculate(target) if one not in found]
                found.update(dict.fromkeys(fresh))
                waiting += fresh
        return list(found)

    def _read_by_calculate(self, definition: Definition) -> list[Definition]:
        assert definition.calculate is not None
        if definition not in self.read_by:
            self.read_by[definition] = self._targets(definition.calculate.parsed, definition)
        return self.read_by[definition]

    def _targets(self, expression: Expression, reader: Definition) -> list[Definition]:
        return [reference.target for reference in read_by(expression, reader, self.program.root).references]

    def read(self, expression: Expression, reader: Definition) -> None:
        """Notes every comparison below an expression."""
        for one in below(expression):
            if isinstance(one, Binary) and one.operator in ("=", "!=", "<", "<=", ">", ">="):
                self._compared(one, reader)
            elif isinstance(one, Call) and len(one.arguments) == 2 and isinstance(one.arguments[1], Text):
                self._called(one, one.arguments[1].value, reader)

    def _compared(self, binary: Binary, reader: Definition) -> None:
        values = [value for part in below(binary) if (value := literal(part)) is not None]
        for definition in self._answers(binary, reader):
            into = self.of(definition)
            for value in values:
                if isinstance(value, float) and len(into.numbers) < MOST:
                    into.numbers[value] = None
                elif isinstance(value, str) and value and len(into.texts) < MOST:
                    into.texts[value] = None

    def _called(self, call: Call, text: str, reader: Definition) -> None:
        name = call.name.rpartition(":")[2]
        if name not in ("regex", "selected", "starts-with", "ends-with", "contains"):
            return
        for definition in self._answers(call.arguments[0], reader):
            into = self.of(definition)
            kept = into.patterns if name == "regex" else into.texts
            if len(kept) < MOST:
                kept[text] = None


def below(expression: Expression) -> Iterator[Expression]:
    """An expression and all its parts."""
    yield expression
    if isinstance(expression, Binary):
        yield from below(expression.left)
        yield from below(expression.right)
    elif isinstance(expression, Negative):
        yield from below(expression.operand)
    elif isinstance(expression, Call):
        for argument in expression.arguments:
            yield from below(argument)
    elif isinstance(expression, Union):
        for part in expression.parts:
            yield from below(part)
    elif isinstance(expression, Path):
        if expression.start is not None:
            yield from below(expression.start)
        for predicate in (*expression.start_predicates, *(p for step in expression.steps for p in step.predicates)):
            yield from below(predicate)
