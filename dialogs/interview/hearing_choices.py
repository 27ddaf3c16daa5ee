"""What a person said to a question with choices: one of them, or several in one message."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from dialogs.form import ChoiceItem
from dialogs.interview.accepting import Place, accepts, clean_text
from dialogs.interview.columns import is_searched
from dialogs.interview.course import Course
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.hearing_names import hear_name, is_of_names
from dialogs.interview.searching import search
from dialogs.interview.showing import choice_labels, label_of
from dialogs.understanding import ChoiceWords, Reading, fold, fold_letters, read_choice
from dialogs.understanding.choice.meaning import means_all, stands_for_something
from dialogs.understanding.choice.restated import read_restated
from dialogs.understanding.choice.told import read_lead, read_told

_MOST_PARTS = 12
LONGEST = 600  # characters of an answer to a list: ten labels of sixty

_BETWEEN = re.compile(r"\s*[,،;؛/+&\n]\s*|\s+(?:و|and)\s+")
_TAKE_OFF = re.compile(
    r"(?:شيل|شيلوا|شيلي|احذف|احذفوا|امسح|امسحوا|الغ|الغي|إلغاء|حذف|بلاش|بدون|من غير|مش|مو|remove|delete|without|not)"
    r"\s+(?:رقم\s+|الرقم\s+|number\s+)?(.+)",
    re.IGNORECASE | re.DOTALL,
)
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
    shown = choice_labels(course, ref)
    return course.instance.choices(ref).once(f"words {course.language}", lambda offered: _words(offered, shown))


def _words(offered: Iterable[ChoiceItem], shown: Mapping[str, str]) -> tuple[ChoiceWords, ...]:
    found = []
    for item in offered:
        label = shown[item.name]
        others = tuple(text for text in item.labels.values() if text and text != label)
        found.append(ChoiceWords(item.name, label, (*item.aliases, *others)))
    return tuple(found)


def names_exactly(course: Course, ref: str, text: str) -> bool:
    """True when the whole text is the name, label or alias of a choice, so that it is no command."""
    if not course.instance.choices(ref):
        return False
    key = fold(text)
    return any(key in option.spellings() or text.strip() == option.name for option in words_of(course, ref))


def hear_one(at: Place, text: str) -> Heard:
    """The choice meant, or the likeliest as offers; of a long list, what the words found."""
    options = words_of(at.course, at.ref)
    if not options or len(text) > LONGEST:
        return _unlisted(at, text)
    if is_of_names(at.question, len(options)) and not names_exactly(at.course, at.ref, text):
        return hear_name(at, text, options)
    reading = read_choice(text, options)
    if not reading.sure:
        restated = read_restated(text, label_of(at.course, at.ref), options)
        reading = reading if restated.blank else restated
    told = read_told(text, label_of(at.course, at.ref), options)
    if not reading.sure:
        reading = reading if told.blank else told
        reading = read_lead(text, options) if reading.blank else reading
    elif _says_otherwise(told, reading.value):  # «ما يمشي» to who needs a wheelchair is no «لا»
        return misheard("unsure", offers=told.candidates or (told.value or "",))
    if reading.sure and reading.value is not None:
        return Heard(reading.value)
    return misheard("unsure" if reading.candidates else "not_a_choice", offers=reading.candidates)


def _says_otherwise(told: Reading[str], value: str | None) -> bool:
    """Whether the facts in the words tell another answer than the words sounded like."""
    return not told.blank and told.value is not None and told.value != value


def _unlisted(at: Place, text: str) -> Heard:
    """Of a list whose file is not here every answer is let through; a list with nothing in it takes none."""
    value = clean_text(text)
    return (
        Heard(value)
        if value and len(text) <= LONGEST and accepts(at.course, at.ref, value)
        else misheard("not_a_choice")
    )


def means_done(text: str) -> bool:
    """«خلاص», «هذا كل شيء»: the choosing is over."""
    return fold(text) in _THAT_IS_ALL


def _parts(text: str) -> list[str]:
    plain = fold_letters(text)
    if re.fullmatch(r"[\d\s,،;؛/+&و-]+", plain):
        return re.findall(r"\d+", plain)
    return [part for part in _BETWEEN.split(text.strip()) if part]


def _glued(text: str, options: tuple[ChoiceWords, ...]) -> list[str]:
    """«إيجار وعلاج», «محتاجين الايجار والدوا»: the parts, when every one of them is a choice for sure; else none."""
    parts = re.split(r"\s+و(?=\w)", text.strip())
    return parts if 1 < len(parts) <= _MOST_PARTS and all(read_choice(part, options).sure for part in parts) else []


def names_meant(course: Course, ref: str, text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The choices meant («١، ٣», «إيجار وعلاج») as they were said, all of them or none; and what to offer instead."""
    options = words_of(course, ref)
    if means_all(text) and not any(fold(text) in option.spellings() for option in options):  # «كلهم»
        return tuple(option.name for option in options if stands_for_something(option)), ()
    parts = _parts(text)
    if len(parts) > 1 and all(part.isdecimal() and 0 < int(part[:6]) <= len(options) for part in parts):
        return tuple(dict.fromkeys(options[int(part[:6]) - 1].name for part in parts)), ()
    whole = read_choice(text, options)
    if whole.sure and whole.value is not None and len(parts) < 2:
        return (whole.value,), ()
    if len(parts) < 2:
        parts = _glued(text, options) or parts
    readings = [read_choice(part, options) for part in parts] if len(parts) > 1 else [whole]
    chosen = [reading.value for reading in readings if reading.sure and reading.value is not None]
    if len(chosen) == len(readings) and chosen:
        return tuple(dict.fromkeys(chosen)), ()
    return (), tuple(dict.fromkeys(name for reading in readings for name in reading.candidates))[:3]


def hear_many(at: Place, text: str) -> Heard:
    """The choices meant, in the form's order (a ranking in its own, the unranked after them), or an offer."""
    options = words_of(at.course, at.ref)
    if not options or len(text) > LONGEST:
        return _unlisted(at, text)
    names, offers = names_meant(at.course, at.ref, text)
    if names:
        return Heard(value_of(at.course, at.ref, names))
    if is_searched(at.question, len(options)) and len(_parts(text)) < 2:
        found = search(text, options)
        if found:
            return misheard("unsure", found=found)
    return misheard("unsure" if offers else "not_a_choice", offers=offers)


def value_of(course: Course, ref: str, names: Sequence[str]) -> str:
    """The value that holds these choices; "" for none."""
    order = list(choice_labels(course, ref))
    if course.instance.node(ref).question.kind == "rank":
        named = [name for name in dict.fromkeys(names) if name in order]
        return " ".join([*named, *(name for name in order if name not in named)]) if named else ""
    return " ".join(name for name in order if name in names)


def names_to_take_off(course: Course, ref: str, text: str) -> tuple[str, ...]:
    """«شيل ٢», «بدون الإيجار»: the choices that are no longer meant; empty when nothing of the kind was said."""
    found = _TAKE_OFF.fullmatch(text.strip()) if len(text) <= LONGEST else None
    return names_meant(course, ref, found[1])[0] if found else ()
