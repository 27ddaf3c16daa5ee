"""Puts the vertices of a form in an order in which each comes after what it reads, and finds the circles."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from dialogs.expressions.syntax import Call, Expression, Negative, Path, Step, Union
from dialogs.form.definition import Compiled, Definition
from dialogs.form.errors import FormProblem
from dialogs.form.offers import remember_lists
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
    readings: dict[Vertex, Reading] = {}
    read = 0
    for definition in program.root.below():
        for work in _EAGER:
            expression = eager_expression(definition, work)
            if expression is not None:
                reading = read_by(_with_items(expression.parsed, definition, work), definition, program.root)
                readings[Vertex(definition, work)] = reading
                read += len(reading.references)
        if read > MOST_READS:
            return [_too_much(definition)]
    themselves = [vertex for vertex, reading in readings.items() if _feeds_itself(vertex, reading, program.root)]
    circles = [[vertex] for vertex in themselves]
    program.warnings = tuple(
        f"`{vertex.work}` of `{vertex.definition.name}` reads `{name}`, which is not in the form: it is always blank."
        for vertex, reading in readings.items()
        for name in reading.unknown
    )
    order, circle = _ordered(program, readings)
    if circle or circles:
        return [_circle_problem(each) for each in (*circles, circle) if each]
    program.warnings += tuple(
        f"`{vertex.work}` of `{vertex.definition.name}` goes round in a circle: it settles as far as it can."
        for vertex in program.unsettled
    )
    program.vertices = tuple(order)
    program.counts = any(vertex.work == "count" for vertex in order)
    program.order_of = {vertex: at for at, vertex in enumerate(order)}
    program.clocked = tuple(at for at, vertex in enumerate(order) if readings[vertex].clock == "moment")
    program.dated = tuple(at for at, vertex in enumerate(order) if readings[vertex].clock == "day")
    for definition in program.root.below():
        works = (Vertex(definition, work) for work in _OF_A_NODE)
        program.orders[definition] = tuple(program.order_of[vertex] for vertex in works if vertex in program.order_of)
        calculation = program.order_of.get(Vertex(definition, "calculate"))
        if calculation is not None:
            program.calculating[definition] = calculation
    for at, definition in enumerate(program.root.below()):
        definition.place = at
    for vertex, reading in readings.items():
        if vertex.work == "count":
            vertex.definition.grows_at_once = not any(_is_worked_out(each.target) for each in reading.references)
            vertex.definition.grows_late = _grows_late(vertex.definition)
        within = frozenset(vertex.definition.below())
        if vertex.work == "relevant" and any(reference.target in within for reference in reading.references):
            vertex.definition.starts_irrelevant = True
    standing = standing_readings(program)
    program.dependents, program.structural = _dependents(program, readings, standing)
    for vertex, reading in readings.items():
        if vertex.work == "choices":
            remember_lists(vertex.definition, reading)
    return []


def _ordered(program: Program, readings: Mapping[Vertex, Reading]) -> tuple[list[Vertex], list[Vertex]]:
    """The order, and what is left over in a circle (empty when all is well).

    A read of another member of the same repeat is no circle in itself (`indexed-repeat(...)` of the member before):
    such reads are left out of the order where nothing else works, and settle while recalculating.
    """
    writers = _writers(readings)
    strict: dict[Vertex, set[Vertex]] = {}
    loose: dict[Vertex, set[Vertex]] = {}
    for vertex, reading in readings.items():
        strict[vertex] = _implied(vertex, readings)
        loose[vertex] = set()
        for reference in reading.references:
            kind = loose if _other_member(vertex.definition, reference) else strict
            kind[vertex].update(writers.get(reference.target, ()))
        strict[vertex].discard(vertex)
        loose[vertex].discard(vertex)
    order, left = _sorted({vertex: strict[vertex] | loose[vertex] for vertex in readings})
    if left:
        order, left = _sorted(strict)
    while left:  # «one more while the last says so»: what a count or a relevance reads may follow from it, as in ODK
        loosened = _to_loosen(left, strict, readings)
        if not loosened:
            break
        strict.update({vertex: _implied(vertex, readings) for vertex in loosened})
        program.unsettled += loosened
        order, left = _sorted(strict)
    return order, left


def _to_loosen(
    circle: list[Vertex], strict: Mapping[Vertex, set[Vertex]], readings: Mapping[Vertex, Reading]
) -> tuple[Vertex, ...]:
    """The counts of a circle, else its relevances unless it has nothing else: they are worked out again and again."""
    waiting = [vertex for vertex in circle if strict[vertex] != _implied(vertex, readings)]
    counts = tuple(vertex for vertex in waiting if vertex.work == "count")
    relevances = tuple(vertex for vertex in waiting if vertex.work == "relevant")
    return counts or (relevances if any(vertex.work != "relevant" for vertex in circle) else ())


def _feeds_itself(vertex: Vertex, reading: Reading, root: Definition) -> bool:
    """A calculation that makes something of its own value never settles; one that keeps it (`if(.., x, .)`) does.

    A relevance may read itself: see `starts_irrelevant`.
    """
    own = Reference(vertex.definition, next(vertex.definition.repeats(), None))
    calculation = vertex.definition.calculate
    if vertex.work != "calculate" or calculation is None or own not in reading.references:
        return False
    for part in _worked_with(calculation.parsed):
        read = read_by(part, vertex.definition, root).references
        if own in read and not (isinstance(part, Path) and read == (own,)):
            return True
    return False


def _worked_with(expression: Expression) -> Iterator[Expression]:
    """The parts whose value is made into something else; of a path that is taken as it is, the path itself."""
    if isinstance(expression, Call) and expression.name == "if" and len(expression.arguments) == 3:
        yield Negative(expression.arguments[0])  # never a path that is taken as it is
        yield from _worked_with(expression.arguments[1])
        yield from _worked_with(expression.arguments[2])
    elif isinstance(expression, Call) and expression.name in ("coalesce", "once", "string"):
        for argument in expression.arguments:
            yield from _worked_with(argument)
    else:
        yield expression


def _is_worked_out(definition: Definition) -> bool:
    return definition.calculate is not None or bool(definition.actions) or definition.repeats_above


def _grows_late(repeat: Definition) -> bool:
    """Whether its members come after all defaults, as in ODK's engine: what it stands in is itself not settled."""
    around = [above for above in repeat.above() if above is not repeat]
    counted = any(above.count is not None and not above.grows_at_once for above in around)
    return counted or any(above.relevant is not None for above in around)


def _writers(readings: Mapping[Vertex, Reading]) -> dict[Definition, set[Vertex]]:
    found: dict[Definition, set[Vertex]] = {}
    for vertex in readings:
        spread = vertex.work in ("relevant", "count")
        for definition in vertex.definition.below() if spread else (vertex.definition,):
            found.setdefault(definition, set()).add(vertex)
    return found


def _implied(vertex: Vertex, readings: Mapping[Vertex, Reading]) -> set[Vertex]:
    """What comes first whatever is read: counts and relevance above; of one node relevance, calculation, choices."""
    before: set[Vertex] = set()
    for above in vertex.definition.above():
        is_self = above is vertex.definition
        if not (is_self and vertex.work == "count"):
            before.add(Vertex(above, "count"))
        if not (is_self and vertex.work in ("relevant", "count")):
            before.add(Vertex(above, "relevant"))
    if vertex.work == "choices":
        before.add(Vertex(vertex.definition, "calculate"))
    return {found for found in before if found in readings}


def _other_member(reader: Definition, reference: Reference) -> bool:
    repeats = set(reader.repeats())
    common = next((repeat for repeat in reference.target.repeats() if repeat in repeats), None)
    return common is not None and common is not reference.shared


def _sorted(before: Mapping[Vertex, set[Vertex]]) -> tuple[list[Vertex], list[Vertex]]:
    waiting = {vertex: len(needs) for vertex, needs in before.items()}
    after: dict[Vertex, list[Vertex]] = {}
    for vertex, needs in before.items():
        for need in needs:
            after.setdefault(need, []).append(vertex)
    ready = [vertex for vertex, count in waiting.items() if not count]
    order: list[Vertex] = []
    for vertex in ready:
        order.append(vertex)
        for following in after.get(vertex, ()):
            waiting[following] -= 1
            if not waiting[following]:
                ready.append(following)
    left = {vertex for vertex, count in waiting.items() if count}
    return order, _one_circle(before, left) if left else []


def _one_circle(before: Mapping[Vertex, set[Vertex]], left: set[Vertex]) -> list[Vertex]:
    path: list[Vertex] = []
    vertex = next(iter(sorted(left, key=lambda found: (found.definition.ref, found.work))))
    while vertex not in path:
        path.append(vertex)
        vertex = next(need for need in before[vertex] if need in left)
    return path[path.index(vertex) :]


def _too_much(definition: Definition) -> FormProblem:
    cause = "The form's expressions read too much together."
    return FormProblem("survey", None, cause, "Name single questions instead of whole groups.", definition.ref)


def _circle_problem(circle: list[Vertex]) -> FormProblem:
    names = list(dict.fromkeys(vertex.definition.name for vertex in reversed(circle)))
    work = {"relevant": "relevant", "count": "repeat_count", "calculate": "calculation", "choices": "choice_filter"}
    columns = sorted({f"`{work[vertex.work]}`" for vertex in circle})
    if len(names) == 1:
        cause = f"{' and '.join(columns)} of `{names[0]}` goes round in a circle: it reads its own answer."
    else:
        circled = " -> ".join(f"`{name}`" for name in [*names, names[0]])
        verb = "goes" if len(columns) == 1 else "go"
        cause = f"{' and '.join(columns)} {verb} round in a circle, each reading the next: {circled}."
    refs = tuple(dict.fromkeys(vertex.definition.ref for vertex in reversed(circle)))
    return FormProblem("survey", None, cause, "Take one of these references out.", circle[0].definition.ref, refs=refs)


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
