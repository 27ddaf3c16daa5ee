"""A finished interview is asked a few of its questions once more: those alone are open, and what follows from them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from dialogs.form import Form
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.session import Session
from dialogs.interview.standing import may_stay_blank
from dialogs.interview.turn import Turn

_CLOSED: dict[str, Any] = {
    **{"status": "completed", "pending": "", "attempts": 0, "draft": None},
    **{"offers": (), "stale": "", "dropped": ()},
}
_SAID = frozenset({"answer", "skip", "voice", "film", "picture", "paper", "add", "finish", "remove"})


def ask_anew(form: Form, session: Session, refs: Iterable[str], *, now: datetime) -> Session:
    """The session under way again with these questions open: an answer that stands is offered, to be kept or changed.

    What was open beside them is left as it is. Questions that are not asked now fall away; where none is left the same
    session comes back.
    """
    course = Course.of(form, session, now, going_on=True)
    steps = course.steps()
    wanted = [ref for ref in dict.fromkeys(refs) if ref in steps and not ref.startswith(ANOTHER)]
    if wanted:
        _leave_the_rest(course, wanted)
        for ref in wanted:
            course.write(ref, course.instance.node(ref).value, "offered")
        course.change(**{**_CLOSED, "status": "asking", "history": (), "past_half": True})
        Turn(course).go_on()
    course.keep()
    return course.session


def put_back(session: Session) -> Session:
    """The session as it was finished; what was answered meanwhile stays."""
    return replace(session, **_CLOSED)


def answered_since(session: Session, lines: Sequence[ReviewLine], since: str) -> tuple[ReviewLine, ...]:
    """Of the lines of a review those that were said something to since that moment (ISO 8601), under their numbers."""
    last = {entry.ref: entry for entry in session.journal}
    return tuple(line for line in lines if (entry := last.get(line.ref)) and entry.kind in _SAID and entry.at >= since)


def _leave_the_rest(course: Course, wanted: Sequence[str]) -> None:
    """What nobody asks for now is not asked: a form that came from elsewhere may have left something open."""
    for step in course.open_steps():
        if step.startswith(ANOTHER):
            course.write(step.removeprefix(ANOTHER), "", "finish")
        elif step not in wanted and not course.instance.node(step).value:
            course.write(step, "", "skip" if may_stay_blank(course.instance.node(step)) else "seen")
