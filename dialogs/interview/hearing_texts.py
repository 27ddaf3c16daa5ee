"""Words said to a question that takes words: kept as they are, digits and telephone numbers in one spelling."""

from __future__ import annotations

from collections.abc import Iterable

from dialogs.form import Question
from dialogs.interview.accepting import Place, accepts, checked, clean_text
from dialogs.interview.heard import Heard, misheard
from dialogs.understanding import Reading, fold, fold_letters, read_intent, read_name, read_national_id, read_phone

LONGEST_NUMBER = 64  # characters that may be a telephone, an identity card or a bar code
LONGEST_COURTESY = 200
COUNTRIES = {"EG": "+20", "KW": "+965"}
_NAMES_TOO = frozenset({"هلا", "سلام", "هاله", "تسلم", "بدر", "ممنون", "اهلا"})
"""Greetings and thanks of one word that are also names."""


def is_phone(at: Place) -> bool:
    """True for a question about a telephone number: by the author's word, else by its name."""
    question = at.question
    name = question.name.lower()
    return question.chat.get("kind") == "phone" or "phone" in name or "mobile" in name


def is_national_id(question: Question) -> bool:
    """True for a question that its author marked as asking for the whole national or civil id."""
    return question.chat.get("kind") == "national_id" and question.kind in {"text", "barcode"}


def _spellings(at: Place, text: str) -> list[str]:
    """The spellings under which the form may accept the text, best first."""
    plain = clean_text(text)
    if len(plain) > LONGEST_NUMBER:
        return [plain]
    digits = fold_letters(text).replace(" ", "").replace("-", "")
    return [digits, plain] if digits.isdigit() else [plain]


def _numbers(at: Place, phones: Iterable[str | None]) -> list[str]:
    """Each telephone in the first spelling that the form takes: with its country, or as it is dialled at home."""
    home = at.course.session.country
    found = []
    for phone in filter(None, phones):
        national = phone.removeprefix(COUNTRIES.get(home, "+"))
        spelt = (phone, f"0{national}" if home == "EG" else national) if national != phone else (phone,)
        found += [next((form for form in spelt if accepts(at.course, at.ref, form)), "")]
    return [form for form in found if form]


def _hear_phone(at: Place, text: str) -> Heard | None:
    """The number, or those that may be meant; None where it holds none that the form takes."""
    reading = read_phone(text, at.course.session.country)
    taken = _numbers(at, (reading.value,) if reading.sure else reading.candidates)
    if not taken:
        return None
    return Heard(taken[0]) if reading.sure else misheard("unsure", offers=tuple(taken))


def _hear_id(at: Place, text: str) -> Heard:
    """The id's digits, believed by its country's rules; one that cannot be is asked again."""
    return _as_read(at, read_national_id(text, at.course.session.country, at.today()))


def _as_read(at: Place, reading: Reading[str]) -> Heard:
    if reading.value is None:
        return misheard("constraint")  # as what the form refuses: in its author's words where there are any
    return checked(at, reading.value, reading.sure, reading.candidates)


def hear_text(at: Place, text: str) -> Heard:
    """The text, in the first spelling that the form takes; a greeting or thanks alone answers nothing."""
    intent = read_intent(text).value if len(text) <= LONGEST_COURTESY else None
    if intent in {"greeting", "thanks"}:
        if fold(text) in _NAMES_TOO:
            return misheard("unsure", offers=(clean_text(text),))
        return misheard("unreadable", off_topic=intent)
    if is_national_id(at.question) and at.course.session.country in COUNTRIES:
        return _hear_id(at, text)
    if at.question.chat.get("kind") == "name":
        return _as_read(at, read_name(text))
    phone = _hear_phone(at, text) if is_phone(at) else None
    if phone is not None:
        return phone
    forms = [form for form in _spellings(at, text) if form]
    if not forms:
        return misheard("unreadable")
    accepted = next((form for form in forms if accepts(at.course, at.ref, form)), "")
    return Heard(accepted) if accepted else misheard("constraint")
