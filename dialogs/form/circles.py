"""Circles among the expressions of a form: which of them can settle, and how the others are told to the author."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from dialogs.expressions.syntax import Call, Expression, Negative, Path
from dialogs.form.definition import Definition
from dialogs.form.errors import FormProblem
from dialogs.form.program import Vertex
from dialogs.form.references import Reading, Reference, read_by


def feeds_itself(vertex: Vertex, reading: Reading, root: Definition) -> bool:
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


def one_circle(before: Mapping[Vertex, set[Vertex]], left: set[Vertex]) -> list[Vertex]:
    """One circle among the vertices that are left when all others are in order."""
    path: list[Vertex] = []
    vertex = next(iter(sorted(left, key=lambda found: (found.definition.ref, found.work))))
    while vertex not in path:
        path.append(vertex)
        vertex = next(need for need in before[vertex] if need in left)
    return path[path.index(vertex) :]


def circle_problem(circle: list[Vertex]) -> FormProblem:
    """The names on the circle, in the order in which they read each other."""
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
