"""The question as it is put: notes merged above it, its options, its place in the interview."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dialogs.form import Question
from dialogs.interview.altering import altered
from dialogs.interview.columns import chat_text, is_searched, is_sensitive
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.hearing import example_for
from dialogs.interview.membership import another_prompt
from dialogs.interview.offering import MULTIPLE, chosen_names, may_remove, options_of
from dialogs.interview.prompts import Expects, Prompt
from dialogs.interview.showing import answer_shown, label_of, position_of
from dialogs.interview.standing import may_stay_blank, put_off

EXPECTS: dict[str, Expects] = {
    "integer": "number",
    "decimal": "number",
    "range": "number",
    "date": "date",
    "dateTime": "date",
    "select_one": "choice",
    "select_multiple": "choice",
    "rank": "choice",
    "geopoint": "point",
    "image": "image",
    "audio": "audio",
    "video": "file",
    "file": "file",
    "acknowledge": "acknowledge",
    "note": "acknowledge",
}


def _note(course: Course, ref: str) -> str:
    label = course.instance.label(ref, course.language)
    state = course.instance.node(ref)
    shown = state.value if state.question.kind == "note" else answer_shown(course, ref)
    return f"{label} {shown}".strip()


def notes_before(course: Course, ref: str) -> tuple[str, ...]:
    """Notes and readonly questions since the last question asked, or since the one before this after going back.

    With `ref` "" they are those after the last question.
    """
    came_from = course.session.history[-1] if course.session.history else ""
    onward = bool(ref) and _before(course, came_from, ref)
    steps = course.steps()
    notes: list[str] = []
    for place in course.instance.walk_back(ref):
        if place not in steps:
            notes.append(_note(course, place))
        elif place == came_from or not onward:
            break
    return tuple(note for note in reversed(notes) if note)


def notes_between(course: Course, first: str, second: str) -> tuple[str, ...]:
    """Notes and readonly questions between two questions."""
    refs = [ref for ref, _ in course.shown()]
    between = course.shown()[refs.index(first) + 1 : refs.index(second)]
    return tuple(note for ref, state in between if not course.askable(state) and (note := _note(course, ref)))


def _before(course: Course, first: str, second: str) -> bool:
    return not first or course.comes_before(first, second)


def _place(course: Course, step: str, *, put_off: bool) -> dict[str, Any]:
    """Where the step stands in the interview, as fields of its prompt."""
    number, steps = course.numbered(step)
    left = course.open_questions()
    if put_off:
        number = max(number, steps - left + 1)
    session = course.session
    halfway = steps >= 6 and 2 * (number - 1) >= steps and session.status == "asking" and not session.past_half
    return {
        "number": number,
        "of": max(steps, 1),
        "remaining": max(left, 1),
        "can_go_back": bool(session.history) or session.status == "editing",
        "halfway": halfway,
    }


def _lasting(course: Course, ref: str, question: Question) -> Prompt:
    """What of a prompt is the same for everybody who is asked in that language; the rest is blank."""
    key = (question.ref, course.session.language)
    found = course.layout.lasting.get(key)
    if found is None:
        found = course.layout.lasting[key] = Prompt(
            ref="",
            name=question.name,
            kind=question.kind,
            label="",
            expects=EXPECTS.get(question.kind, "text"),
            multiple=question.kind in MULTIPLE,
            appearance=question.appearance,
            chat=question.chat,
            media=course.instance.media(ref, course.language),
            why=chat_text(course, question, "why"),
            short_label=chat_text(course, question, "short_label"),
            sensitive=is_sensitive(question),
            example=example_for(course, ref),
            bounds=_bounds(question.parameters) if question.kind == "range" else None,
        )
    return found


def prompt_for(course: Course, step: str) -> Prompt:
    """The prompt of a ref or of a «+repeat»."""
    if step.startswith(ANOTHER):
        another = another_prompt(course, step.removeprefix(ANOTHER))
        return replace(another, **_place(course, step, put_off=False))
    session, state = course.session, course.instance.node(step)
    question = state.question
    current = answer_shown(course, step)
    options = options_of(course, step, current)
    latest = course.last_entries()
    later, entry = put_off(latest, step), latest.get(step)
    return altered(
        _lasting(course, step, question),
        ref=step,
        label=label_of(course, step),
        hint=course.instance.hint(step, course.language),
        notes=notes_before(course, step) if not session.attempts else (),
        options=options,
        chosen=chosen_names(course, step),
        required=state.required,
        repeat=position_of(course, step),
        current=current if question.kind != "note" else "",
        search=is_searched(question, len(options)),
        skippable=may_stay_blank(state) and question.kind != "note",
        can_remove=may_remove(course, step),
        marking=session.draft is not None and step == session.pending,
        set_aside=later,
        offered=entry is not None and entry.kind == "offered",
        **_place(course, step, put_off=later),
    )


def _bounds(parameters: Mapping[str, str]) -> tuple[str, str, str]:
    return parameters.get("start", "1"), parameters.get("end", "10"), parameters.get("step", "1")
