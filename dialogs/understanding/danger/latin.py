"""Danger told in Arabic words with Latin letters: «gozy byedrabny», «y6gni», «msh fe aman», «3ayza amoot»."""

from __future__ import annotations

import re

from dialogs.understanding.danger.calm import NOT_AFRAID, ORDINARY
from dialogs.understanding.danger.words import FEAR
from dialogs.understanding.keys import spoken

# Consonants only, since vowels are written as everyone likes: «bydrabny», «beyedrabni» are bdrbn.
_HARM = re.compile(
    r"[bh]?(?:[dt]rbn|hddn|mwtn|[2k]tln|trdn|trdnn|[dt]?b7n|5nkn|5n2n|3zbn|tgn|tkn|7bsn|t7rsh|5tfn|8tsbn)|[bhmn]?nt7r|"
    r"nthr|hnthr|l7[2k]n|lh[2k]n|n[2k]zn|ndjn|ngdn"
)
_VOWELS = str.maketrans("", "", "aiu")
_WANTS = frozenset(
    {"3aiz", "3aiza", "3auz", "3auza", "3iz", "abi", "abga", "ab8a", "nafsi", "nifsi", "bidi", "badi", "widi", "wdi"}
)
_DYING = frozenset({"amut", "amt", "mut", "amwt"})
_NOT = frozenset({"msh", "mish", "mash", "mu", "mub", "m", "ma", "mush"})
_PEOPLE_OF_SELF = frozenset({"nafsi", "nifsi", "ru7i", "7ali"})
_SELF = re.compile(r"[bh]?n?7r|[bh]?(?:mwt|[2k]tl|db7|7r[2k]|jr7|3wr)")


def tells_in_latin_letters(plain: str) -> bool:
    """True when the folded words, in Latin letters, may tell of danger; those that follow a «not» do not."""
    words = [spoken(word) for word in plain.split()]
    for at, word in enumerate(words):
        before, after = words[at - 1] if at else "", words[at + 1 : at + 6]
        negated = before in _NOT
        consonants = word.translate(_VOWELS)
        if len(consonants) > 2 and _HARM.fullmatch(consonants) and not negated:
            return True
        if word in _DYING and before in _WANTS and not (at > 1 and words[at - 2] in _NOT):
            return True
        if word in {"a3ish", "3ish"} and (before in _NOT or (at > 1 and words[at - 2] in _NOT)):
            return True
        if word == "aman" and any(one in _NOT for one in words[max(0, at - 2) : at]):
            return True
        if word in _PEOPLE_OF_SELF and _SELF.fullmatch(before.translate(_VOWELS)):
            return True
        if word in FEAR and not negated and before not in NOT_AFRAID:
            return not any(stem in one for one in after for stem in ORDINARY)
        if word in {"shari3", "share3", "shar3"} and any(
            one in {"bnam", "naimin", "binam", "naim", "bninam"} for one in words[:at]
        ):
            return True
    return False
