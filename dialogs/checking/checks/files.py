"""Pictures, recordings and lists that the form names and that do not lie beside it."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.form.rows import list_named


def media(subject: Subject) -> Iterator[Finding]:
    """Media of questions and choices."""
    if subject.files is None:
        return
    for definition in subject.definitions:
        names = {name for w in definition.label.by_language.values() for name in w.media.values()}
        for name in sorted(names - subject.files):
            cause = f"`{definition.name}` shows `{name}`, which does not lie beside the form."
            yield subject.find("warning", definition, cause, "Put the file there, or take the name out.")


def lists(subject: Subject) -> Iterator[Finding]:
    """CSV, XML and GeoJSON lists of select_one_from_file; `authoring` tells of those that pulldata() reads."""
    if subject.files is None:
        return
    for row in subject.rows.survey:
        name = list_named(row.type)
        if "_from_file" in row.type.lower() and name and name not in subject.files:
            cause = f"The list `{name}` does not lie beside the form: there is nothing to choose."
            yield Finding("error", "survey", row.number, row.name, cause, "Put the file there.")
