"""What may be tapped at a question: its choices, the author's ready answer, and what the interview itself offers."""

from __future__ import annotations

from dialogs.interview.course import Course
from dialogs.interview.option_ids import option_id, option_ids
from dialogs.interview.prompts import Option
from dialogs.interview.showing import choice_labels
from dialogs.interview.wording import word

MULTIPLE = frozenset({"select_multiple", "rank"})
MEDIA_KINDS = frozenset({"image", "audio", "video", "file"})
_CHOSEN_OR_READ = MULTIPLE | {"select_one", "note"}  # no answer of theirs is kept by a button of its own


def make_option(course: Course, ref: str, name: str, label: str = "") -> Option:
    """An option of the question at `ref`; the label of a «!name» comes from the interview's own words."""
    shown = label or word(name, course.session.language)
    return Option(option_id(course.layout, course.session, ref, name), name, shown)


def quick_answers(course: Course, ref: str) -> tuple[tuple[str, str], ...]:
    """(value, label) of the ready answer an author gave a question without choices: `bind::chat:quick` is the value,
    `quick_ar`, `quick_en` its button.
    """
    question = course.instance.node(ref).question
    value = question.chat.get("quick", "").strip()
    if not value:
        return ()
    label = question.chat.get(f"quick_{course.session.language[:2]}", "").strip()
    return ((value, label or question.chat.get("quick_ar", "").strip() or value),)


def choice_options(course: Course, ref: str) -> tuple[Option, ...]:
    """The choices that may be picked now, in order."""
    labels = choice_labels(course, ref)
    if not labels:
        return ()
    make = option_ids(course.layout, course.session, ref)
    return tuple([Option(make(name), name, label) for name, label in labels.items()])


def options_of(course: Course, ref: str, current: str) -> tuple[Option, ...]:
    """What may be tapped at this question, in order; `current` is what it holds now, in words."""
    state = course.instance.node(ref)
    kind = state.question.kind
    options = list(choice_options(course, ref))
    if kind in MULTIPLE:
        options.append(make_option(course, ref, "!done"))
    elif kind in {"acknowledge", "note"}:
        options.append(make_option(course, ref, "!yes"))
    elif kind in MEDIA_KINDS and not state.required:
        options.append(make_option(course, ref, "!later"))
    for place, (_, label) in enumerate(quick_answers(course, ref)):
        options.append(make_option(course, ref, f"!quick{place}", label))
    if current and kind not in _CHOSEN_OR_READ and state.constraint_ok:
        options.append(make_option(course, ref, "!keep"))
    if may_remove(course, ref):
        options.append(make_option(course, ref, "!remove"))
    return tuple(options)


def may_remove(course: Course, ref: str) -> bool:
    """True while an answer of a member of an open repeat is being changed: the member may be taken out instead."""
    if course.session.status != "editing" or not course.layout.open_containers(ref):
        return False
    return ref in course.last_entries()


def chosen_names(course: Course, ref: str) -> tuple[str, ...]:
    """The choices that are marked now: the draft while toggling, else the answer."""
    if course.session.draft is not None and ref == course.session.pending:
        return course.session.draft
    state = course.instance.node(ref)
    if state.question.kind in MULTIPLE:
        return tuple(state.value.split())
    return (state.value,) if state.question.kind == "select_one" and state.value else ()
