"""Known phrases within a message: which intent a run of words has, and what else may stand beside it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from dialogs.understanding.folding import fold
from dialogs.understanding.intent.answers import ANSWERS
from dialogs.understanding.intent.asks import ASKED
from dialogs.understanding.intent.commands import COMMANDED
from dialogs.understanding.intent.words import (
    ADDRESSED,
    AMBIGUOUS,
    COURTESIES,
    MERE_WORDS,
    NO_PARTICLES,
    PASSING,
    PHRASES,
    SELVES,
    TITLES,
    WANTS,
    YES_PARTICLES,
)
from dialogs.understanding.keys import bare, expand, is_latin, spoken, tight

_MOST_WORDS = 14
_LONGEST_PHRASE = 7  # words
_SETS = {
    "courtesy": (*MERE_WORDS, *COURTESIES),
    "self": SELVES,
    "want": WANTS,
    "yes": YES_PARTICLES,
    "no": NO_PARTICLES,
    "addressed": ADDRESSED,
    "title": TITLES,
    "ambiguous": AMBIGUOUS,
    "passing": PASSING,
}


@dataclass(frozen=True)
class Part:
    """A run of the message's words and what it is: an intent, or «courtesy», «self», «want»."""

    kind: str
    key: str


@cache
def words_of_kind(kind: str) -> frozenset[str]:
    """The keys of one kind: «courtesy», «self», «want», «yes» and «no» (the particles), «addressed», «ambiguous» …"""
    return frozenset(tight(fold(word.replace("_", " "))) for word in _SETS[kind])


@cache
def _table() -> dict[str, str]:
    """Every phrase under its key."""
    table: dict[str, str] = {}
    literal = [(intent, (row,)) for intent, row in PHRASES.items()]
    for intent, rows in [*literal, *ANSWERS.items(), *COMMANDED.items(), *ASKED.items()]:
        for row in rows:
            for key in expand(row):
                table.setdefault(key, intent)
    for phrase in words_of_kind("ambiguous"):
        table.pop(phrase, None)
    return table


@cache
def complaints() -> frozenset[str]:
    """The keys of complaints, which need a person also where somebody says that they want to make one."""
    return frozenset(key for row in ASKED["human"] for key in expand(row))


@cache
def _by_sound() -> dict[str, str]:
    """The phrases in Latin letters by sound; a sound that two intents share is left out."""
    heard: dict[str, set[str]] = {}
    for intent, rows in [*ANSWERS.items(), *COMMANDED.items()]:
        for row in filter(str.isascii, rows):
            for key in expand(row, spoken):
                heard.setdefault(key, set()).add(intent)
                heard.setdefault(bare(key), set()).add(intent)
    return {key: next(iter(intents)) for key, intents in heard.items() if key and len(intents) == 1}


def intent_of(key: str, close: str = "") -> str | None:
    """The intent that the folded words have as a whole phrase; `close` is their `tight` key where it is known."""
    intent = _table().get(close or tight(key))
    if intent is None and is_latin(key):
        sound, heard = spoken(key), _by_sound()
        intent = heard.get(sound) or heard.get(bare(sound))
    return intent


def part_of(words: list[str]) -> Part | None:
    """What the folded words are when they are one phrase; None when they are none that is known."""
    key = " ".join(words)
    close = tight(key)
    for kind in ("courtesy", "self"):
        if close in words_of_kind(kind):
            return Part(kind, close)
    intent = intent_of(key, close)
    if intent:
        return Part(intent, close)
    return Part("want", close) if close in words_of_kind("want") else None


def parts_of(words: list[str]) -> list[Part] | None:
    """The message as the fewest known phrases that leave no word over; None when there are none."""
    if len(words) > _MOST_WORDS:
        return None
    best: list[list[Part] | None] = [[], *([None] * len(words))]
    for end in range(1, len(words) + 1):
        for start in range(max(0, end - _LONGEST_PHRASE), end):
            before, known = best[start], best[end]
            if before is None or (known is not None and len(before) + 1 >= len(known)):
                continue
            part = part_of(words[start:end])
            if part is not None:
                best[end] = [*before, part]
    return best[-1]


def without_address(words: list[str]) -> list[str]:
    """The words without «يا …» at either end: whoever is spoken to says nothing of what is meant."""
    named, moaned = words_of_kind("addressed"), words[0] in {"اه", "اخ", "اوه", "ah"}
    while len(words) > 1 and words[0] in {"يا", "ya"} and words[1] not in {"ريت", "reet"}:
        words = words[3 if len(words) > 3 and words[1] in named else 2 :]
    for at in range(1, len(words) - 1):
        if words[at] in {"يا", "ya"} and len(words) - at - 1 <= (2 if words[at + 1] in named else 1):
            known = words[at + 1] in named or words[at + 1] in words_of_kind("title")
            return words[:at] if known or not moaned else words
    return words


def without_courtesies(words: list[str]) -> list[str]:
    """The words between greetings, thanks, courtesies and a leading yes or no."""
    left, polite = list(words), {"courtesy", "thanks", "greeting"}
    for size in range(min(6, len(left) - 1), 0, -1):
        part = part_of(left[:size])
        if part and (part.kind in polite or part.key in words_of_kind("yes")):
            left = left[size:]
            break
    for size in range(min(6, len(left) - 1), 0, -1):
        part = part_of(left[-size:])
        if part and part.kind in polite:
            left = left[:-size]
            break
    return left
