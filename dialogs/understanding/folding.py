"""One spelling for the many ways a word is typed: the folding that every reader and every stored look-up key uses."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

OF_ONE_TURN = 16  # texts remembered: the readers of one turn all fold the same few words, and no turn those of another
FOLDING_VERSION = 2  # stored blind indexes carry it: raise it with any change of what `fold` returns

# Before compatibility forms are resolved: theirs would part a word in two, or they have none.
_WHOLE = {
    **dict.fromkeys((*range(64606, 64612), *range(65136, 65152)), ""),  # vowel signs that stand alone
    **dict.fromkeys((0x115F, 0x1160, 0x3164, 0xFFA0), " "),  # Hangul fillers: blank, and letters to Unicode
    0xFDFD: " بسم الله الرحمن الرحيم ",
}

# ء is left out, as it is in half of what people type (شي، ما، مسا); above and below a letter it is a mark and goes
# with the marks: أ إ آ are ا, ؤ is و, ئ is ي.
_LETTERS = str.maketrans(
    {
        **dict.fromkeys("ٱٲٳ", "ا"),
        **dict.fromkeys("ىیېےۍێؽؾؿ", "ي"),
        **dict.fromkeys("ةۃہھەۿ", "ه"),
        **dict.fromkeys("کڪگګڬڭڮݣڰڱڳ", "ك"),  # Persian, Kurdish, and what chat names are decorated with
        **dict.fromkeys("چڃڄڇڿ", "ج"),
        **dict.fromkeys("ڤڡڢ", "ف"),
        **dict.fromkeys("ڨٯڧ", "ق"),
        **dict.fromkeys("ۆۇۈۉۋۅۄۊۏ", "و"),
        **dict.fromkeys("ڕڑړڒڔ", "ر"),
        **dict.fromkeys("ںڼڹڻ", "ن"),
        **dict.fromkeys("پٻڀٮ", "ب"),
        **dict.fromkeys("ٹٺټٽٿ", "ت"),
        **dict.fromkeys("ڈډڊ", "د"),
        **dict.fromkeys("ښڛ", "س"),
        "ڜ": "ش",
        "ژ": "ز",
        "ڵ": "ل",
        **dict.fromkeys("ءٴـۥۦࣉ", ""),  # the hamza on the line, tatweel, and the small letters of the Quran
    }
)
_LETTER_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_NEITHER_LETTER_NOR_DIGIT = re.compile(r"[\W_]")
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
    if text.isascii():
        printed = text if text.isprintable() else "".join(c if c.isprintable() else " " for c in text)
        return " ".join(printed.lower().split())
    decomposed = unicodedata.normalize("NFKD", text.translate(_WHOLE))
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
    words = _NEITHER_LETTER_NOR_DIGIT.sub(" ", letters)
    return " ".join(_LETTER_REPEATED.sub(r"\1", words).split())


_folded_lately = lru_cache(maxsize=64)(_folded)  # every reader of one turn folds the same message; more is not kept
