"""Conditions that compare an answer with a choice its list does not have."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.harvest import below
from dialogs.checking.walking.solving import Solver, literal
from dialogs.expressions.syntax import Binary, Call, Expression, Text
from dialogs.form.definition import Definition


def unknown_choices(subject: Subject) -> Iterator[Finding]:
    """`${x} = 'yess'` or `selected(${x}, 'yess')` where the list of `x` has no `yess`."""
    solver = Solver(subject.form.program, {})
    seen: set[tuple[Definition, str, str, str]] = set()
    for reader, column, compiled in subject.expressions():
        for question, name in _compared(compiled.parsed, reader, solver):
            listing = subject.listings.get(question.ref)
            names = [choice.name for choice in listing.choices] if listing and not listing.missing_file else []
            if name in ("", "NaN") or not names or name in names or (reader, column, question.name, name) in seen:
                continue
            seen.add((reader, column, question.name, name))
            near = get_close_matches(name, names, n=1, cutoff=0.6)
            remedy = f"Did you mean `{near[0]}`?" if near else f"Its choices are {', '.join(names[:8])}."
            cause = f"`{column}` of `{reader.name}` compares `{question.name}` with `{name}`, none of its choices."
            yield subject.find("error", reader, cause, remedy)


def _compared(expression: Expression, reader: Definition, solver: Solver) -> Iterator[tuple[Definition, str]]:
    for one in below(expression):
        pair: tuple[Expression, Expression] | None = None
        if isinstance(one, Binary) and one.operator in ("=", "!="):
            pair = (one.left, one.right) if literal(one.right) is not None else (one.right, one.left)
        elif isinstance(one, Call) and one.name == "selected" and len(one.arguments) == 2:
            pair = (one.arguments[0], one.arguments[1])
        if pair is not None and isinstance(pair[1], Text):
            target = solver.target(pair[0], reader)
            if target is not None and target.question.kind in ("select_one", "select_multiple"):
                yield target, pair[1].value
