"""A number said to a question: in digits or words, a ready answer of the author's, or «none at all»."""

from __future__ import annotations

from dialogs.interview.accepting import Place, accepts, checked
from dialogs.interview.heard import Heard, misheard
from dialogs.interview.offering import quick_answers
from dialogs.understanding import fold, read_intent, read_number


def _value(number: float, whole: bool) -> str:
    if whole and not float(number).is_integer():
        return ""
    return str(int(number)) if float(number).is_integer() else repr(float(number))


def hear_number(at: Place, text: str) -> Heard:
    """The number; «لا» is nought where nought fits, at once where the author made it a ready answer."""
    quick = quick_answers(at.course, at.ref)
    for value, label in quick:
        if fold(text) == fold(label):
            return checked(at, value, True)
    reading = read_number(text)
    if reading.value is not None:
        value = _value(reading.value, at.question.data_type == "int")
        return checked(at, value, reading.sure) if value else misheard("unreadable")
    if read_intent(text).value == "no" and accepts(at.course, at.ref, "0"):
        ready = any(value == "0" for value, _ in quick)
        return Heard("0") if ready else misheard("unsure", offers=("0",))
    return misheard("unreadable")
