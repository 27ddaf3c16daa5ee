"""Words of danger in everyday speech: violence, self-harm, a child at risk, a family put out tonight.

The bar is low on purpose and nothing is diagnosed: a false alarm costs one kind question, a missed one may cost a life.
"""

from __future__ import annotations

import re
from functools import cache

from dialogs.understanding.danger.calm import CALM, CALM_ENGLISH, NOT_AFRAID, ORDINARY
from dialogs.understanding.danger.latin import tells_in_latin_letters
from dialogs.understanding.danger.scenes import TOGETHER
from dialogs.understanding.danger.watching import Watch
from dialogs.understanding.danger.words import DANGER, ENGLISH, FEAR, THREATS, WHOLE_MESSAGE
from dialogs.understanding.folding import fold

LONGEST_READ = 4000  # characters
_AFTER_FEAR = 7  # words that say what is feared
_ARABIC = re.compile("[\u0621-\u064a]")
_LATIN = re.compile("[a-z]{2}")


def _any_of(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)[وف]?(?:" + "|".join(f"(?:{pattern})" for pattern in patterns) + r")(?!\w)")


@cache
def _arabic() -> tuple[re.Pattern[str], Watch[str]]:
    halves = {f"{half}{at}": (pair[half],) for at, pair in enumerate(TOGETHER) for half in (0, 1)}
    return _any_of(CALM), Watch({"danger": DANGER, **halves})


@cache
def _english() -> tuple[re.Pattern[str], Watch[str]]:
    return _any_of(CALM_ENGLISH), Watch({"danger": ENGLISH})


@cache
def _whole() -> tuple[re.Pattern[str], re.Pattern[str]]:
    return _any_of(WHOLE_MESSAGE), re.compile(THREATS)


def _afraid(words: list[str]) -> bool:
    """Fear of somebody, for one's life, or of nothing that was named; fear of an exam or of the cold is none."""
    if FEAR.isdisjoint(words):
        return False
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
    if _ARABIC.search(plain) and _tells(plain):
        return True
    return bool(_LATIN.search(plain)) and _tells_in_latin(plain)


def _tells(plain: str) -> bool:
    """Whether danger is told, and still is once what is calm was taken out; few messages come to the second look."""
    calm, watch = _arabic()

    def told(said: str) -> bool:
        seen = watch.seen(said)
        both = any(f"0{at}" in seen and f"1{at}" in seen for at in range(len(TOGETHER))) if seen else False
        return both or "danger" in seen or _afraid(said.split())

    return told(plain) and told(calm.sub(" | ", plain))


def _tells_in_latin(plain: str) -> bool:
    calm, watch = _english()

    def told(said: str) -> bool:
        return bool(watch.seen(said)) or _afraid(said.split()) or tells_in_latin_letters(said)

    return told(plain) and told(calm.sub(" | ", plain))
