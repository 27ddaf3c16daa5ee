"""How an answer reads back to the person who gave it."""

from __future__ import annotations

from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.events import RepeatPosition, ReviewLine
from dialogs.interview.option_ids import option_id
from dialogs.interview.wording import word

_MEDIA = {"image": "image", "audio": "audio", "video": "video", "file": "file", "background-audio": "audio"}
_DATES = {"date", "dateTime"}


def choice_labels(course: Course, ref: str) -> dict[str, str]:
    """Name -> label in the session's language, of the choices that may be picked now."""
    return {item.name: item.label(course.language) for item in course.instance.choices(ref)}


def day_shown(value: str) -> str:
    """«1985-03-15» as 15/3/1985, with the time where there is one."""
    day, _, time = value.partition("T")
    parts = day.split("-")
    if len(parts) != 3 or not all(part.isdigit() for part in parts):
        return value
    shown = f"{int(parts[2])}/{int(parts[1])}/{parts[0]}"
    return f"{shown} {time[:5]}" if time else shown


def value_shown(course: Course, ref: str, value: str) -> str:
    """The value in words: labels of choices, a date day first, the kind of a file."""
    kind = course.instance.node(ref).question.kind
    language = course.session.language
    if not value:
        return ""
    if kind in {"select_one", "select_multiple", "rank"}:
        labels = choice_labels(course, ref)
        names = [value] if kind == "select_one" else value.split()
        return word("and", language).join(labels.get(name, name) for name in names)
    if kind in _MEDIA:
        return word(_MEDIA[kind], language)
    if kind == "geopoint":
        return word("point", language)
    if kind == "acknowledge":
        return word("!yes", language)
    return day_shown(value) if kind in _DATES else value[:5] if kind == "time" else value


def answer_shown(course: Course, ref: str) -> str:
    """What the question holds now, in words; a voice note is named as one; "" when blank."""
    value = course.instance.node(ref).value
    entry = course.last_entries().get(ref)
    if not value and entry is not None and entry.kind == "voice":
        return word("audio", course.session.language)
    return value_shown(course, ref, value)


def sensitive(course: Course, ref: str) -> bool:
    """True when the author marked the answer as not to be echoed."""
    return course.instance.node(ref).question.chat.get("sensitive", "").lower() in {"yes", "true", "1"}


def label_of(course: Course, ref: str) -> str:
    """The question's text in the session's language, its name where it has none."""
    return course.instance.label(ref, course.language) or course.instance.node(ref).question.name


def position_of(course: Course, ref: str) -> RepeatPosition | None:
    """Which member of the nearest repeat the question belongs to."""
    found = course.instance.repeat_position(ref)
    if found is None:
        return None
    nearest = course.instance.node(ref).question.repeat
    return RepeatPosition(found[0], found[1], nearest in course.layout.open_repeats)


def line_of(course: Course, ref: str, number: int) -> ReviewLine:
    """One line of the review."""
    state = course.instance.node(ref)
    return ReviewLine(
        number=number,
        ref=ref,
        label=label_of(course, ref),
        shown=answer_shown(course, ref),
        sensitive=sensitive(course, ref),
        key=option_id(course.layout, course.session, ref, "!edit"),
        kind=state.question.kind,
        repeat=position_of(course, ref),
    )


def review_lines(course: Course) -> tuple[ReviewLine, ...]:
    """Every settled question, skipped ones too, numbered from 1."""
    latest = course.last_entries()
    refs = [step for step in course.steps() if not step.startswith(ANOTHER) and course.settled(step, latest)]
    return tuple(line_of(course, ref, number) for number, ref in enumerate(refs, start=1))
