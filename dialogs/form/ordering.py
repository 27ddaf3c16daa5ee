"""Puts the vertices of a form in an order in which each comes after what it reads."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.form.circles import one_circle
from dialogs.form.definition import Definition
from dialogs.form.program import Program, Vertex
from dialogs.form.references import Reading, Reference


def ordered(program: Program, readings: Mapping[Vertex, Reading]) -> tuple[list[Vertex], list[Vertex]]:
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
    return order, one_circle(before, left) if left else []
