"""National ids: Kuwait's civil id by its check digit, Egypt's by its structure, and the birth date both carry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from dialogs.understanding.folding import fold_letters
from dialogs.understanding.reading import Reading

_KUWAIT_WEIGHTS = (2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_EGYPT_WEIGHTS = (2, 7, 6, 5, 4, 3, 2, 7, 6, 5, 4, 3, 2)  # widespread but unofficial: a reason to ask, never to reject
_EGYPT_GOVERNORATES = frozenset(
    {"01", "02", "03", "04", "31", "32", "33", "34", "35", "88", *map(str, range(11, 20)), *map(str, range(21, 30))}
)
_LENGTHS = {"EG": 14, "KW": 12}
_GLUE = re.compile(r"(?<=\d)[\s\-–./_]+(?=\d)")


@dataclass(frozen=True)
class NationalIdFacts:
    """What a well-formed number says. `sex` is M, F or "" (Kuwait does not tell); `governorate` is Egypt's code."""

    birth: date
    sex: str = ""
    governorate: str = ""

    def age(self, today: date) -> int:
        """Whole years on that day."""
        return today.year - self.birth.year - ((today.month, today.day) < (self.birth.month, self.birth.day))


def _birth(digits: str) -> date | None:
    century = {"2": 1900, "3": 2000}.get(digits[0])
    if century is None:
        return None
    try:
        return date(century + int(digits[1:3]), int(digits[3:5]), int(digits[5:7]))
    except ValueError:
        return None


def _kuwait_check(digits: str) -> bool:
    weighed = sum(weight * int(digit) for weight, digit in zip(_KUWAIT_WEIGHTS, digits, strict=False))
    return 11 - weighed % 11 == int(digits[11])  # 10 and 11 are never issued


def _egypt_habit(digits: str) -> bool:
    weighed = sum(weight * int(digit) for weight, digit in zip(_EGYPT_WEIGHTS, digits, strict=False))
    return (11 - weighed % 11) % 10 == int(digits[13])


def national_id_facts(digits: str, country: str) -> NationalIdFacts | None:
    """What the number says, or None when it cannot be one of that country (EG or KW)."""
    if len(digits) != _LENGTHS.get(country) or not (digits.isascii() and digits.isdigit()):
        return None
    birth = _birth(digits)
    if birth is None:
        return None
    if country == "KW":
        return NationalIdFacts(birth) if _kuwait_check(digits) else None
    governorate = digits[7:9]
    if governorate not in _EGYPT_GOVERNORATES:
        return None
    return NationalIdFacts(birth, "M" if int(digits[12]) % 2 else "F", governorate)


def read_national_id(text: str, country: str) -> Reading[str]:
    """The id's digits. `ask` is «id_length» or «id_invalid» where it is none; «id_recheck» beside a sure Egyptian
    number that the popular (unofficial) check disagrees with.
    """
    runs = re.findall(r"\d+", _GLUE.sub("", fold_letters(text)))
    if len(runs) != 1:
        return Reading()
    digits = runs[0]
    if len(digits) != _LENGTHS.get(country):
        return Reading(None, False, "id_length")
    if national_id_facts(digits, country) is None:
        return Reading(None, False, "id_invalid")
    doubtful = country == "EG" and not _egypt_habit(digits)
    return Reading(digits, True, "id_recheck" if doubtful else None)
