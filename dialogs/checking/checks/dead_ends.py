"""Questions at which an interview can only stop: nothing to choose, nothing that is accepted, nothing to write."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding, Level
from dialogs.checking.subject import Subject
from dialogs.checking.walking.walker import NOT_ASKED


def nothing_asked(subject: Subject) -> Iterator[Finding]:
    """A form without a single question that a person answers."""
    if not any(definition.question.kind not in NOT_ASKED for definition in subject.shown):
        yield Finding("error", "survey", None, "", "The form asks nothing.", "Add a question with a label.")


def nothing_to_choose(subject: Subject) -> Iterator[Finding]:
    """A select that was reached with no choice on offer."""
    for definition in subject.shown:
        if definition not in subject.survey.empty:
            continue
        listing = subject.listings.get(definition.ref)
        level: Level = "warning" if definition.required is None else "error"
        needed = "" if definition.required is None else "is required and "
        cause = f"`{definition.name}` {needed}can be reached with nothing to choose from."
        remedy = "Add choices for every answer that `choice_filter` reads, or ask it only where there are some."
        if listing is not None and not listing.choices:
            remedy = f"Fill the list `{listing.list_name}`." if listing.list_name else "Add its choices."
        yield subject.find(level, definition, cause, remedy)


def nothing_accepted(subject: Subject) -> Iterator[Finding]:
    """A constraint that none of the answers tried could meet."""
    for definition, tried in subject.survey.refused.items():
        compiled = definition.constraint
        says = subject.cell(definition, "constraint") or ("" if compiled is None else compiled.source.strip())
        if not says:
            continue
        level: Level = "error" if definition in subject.survey.contradictory else "warning"
        none = "No answer can meet" if level == "error" else f"None of {tried} answers tried meets"
        cause = f"{none} the constraint of `{definition.name}`: {says}."
        remedy = "Check its numbers, dates and pattern; `bind::chat:example` can give an answer that it must accept."
        yield subject.find(level, definition, cause, remedy)


def nothing_to_write(subject: Subject) -> Iterator[Finding]:
    """Required, readonly and blank: ODK refuses to finish such a form, and nobody can fill it in."""
    for definition in subject.shown:
        if definition not in subject.survey.locked:
            continue
        if definition.question.kind == "note":
            cause = f"The note `{definition.name}` is required: nobody can answer it, and ODK's apps stop there."
            yield subject.find("warning", definition, cause, "Take `required` out, or use a constraint before it.")
        else:
            cause = f"`{definition.name}` is required, but nobody can write it: it is read only and blank."
            yield subject.find("error", definition, cause, "Take `required` out, or give it a calculation.")
