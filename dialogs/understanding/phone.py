"""Telephone numbers of Egypt and Kuwait however they are typed, to E.164."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.reading import Reading

LONGEST = 1_000  # characters: nobody writes a number in more
LONGEST_NUMBER = 19  # digits, with what may stand before them (00, +)
MOST_RUNS = 16  # groups of digits that one number may be written in: each digit for itself, with its code
MOST_NUMBERS = 3  # in one stretch: more are no telephones
CODES = {"EG": "20", "KW": "965"}

_LINK = re.compile(r"(?:https?://)?(?:www\.|api\.|web\.)?(?:wa\.me/|whatsapp(?:\.com/|://)send/?\?phone=)(?:%2b|\+)?")
_SCHEME = re.compile(r"\b(?:tel|sms|callto|whatsapp):(?=[+\d])")
_PLUS_AFTER = re.compile(r"(?<![\d+])(?:00)?(20|21[1-8]|249|96\d|97\d)[ -]?\+[ -]?(?=\d)")  # «٩٦٥+ ٥٠٠١٢٣٤٥»
_BETWEEN = r"\s()\[\]{}.,،٫٬/\\|_*•·~'\"-"
_CHUNK = re.compile(rf"[+(\[]*\d[\d+{_BETWEEN}]*")
_RUN = re.compile(r"(\+?)[\s(\[]*(\d+)")
_LIKE_DIGITS = re.compile(r"(?<![a-z])[\doil]{7,}(?![a-z])")  # O1001234567
_HALF_A_MOBILE = re.compile(r"\+2015\d{6,7}")  # lines that were: what is typed so is 015… with a digit missing
_DAY = re.compile(r"\d\d?([-/.])\d\d?\1(?:19|20)\d\d|(?:19|20)\d\d([-/.])\d\d?\2\d\d?")
_NOT_THIS = frozenset(map(fold, "مش مو مب مهب ليس ليست غير not isn't".split()))  # «مش 010…»
_NO_LONGER = frozenset(map(fold, "غلط خطأ القديم قديم اتسرق انسرق ضاع مقفول ملغي wrong old".split()))
_DIGIT_WORDS = {
    fold(word): str(digit)
    for digit, words in enumerate(
        (
            "صفر زيرو zero",
            "واحد وحده واحده one",
            "اتنين اثنين تنين ثنين اثنان two",
            "تلاته ثلاثه تلات ثلاث تلاتة three",
            "اربعه اربع four",
            "خمسه خمس five",
            "سته ست six",
            "سبعه سبع seven",
            "تمانيه ثمانيه تمنيه ثمانيا تمانيا ثمان eight",
            "تسعه تسع nine",
        )
    )
    for word in words.split()
}
_DIGIT_MEANT = str.maketrans("oil", "011")
SPOKEN = 7  # digits: fewer, said one by one, are no telephone number


@dataclass(frozen=True)
class _Run:
    """Digits without anything between; `plus` says that a country code begins here."""

    digits: str
    plus: bool


@dataclass
class _Found:
    """The numbers of a text in order, and whether something about them wants asking."""

    numbers: list[str]
    doubtful: bool = False


def _prepared(text: str) -> str:
    plain = "".join("-" if unicodedata.category(c) == "Pd" else c for c in fold_letters(text.replace("؛", ";")))
    plain = plain.replace("−", "-").replace("%20", " ").replace("%2b", "+")
    return _PLUS_AFTER.sub(r"+\1 ", _SCHEME.sub("", _LINK.sub("+", plain)))


@lru_cache(maxsize=32)  # one turn asks again and again
def _e164(digits: str, plus: bool, country: str) -> tuple[str, bool]:
    """The valid number that the digits are, "" for none; and whether it may as well be something else."""
    import phonenumbers

    if not 7 <= len(digits) <= LONGEST_NUMBER:
        return "", False
    if plus or digits.startswith("00"):
        digits, plus = digits.lstrip("0"), True
    try:
        number = phonenumbers.parse(f"+{digits}" if plus else digits, country)
    except phonenumbers.NumberParseException:
        return "", False
    if not phonenumbers.is_valid_number(number):
        return ("", False) if plus else _abroad(digits, country)
    shown = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return shown, _HALF_A_MOBILE.fullmatch(shown) is not None or _is_weak(digits, plus, country, shown)


def _is_weak(digits: str, plus: bool, country: str, shown: str) -> bool:
    """A line of Egypt without its 0: eight digits are as well one of Kuwait."""
    bare = not plus and country == "EG" and shown == f"+20{digits}" and len(digits) < 10
    return bare and re.match(r"57|13|\d{8}$", digits) is not None


def _abroad(digits: str, country: str) -> tuple[str, bool]:
    """A mobile number with the other country's code and no plus."""
    for home, code in CODES.items():
        if home != country and digits.startswith(code) and (found := _mobile(digits, home)):
            return found, False
    return "", False


def _mobile(digits: str, country: str) -> str:
    import phonenumbers

    number = phonenumbers.parse(digits, country)
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) != 1:
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _runs(chunk: str) -> list[_Run]:
    runs = [_Run(digits, bool(plus)) for plus, digits in _RUN.findall(chunk)]
    if chunk.rstrip(" )]").endswith("+") and not any(run.plus for run in runs):  # typed from right to left
        runs[0] = _Run(runs[0].digits, True)
    return runs


def _in_chunk(chunk: str, country: str) -> _Found:
    """The numbers of a stretch of digits: as one if it is one, else group after group."""
    runs = _runs(chunk)
    found, left_over, place = _Found([]), 0, 0
    while place < len(runs):
        size, number, weak = _longest(runs[place : place + MOST_RUNS], country)
        if number:
            found.numbers += [number, *_after_a_place(runs[place : place + size], number, country)]
            found.doubtful |= weak
        elif found.numbers or len(runs[place].digits) > 2:  # «1. 0100…» only counts
            left_over += len(runs[place].digits)
        place += size
    found.doubtful |= bool(found.numbers) and left_over > 0
    found.doubtful |= not found.numbers and 7 <= left_over <= 13
    found.doubtful |= len(found.numbers) > MOST_NUMBERS
    found.doubtful |= _DAY.fullmatch(chunk.strip()) is not None
    return found


def _after_a_place(runs: list[_Run], number: str, country: str) -> list[str]:
    """The other number that «1- 03 …» may be, where the first digits only count."""
    counting = len(runs) > 1 and len(runs[0].digits) <= 2 and not runs[0].digits.startswith("0")
    if not counting or not runs[1].digits.startswith("0"):
        return []
    other, _ = _e164("".join(run.digits for run in runs[1:]), False, country)
    return [other] if other and other != number else []


def _longest(runs: list[_Run], country: str) -> tuple[int, str, bool]:
    """How many of the runs make the longest number from the first on, and that number; 1 and "" for none."""
    whole = next((place for place in range(1, len(runs)) if runs[place].plus), len(runs))
    for size in range(whole, 0, -1):
        number, weak = _e164("".join(run.digits for run in runs[:size]), runs[0].plus, country)
        if number:
            return size, number, weak
    return 1, "", False


def read_phone(text: str, country: str) -> Reading[str]:
    """The one valid number in the text, in E.164; unsure when there are two or it is not quite one, else blank.

    `country` is EG or KW: the number's home when it carries no country code. `ask` is «phone_which» between two,
    «phone_confirm» for one that is likely.
    """
    if len(text) > LONGEST:
        return Reading()
    plain = _prepared(text)
    if not any(c.isdigit() for c in plain):
        plain = _spoken(plain)
    found = _all_in(plain, country)
    unique = tuple(dict.fromkeys(found.numbers))
    if len(unique) > 1:
        return Reading(unique[0], False, "phone_which", unique[:3])
    if unique:
        sure = not found.doubtful and not _denied(plain)
        return Reading(unique[0], True) if sure else Reading(unique[0], False, "phone_confirm", unique)
    likely = _likely(plain, country)
    return Reading(likely, False, "phone_confirm", (likely,)) if likely else Reading()


def _all_in(plain: str, country: str) -> _Found:
    found = _Found([])
    for chunk in _CHUNK.findall(plain):
        here = _in_chunk(chunk, country)
        found.numbers += here.numbers
        found.doubtful |= here.doubtful
    return found


def _denied(plain: str) -> bool:
    words = fold(re.sub(r"\d[\d\s-]*", " 0 ", plain)).split()
    before = words[: words.index("0")] if "0" in words else words
    return bool(_NO_LONGER.intersection(words)) or bool(before and before[-1] in _NOT_THIS)


def _spoken(plain: str) -> str:
    """«صفر واحد صفر …» in digits; as it was where it is anything else."""
    words = [word.removeprefix("و") if word.removeprefix("و") in _DIGIT_WORDS else word for word in fold(plain).split()]
    said = [_DIGIT_WORDS.get(word, "") for word in words]
    return "".join(said) if sum(map(bool, said)) >= SPOKEN else plain


def _likely(plain: str, country: str) -> str:
    """The one number that was probably meant, "" for none: letters for digits, a zero too few, the other country's."""
    mended = _LIKE_DIGITS.sub(lambda found: found[0].translate(_DIGIT_MEANT), plain)
    if mended != plain and len(found := set(_all_in(mended, country).numbers)) == 1:
        return found.pop()
    runs = [_runs(chunk) for chunk in _CHUNK.findall(plain)]
    digits = [whole for each in runs if 7 <= len(whole := "".join(run.digits for run in each)) <= LONGEST_NUMBER]
    if len(digits) != 1:
        return ""
    other = next(home for home in CODES if home != country) if country in CODES else "EG"
    spellings = [(f"0{digits[0]}", False, country), (digits[0].lstrip("0"), True, country)]
    if other != "EG" or digits[0].startswith(("0", "1")):  # a line of Egypt abroad has its 0: else a digit too many
        spellings.append((digits[0], False, other))
    found = {number for spelling in spellings if (number := _e164(*spelling)[0])}
    return found.pop() if len(found) == 1 else ""
