"""What is passed over: a list with nothing in it, a line to be drawn on a map, one member too many."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.interview.columns import most_members
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import Event, MembersFull, NothingToChoose
from dialogs.interview.membership import may_add
from dialogs.interview.session import UNWRITTEN
from dialogs.interview.showing import name_of

_BLANKS = UNWRITTEN | {"skip", "seen", "aside"}
_ON_A_MAP = frozenset({"geotrace", "geoshape"})  # drawn on a map, which a chat has not
_LISTS = frozenset({"select_one", "select_multiple", "rank"})


def pass_over(course: Course) -> tuple[list[Event], str]:
    """What was passed over before the next open step, and that step, "" when none is open.

    A list that was empty and is no longer is open again.
    """
    if course.layout.filtered_lists:
        _reopen(course)
    told: list[Event] = []
    while step := course.next_open():
        event = _passed(course, step)
        if event is None:
            break
        told.append(event)
    return told, step


def _reopen(course: Course) -> None:
    for ref in course.entries_of("seen"):
        if ref in course.steps() and _is_list(course, ref) and course.instance.choices(ref):
            course.write(ref, "", "offered")


def _passed(course: Course, step: str) -> Event | None:
    """What became of a step that nobody can answer; None when it is to be asked."""
    if step.startswith(ANOTHER):
        container = step.removeprefix(ANOTHER)
        if may_add(course, container):
            return None
        course.write(container, "", "finish")
        return MembersFull(container, most_members(course.form.question(container)))
    kind = course.instance.node(step).question.kind
    if kind in _LISTS:
        if course.instance.choices(step) or _takes_anything(course, step):
            return None
    elif kind not in _ON_A_MAP:
        return None
    course.write(step, "", "seen")
    return NothingToChoose(step, name_of(course, step))


def _takes_anything(course: Course, ref: str) -> bool:
    """True for a list whose file is not here: what is typed is let through."""
    return bool(course.instance.tried(ref, "any").value)


def counts(course: Course) -> dict[str, int]:
    """How many members each repeat has whose count follows from an answer."""
    return {repeat: course.instance.repeat_count(repeat) for repeat in course.layout.counted_repeats}


def ask_newcomers(course: Course, before: Mapping[str, int]) -> None:
    """Members that came since are new: what was left blank in one of the same number is asked all the same."""
    for repeat, count in counts(course).items():
        if count <= before[repeat]:
            continue
        for ref, entry in list(course.last_entries().items()):
            position = ref[len(repeat) + 1 :].partition("]")[0]
            if entry.kind in _BLANKS and ref.startswith(f"{repeat}[") and int(position) > before[repeat]:
                course.write(ref, "", "offered")


def _is_list(course: Course, ref: str) -> bool:
    return not ref.startswith(ANOTHER) and course.instance.node(ref).question.kind in _LISTS
