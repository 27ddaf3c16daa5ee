"""Moves that are no answers: back, change, review, stop, restart, and one more member of a repeat."""

from __future__ import annotations

from dialogs.form import Instance
from dialogs.interview.course import ANOTHER
from dialogs.interview.events import Completed, OffTopic, Restarted, SetAside, Stopped, WentBack
from dialogs.interview.membership import may_add
from dialogs.interview.removing import undo_removal
from dialogs.interview.replay import instance_of
from dialogs.interview.session import UNWRITTEN
from dialogs.interview.turn import Turn


def add_member(turn: Turn) -> None:
    """One more member of the open repeat that is asked about, if it has room."""
    if not may_add(turn.course, turn.pending.removeprefix(ANOTHER)):
        finish_repeat(turn)
        return
    turn.course.write(turn.pending.removeprefix(ANOTHER), "", "add")
    turn.course.change(attempts=0, offers=(), stale="")
    turn.go_on()
    turn.say_where()


def finish_repeat(turn: Turn) -> None:
    """No further member."""
    turn.course.write(turn.pending.removeprefix(ANOTHER), "", "finish")
    turn.course.change(attempts=0, offers=(), stale="")
    turn.go_on()
    turn.say_where()


def back(turn: Turn) -> None:
    """The question before, its answer untouched; from an edit, the review; a member just added goes again."""
    course = turn.course
    session = course.session
    if undo_removal(turn):
        return
    if session.status == "editing" and not course.open_steps():
        course.change(status="reviewing", pending="", attempts=0, draft=None, offers=())
        turn.say_where()
        return
    if session.status != "reviewing" and session.journal and session.journal[-1].kind == "add":
        _undo_adding(turn, session.journal[-1].ref)
        return
    steps = course.steps()
    visited = [ref for ref in session.history if ref in steps and ref != session.pending]
    if not visited:
        _undo_restart(turn)
        return
    way = session.history[: session.history.index(visited[-1])]
    course.change(pending=visited[-1], history=way, status="asking", attempts=0, draft=None, offers=())
    turn.events.append(WentBack(visited[-1]))
    turn.say_where()


def _undo_adding(turn: Turn, container: str) -> None:
    course = turn.course
    course.change(journal=course.session.journal[:-1], pending=ANOTHER + container, attempts=0, draft=None, offers=())
    course.instance = _replayed(turn)
    turn.say_where()


def _undo_restart(turn: Turn) -> None:
    course = turn.course
    if course.session.dropped:
        said = [entry.ref for entry in course.session.dropped if entry.kind in UNWRITTEN | {"answer", "skip"}]
        way = tuple(dict.fromkeys(said))
        course.change(journal=course.session.dropped, history=way, dropped=(), attempts=0, draft=None, offers=())
        course.instance = _replayed(turn)
        turn.go_on()
        turn.events.append(WentBack(turn.pending))
    turn.say_where()


def set_aside(turn: Turn) -> None:
    """Put the question off: it comes again when nothing else is open, and if it is put off then too, the review."""
    course, ref = turn.course, turn.pending
    latest = course.last_entries()
    if ref.startswith(ANOTHER) or course.settled(ref, latest):
        turn.keep() if not ref.startswith(ANOTHER) else turn.say_where()
        return
    before = [one.ref for one in course.session.journal if one.kind == "aside"]
    course.write(ref, "", "aside")
    turn.events.append(SetAside(ref))
    turn.leave(ref)
    left = [step for step in course.open_steps() if step != ref and before.count(step) < 2]
    if left:
        course.change(pending=left[0])
    else:
        course.change(status="reviewing", pending="")
    turn.say_where()


def read_note(turn: Turn) -> None:
    """The note that waited was read."""
    ref = turn.pending
    turn.course.write(ref, "", "seen")
    turn.leave(ref)
    turn.say_where()


def edit(turn: Turn, ref: str) -> None:
    """Open one answer for change; afterwards comes the review again."""
    turn.course.change(status="editing", pending=ref, attempts=0, draft=None, offers=(), stale="")
    turn.say_where()


def review(turn: Turn, *, choosing: bool = False) -> None:
    """Show all answers so far; the pending question waits."""
    turn.course.change(status="reviewing", draft=None, offers=(), stale="")
    turn.say_where(choosing=choosing)


def confirm(turn: Turn) -> None:
    """Yes to the review: complete, or on to what is still open."""
    if turn.course.open_steps():
        turn.course.change(status="asking")
        turn.go_on()
        turn.say_where()
    else:
        turn.course.change(status="completed", pending="", attempts=0)
        turn.events.append(Completed(turn.course.session.id))


def restart(turn: Turn) -> None:
    """Drop every answer but what was known beforehand; until the next answer «رجوع» brings them back."""
    course = turn.course
    answered = course.session.journal
    known = tuple(entry for entry in course.session.journal if entry.kind in {"known", "offered"})
    course.change(journal=known, history=(), status="asking", attempts=0, draft=None, offers=(), stale="")
    course.change(past_half=False, dropped=course.session.dropped if answered == known else answered)
    course.instance = _replayed(turn)
    turn.events.append(Restarted())
    turn.go_on()
    turn.say_where()


def _replayed(turn: Turn) -> Instance:
    return instance_of(turn.course.form, turn.course.session, turn.course.now)


def stop(turn: Turn) -> None:
    """The desk asks what to stop; everything stays."""
    turn.course.change(status="stopped", stale="")
    turn.events.append(Stopped())


def off_topic(turn: Turn, text: str, intent: str = "") -> None:
    """Say that the words answered nothing, and ask again."""
    turn.events.append(OffTopic(text, intent))
    turn.say_where()
