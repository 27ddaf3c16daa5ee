"""What a person said to a long list of names, such as villages: the name written out, or what is offered instead."""

from __future__ import annotations

import re

from dialogs.form import ChoiceItem, Question
from dialogs.interview.accepting import Place
from dialogs.interview.columns import LONG_LIST, SEARCHED
from dialogs.interview.course import Course
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.searching import search, search_parts
from dialogs.understanding import (
    ChoiceWords,
    Gazetteer,
    PlaceEntry,
    Reading,
    fold,
    read_choice,
    read_intent,
    read_place,
)
from dialogs.understanding.place.words import KIND_OF, place_words

_LAST_STEP = re.compile(r"/([^\s/\[\]()=!<>,'\"]+)(?=[\s)\]=!<>,]|$)")
_ABOVE = "^"  # before the name of an answer that is no choice of the list: what its choices belong to
_BY_NUMBER = re.compile(r"(?:رقم|الرقم|number|no|option)? ?\d{1,4}")
_SAID = {"governorate": "governorate", "markaz": "markaz", "city": "village", "village": "village", "area": "area"}
"""Levels by the kind of place that a label may begin with: «مركز قنا» is not «محافظة قنا»."""


def is_of_names(question: Question, choices: int) -> bool:
    """True for a list of which a person writes one name: long, or meant so (`minimal`, `autocomplete`)."""
    return question.kind == "select_one" and (choices > LONG_LIST or bool(SEARCHED & set(question.appearance.split())))


def narrows(one: Question, other: Question) -> bool:
    """Whether the filter of the other list reads the answer to this question, in the same member of a repeat."""
    both_lists = one.kind == other.kind == "select_one" and one.repeat == other.repeat
    return both_lists and one.name in _LAST_STEP.findall(other.expressions.choice_filter)


def read_in_filter(question: Question) -> frozenset[str]:
    """The names of the questions whose answers decide what the list offers."""
    return frozenset(_LAST_STEP.findall(question.expressions.choice_filter))


def entry_of(id: str, item: ChoiceItem, parent: str) -> PlaceEntry:
    """A choice as a place: its labels in every language and its aliases; its level where they tell it."""
    names = (*item.labels.values(), *item.aliases)
    kinds = (KIND_OF[word] for name in names for word in place_words(name)[:1] if word in KIND_OF)
    return PlaceEntry(id, _SAID.get(next(kinds, ""), ""), parent, names)


def hear_name(at: Place, text: str, options: tuple[ChoiceWords, ...]) -> Heard:
    """The choice whose name was written out, what it is and belongs to apart («قرية خزام تبع قوص»).

    Part of a name, or one spelled nearly so, is only offered.
    """
    if _BY_NUMBER.fullmatch(fold(text)):
        return _by_number(text, options)
    reading = read_place(text, _gazetteer(at.course, at.ref), wanted=_is_choice)
    names = tuple(name for name in reading.candidates if not name.startswith(_ABOVE))
    if reading.sure and reading.value is not None and not reading.value.startswith(_ABOVE):
        return Heard(reading.value)
    if read_intent(text).blank:
        names = search_parts(text, options) or names or search(text, options)
        names = names or _offered(read_choice(text, options), options)
    if len(names) > 1:
        return misheard("unsure", found=names)
    return misheard("unsure" if names else "not_a_choice", offers=names)


def _is_choice(entry: PlaceEntry) -> bool:
    return not entry.id.startswith(_ABOVE)


def _offered(reading: Reading[str], options: tuple[ChoiceWords, ...]) -> tuple[str, ...]:
    """What a reader of choices makes of it: «مش في القايمة يا فندم»."""
    names = reading.candidates or ((reading.value,) if reading.value is not None else ())
    return tuple(option.name for option in options if option.name in names)


def _by_number(text: str, options: tuple[ChoiceWords, ...]) -> Heard:
    reading = read_choice(text, options)
    if reading.sure and reading.value is not None:
        return Heard(reading.value)
    return misheard("unsure" if reading.candidates else "not_a_choice", offers=reading.candidates)


def _gazetteer(course: Course, ref: str) -> Gazetteer:
    """The choices that may be picked now, inside what the answers that narrow them are called."""
    offered = course.instance.choices(ref)
    return offered.once("gazetteer", lambda items: _made(course, ref, items))


def _made(course: Course, ref: str, items: tuple[ChoiceItem, ...]) -> Gazetteer:
    entries: list[PlaceEntry] = []
    above = ""
    for item in _answers_above(course, ref):
        entries.append(entry_of(_ABOVE + item.name, item, above))
        above = _ABOVE + item.name
    return Gazetteer.of([*entries, *(entry_of(item.name, item, above) for item in items)])


def _answers_above(course: Course, ref: str) -> list[ChoiceItem]:
    """What was chosen in the lists that narrow this one, the first first."""
    layout = course.layout
    chain = [course.form.question(ref)]
    for question in reversed(course.form.questions[: layout.index[layout.bare(ref)]]):
        if narrows(question, chain[-1]):
            chain.append(question)
    positions = layout.positions(ref)
    found = []
    for question in reversed(chain[1:]):
        placed = layout.placed(question.ref, positions)
        item = course.instance.choices(placed).named(course.instance.node(placed).value)
        if item is not None:
            found.append(item)
    return found
