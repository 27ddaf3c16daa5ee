"""How a node stands (required, read-only, its constraint holding): what that depends on, and whom an answer reaches."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.form.definition import Compiled, Definition
from dialogs.form.program import STANDING, Program
from dialogs.form.references import Clock, Reading, read_by

_NOT_ASKED = frozenset({"note", "group", "repeat", "calculate", "hidden"})

StandingReading = tuple[
    Definition, Definition, Reading
]  # whose standing, where the expression is written, what it reads


def standing_readings(program: Program) -> list[StandingReading]:
    """What each definition's standing reads: its own expressions, and the `readonly` of the groups around it.

    Fills in what the program and its definitions know of it: who may be read-only, and whom the clock concerns.
    """
    found: list[StandingReading] = []
    clocks: dict[Definition, Clock] = {}
    _visit(program, program.root, [], found, clocks)
    program.restless = any(definition.restless for definition in program.root.below())
    program.clocked_standing = tuple(each for each, clock in clocks.items() if clock == "moment")
    program.dated_standing = tuple(each for each, clock in clocks.items() if clock == "day")
    return found


def _visit(
    program: Program,
    definition: Definition,
    around: list[tuple[Definition, Reading]],
    found: list[StandingReading],
    clocks: dict[Definition, Clock],
) -> None:
    if definition.readonly is not None:
        around = [*around, (definition, _read(program, definition, definition.readonly))]
    own = [
        _read(program, definition, each) for each in (definition.required, definition.constraint) if each is not None
    ]
    readings = [*((definition, reading) for reading in own), *around]
    question = definition.question
    definition.may_be_readonly = bool(around)
    definition.takes_answer = question.asked and question.kind not in _NOT_ASKED
    definition.pauses = question.asked and question.kind == "note" and "pause" in question.appearance.split()
    definition.restless = any(reading.restless for _, reading in readings)
    found.extend((definition, written_at, reading) for written_at, reading in readings)
    clock = _soonest(reading.clock for _, reading in readings)
    if clock:
        clocks[definition] = clock
    for child in definition.children:
        _visit(program, child, around, found, clocks)


def _read(program: Program, definition: Definition, expression: Compiled) -> Reading:
    return read_by(expression.parsed, definition, program.root)


def _soonest(clocks: Iterable[Clock]) -> Clock:
    called = set(clocks)
    return "moment" if "moment" in called else "day" if "day" in called else ""


def is_local(program: Program, definition: Definition) -> bool:
    """Whether an answer to it changes nothing that its own relevance, choices, constraint or required read, but itself.

    Then its constraint can be tried for an answer without working the form out.
    """
    if definition.is_local is None:
        definition.is_local = not definition.triggered and _stays_away(program, definition)
    return definition.is_local


def _stays_away(program: Program, definition: Definition) -> bool:
    """Follows what the answer reaches; False as soon as it comes back, or where members come and go."""
    reached, waiting = {definition}, [definition]
    while waiting:
        for dependent in program.dependents.get(waiting.pop(), ()):
            if dependent.order == STANDING:
                continue
            vertex = program.vertices[dependent.order]
            written = [vertex.definition] if vertex.work != "relevant" else list(vertex.definition.below())
            if vertex.work == "count" or definition in written:
                return False
            fresh = [each for each in written if each not in reached]
            reached.update(fresh)
            waiting.extend(fresh)
    reached.discard(definition)
    own = [definition.required, definition.constraint, *(each.readonly for each in definition.above())]
    readings = [read_by(each.parsed, definition, program.root) for each in own if each is not None]
    read = {reference.target for reading in readings for reference in reading.references}
    return not any(reading.restless for reading in readings) and not read & reached
