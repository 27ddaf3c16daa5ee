"""Examples and ready answers that their own question would not understand or would refuse."""

from __future__ import annotations

from collections.abc import Iterator

from dialogs.checking.finding import Finding
from dialogs.checking.subject import Subject
from dialogs.checking.walking.walker import INSTANCE_ID
from dialogs.form.definition import Definition
from dialogs.form.references import read_by
from dialogs.interview.course import Course
from dialogs.interview.hearing import hear_words
from dialogs.interview.session import Entry, Session

READ = frozenset({"integer", "decimal", "range", "date", "dateTime", "time", "text", "barcode"})


def refused_examples(subject: Subject) -> Iterator[Finding]:
    """`bind::chat:example` and `bind::chat:quick`, said as a family would who follows them."""
    for definition in subject.shown:
        for column in ("example", "quick"):
            written = definition.question.chat.get(column, "").strip()
            if written and definition.question.kind in READ and _is_refused(subject, definition, written):
                cause = f"`bind::chat:{column}` of `{definition.name}` is «{written}», which it does not take."
                remedy = "Whoever answers so is misunderstood: give an answer that its type and constraint allow."
                yield subject.find("warning", definition, cause, remedy)


def _is_refused(subject: Subject, definition: Definition, written: str) -> bool:
    """Heard in an interview that stands where a walk came to the question."""
    walk = next((walk for walk in subject.survey.walks if definition in walk.reached), None)
    if walk is None or definition.question.repeat or _reads_others(subject, definition):
        return False
    form, at = subject.form, subject.now.isoformat()
    journal = tuple(Entry(ref, value, at) for ref, value in walk.answers.items() if "[" not in ref)
    session = Session(form.id, form.version, INSTANCE_ID, "asking", "ar", "KW", "UTC", at, journal=journal)
    course = Course.of(form, session, subject.now)
    if not course.instance.node(definition.ref).relevant:
        return False
    heard = hear_words(course, definition.ref, written)
    return heard.value is None and not heard.offers


def _reads_others(subject: Subject, definition: Definition) -> bool:
    """Whether its constraint also looks at other answers, which may be others than on that walk."""
    if definition.constraint is None:
        return False
    references = read_by(definition.constraint.parsed, definition, subject.form.program.root).references
    return any(reference.target is not definition for reference in references)
