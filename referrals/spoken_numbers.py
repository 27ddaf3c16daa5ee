"""Numbers that a family can say and write: digits only, with a check digit, read back from every way of writing."""

from __future__ import annotations

import re
import unicodedata
from hashlib import blake2b
from typing import Literal

from referrals.digits import TO_ARABIC

Digits = Literal["arab", "latn"]

DAMM = (  # the totally antisymmetric quasigroup of order 10 of H. M. Damm, dissertation, Marburg 2004
    "0317598642",
    "7092154863",
    "4206871359",
    "1750983426",
    "6123045978",
    "3674209581",
    "5869720134",
    "8945362017",
    "9438617205",
    "2581436790",
)
SHORTEST = 4
LONGEST = 9  # enough for 90 million applications, and shorter than a mobile number of Egypt
SPOKEN_WHOLE = 4  # four digits are said in one breath; more are said in pairs
JOIN = "\u00a0"  # a no-break space: bidi class CS, so the pairs keep their order in a right-to-left line
ROUNDS = 8
SMALLEST_BODY = 3  # digits before the check digit of the first numbers

_BEFORE_A_NUMBER = """
رقم الرقم رقمي رقمه رقمها رقمنا برقم ورقم طلب الطلب طلبي طلبنا طلبكم موعد الموعد موعدي موعدنا موعدكم ميعاد ميعادي
number no nr num ref reference request application appointment
"""
_BESIDE_A_NUMBER = "هو هي هذا هذه من فضلكم لو سمحت سمحتم عندي معي my the is it's this please hello"
ANNOUNCING = frozenset(_BEFORE_A_NUMBER.split())
POLITE = frozenset(_BESIDE_A_NUMBER.split())
TASHKEEL = re.compile("[\u064b-\u0652\u0670\u0640]")
NUMBER = re.compile(
    r"(?P<letters>(?<![a-z])(?!no)[a-z]{2}(?=[\s\-]*\d))?(?P<run>[\s\-]*\d(?:[\s\-,]*\d)*)(?P<after>-[a-z]{2}(?![a-z]))?"
)


def with_check(n: int) -> str:
    """The digits of `n` followed by their Damm check digit, which catches every wrong digit and every swap of two."""
    if n < 0:
        raise ValueError(f"{n} is negative: a number that is said aloud starts at 0")
    return f"{n}{_damm(str(n))}"


def check(number: str) -> bool:
    """Whether plain Latin digits end in their right check digit."""
    return number.isascii() and number.isdigit() and len(number) > 1 and _damm(number) == 0


def read_back(text: str) -> str | None:
    """The number that was written, in Latin digits, or None when there is none, more than one, or a wrong one.

    Reads Arabic-Indic, Persian and full-width digits; spaces, dashes and commas between them; «رقم», «طلب» and
    the like before them; the console's way with letters and year (QN-26-4821), also turned round as a
    right-to-left line shows it. In a sentence of other words it counts only after a word such as «رقم».
    """
    folded = _fold(text)
    found = list(NUMBER.finditer(folded))
    if len(found) != 1:
        return None
    number = found[0]
    letters = bool(number["letters"] or number["after"])
    if not letters and not _announced(folded[: number.start()], folded[number.end() :]):
        return None
    groups = re.findall(r"\d+", number["run"])
    return next((each for each in _candidates(groups, letters=letters) if _is_ours(each)), None)


def shown(number: str, digits: Digits) -> str:
    """The number as it is shown: ٤٨٢١ whole, a longer one in pairs (٤٨ ٢١ ٠٣), three at the end where it is odd."""
    if len(number) <= SPOKEN_WHOLE:
        grouped = number
    else:
        pairs = [number[i : i + 2] for i in range(0, len(number) - len(number) % 2, 2)]
        pairs[-1] += number[len(number) - len(number) % 2 :]
        grouped = JOIN.join(pairs)
    return grouped.translate(TO_ARABIC) if digits == "arab" else grouped


def new_number(sequence: int, seed: str | bytes | int) -> str:
    """The number of the application counted `sequence`, from 0: four digits for 900 of them, five for the next 9,000.

    Different for every sequence under one seed, and not to be guessed from a neighbour's without the seed.
    """
    if sequence < 0:
        raise ValueError(f"{sequence} is negative: sequences count from 0")
    body = SMALLEST_BODY
    index = sequence
    while index >= (size := 9 * 10 ** (body - 1)):
        index -= size
        body += 1
    return with_check(10 ** (body - 1) + _scramble(index, body, seed))


def _damm(digits: str) -> int:
    interim = 0
    for digit in digits:
        interim = int(DAMM[interim][int(digit)])
    return interim


def _scramble(index: int, body: int, seed: str | bytes | int) -> int:
    """A keyed bijection of 0 .. 9*10^(body-1)-1: an unbalanced Feistel network on two mixed-radix halves (FE1)."""
    right_size = int(10 ** (body // 2))
    left_size = int(9 * 10 ** (body - 1)) // right_size
    key = seed if isinstance(seed, bytes) else str(seed).encode()
    left, right = divmod(index, right_size)
    for turn in range(ROUNDS):
        if turn % 2 == 0:
            left = (left + _noise(key, body, turn, right)) % left_size
        else:
            right = (right + _noise(key, body, turn, left)) % right_size
    return left * right_size + right


def _noise(key: bytes, body: int, turn: int, half: int) -> int:
    return int.from_bytes(blake2b(b"%d/%d/%d/%b" % (body, turn, half, key), digest_size=8).digest(), "big")


def _fold(text: str) -> str:
    """Latin digits, small letters, one kind of dash; no vowel signs, no invisible marks of direction."""
    out = []
    for sign in unicodedata.normalize("NFKC", text).lower():
        category = unicodedata.category(sign)
        if category == "Nd":
            out.append(str(unicodedata.decimal(sign)))
        elif category in ("Pd", "Pc") or sign == "−":
            out.append("-")
        elif category == "Zs":
            out.append(" ")
        elif category != "Cf":
            out.append("," if sign in "٬،٫" else sign)
    return TASHKEEL.sub("", "".join(out)).replace("أ", "ا").replace("إ", "ا")


def _announced(before: str, after: str) -> bool:
    """Whether the words around say that this is a number of ours: none but expected ones, or «رقم» right before."""
    words = re.findall(r"[^\W\d]+(?:'[^\W\d]+)?", before)
    others = [word for word in [*words, *re.findall(r"[^\W\d]+", after)] if word not in ANNOUNCING | POLITE]
    return not others or (bool(words) and words[-1] in ANNOUNCING)


def _candidates(groups: list[str], *, letters: bool) -> list[str]:
    whole = "".join(groups)
    if not letters or len(groups) < 2:
        return [whole]
    year_first = ["".join(groups[1:])] if len(groups[0]) == 2 else []
    year_last = ["".join(groups[:-1])] if len(groups[-1]) == 2 else []
    return [*year_first, *year_last, whole]


def _is_ours(number: str) -> bool:
    return SHORTEST <= len(number) <= LONGEST and not number.startswith("0") and check(number)
