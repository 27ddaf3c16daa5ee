"""What is said back of an answer, once: where it was read from words and a mistake would cost (money, days, ids)."""

from __future__ import annotations

import re

from dialogs.form import Question
from dialogs.interview.accepting import Place
from dialogs.interview.columns import chat_text, is_sensitive
from dialogs.interview.course import Course
from dialogs.interview.events import Understood
from dialogs.interview.hearing_texts import is_national_id, is_phone
from dialogs.interview.option_ids import option_id
from dialogs.interview.showing import name_of, value_shown
from dialogs.interview.standing import marked
from dialogs.understanding import agrees_with_habit, fold_letters

NUMBERS = frozenset({"integer", "decimal", "range"})
DAYS = frozenset({"date", "dateTime"})
_NUMBER = re.compile(r"\d+(?:[.٫]\d+)?")
_LOCAL = 8  # last digits of a telephone: the same however its country is written


def is_money(question: Question) -> bool:
    """True for a number that its author marked as money."""
    return question.kind in NUMBERS and question.chat.get("kind") == "money"


def costs(course: Course, ref: str, text: str, value: str) -> bool:
    """True where a mistake would cost and the text is not simply the digits of the value."""
    question = course.instance.node(ref).question
    if not value or not text or is_sensitive(question) or marked(question, "neutral"):
        return False
    plain = fold_letters(text)
    if question.kind in DAYS:
        return not _is_day_in_digits(plain, value)
    if is_money(question):
        return [number.replace("٫", ".") for number in _NUMBER.findall(plain)] != [value]
    digits, stored = "".join(re.findall(r"\d", plain)), "".join(re.findall(r"\d", value))
    if is_national_id(question):
        return digits != stored
    return is_phone(Place(course, ref)) and digits[-_LOCAL:] != stored[-_LOCAL:]


def _is_day_in_digits(plain: str, value: str) -> bool:
    """15/3/1985, 1985-03-15, 3/1985: no word in it, and the numbers of the day that was understood."""
    if any(map(str.isalpha, plain)):
        return False
    typed = {int(number) for number in re.findall(r"\d{1,4}", plain)}
    day = [int(part) for part in value.partition("T")[0].split("-")]
    return set(day) <= typed or (len(typed) < len(day) and typed <= set(day))


def understood(course: Course, ref: str, *, echo: bool) -> Understood | None:
    """What is said back of the answer at `ref`, None for nothing: an `echo` of it, or that it wants a second look."""
    state = course.instance.node(ref)
    question, value = state.question, state.value
    check = is_national_id(question) and course.session.country == "EG" and _is_doubted(value)
    if not echo and not check:
        return None
    hidden = is_sensitive(question) or marked(question, "neutral")
    return Understood(
        ref=ref,
        label=name_of(course, ref),
        value="" if hidden else value,
        shown="" if hidden else value_shown(course, ref, value),
        key=option_id(course.layout, course.session, ref, "!edit"),
        kind="money" if is_money(question) else question.kind,
        unit=chat_text(course, question, "unit"),
        check=check,
    )


def _is_doubted(value: str) -> bool:
    return len(value) == 14 and value.isascii() and value.isdigit() and not agrees_with_habit(value)
