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
_CHUNK = re.compile(r"\d[\d\s().,،/\\|_*•·'\"–—‐‑−-]*")
_LIKE_DIGITS = re.compile(r"(?<![a-z])[\doil]{12,}(?![a-z])")
_DIGIT_MEANT = str.maketrans("oil", "011")
_ROUND = re.compile(r"(?<=[\do])o|o(?=[\do])")  # between digits nothing but a nought is as round
LONGEST = 1_000  # characters: nobody writes an id in more
SHORTEST_BESIDE = 7  # digits: something else that was written beside the id, and not a digit too many


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


def agrees_with_habit(digits: str) -> bool:
    """Whether an Egyptian number ends as the popular check expects: a reason to look again, no more."""
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


def read_national_id(text: str, country: str, today: date | None = None) -> Reading[str]:
    """The id's digits. `ask` is «id_length» or «id_invalid» where it is none, «id_which» between two, «id_confirm»
    where letters stood for digits; «id_recheck» beside a sure Egyptian number that the popular (unofficial) check
    disagrees with. With `today` nobody is born later.
    """
    if len(text) > LONGEST:
        return Reading()
    length = _LENGTHS.get(country, 0)
    plain = fold_letters(text)
    numbers = _numbers(plain, length)
    valid = tuple(one for one in numbers if _born(one, country, today))
    if valid and len(numbers) > 1:
        return Reading(valid[0], False, "id_which", valid[:3])
    if valid and not numbers[valid[0]]:
        return Reading(valid[0], False, "id_confirm", valid)
    if valid:
        doubtful = country == "EG" and not agrees_with_habit(valid[0])
        return Reading(valid[0], True, "id_recheck" if doubtful else None)
    mended = _LIKE_DIGITS.sub(lambda found: found[0].translate(_DIGIT_MEANT), plain)
    likely = tuple(_numbers(mended, length)) if mended != plain else ()
    if len(likely) == 1 and _born(likely[0], country, today):
        checked = country == "KW" and _ROUND.sub("0", plain) == mended  # its check digit says that we read it right
        return Reading(likely[0], checked, None if checked else "id_confirm", likely)
    if not any(map(str.isdigit, plain)):
        return Reading()
    return Reading(None, False, "id_invalid" if numbers else "id_length")


def _numbers(plain: str, length: int) -> dict[str, bool]:
    """What has the right length, each stretch of digits and dashes as one, else its groups; and if it stands alone."""
    found: dict[str, bool] = {}
    for chunk in _CHUNK.findall(plain):
        runs = re.findall(r"\d+", chunk)
        whole = "".join(runs)
        if len(whole) == length:
            found[whole] = True
            continue
        beside = min((len(run) for run in runs if len(run) != length), default=length)  # a telephone, or a slip?
        found.update({run: beside >= SHORTEST_BESIDE for run in runs if len(run) == length})
    return found


def _born(digits: str, country: str, today: date | None) -> bool:
    facts = national_id_facts(digits, country)
    return facts is not None and (today is None or facts.birth <= today)
