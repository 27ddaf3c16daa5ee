"""Writing down what a recording or picture says: what stands unwritten, how words read, the answer they become."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dialogs.form import Form
from dialogs.interview.accepting import clean_text
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.disclosing import tells_of_danger
from dialogs.interview.events import Reason
from dialogs.interview.filling import Offer, Outcome, exactly
from dialogs.interview.hearing import hear_words
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.session import UNWRITTEN, Entry, Session
from dialogs.interview.showing import choice_labels, value_shown
from dialogs.interview.standing import marked
from dialogs.understanding import read_danger

_NAME = re.compile(r"[A-Za-z_][\w.-]*")


@dataclass(frozen=True)
class Unwritten:
    """A file that stands as the answer to the question at `ref`: kind voice, film, picture or paper.

    `restricted` says that the author keeps the question for few people. `at` is when it was sent (ISO 8601).
    """

    ref: str
    media: str
    kind: str
    restricted: bool
    at: str


@dataclass(frozen=True)
class Understood:
    """What written words answer: a `value` and how it reads; else why not, the author's word on it, what was meant."""

    value: str
    shown: str = ""
    reason: Reason | str = ""
    message: str = ""
    offers: tuple[Offer, ...] = ()


def unwritten(form: Form, session: Session, *, now: datetime) -> tuple[Unwritten, ...]:
    """What waits to be written down, in the form's order: only answers to what is asked now."""
    if not any(entry.kind in UNWRITTEN for entry in session.journal):
        return ()
    with Course.read(form, session, now) as course:
        return _unwritten(course)


def unwritten_names(course: Course) -> dict[str, str]:
    """By the name of a question, the file that stands for it; also of what is calculated from it."""
    found = {_name(each.ref): each.media for each in reversed(_unwritten(course))}
    for question in course.form.questions if found else ():
        if question.kind == "calculate" and question.expressions.calculate:
            reads = [name for name in _NAME.findall(question.expressions.calculate) if name in found]
            if reads:
                found.setdefault(question.name, found[reads[0]])
    return found


def _unwritten(course: Course) -> tuple[Unwritten, ...]:
    latest = course.last_entries()
    return tuple(
        Unwritten(step, entry.media, entry.kind, marked(course.form.question(step), "restricted"), entry.at)
        for step in course.steps()
        if not step.startswith(ANOTHER) and (entry := latest.get(step)) is not None and entry.kind in UNWRITTEN
    )


def _name(ref: str) -> str:
    return ref.rpartition("/")[2].partition("[")[0]


def ref_of(form: Form, session: Session, media: str, *, now: datetime) -> str:
    """The question that this file answers, unwritten or written, "" when none does any more."""
    with Course.read(form, session, now) as course:
        found = _entry_of(course.last_entries().items(), media)
        return found[0] if found is not None and found[0] in course.steps() else ""


def understand(form: Form, session: Session, ref: str, text: str, *, now: datetime) -> Understood:
    """What the words answer to the question at `ref`, read as the chat reads them. Nothing changes."""
    with Course.read(form, session, now) as course:
        if ref not in course.steps():
            return Understood("", reason="gone")
        heard = hear_words(course, ref, text)
        if heard.off_topic:  # a clerk greets nobody here: the words are what was said
            heard = exactly(course, ref, clean_text(text), "") or heard
        if heard.value:
            return Understood(heard.value, value_shown(course, ref, heard.value))
        labels = choice_labels(course, ref)
        message = course.instance.constraint_message(ref, course.language) if heard.reason == "constraint" else ""
        meant = (*heard.offers, *heard.found)
        offers = tuple(Offer(value, labels.get(value) or value_shown(course, ref, value)) for value in meant)
        return Understood("", reason=heard.reason, message=message, offers=offers)


def understand_value(form: Form, session: Session, ref: str, value: str, *, now: datetime) -> Understood:
    """The same of a value of the form (names of choices), picked and not typed."""
    with Course.read(form, session, now) as course:
        if ref not in course.steps():
            return Understood("", reason="gone")
        heard = exactly(course, ref, value, "")
        if heard is not None and heard.value:
            return Understood(heard.value, value_shown(course, ref, heard.value))
        reason = heard.reason if heard is not None else "required"
        message = course.instance.constraint_message(ref, course.language) if reason == "constraint" else ""
        return Understood("", reason=reason, message=message)


def write_down(form: Form, session: Session, media: str, value: str, *, now: datetime) -> tuple[Session, Outcome]:
    """The value becomes the answer that the file stood for, with the file as its source; the interview goes on where
    it is, and what becomes relevant is open. A completed interview stays so.

    Not taken, and nothing changed: `gone` when something else was answered since or the question is not asked now,
    else as the form refuses it.
    """
    course = Course.of(form, session, now, going_on=True)
    written = _written(course, media, value)
    course.keep()
    return course.session, written


def reopen(form: Form, session: Session, media: str, *, now: datetime) -> tuple[Session, bool]:
    """Opens the question once more: nobody could make out what was sent, or it never came. True when it will be asked.

    Each question is asked again once, and none of a completed interview: then the file stands as it is.
    """
    course = Course.of(form, session, now, going_on=True)
    found = _entry_of(course.last_entries().items(), media)
    asked = session.status != "completed" and found is not None and found[0] in course.steps()
    if asked and found is not None:
        ref, entry = found
        again = entry.kind in UNWRITTEN or (entry.kind == "answer" and _asks_for_a_file(course, ref))
        before = any(each.kind == "unheard" and each.ref == ref for each in session.journal)
        asked = again and not before
        if asked:
            course.write(ref, "", "unheard")
    course.keep()
    return course.session, asked


def danger_in(form: Form, ref: str, value: str, words: str) -> bool:
    """Whether the answer, or the words it was read from, tell of danger."""
    return tells_of_danger(form.question(ref), value) or bool(read_danger(words))


def _written(course: Course, media: str, value: str) -> Outcome:
    found = _entry_of(course.last_entries().items(), media)
    if found is None or found[1].kind not in UNWRITTEN or found[0] not in course.steps():
        return Outcome(found[0] if found else "", False, "gone")
    ref = found[0]
    heard = exactly(course, ref, value, media)
    if heard is None or heard.value is None:
        return _refused(course, ref, heard.reason if heard is not None else "required")
    mark = course.mark()
    course.write(ref, heard.value, "answer", media)
    state = course.instance.node(ref)
    if not state.constraint_ok or not state.value:
        course.take_back(mark)
        return _refused(course, ref, "constraint")
    return Outcome(ref, True, danger=tells_of_danger(state.question, heard.value))


def _refused(course: Course, ref: str, reason: Reason) -> Outcome:
    message = course.instance.constraint_message(ref, course.language) if reason == "constraint" else ""
    return Outcome(ref, False, reason, message)


def _asks_for_a_file(course: Course, ref: str) -> bool:
    return course.instance.node(ref).question.kind in MEDIA_KINDS


def _entry_of(latest: Iterable[tuple[str, Entry]], media: str) -> tuple[str, Entry] | None:
    """Where a file stands; of one that was sent to several questions, the first that is still unwritten."""
    found = [(ref, entry) for ref, entry in latest if media and entry.media == media]
    return next((each for each in found if each[1].kind in UNWRITTEN), found[0] if found else None)
