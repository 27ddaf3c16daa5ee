"""A session goes over to another version of its form: its journal is played again, what fits no longer is asked again.

A question that moved keeps its answer where its name is found once in the new version.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from dialogs.form import Form, NodeState, Question
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import Migrated
from dialogs.interview.layout import Layout
from dialogs.interview.prompts import ReviewLine
from dialogs.interview.replay import instance_of, remember
from dialogs.interview.session import Entry, Session
from dialogs.interview.showing import line_of, review_lines
from dialogs.interview.turn import Turn

_OF_REPEATS = frozenset({"add", "finish", "remove"})
_VALUED = frozenset({"answer", "known", "offered"})
_NO_ANSWER = frozenset({"group", "repeat", "note", "calculate"})


def migrate(form: Form, session: Session, *, now: datetime) -> Session:
    """The session on another version of its form. Unknown questions and refused answers are dropped."""
    entries = tuple(entry for old in session.journal if (entry := _moved(form, old)) is not None)
    course = _played(form, session, entries, now)
    refused = _refused(course)
    if refused:
        course = _played(form, session, (one for one in entries if one.ref not in refused), now)
    steps = course.steps()
    history = (_moved_ref(form, ref) for ref in session.history)
    pending = _moved_ref(form, session.pending)
    course.change(history=tuple(ref for ref in history if ref in steps), pending=pending)
    if session.status in {"asking", "editing", "reviewing"} and (pending not in steps or session.status == "reviewing"):
        Turn(course).go_on()
    remember(form, course.session, course.instance)
    return course.session


def migration(old_form: Form, form: Form, session: Session, *, now: datetime) -> tuple[Session, Migrated]:
    """`migrate`, and what it came to: answers without a place in the new version, and questions asked again."""
    if (form.id, form.version) == (session.form_id, session.form_version):
        return session, Migrated()
    before = review_lines(Course.of(old_form, session, now))
    moved = migrate(form, session, now=now)
    course = Course.of(form, moved, now)
    known = set(form_refs(form))
    lost = [line for line in before if line.shown and course.layout.bare(_moved_ref(form, line.ref)) not in known]
    return moved, Migrated(_numbered(lost), _numbered(_asked_again(course, before)))


def form_refs(form: Form) -> Iterable[str]:
    """The refs of all the questions of a form, without positions."""
    return (question.ref for question in form.questions)


def _asked_again(course: Course, before: Iterable[ReviewLine]) -> list[ReviewLine]:
    said = {_moved_ref(course.form, line.ref): line for line in before}
    again = [step for step in course.open_steps() if not step.startswith(ANOTHER) and step in said]
    return [replace(line_of(course, ref, 1), shown=said[ref].shown) for ref in again]


def _numbered(lines: Iterable[ReviewLine]) -> tuple[ReviewLine, ...]:
    return tuple(replace(line, number=number) for number, line in enumerate(lines, start=1))


# ------------------------------------------------------------------------------------------------- the journal moved


def _moved(form: Form, entry: Entry) -> Entry | None:
    """The entry as the new version has it; None where there is no place for it."""
    ref = _moved_ref(form, entry.ref)
    question = _question(form, ref)
    if question is None:
        return None
    of_repeat, grows = entry.kind in _OF_REPEATS, question.kind == "repeat" and question.open_ended
    if of_repeat != (question.kind == "repeat") or (of_repeat and not grows):
        return None
    return None if question.kind in _NO_ANSWER and entry.kind in _VALUED else entry._replace(ref=ref)


def _moved_ref(form: Form, ref: str) -> str:
    """The ref in the new version: the same where it exists, else that of the one question of its name."""
    sign = ANOTHER if ref.startswith(ANOTHER) else ""
    plain = ref.removeprefix(ANOTHER)
    if not plain or _question(form, plain) is not None:
        return ref
    named = form.named(Layout.bare(plain).rpartition("/")[2])
    if len(named) != 1:
        return ref
    layout, positions = Layout(form), Layout.positions(plain)
    placed = layout.placed(named[0].ref, positions)
    return sign + placed if Layout.positions(placed) == positions and _as_deep(layout, placed) else ref


def _as_deep(layout: Layout, ref: str) -> bool:
    """True when every repeat around the question got a position."""
    bare = layout.bare(ref)
    return sum(bare.startswith(repeat + "/") for repeat in layout.repeats) == len(layout.positions(ref))


def _question(form: Form, ref: str) -> Question | None:
    try:
        return form.question(ref)
    except KeyError:
        return None


# ------------------------------------------------------------------------------------------------------ played again


def _played(form: Form, session: Session, entries: Iterable[Entry], now: datetime) -> Course:
    bare = replace(
        session, form_id=form.id, form_version=form.version, journal=(), dropped=(), stale="", offers=(), draft=None
    )
    course = Course(form, bare, instance_of(form, bare, now), now)
    for entry in entries:
        at = datetime.fromisoformat(entry.at)
        course.instance.clock(at)
        course.now = at
        course.write(entry.ref, entry.value, entry.kind, entry.media, entry.said)
    course.now = now
    course.instance.clock(now)
    return course


def _refused(course: Course) -> frozenset[str]:
    """The refs whose latest answer the new version does not take where it asks: another type, no such choice, out of
    bounds. What is not relevant now is left as it is.
    """
    latest: Mapping[str, Entry] = course.last_entries()
    refused = set()
    for ref, entry in latest.items():
        if entry.kind in _VALUED and entry.value:
            state = course.instance.node(ref) if _there(course, ref) else None
            if state is None or (state.relevant and not (state.constraint_ok and _kept(state, entry.value))):
                refused.add(ref)
    return frozenset(refused)


def _kept(state: NodeState, value: str) -> bool:
    """True when the node still holds the value, of several choices all of them."""
    if state.question.kind.startswith("select"):
        return set(state.value.split()) == set(value.split())
    return bool(state.value)


def _there(course: Course, ref: str) -> bool:
    try:
        course.instance.node(ref)
    except KeyError:
        return False
    return True
