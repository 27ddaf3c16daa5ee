"""What a person is told who comes back after a while: how much is answered, how much is left, what was said last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.session import UNWRITTEN
from dialogs.interview.showing import line_of, name_of

LAST = 3  # answers: enough to know again where one was
_ANSWERS = UNWRITTEN | {"answer", "skip"}


@dataclass(frozen=True)
class Resumption:
    """Where an interview stands. `lines` are the last answers given, oldest first; `pending` names what waits."""

    answered: int
    remaining: int
    lines: tuple[ReviewLine, ...]
    pending: str = ""
    last_at: datetime | None = None


def resumption_of(course: Course) -> Resumption:
    """The summary of a course as it stands."""
    session, latest = course.session, course.last_entries()
    questions = [step for step in course.steps() if not step.startswith(ANOTHER) and not _is_note(course, step)]
    left = [step for step in course.open_steps() if step in questions]
    answered = [step for step in questions if step not in left]
    said = [entry for entry in session.journal if entry.kind in _ANSWERS]
    order = {entry.ref: place for place, entry in enumerate(session.journal)}
    given = [ref for ref in answered if latest[ref].kind in _ANSWERS and latest[ref].kind != "skip"]
    last = sorted(given, key=lambda ref: order.get(ref, -1))[-LAST:]
    return Resumption(
        answered=len(answered),
        remaining=len(left),
        lines=tuple(line_of(course, ref, questions.index(ref) + 1) for ref in last),
        pending=name_of(course, session.pending) if session.pending in questions else "",
        last_at=datetime.fromisoformat(said[-1].at) if said else None,
    )


def _is_note(course: Course, step: str) -> bool:
    return course.instance.node(step).question.kind == "note"
