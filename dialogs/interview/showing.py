"""How an answer reads back to the person who gave it."""

from __future__ import annotations

from collections.abc import Mapping

from dialogs.form import Question
from dialogs.interview.columns import chat_text, is_sensitive
from dialogs.interview.course import ANOTHER, Course
from dialogs.interview.option_ids import option_ids
from dialogs.interview.prompts import RepeatPosition, ReviewLine
from dialogs.interview.session import UNWRITTEN
from dialogs.interview.standing import put_off
from dialogs.interview.wording import word

_MEDIA = {"image": "image", "audio": "audio", "video": "video", "file": "file", "background-audio": "audio"}
_UNWRITTEN = {"voice": "voice", "film": "video", "picture": "image", "paper": "file"}
_DATES = {"date", "dateTime"}
_OTHER, _WHICH_OTHER = "Other", "Specify other."  # what pyxform writes for `or_other`


def choice_labels(course: Course, ref: str) -> Mapping[str, str]:
    """Name -> label in the session's language, of the choices that may be picked now."""
    choices = course.instance.choices(ref)
    if not choices:
        return {}
    labels = choices.labels(course.language)
    if labels.get("other") == _OTHER:  # pyxform's own word for `or_other`, in every language
        return {**labels, "other": word("other", course.session.language)}
    return labels


def day_shown(value: str, appearance: str = "") -> str:
    """«1985-03-15» as 15/3/1985; of a question that asks for a month or a year, that alone."""
    parts = value.split("-")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):
        return value
    year, month, day = parts[0], int(parts[1]), int(parts[2])
    words = appearance.split()
    if "year" in words:
        return year
    return f"{month}/{year}" if "month-year" in words else f"{day}/{month}/{year}"


def clock_shown(value: str, language: str) -> str:
    """«15:00:00.000» as 3:00 and the part of the day."""
    hour, _, rest = value.partition(":")
    if not hour.isdecimal():
        return value
    of_day = int(hour)
    part = "morning" if of_day < 12 else "noon" if of_day < 15 else "evening"
    return f"{(of_day - 1) % 12 + 1}:{rest[:2]} {word(part, language)}"


def value_shown(course: Course, ref: str, value: str) -> str:
    """The value in words: labels of choices, a date day first, the kind of a file."""
    return _in_words(course, ref, course.instance.node(ref).question, value)


def _in_words(course: Course, ref: str, question: Question, value: str) -> str:
    kind, language = question.kind, course.session.language
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
    if kind == "time":
        return clock_shown(value, language)
    if kind not in _DATES:
        return value
    day, _, time = value.partition("T")
    shown = day_shown(day, question.appearance)
    return f"{shown} {clock_shown(time, language)}" if time else shown


def answer_shown(course: Course, ref: str) -> str:
    """What the question holds now, in words; a recording or picture that stands for it by its name; "" when blank."""
    state = course.instance.node(ref)
    value, entry = state.value, course.last_entries().get(ref)
    if value:
        shown = _in_words(course, ref, state.question, value)
        said = entry.said if entry is not None and entry.value == value else ""
        return _beside(shown, said, course, ref) if said else shown
    if entry is None or entry.kind not in UNWRITTEN:
        return ""
    return word(_UNWRITTEN[entry.kind], course.session.language)


def _beside(shown: str, said: str, course: Course, ref: str) -> str:
    """«20/5/2019 ±1 يوم (١٥ رمضان ١٤٤٠)»: tables of the Islamic calendar differ by a day."""
    if {"year", "month-year"} & set(course.instance.node(ref).question.appearance.split()):
        return f"{shown} ({said})"
    return f"{shown} {word('within_a_day', course.session.language)} ({said})"


def sensitive(course: Course, ref: str) -> bool:
    """True when the author marked the answer as not to be echoed."""
    return is_sensitive(course.instance.node(ref).question)


def label_of(course: Course, ref: str) -> str:
    """The question's text in the session's language, its name where it has none."""
    label = course.instance.label(ref, course.language)
    if label == _WHICH_OTHER:
        return word("which_other", course.session.language)
    return label or course.instance.node(ref).question.name


def name_of(course: Course, ref: str) -> str:
    """What the question is called where it is named again: its short label, else its text."""
    return chat_text(course, course.instance.node(ref).question, "short_label") or label_of(course, ref)


def position_of(course: Course, ref: str) -> RepeatPosition | None:
    """Which member of the nearest repeat the question belongs to."""
    found = course.instance.repeat_position(ref)
    if found is None:
        return None
    nearest = course.instance.node(ref).question.repeat
    label = repeat_label(course, ref, nearest)
    around = around_of(course, ref, nearest)
    return RepeatPosition(found[0], found[1], nearest in course.layout.open_repeats, label, around if label else "")


def around_of(course: Course, ref: str, nearest: str) -> str:
    """Whose member it is, in a repeat within another: «فرد من البيت 1»; "" elsewhere, or without the author's label."""
    above = course.form.question(nearest).repeat
    label = repeat_label(course, ref, above) if above else ""
    if not label:
        return ""
    part = ref.split("/")[above.count("/")]
    return f"{label} {part[part.index('[') + 1 : -1]}" if part.endswith("]") else label


def repeat_label(course: Course, ref: str, repeat: str) -> str:
    """What the author calls a member of the repeat, said of the one that `ref` stands in; "" without a label."""
    parts = ref.split("/")
    try:
        return course.instance.label("/".join(parts[: repeat.count("/") + 1]), course.language)
    except KeyError:  # there is no member yet: what the label says without any answer
        wording = course.form.program.definition(repeat).label.best(course.language, course.form.default_language)
        return "".join(part for part in wording.parts if isinstance(part, str)).strip()


def line_of(course: Course, ref: str, number: int) -> ReviewLine:
    """One line of the review."""
    question = course.instance.node(ref).question
    make = option_ids(course.layout, course.session, ref)
    member = bool(course.layout.open_containers(ref))
    return ReviewLine(
        number=number,
        ref=ref,
        label=name_of(course, ref),
        shown=answer_shown(course, ref),
        sensitive=is_sensitive(question),
        key=make("!edit"),
        kind=question.kind,
        repeat=position_of(course, ref),
        remove=make("!remove") if member else "",
        members=make("!members") if member else "",
        set_aside=put_off(course.last_entries(), ref),
    )


def review_lines(course: Course) -> tuple[ReviewLine, ...]:
    """Every settled question, skipped ones and those put off too, numbered from 1."""
    latest = course.last_entries()
    refs = [
        step
        for step in course.steps()
        if not step.startswith(ANOTHER)
        and course.instance.node(step).question.kind != "note"
        and (course.settled(step, latest) or put_off(latest, step))
    ]
    return tuple(line_of(course, ref, number) for number, ref in enumerate(refs, start=1))
