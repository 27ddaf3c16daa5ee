"""A number said to a question: in digits or words, a ready answer of the author's, or «none at all»."""

from __future__ import annotations

from dataclasses import replace

from dialogs.interview.accepting import Place, accepts, checked
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.offering import quick_answers
from dialogs.understanding import fold, read_intent, read_number
from dialogs.understanding.number.none_said import means_alone, means_none
from dialogs.understanding.number.people import count_people


def _value(number: float, whole: bool) -> str:
    if whole and not float(number).is_integer():
        return ""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def hear_number(at: Place, text: str) -> Heard:
    """The number; «لا» and «مفيش» are nought where nought fits, at once where the author made it a ready answer.

    «لوحدي» is what the author's ready answer «أعيش وحدي» is. Where everybody at home is counted (`kind` people), «أنا
    ومراتي وتلات عيال» is five, said back. Of two numbers that may be meant those that fit are offered.
    """
    quick = quick_answers(at.course, at.ref)
    for value, label in quick:
        if fold(text) == fold(label) or (means_alone(text) and means_alone(label)):
            return checked(at, value, True)
    reading = read_number(text)
    if not reading.sure and at.question.chat.get("kind") == "people" and (people := count_people(text)):
        return replace(checked(at, str(people), True), echo=True)
    if reading.value is not None:
        whole = at.question.data_type == "int"
        likely = _value(reading.value, whole)
        offers = tuple(filter(None, (_value(float(one), whole) for one in reading.candidates)))
        if reading.sure:
            return checked(at, likely, True) if likely else misheard("unreadable")
        return (
            checked(at, offers[0] if offers else likely, False, offers) if offers or likely else misheard("unreadable")
        )
    return _none(at, text, ready=any(value == "0" for value, _ in quick))


def _none(at: Place, text: str, ready: bool) -> Heard:
    """Nought, at once or as an offer, where the words mean none and the form takes it."""
    if (means_none(text) or read_intent(text).value == "no") and accepts(at.course, at.ref, "0"):
        return Heard("0") if ready else misheard("unsure", offers=("0",))
    return misheard("unreadable")
