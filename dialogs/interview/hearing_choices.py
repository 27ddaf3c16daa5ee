"""What a person said to a question with choices: one of them, or several in one message."""

from __future__ import annotations

import re

from dialogs.interview.course import Course
from dialogs.interview.heard import Heard, misheard
from dialogs.understanding import ChoiceWords, fold, fold_letters, read_choice

_BETWEEN = re.compile(r"\s*[,،;؛/+&\n]\s*|\s+(?:و|and)\s+")
_THAT_IS_ALL = frozenset(
    {
        fold(w)
        for w in (
            "تم",
            "خلاص",
            "انتهيت",
            "انتهينا",
            "خلصت",
            "هذا كل شيء",
            "بس كده",
            "بس",
            "كده خلاص",
            "done",
            "that is all",
        )
    }
)


def words_of(course: Course, ref: str) -> tuple[ChoiceWords, ...]:
    """The choices that may be picked now, with their labels in every language as further names."""
    found = []
    for item in course.instance.choices(ref):
        label = item.label(course.language)
        others = tuple(text for text in item.labels.values() if text and text != label)
        found.append(ChoiceWords(item.name, label, (*item.aliases, *others)))
    return tuple(found)


def names_exactly(course: Course, ref: str, text: str) -> bool:
    """True when the whole text is the name, label or alias of a choice, so that it is no command."""
    key = fold(text)
    return any(key in option.spellings() or text.strip() == option.name for option in words_of(course, ref))


def hear_one(course: Course, ref: str, text: str) -> Heard:
    """The choice meant, or the likeliest as offers."""
    reading = read_choice(text, words_of(course, ref))
    if reading.sure and reading.value is not None:
        return Heard(reading.value)
    return misheard("unsure" if reading.candidates else "not_a_choice", offers=reading.candidates)


def means_done(text: str) -> bool:
    """«خلاص», «هذا كل شيء»: the choosing is over."""
    return fold(text) in _THAT_IS_ALL


def _parts(text: str) -> list[str]:
    plain = fold_letters(text)
    if re.fullmatch(r"[\d\s,،;؛/+&و-]+", plain):
        return re.findall(r"\d+", plain)
    return [part for part in _BETWEEN.split(text.strip()) if part]


def hear_many(course: Course, ref: str, text: str) -> Heard:
    """The choices meant («١، ٣», «إيجار وعلاج»), in the form's order; all of them or an offer of the unsure one."""
    options = words_of(course, ref)
    whole = read_choice(text, options)
    parts = _parts(text)
    if whole.sure and whole.value is not None and len(parts) < 2:
        return Heard(whole.value)
    glued = re.split(r"\s+و(?=\w)", text.strip())  # «إيجار وعلاج»
    if len(parts) < 2 and len(glued) > 1 and all(read_choice(part, options).sure for part in glued):
        parts = glued
    readings = [read_choice(part, options) for part in parts] if len(parts) > 1 else [whole]
    chosen = [reading.value for reading in readings if reading.sure and reading.value is not None]
    if len(chosen) == len(readings) and chosen:
        if course.instance.node(ref).question.kind == "rank":
            return Heard(" ".join(dict.fromkeys(chosen)))
        return Heard(" ".join(option.name for option in options if option.name in chosen))
    offers = tuple(name for reading in readings for name in reading.candidates)[:3]
    return misheard("unsure" if offers else "not_a_choice", offers=offers)
