"""Members of an open repeat are listed, changed, taken out and brought back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from dialogs.interview.course import ANOTHER, Course, Mark
from dialogs.interview.events import MemberRemoved, Vanished, WentBack
from dialogs.interview.membership import count_of, members_of
from dialogs.interview.offering import MEDIA_KINDS
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.replay import instance_of
from dialogs.interview.showing import line_of
from dialogs.interview.standing import after_removal, before_removal
from dialogs.interview.turn import Turn


def member_around(course: Course, ref: str) -> str:
    """The innermost member of an open repeat that `ref` stands in (`/data/debt[2]`), "" outside any."""
    containers = course.layout.open_containers(ref)
    if not containers:
        return ""
    position = ref[len(containers[0]) + 1 :].partition("]")[0]
    return f"{containers[0]}[{position}]"


def list_members(turn: Turn, container: str) -> None:
    """Open the list of members: one more, change one, take one out, or that is all."""
    turn.course.change(status="editing", pending=ANOTHER + container, attempts=0, draft=None, offers=(), stale="")
    turn.say_where()


def edit_member(turn: Turn, member: str) -> None:
    """Go through the member's answers once more; each stands as it is with a yes."""
    course = turn.course
    latest = course.last_entries()
    own = [ref for ref in course.steps() if ref.startswith(member + "/") and ref in latest]
    for ref in own:
        state = course.instance.node(ref)
        value = state.value
        if value and state.question.kind not in MEDIA_KINDS:
            course.write(ref, value, "offered")
    if not own:
        turn.say_where()
        return
    status = "asking" if course.session.status == "asking" else "editing"
    course.change(status=status, pending=own[0], attempts=0, draft=None, offers=(), stale="")
    turn.say_where()


def remove_member(turn: Turn, member: str) -> None:
    """Take the member out with its answers; those after it move up, and «رجوع» brings it back."""
    course, session = turn.course, turn.course.session
    container, _, position = member.removesuffix("]").rpartition("[")
    line = next((one for one in members_of(course, container) if one.ref == member), None)
    mark = course.mark()
    course.write(member, "", "remove")
    course.change(
        history=_moved(session.history, member),
        pending=after_removal(session.pending, member),
        attempts=0,
        draft=None,
        offers=(),
        stale="",
    )
    shown = line.shown if line is not None and not line.sensitive else ""
    turn.events.append(MemberRemoved(container, int(position), shown, count_of(course, container)))
    _tell_what_else_went(turn, mark, member)
    _go_on(turn)


def _moved(refs: Sequence[str], member: str) -> tuple[str, ...]:
    return tuple(moved for ref in refs if (moved := after_removal(ref, member)))


def _go_on(turn: Turn) -> None:
    """The review, the list of members or the question that waits; where the member itself was asked, the next."""
    session = turn.course.session
    if session.status in {"asking", "editing"} and session.pending not in turn.course.steps():
        turn.go_on()
    turn.say_where()


def _tell_what_else_went(turn: Turn, mark: Mark, member: str) -> None:
    left = turn.course.answered_values()

    def lines(before: Course) -> tuple[ReviewLine, ...]:
        was = before.answered_values()
        gone = [ref for ref in was if (moved := after_removal(ref, member)) and moved not in left]
        return tuple(line_of(before, ref, number) for number, ref in enumerate(gone, start=1))

    gone = turn.course.as_it_was(mark, lines)
    if gone:
        turn.events.append(Vanished(gone))


def undo_removal(turn: Turn) -> bool:
    """Bring back the member that was taken out last; False when something was said since."""
    course, session = turn.course, turn.course.session
    if not session.journal or session.journal[-1].kind != "remove":
        return False
    member = session.journal[-1].ref
    history = tuple(before_removal(ref, member) for ref in session.history)
    pending = before_removal(session.pending, member)
    course.session = replace(
        session, journal=session.journal[:-1], history=history, pending=pending, attempts=0, draft=None, offers=()
    )
    course.instance = instance_of(course.form, course.session, course.now)
    turn.events.append(WentBack(member))
    _go_on(turn)
    return True
