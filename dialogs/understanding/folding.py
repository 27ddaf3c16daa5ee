"""One spelling for the many ways a word is typed: the folding that every reader and every stored look-up key uses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

OF_ONE_TURN = 16  # texts remembered: the readers of one turn all fold the same few words, and no turn those of another
FOLDING_VERSION = 1  # stored blind indexes carry it: raise it with any change of what `fold` returns

_LETTERS = str.maketrans(
    {
        "ٱ": "ا",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ے": "ي",
        "ۍ": "ي",
        "ة": "ه",
        "ۃ": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ە": "ه",
        "ک": "ك",
        "ڪ": "ك",
        "گ": "ك",
        "چ": "ج",
        "پ": "ب",
        "ڤ": "ف",
        "ژ": "ز",
        "ۆ": "و",
        "ء": "",
        "ـ": "",
    }
)
_LETTER_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_SHORT = 200  # characters
_DROPPED = frozenset({"Cf", "Mn", "Me"})  # bidi and zero-width controls, vowel signs and hamza marks, keycaps


def _plain(character: str) -> str:
    category = unicodedata.category(character)
    if category in _DROPPED:
        return ""
    if category == "Nd":
        return str(unicodedata.digit(character))
    if category in {"Cc", "Cs", "Co"} or category[0] == "Z":
        return " "
    return character


@lru_cache(maxsize=4096)
def _plain_cached(character: str) -> str:
    return _plain(character)


@lru_cache(maxsize=OF_ONE_TURN)
def fold_letters(text: str) -> str:
    """The text with letters, digits and spaces folded but punctuation kept, lower case, trimmed.

    Compatibility forms are resolved (ﷲ, ﻻ, full width), every digit is ASCII, marks and invisible controls are gone.
    """
    decomposed = unicodedata.normalize("NFKD", text)  # أ إ آ ؤ ئ fall apart into a letter and a mark that is dropped
    plain = "".join(map(_plain_cached, decomposed)).translate(_LETTERS)
    return " ".join(plain.lower().split())


@lru_cache(maxsize=OF_ONE_TURN)
def fold(text: str) -> str:
    """The key under which two spellings of the same words are equal: words of letters and digits, one space between.

    Punctuation and emoji part words; a letter written three times or more counts once. Version `FOLDING_VERSION`.
    """
    return _folded_lately(text) if len(text) <= _SHORT else _folded(text)


def _folded(text: str) -> str:
    letters = fold_letters(text)
    words = "".join(character if character.isalnum() else " " for character in letters)
    return " ".join(_LETTER_REPEATED.sub(r"\1", words).split())


_folded_lately = lru_cache(maxsize=64)(_folded)  # every reader of one turn folds the same message; more is not kept


def fold_latin(word: str) -> str:
    """A key for Arabic written in Latin letters, where vowels vary: «talateen», «tlatin» differ only in `a`."""
    key = word.lower().replace("kh", "5").replace("th", "t").replace("e", "i").replace("o", "u")
    return re.sub(r"(.)\1+", r"\1", key)
