"""Words said to a question that takes words: kept as they are, digits and telephone numbers in one spelling."""

from __future__ import annotations

from dialogs.interview.accepting import Place, accepts, clean_text
from dialogs.interview.heard import Heard, misheard
from dialogs.understanding import fold, fold_letters, read_intent, read_phone

LONGEST_NUMBER = 64  # characters that may be a telephone, an identity card or a bar code
LONGEST_COURTESY = 200
_NAMES_TOO = frozenset({"هلا", "سلام", "هاله", "تسلم", "بدر", "ممنون", "اهلا"})
"""Greetings and thanks of one word that are also names."""


def is_phone(at: Place) -> bool:
    """True for a question about a telephone number: by the author's word, else by its name."""
    question = at.question
    name = question.name.lower()
    return question.chat.get("kind") == "phone" or "phone" in name or "mobile" in name


def _spellings(at: Place, text: str) -> list[str]:
    """The spellings under which the form may accept the text, best first."""
    plain = clean_text(text)
    if len(plain) > LONGEST_NUMBER:
        return [plain]
    digits = fold_letters(text).replace(" ", "").replace("-", "")
    forms = [digits, plain] if digits.isdigit() else [plain]
    if is_phone(at):
        country = at.course.session.country
        phone = read_phone(text, country)
        if phone.sure and phone.value:
            national = phone.value.removeprefix({"EG": "+20", "KW": "+965"}.get(country, "+"))
            forms = [phone.value, f"0{national}" if country == "EG" else national, *forms]
    return forms


def hear_text(at: Place, text: str) -> Heard:
    """The text, in the first spelling that the form takes; a greeting or thanks alone answers nothing."""
    intent = read_intent(text).value if len(text) <= LONGEST_COURTESY else None
    if intent in {"greeting", "thanks"}:
        if fold(text) in _NAMES_TOO:
            return misheard("unsure", offers=(clean_text(text),))
        return misheard("unreadable", off_topic=intent)
    forms = [form for form in _spellings(at, text) if form]
    if not forms:
        return misheard("unreadable")
    accepted = next((form for form in forms if accepts(at.course, at.ref, form)), "")
    return Heard(accepted) if accepted else misheard("constraint")
