"""Under which keys a phrase is found, however its words are spelt, joined or written in Latin letters."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from dialogs.understanding.folding import fold_letters

SAME_SOUND = str.maketrans("ظذث", "ضدت")  # «موضف», «هدا», «تاني»: typed as they are spoken
_DOUBLED = re.compile(r"(\w)\1+")
_PLURAL = re.compile(r"وا(?!\w)")
_NO_WORD = re.compile(r"[^\w ()/|]|_")
_LATIN_LETTERS = str.maketrans({"e": "i", "o": "u", "y": "i", "6": "t", "8": "k", "9": "k", "q": "k"})
_VOWELS = str.maketrans("", "", "aiu")
_LATIN = re.compile(r"[a-z0-9 ]*[a-z][a-z0-9 ]*")
_LATIN_PAIRS = (("kh", "5"), ("gh", "8"), ("th", "t"), ("dh", "d"), ("ch", "sh"), ("ou", "u"), ("ee", "i"))
_LAST_H = re.compile(r"(?<=\w[aiu])h(?!\w)")
_SHORTEST_BARE = 3  # letters, with a digit for a letter no other language has; fewer are too many words at once
_SHORTEST_PLAIN = 6  # letters without such a digit
_PARTS = re.compile(r"\(([^()]*)\)")


def tight(key: str) -> str:
    """The folded words without blanks and doubled letters: «ما فيش» and «مافيش», «ايووه» and «ايوه» are equal."""
    if "وا" in key:
        key = _PLURAL.sub("و", key)  # «بطلوا» and «بطلو»
    plain = key.replace(" ", "").translate(SAME_SOUND)
    return _DOUBLED.sub(r"\1", plain) if any(map(str.__eq__, plain, plain[1:])) else plain


def is_latin(key: str) -> bool:
    """True when the folded words are in Latin letters (and digits that stand for letters) throughout."""
    return _LATIN.fullmatch(key) is not None


def spoken(key: str) -> str:
    """Latin letters by sound: «aywah», «aiwa» and «aywaa» are one."""
    for pair, one in _LATIN_PAIRS:
        key = key.replace(pair, one)
    words = _LAST_H.sub("", _DOUBLED.sub(r"\1", key.translate(_LATIN_LETTERS)))
    return _DOUBLED.sub(r"\1", words.replace(" ", ""))


def bare(key: str) -> str:
    """What `spoken` returns without vowels but the first («msh 3aref», «mish 3arif»); "" where too little is left."""
    consonants = key[:1] + key[1:].translate(_VOWELS)
    enough = len(consonants) >= _SHORTEST_BARE and any(sign.isdigit() for sign in consonants)
    return consonants if enough or len(consonants) >= _SHORTEST_PLAIN else ""


def _joined(before: list[str], after: list[str]) -> list[str]:
    return [one + (two[1:] if one[-1:] == two[:1] else two) for one in before for two in after]


def expand(row: str, key_of: Callable[[str], str] = tight) -> Iterator[str]:
    """The keys of a row's phrases, which stand between bars, other wordings in brackets: «لا (اريد/نريد) شيئا».

    The row is folded and keyed as a whole, bars and brackets left standing: word by word would take far longer.
    """
    for phrase in key_of(_NO_WORD.sub(" ", fold_letters(row))).split("|"):
        keys = [""]
        for place, piece in enumerate(_PARTS.split(phrase)):
            if place % 2:
                keys = _joined(keys, piece.split("/"))
            elif piece:
                keys = _joined(keys, [piece.replace("/", "")])
        yield from (key for key in dict.fromkeys(keys) if key)
