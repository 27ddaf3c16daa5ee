"""Which language somebody chose, by its name in either, or by how they write."""

from __future__ import annotations

import re

from dialogs.understanding.folding import fold
from dialogs.understanding.intent.reader import read_intent

_NAMES = {
    "ar": frozenset(
        map(
            fold,
            "العربية|عربي|عربى|العربي|بالعربي|عربيه|arabic|arabi|araby|3arabi|3araby|3rabi|ar|bel3araby".split("|"),
        )
    ),
    "en": frozenset(
        map(
            fold,
            "English|انجليزي|انجليزية|الانجليزية|إنجليزي|انكليزي|انقليزي|بالانجليزي|english|inglish|en|eng|inglizi".split(
                "|"
            ),
        )
    ),
}
_ARABIC_LETTER = re.compile("[\u0621-\u064a]")
_FRANCO = re.compile(r"(?<![\w])(?:[a-z]+[23567][a-z]*|[23567][a-z]{2,})(?![\w])")
_ENGLISH_TOO = frozenset("yes no ok okay yep yeah nope sure hi hello hey thanks please stop help".split())


def read_language(text: str) -> str:
    """`ar` or `en`, "" where neither is plain. Arabic letters are Arabic, and so is Arabic in Latin letters."""
    key = fold(text)
    words = key.split()
    for code, names in _NAMES.items():
        if key in names or (len(words) <= 3 and not names.isdisjoint(words)):
            return code
    if _ARABIC_LETTER.search(text):
        return "ar"
    if _FRANCO.search(key):
        return "ar"
    said = read_intent(text)
    return "ar" if said.sure and said.value and _ENGLISH_TOO.isdisjoint(words) and not _is_english(key) else ""


def _is_english(key: str) -> bool:
    return bool(
        re.search(r"\b(?:the|i|my|to|want|a|is|you|not|apply|agree|continue|application|menu|back|skip)\b", key)
    )
