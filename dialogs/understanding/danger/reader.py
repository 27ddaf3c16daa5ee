"""Words of danger in everyday speech: violence, self-harm, a child at risk, a family put out tonight.

The bar is low on purpose and nothing is diagnosed: a false alarm costs one kind question, a missed one may cost a life.
"""

from __future__ import annotations

import re
from functools import cache

from dialogs.understanding.danger.calm import CALM, CALM_ENGLISH, NOT_AFRAID, ORDINARY
from dialogs.understanding.danger.latin import tells_in_latin_letters
from dialogs.understanding.danger.scenes import TOGETHER
from dialogs.understanding.danger.words import DANGER, ENGLISH, FEAR, THREATS, WHOLE_MESSAGE
from dialogs.understanding.folding import fold

LONGEST_READ = 4000  # characters
_AFTER_FEAR = 7  # words that say what is feared
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN = re.compile("[a-z]{2}")


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)[وف]?(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + r")(?!\w)")


@cache
def _arabic() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any_of(CALM), _any_of(DANGER)


@cache
def _english() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any_of(CALM_ENGLISH), _any_of(ENGLISH)


@cache
def _whole() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any_of(WHOLE_MESSAGE), re.compile(THREATS)


@cache
def _together() -> tuple[tuple[re.Pattern[str], re.Pattern[str]], ...]:
    return tuple((_any_of((one,)), _any_of((other,))) for one, other in TOGETHER)


def _tells_together(plain: str) -> bool:
    """True when both halves of a scene are told, in whatever order."""
    return any(one.search(plain) and other.search(plain) for one, other in _together())


def _afraid(words: list[str]) -> bool:
    """Fear of somebody, for one's life, or of nothing that was named; fear of an exam or of the cold is none."""
    _, threat = _whole()
    for at, word in enumerate(words):
        if word not in FEAR or (at and words[at - 1] in NOT_AFRAID):
            continue
        feared = words[at + 1 : at + 1 + _AFTER_FEAR]
        if any(threat.fullmatch(one) for one in feared):
            return True
        if not any(stem in one for one in feared for stem in ORDINARY):
            return True
    return False


def read_danger(text: str) -> bool:
    """True when the words may tell of danger to the writer or a child, in any of our dialects."""
    plain = fold(text[:LONGEST_READ])
    if len(plain) < 3:
        return False
    if _whole()[0].fullmatch(plain):
        return True
    if _ARABIC.search(plain):
        calm, danger = _arabic()
        left = calm.sub(" | ", plain)
        if danger.search(left) or _tells_together(left) or _afraid(left.split()):
            return True
    if _LATIN.search(plain):
        calm, danger = _english()
        left = calm.sub(" | ", plain)
        return bool(danger.search(left)) or _afraid(left.split()) or tells_in_latin_letters(left)
    return False
