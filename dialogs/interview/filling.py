"""Filling a form on a screen: answers in any order over the same session and journal that a chat goes on with."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from dialogs.form import Form
from dialogs.interview.accepting import accepts
from dialogs.interview.course import ANOTHER, Course, Mark
from dialogs.interview.disclosing import tells_of_danger
from dialogs.interview.events import Reason
from dialogs.interview.heard import Heard
from dialogs.interview.hearing import hear_words
from dialogs.interview.offering import MEDIA_KINDS, MULTIPLE
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.session import EntryKind, Session
from dialogs.interview.showing import choice_labels, line_of, value_shown
from dialogs.interview.standing import after_removal, may_stay_blank, pauses, stands
from dialogs.interview.turn import Turn


@dataclass(frozen=True)
class Offer:
    """What may have been meant: the value to set and how it reads."""

    value: str
    shown: str


@dataclass(frozen=True)
class Outcome:
    """What came of one answer. `message` is the author's word on why it was not taken, "" where the form has none.

    `gone`: the question is no longer asked, or the interview is over. `vanished` are answers that fell away with it.
    """

    ref: str
    taken: bool
    reason: Reason | Literal["", "gone"] = ""
    message: str = ""
    offers: tuple[Offer, ...] = ()
    vanished: tuple[ReviewLine, ...] = ()
    danger: bool = False


def set_answer(
    form: Form, session: Session, ref: str, value: str, *, now: datetime, media: str = ""
) -> tuple[Session, Outcome]:
    """Stores a value as the form writes it (names of choices, a file's name); "" clears it. Nothing raises."""
    return _answered(form, session, ref, now, lambda course: exactly(course, ref, value, media))


def say_answer(form: Form, session: Session, ref: str, text: str, *, now: datetime) -> tuple[Session, Outcome]:
    """Reads what was typed as the chat would («خمسة», «٥ ديسمبر», part of a label) and stores it; "" clears."""
    return _answered(form, session, ref, now, lambda course: hear_words(course, ref, text) if text.strip() else None)


def add_member(form: Form, session: Session, container: str, *, now: datetime) -> tuple[Session, str]:
    """One more member of the open repeat at `container`; the session and the member's ref, "" where none may come."""
    course = _course(form, session, now)
    if not _is_open(course, container):
        return session, ""
    course.write(container, "", "add")
    member = f"{container}[{course.instance.repeat_count(container)}]"
    return _left(course, member), member


def remove_member(form: Form, session: Session, container: str, number: int, *, now: datetime) -> Session:
    """Takes a member out, with its answers; later ones move up. The same session where there is no such member."""
    course = _course(form, session, now)
    member = f"{container}[{number}]"
    if not _is_open(course, container) or not 1 <= number <= course.instance.repeat_count(container):
        return session
    course.write(member, "", "remove")
    history = tuple(moved for ref in course.session.history if (moved := after_removal(ref, member)))
    course.change(history=history)
    return _left(course)


def finish_members(form: Form, session: Session, container: str, *, now: datetime) -> Session:
    """No further member: the chat will not ask for one more."""
    course = _course(form, session, now)
    if not _is_open(course, container):
        return session
    course.write(container, "", "finish")
    return _left(course)


def complete(form: Form, session: Session, *, now: datetime) -> tuple[Session, tuple[str, ...]]:
    """Completes the interview; what may stay blank is left blank. Else the refs that still need an answer."""
    course = _course(form, session, now)
    if session.status == "completed":
        return session, ()
    for step in course.open_steps():
        _leave_as_it_is(course, step)
    missing = tuple(step for step in course.open_steps() if not step.startswith(ANOTHER))
    if missing:
        return session, missing
    course.change(status="completed", pending="", attempts=0, draft=None, offers=(), stale="")
    course.keep()
    return course.session, ()


def leave_blank(form: Form, session: Session, refs: tuple[str, ...], *, now: datetime) -> Session:
    """Says of questions that were put and not answered that they were: those that may stay blank are not asked again.

    A default that nobody changed stands from now on; a note that waits to be read counts as read.
    """
    course = _course(form, session, now)
    if session.status == "completed":
        return session
    left = [ref for ref in refs if ref in course.open_steps()]
    for ref in left:
        _leave_as_it_is(course, ref)
    return _left(course) if left else session


# -- how it is done


def _course(form: Form, session: Session, now: datetime) -> Course:
    return Course.of(form, session, now)


def _is_open(course: Course, container: str) -> bool:
    """Whether somebody adds members to this repeat by hand, and may now."""
    if course.session.status == "completed" or course.layout.bare(container) not in course.layout.open_repeats:
        return False
    try:
        return course.instance.repeat_count(container) >= 0
    except KeyError:
        return False


def _leave_as_it_is(course: Course, step: str) -> None:
    if step.startswith(ANOTHER):
        course.write(step.removeprefix(ANOTHER), "", "finish")
        return
    state = course.instance.node(step)
    if pauses(state.question):
        course.write(step, "", "seen")
    elif state.value and state.constraint_ok:
        course.write(step, state.value)
    elif not state.value and may_stay_blank(state):
        course.write(step, "", "skip")


def _answered(
    form: Form, session: Session, ref: str, now: datetime, hear: Callable[[Course], Heard | None]
) -> tuple[Session, Outcome]:
    course = Course.of(form, session, now, going_on=True)
    answered = _taken(course, ref, hear)
    course.keep()
    return answered


def _taken(course: Course, ref: str, hear: Callable[[Course], Heard | None]) -> tuple[Session, Outcome]:
    session = course.session
    if session.status == "completed" or ref not in course.steps():
        return session, Outcome(ref, False, "gone")
    heard = hear(course)
    if heard is None:
        return _cleared(course, ref)
    if heard.value is None:
        return session, _not_taken(course, ref, heard)
    state, entry = course.instance.node(ref), course.last_entries().get(ref)
    if heard.value == state.value and stands(state, entry):  # said again what stands already
        return session, Outcome(ref, True)
    mark = course.mark()
    kind: EntryKind = "answer" if heard.kind == "file" else heard.kind
    course.write(ref, heard.value, kind, heard.media)
    state = course.instance.node(ref)
    if not state.constraint_ok or not state.value:
        course.take_back(mark)
        return session, _not_taken(course, ref, Heard(None, reason="constraint"))
    danger = tells_of_danger(course.instance.node(ref).question, heard.value)
    outcome = Outcome(ref, True, vanished=_vanished(course, mark, ref), danger=danger)
    return _left(course, ref), outcome


def exactly(course: Course, ref: str, value: str, media: str) -> Heard | None:
    """The value as the form stores it, with its file; what it lacks where the form refuses it, None for a blank."""
    if not value:
        return None
    state = course.instance.node(ref)
    labels = choice_labels(course, ref) if state.question.kind in MULTIPLE | {"select_one"} else {}
    wanted = [value] if state.question.kind == "select_one" else value.split()
    whole = state.question.kind != "rank" or sorted(wanted) == sorted(labels)  # a ranking names each of them once
    if labels and (not set(wanted) <= set(labels) or not whole):
        return Heard(None, reason="not_a_choice")
    if labels and state.question.kind == "select_multiple":
        value = " ".join(name for name in labels if name in wanted)
    if not accepts(course, ref, value):
        return Heard(None, reason="constraint")
    return Heard(value, kind="file" if state.question.kind in MEDIA_KINDS else "answer", media=media)


def _cleared(course: Course, ref: str) -> tuple[Session, Outcome]:
    """Blank: the answer goes; a required question says so."""
    state = course.instance.node(ref)
    entry = course.last_entries().get(ref)
    if not state.value and stands(state, entry):
        return course.session, Outcome(ref, True)
    required = not may_stay_blank(state)
    message = course.instance.required_message(ref, course.language) if required else ""
    if not state.value and (entry is None or required):
        return course.session, Outcome(ref, not required, "required" if required else "", message)
    mark = course.mark()
    course.write(ref, "", "skip")
    outcome = Outcome(ref, not required, "required" if required else "", message, (), _vanished(course, mark, ref))
    return _left(course, ref), outcome


def _not_taken(course: Course, ref: str, heard: Heard) -> Outcome:
    message = course.instance.constraint_message(ref, course.language) if heard.reason == "constraint" else ""
    labels = choice_labels(course, ref) if heard.offers else {}
    offers = tuple(Offer(value, labels.get(value) or value_shown(course, ref, value)) for value in heard.offers)
    return Outcome(ref, False, heard.reason, message, offers)


def _vanished(course: Course, mark: Mark, changed: str) -> tuple[ReviewLine, ...]:
    gone = course.lost(mark, changed)
    if not gone:
        return ()
    return course.as_it_was(
        mark, lambda before: tuple(line_of(before, ref, number) for number, ref in enumerate(gone, start=1))
    )


def _left(course: Course, ref: str = "") -> Session:
    """The session as the chat goes on from it: what is pending is the first open question, or the review."""
    history = course.session.history
    if ref:
        history = (*(step for step in history if step != ref), ref)
    course.change(status="asking", history=history, attempts=0, draft=None, offers=(), stale="", dropped=())
    Turn(course).go_on()
    course.keep()
    return course.session
