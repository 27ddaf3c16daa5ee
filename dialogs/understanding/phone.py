"""Telephone numbers of Egypt and Kuwait however they are typed, to E.164."""

from __future__ import annotations

import re
import unicodedata

from dialogs.understanding.folding import fold_letters
from dialogs.understanding.reading import Reading

_TRAILING_PLUS = re.compile(r"(?<!\d)(\d[\d\s()-]*\d)\s*\+(?!\s*\d)")  # typed from right to left: ٢٠١٠٠١٢٣٤٥٦٧+


def _prepared(text: str) -> str:
    visible = "".join(" " if c == "\u00a0" else c for c in text if unicodedata.category(c) != "Cf")
    plain = fold_letters(visible).removeprefix("tel:").replace("؛", ";")
    plain = re.sub(r"(?:https?://)?(?:api\.)?(?:wa\.me/|whatsapp\.com/send\?phone=)\+?", "+", plain)
    return _TRAILING_PLUS.sub(r"+\1", plain)


def read_phone(text: str, country: str) -> Reading[str]:
    """The one valid number in the text, in E.164; unsure when there are two, blank when there is none.

    `country` is EG or KW: the number's home when it carries no country code.
    """
    import phonenumbers

    plain = _prepared(text)
    if not any(c.isdigit() for c in plain):
        return Reading()
    found: list[str] = []
    if not re.search(r"[^\d\s()+./-]", plain):
        try:
            whole = phonenumbers.parse(plain, country)
        except phonenumbers.NumberParseException:
            return Reading()
        if not phonenumbers.is_valid_number(whole):
            return _several(plain, country)
        return Reading(phonenumbers.format_number(whole, phonenumbers.PhoneNumberFormat.E164), True)
    found = _matches(plain, country)
    return _settled(found)


def _matches(plain: str, country: str) -> list[str]:
    import phonenumbers

    matcher = phonenumbers.PhoneNumberMatcher(plain, country, phonenumbers.Leniency.VALID)
    return [phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164) for match in matcher]


def _several(plain: str, country: str) -> Reading[str]:
    found = _matches(plain, country)
    return _settled(found) if len(found) > 1 else Reading()


def _settled(found: list[str]) -> Reading[str]:
    unique = tuple(dict.fromkeys(found))
    if len(unique) == 1:
        return Reading(unique[0], True)
    return Reading(unique[0], False, "phone_which", unique[:3]) if unique else Reading()
