"""Repeats that could go on for ever, or that an answer makes very long."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.solving import literal
from dialogs.form import Instance
from dialogs.form.definition import Definition
from dialogs.form.references import read_by
from dialogs.interview.columns import MOST_MEMBERS

MANY = 20  # members nobody enters in a chat
INSTANCE_ID = "00000000-0000-4000-8000-000000000000"


def without_a_cap(subject: Subject) -> Iterator[Finding]:
    """A repeat with no count, and one whose count nothing limits."""
    for definition in subject.definitions:
        if not definition.is_repeat:
            continue
        if definition.count is None:
            if definition.question.open_ended and not definition.question.chat.get("most", "").strip():
                cause = f"The repeat `{definition.name}` has no `repeat_count`: after each they are asked for more."
                remedy = f"It ends at {MOST_MEMBERS}; say fewer in `bind::chat:most`, or ask first how many there are."
                yield subject.find("note", definition, cause, remedy)
            continue
        if literal(definition.count.parsed) is None and (reader := _unlimited(subject, definition)) is not None:
            cause = f"`repeat_count` of `{definition.name}` reads `{reader.name}`, which may be any number."
            yield subject.find("warning", reader, cause, f"Give `{reader.name}` a constraint, such as . <= 10.")


def _unlimited(subject: Subject, repeat: Definition) -> Definition | None:
    """A number the count reads that lets over twenty members through."""
    assert repeat.count is not None
    fresh = Instance.start(subject.form, now=subject.now, time_zone="UTC", instance_id=INSTANCE_ID)
    waiting, seen = [(repeat.count, repeat)], set()
    while waiting:
        compiled, at = waiting.pop()
        for reference in read_by(compiled.parsed, at, subject.form.program.root).references:
            target = reference.target
            if target in seen:
                continue
            seen.add(target)
            if target.calculate is not None:
                waiting.append((target.calculate, target))
            elif _is_number(target) and _lets_many(fresh, target, repeat):
                return target
    return None


def _is_number(definition: Definition) -> bool:
    question = definition.question
    return question.asked and not question.repeat and question.kind in ("integer", "decimal")


def _lets_many(fresh: Instance, target: Definition, repeat: Definition) -> bool:
    fresh.set(target.ref, str(MANY * 10))
    state = fresh.node(target.ref)
    if not state.constraint_ok:
        return False
    try:
        many = fresh.repeat_count(repeat.ref) > MANY
    except KeyError:  # it stands in another repeat that has no member yet
        return True
    return many or not state.relevant
