"""Links the expressions of a loaded form: what is worked out when, and what a change makes due."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain

from dialogs.expressions.syntax import Expression, Path, Step, Union
from dialogs.form.circles import circle_problem, feeds_itself
from dialogs.form.definition import Compiled, Definition
from dialogs.form.errors import FormProblem
from dialogs.form.offers import remember_lists
from dialogs.form.ordering import ordered
from dialogs.form.program import STANDING, Dependent, Program, Vertex, Work
from dialogs.form.references import Reading, Reference, read_by
from dialogs.form.standing import standing_readings

MOST_READS = 500_000  # by all expressions of a form together; of an untrusted one each could read every question
_EAGER: tuple[Work, ...] = ("relevant", "count", "calculate", "choices")
_OF_A_NODE: tuple[Work, ...] = ("relevant", "calculate", "choices")  # a count belongs to the parent


def eager_expression(definition: Definition, work: Work) -> Compiled | None:
    """The expression behind a vertex, None when the definition has none."""
    if work == "choices":
        choices = definition.choices
        return None if choices is None or choices.fixed else choices.itemset
    found: Compiled | None = getattr(definition, work)
    return found


def _with_items(parsed: Expression, definition: Definition, work: Work) -> Expression:
    """Of choices, the names and labels of the items too: a list may be made of the members of a repeat."""
    if work != "choices" or definition.choices is None:
        return parsed
    columns = (definition.choices.value, definition.choices.label)
    return Union(tuple(Path((Step("child", column),), start=parsed) for column in columns if column))


def link(program: Program) -> list[FormProblem]:
    """Fills in the program's order and dependents; the problems that keep the form from being used come back.

    A label that says what follows from it is no mistake: then the labels of choices are not followed.
    """
    problems = _link(program)
    speaking = [each.choices for each in program.root.below() if each.choices is not None and each.choices.said]
    if problems and speaking:
        for choices in speaking:
            choices.said = ()
        program.unsettled, program.warnings = (), ()
        problems = _link(program)
    return problems


def _link(program: Program) -> list[FormProblem]:
    readings = _readings(program.root)
    if isinstance(readings, FormProblem):
        return [readings]
    circles = [[vertex] for vertex, reading in readings.items() if feeds_itself(vertex, reading, program.root)]
    order, circle = ordered(program, readings)
    if circle or circles:
        return [circle_problem(each) for each in (*circles, circle) if each]
    program.warnings = _warnings(program, readings)
    _keep_order(program, order, readings)
    for vertex, reading in readings.items():
        _tell_definition(vertex, reading)
    program.dependents, program.structural = _dependents(program, readings, standing_readings(program))
    return []


def _readings(root: Definition) -> dict[Vertex, Reading] | FormProblem:
    """What each expression reads; the problem instead, where all together read too much."""
    found: dict[Vertex, Reading] = {}
    read = 0
    for definition in root.below():
        for work in _EAGER:
            expression = eager_expression(definition, work)
            if expression is not None:
                reading = read_by(_with_items(expression.parsed, definition, work), definition, root)
                found[Vertex(definition, work)] = reading
                read += len(reading.references)
        if read > MOST_READS:
            return _too_much(definition)
    return found


def _warnings(program: Program, readings: Mapping[Vertex, Reading]) -> tuple[str, ...]:
    unknown = (
        f"`{vertex.work}` of `{vertex.definition.name}` reads `{name}`, which is not in the form: it is always blank."
        for vertex, reading in readings.items()
        for name in reading.unknown
    )
    unsettled = (
        f"`{vertex.work}` of `{vertex.definition.name}` goes round in a circle: it settles as far as it can."
        for vertex in program.unsettled
    )
    return (*unknown, *unsettled)


def _keep_order(program: Program, order: Sequence[Vertex], readings: Mapping[Vertex, Reading]) -> None:
    program.vertices = tuple(order)
    program.counts = any(vertex.work == "count" for vertex in order)
    program.order_of = {vertex: at for at, vertex in enumerate(order)}
    program.clocked = tuple(at for at, vertex in enumerate(order) if readings[vertex].clock == "moment")
    program.dated = tuple(at for at, vertex in enumerate(order) if readings[vertex].clock == "day")
    for at, definition in enumerate(program.root.below()):
        definition.place = at
        works = (Vertex(definition, work) for work in _OF_A_NODE)
        program.orders[definition] = tuple(program.order_of[vertex] for vertex in works if vertex in program.order_of)
        calculation = program.order_of.get(Vertex(definition, "calculate"))
        if calculation is not None:
            program.calculating[definition] = calculation


def _tell_definition(vertex: Vertex, reading: Reading) -> None:
    """What recalculation must know of a definition and only its readings say."""
    definition = vertex.definition
    if vertex.work == "count":
        definition.grows_at_once = not any(_is_worked_out(each.target) for each in reading.references)
        definition.grows_late = _grows_late(definition)
    elif vertex.work == "relevant":
        within = frozenset(definition.below())
        definition.starts_irrelevant |= any(reference.target in within for reference in reading.references)
    elif vertex.work == "choices":
        remember_lists(definition, reading)


def _is_worked_out(definition: Definition) -> bool:
    return definition.calculate is not None or bool(definition.actions) or definition.repeats_above


def _grows_late(repeat: Definition) -> bool:
    """Whether its members come after all defaults, as in ODK's engine: what it stands in is itself not settled."""
    around = [above for above in repeat.above() if above is not repeat]
    counted = any(above.count is not None and not above.grows_at_once for above in around)
    return counted or any(above.relevant is not None for above in around)


def _too_much(definition: Definition) -> FormProblem:
    cause = "The form's expressions read too much together."
    return FormProblem("survey", None, cause, "Name single questions instead of whole groups.", definition.ref)


_ByDefinition = dict[Definition, tuple[Dependent, ...]]


def _dependents(
    program: Program,
    readings: Mapping[Vertex, Reading],
    standing: Iterable[tuple[Definition, Definition, Reading]],
) -> tuple[_ByDefinition, _ByDefinition]:
    by_target: dict[Definition, dict[Dependent, None]] = {}
    by_repeat: dict[Definition, dict[Dependent, None]] = {}
    eager = ((program.order_of[vertex], vertex.definition, reading) for vertex, reading in readings.items())
    lazy = ((STANDING, reader, reading) for reader, _, reading in standing)
    for order, reader, reading in chain(eager, lazy):
        for reference in reading.references:
            found = _dependent(program, order, reader, reference.target.depth, reference.shared)
            by_target.setdefault(reference.target, {})[found] = None
            for repeat, seen_from in _changing_members(reference):
                seen = _dependent(program, order, reader, repeat.depth - 1, seen_from)
                by_repeat.setdefault(repeat, {})[seen] = None
    return (
        {target: tuple(found) for target, found in by_target.items()},
        {repeat: tuple(found) for repeat, found in by_repeat.items()},
    )


def _changing_members(reference: Reference) -> Iterator[tuple[Definition, Definition | None]]:
    """The repeats whose members coming or going change what is read, and what reader and repeat then share.

    Those crossed on the way to the target; and, where a member itself is read (`position(..)`), its own repeat.
    """
    for repeat in reference.target.repeats():
        if repeat is reference.shared:
            if repeat is reference.target and repeat.parent is not None:
                yield repeat, next(repeat.parent.repeats(), None)
            return
        yield repeat, reference.shared


def _dependent(program: Program, order: int, reader: Definition, depth: int, shared: Definition | None) -> Dependent:
    """A count is worked out at the parent of its repeat; `down` leads there."""
    is_count = order != STANDING and program.vertices[order].work == "count"
    node = reader.parent if is_count and reader.parent is not None else reader
    shared_depth = 0 if shared is None else shared.depth
    names = [definition.name for definition in node.above() if definition.depth > shared_depth]
    ref = "" if node.repeats_above else node.ref
    return Dependent(order, depth - shared_depth, tuple(reversed(names)), ref)
