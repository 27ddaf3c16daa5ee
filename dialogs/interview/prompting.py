"""The question as it is put: notes merged above it, its options, its place in the interview."""

from __future__ import annotations

from dataclasses import replace

from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import Expects, Option, Prompt, RepeatPosition
from dialogs.interview.option_ids import option_id
from dialogs.interview.showing import answer_shown, choice_labels, label_of, position_of
from dialogs.interview.wording import word

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
}
MULTIPLE = frozenset({"select_multiple", "rank"})
MEDIA_KINDS = frozenset({"image", "audio", "video", "file"})


def make_option(course: Course, ref: str, name: str, label: str = "") -> Option:
    """An option of the question at `ref`; the label of a «!name» comes from the interview's own words."""
    shown = label or word(name, course.session.language)
    return Option(option_id(course.layout, course.session, ref, name), name, shown)


def quick_answers(course: Course, ref: str) -> tuple[tuple[str, str], ...]:
    """(value, label) of the ready answer an author gave a question without choices: `bind::chat:quick` is the value,
    `quick_ar`, `quick_en` its button.
    """
    chat = course.instance.node(ref).question.chat
    value = chat.get("quick", "").strip()
    label = chat.get(f"quick_{course.session.language[:2]}", "").strip() or chat.get("quick_ar", "").strip()
    return ((value, label or value),) if value else ()


def options_of(course: Course, ref: str) -> tuple[Option, ...]:
    """What may be tapped at this question, in order."""
    state = course.instance.node(ref)
    kind = state.question.kind
    options = [make_option(course, ref, name, label) for name, label in choice_labels(course, ref).items()]
    if kind in MULTIPLE:
        options.append(make_option(course, ref, "!done"))
    elif kind == "acknowledge":
        options.append(make_option(course, ref, "!yes"))
    elif kind in MEDIA_KINDS and not state.required:
        options.append(make_option(course, ref, "!later"))
    quick = quick_answers(course, ref)
    options += [make_option(course, ref, f"!quick{place}", label) for place, (_, label) in enumerate(quick)]
    if answer_shown(course, ref) and kind not in MULTIPLE | {"select_one"} and state.constraint_ok:
        options.append(make_option(course, ref, "!keep"))
    return tuple(options)


def chosen_names(course: Course, ref: str) -> tuple[str, ...]:
    """The choices that are marked now: the draft while toggling, else the answer."""
    if course.session.draft is not None and ref == course.session.pending:
        return course.session.draft
    state = course.instance.node(ref)
    if state.question.kind in MULTIPLE:
        return tuple(state.value.split())
    return (state.value,) if state.question.kind == "select_one" and state.value else ()


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
    notes: list[str] = []
    for place, state in course.shown():
        if place == ref:
            break
        if not course.askable(state):
            notes.append(_note(course, place))
        elif place == came_from or not onward:
            notes.clear()
    return tuple(note for note in notes if note)


def _before(course: Course, first: str, second: str) -> bool:
    order = course.steps()
    return not first or (first in order and second in order and order.index(first) < order.index(second))


def _another(course: Course, step: str) -> Prompt:
    container = step.removeprefix(ANOTHER)
    count = course.instance.repeat_count(container)
    question = course.form.question(container)
    try:
        label = course.instance.label(f"{container}[{count}]", course.language)
    except KeyError:
        label = ""
    return Prompt(
        ref=container,
        name=question.name,
        kind="another",
        label=label,
        expects="choice",
        options=(make_option(course, container, "!another"), make_option(course, container, "!finish")),
        required=True,
        repeat=RepeatPosition(count, count, True),
        chat=question.chat,
    )


def _placed(course: Course, prompt: Prompt, step: str) -> Prompt:
    steps = [one for one in course.steps() if not one.startswith(ANOTHER) or one == step]
    left = len([one for one in course.open_steps() if not one.startswith(ANOTHER)])
    number = steps.index(step) + 1 if step in steps else 1
    halfway = len(steps) >= 6 and 2 * (number - 1) >= len(steps) and course.session.status == "asking"
    return replace(
        prompt,
        number=number,
        of=max(len(steps), 1),
        remaining=max(left, 1),
        can_go_back=bool(course.session.history) or course.session.status == "editing",
        halfway=halfway and not course.session.past_half,
    )


def prompt_for(course: Course, step: str) -> Prompt:
    """The prompt of a ref or of a «+repeat»."""
    if step.startswith(ANOTHER):
        return _placed(course, _another(course, step), step)
    state = course.instance.node(step)
    question = state.question
    prompt = Prompt(
        ref=step,
        name=question.name,
        kind=question.kind,
        label=label_of(course, step),
        expects=EXPECTS.get(question.kind, "text"),
        hint=course.instance.hint(step, course.language),
        notes=notes_before(course, step) if not course.session.attempts else (),
        options=options_of(course, step),
        multiple=question.kind in MULTIPLE,
        chosen=chosen_names(course, step),
        required=state.required,
        repeat=position_of(course, step),
        current=answer_shown(course, step),
        appearance=question.appearance,
        chat=question.chat,
    )
    return _placed(course, prompt, step)
