"""The members of an open repeat: what tells them apart, and how many there may be."""

from __future__ import annotations

from dialogs.interview.columns import is_sensitive, most_members
from dialogs.interview.course import Course
from dialogs.interview.offering import make_option
from dialogs.interview.option_ids import option_ids
from dialogs.interview.prompts import MemberLine, Option, Prompt, RepeatPosition
from dialogs.interview.showing import answer_shown, around_of, repeat_label

_TELLING = frozenset({"text", "select_one"})  # kinds whose answer names a member


def members_of(course: Course, container: str) -> tuple[MemberLine, ...]:
    """A line for each member, told apart by its first answered text or choice, else by its first answer."""
    own: dict[int, list[str]] = {}
    front = container + "["
    for ref in course.steps():
        if ref.startswith(front):
            own.setdefault(int(ref[len(front) : ref.index("]", len(front))]), []).append(ref)
    return tuple(_line(course, f"{container}[{index}]", index, refs) for index, refs in own.items())


def count_of(course: Course, container: str) -> int:
    """How many members there are; 0 where the repeat's own parent is gone."""
    try:
        return course.instance.repeat_count(container)
    except KeyError:
        return 0


def _line(course: Course, member: str, index: int, own: list[str]) -> MemberLine:
    ref, sensitive = _telling(course, own)
    make = option_ids(course.layout, course.session, own[0])
    shown = answer_shown(course, ref) if ref else ""
    return MemberLine(index, member, shown, make("!member"), make("!remove"), sensitive)


def _telling(course: Course, own: list[str]) -> tuple[str, bool]:
    """The answer that tells the member from the others, and whether it is sensitive; "" while nothing is answered.

    Where the first answer names the member and is sensitive, the others say nothing of it («نعم», «لا»).
    """
    first = course.instance.node(own[0])
    if first.value and first.question.kind in _TELLING and is_sensitive(first.question):
        return own[0], True
    best, rank = "", 3
    for ref in own:
        state = course.instance.node(ref)
        if not state.value:
            continue
        found = 2 if is_sensitive(state.question) else int(state.question.kind not in _TELLING)
        if found < rank:
            best, rank = ref, found
        if not found:
            break
    return best, rank == 2


def may_add(course: Course, container: str) -> bool:
    """True while the repeat has room for one more."""
    return count_of(course, container) < most_members(course.form.question(container))


def another_options(course: Course, container: str) -> tuple[Option, ...]:
    """One more, where there is room, or that is all."""
    names = ("!another", "!finish") if may_add(course, container) else ("!finish",)
    return tuple(make_option(course, container, name) for name in names)


def another_prompt(course: Course, container: str) -> Prompt:
    """The question after a member: one more, or is that all?"""
    question = course.form.question(container)
    count = count_of(course, container)
    label = repeat_label(course, f"{container}[{max(count, 1)}]", question.ref)
    return Prompt(
        ref=container,
        name=question.name,
        kind="another",
        label=label,
        expects="choice",
        options=another_options(course, container),
        required=True,
        repeat=RepeatPosition(count, count, True, label, around_of(course, container, question.ref) if label else ""),
        chat=question.chat,
        members=members_of(course, container),
    )
