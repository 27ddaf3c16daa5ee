"""Expressions that read themselves, or what is asked only later."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.harvest import below
from dialogs.expressions.syntax import Call
from dialogs.form.definition import Compiled, Definition


def own_relevance(subject: Subject) -> Iterator[Finding]:
    """A condition that reads the question it hides, or a question inside the group it hides."""
    for definition in subject.definitions:
        if definition.relevant is None:
            continue
        inside = set(definition.below())
        for target in _targets(subject, definition, definition.relevant):
            if target not in inside:
                continue
            if target is definition:
                cause = f"`relevant` of `{definition.name}` reads its own answer: an answer can hide its own question."
            else:
                cause = f"`relevant` of `{definition.name}` reads `{target.name}`, which stands inside it."
            yield subject.find("error", definition, cause, "Ask for it before, or take it out of the condition.")
            break


def own_calculation(subject: Subject) -> Iterator[Finding]:
    """A calculation that names its own result; `once()` and a first-time `if(. = '' …)` are meant so."""
    for definition in subject.definitions:
        compiled = definition.calculate
        if compiled is None or compiled.source.strip() == "." or _keeps_first(compiled):
            continue
        if any(target is definition for target in _targets(subject, definition, compiled)):
            cause = f"The calculation of `{definition.name}` reads its own result: it changes each time."
            yield subject.find("warning", definition, cause, "Use once(), or another calculate for the first step.")


def reads_later_questions(subject: Subject) -> Iterator[Finding]:
    """A condition on a question that comes further down: it works, but the interview then goes back."""
    order = {definition: at for at, definition in enumerate(subject.definitions)}
    for definition in subject.definitions:
        if definition.relevant is None:
            continue
        last = max((order[below] for below in definition.below() if below in order), default=0)
        for target in _targets(subject, definition, definition.relevant):
            if target.question.asked and not target.children and order.get(target, 0) > last:
                cause = f"`relevant` of `{definition.name}` reads `{target.name}`, which is asked later."
                remedy = "It works, but the interview jumps back; ask for it before."
                yield subject.find("note", definition, cause, remedy)
                break


def _targets(subject: Subject, reader: Definition, compiled: Compiled) -> list[Definition]:
    """What an expression reads, calculates replaced by what they read."""
    found: dict[Definition, None] = {}
    waiting = [(reader, compiled)]
    while waiting:
        at, expression = waiting.pop()
        for target in subject.read_by(at, expression):
            if target not in found:
                found[target] = None
                if target.calculate is not None and target is not reader and not target.question.asked:
                    waiting.append((target, target.calculate))
    return list(found)


def _keeps_first(compiled: Compiled) -> bool:
    names = {one.name for one in below(compiled.parsed) if isinstance(one, Call)}
    return bool(names & {"once", "coalesce", "if"})
