"""Questions and choices that no answers lead to."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.survey import Unreached
from dialogs.form.definition import Definition

SHOWN = 5  # names of choices in one finding


def unreachable_questions(subject: Subject) -> Iterator[Finding]:
    """Every walk went past the question; an error where its conditions contradict one another."""
    shut: dict[Definition, list[Unreached]] = {}
    for missed in subject.survey.unreached:
        shut.setdefault(_shut_by(subject, missed.definition), []).append(missed)
    for around, missed_here in shut.items():
        first = missed_here[0].definition
        says = _condition(subject, around)
        of = "" if around is first else f" of `{around.name}`"
        what = _listed([missed.definition.name for missed in missed_here])
        if missed_here[0].switched_off:
            cause = f"{what} is never asked: `relevant`{of} says {says}."
            yield subject.find("note", first, cause, "If it is switched off on purpose, all is well.")
        elif any(missed.proven for missed in missed_here):
            cause = f"No answers can lead to {what}: `relevant`{of} says {says}."
            yield subject.find("error", first, cause, "Correct the condition, or take the question out.")
        elif subject.survey.whole:
            cause = f"No answers were found that lead to {what}: `relevant`{of} says {says}."
            yield subject.find("warning", first, cause, "Check the names and values in this condition.")


def unreachable_choices(subject: Subject) -> Iterator[Finding]:
    """Choices that were never on offer, or never taken: the filter or the constraint leaves them out."""
    found: dict[Definition, list[str]] = {}
    for definition, name in subject.survey.untaken:
        found.setdefault(definition, []).append(name)
    for definition, names in found.items():
        offered = {name for screen in subject.survey.offered.get(definition, ()) for name in screen}
        never = [name for name in names if name not in offered]
        shut = [name for name in names if name in offered]
        if never and subject.survey.whole:
            cause = f"No answers were found with which `{definition.name}` offers {_listed(never)}."
            yield subject.find("warning", definition, cause, "Check `choice_filter` and the columns it compares.")
        if shut and subject.survey.whole and definition.constraint is not None:
            cause = f"`{definition.name}` offers {_listed(shut)}, but its constraint never lets it through."
            yield subject.find("warning", definition, cause, "Take the choice out, or widen the constraint.")


def what_was_not_walked(subject: Subject) -> Iterator[Finding]:
    """The form was too large for the walker: what it did not get to."""
    survey = subject.survey
    if survey.whole:
        return
    left = [one.definition.name for one in survey.unreached]
    cause = f"The walk through the form stopped after {len(survey.walks)} ways"
    cause += f"; not reached: {_listed(left)}." if left else "; some choices were not made."
    yield Finding("note", "", None, "", cause, "Whether these can be reached is not known.")


def _shut_by(subject: Subject, definition: Definition) -> Definition:
    """The question, or the group or repeat around it, whose condition shuts the way."""
    around = [above for above in definition.above() if above.relevant is not None or above.count is not None]
    reached = subject.survey.reached
    shut = [above for above in around if not any(below in reached for below in above.below())]
    return (shut or around or [definition])[-1]


def _condition(subject: Subject, at: Definition) -> str:
    """Its condition as the author wrote it."""
    if at.relevant is not None:
        return f"`{subject.cell(at, 'relevant') or at.relevant.source.strip()}`"
    return "nothing" if at.count is None else f"`{subject.cell(at, 'repeat_count') or at.count.source.strip()}`"


def _listed(names: list[str]) -> str:
    shown = ", ".join(f"`{name}`" for name in names[:SHOWN])
    return shown if len(names) <= SHOWN else f"{shown} and {len(names) - SHOWN} more"
