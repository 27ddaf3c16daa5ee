"""A number's own words taken out of those around it: «احنا … في البيت», «عمري … سنة», a currency, a courtesy."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import Literal

from dialogs.understanding.number import phrases
from dialogs.understanding.number.spoken import words_in
from dialogs.understanding.number.words import dialect_key

Said = Literal["idle", "unit", "part_unit", "doubtful", "flourish", "percent"]
Words = tuple[str, ...]
_APART = "0"  # a word between phrases, so that all of them are folded at once
_LONGEST = 4  # words of a phrase


@dataclass(frozen=True)
class Setting:
    """The words of a number, and what those around it say of it.

    `unit` are the words of its unit; `before_unit` its words with the unit still behind them.
    """

    words: Words
    said: frozenset[Said]
    whole: Words


def _keys(text: str) -> list[str]:
    words = dialect_key(text.replace("\n", "|").replace("|", f" {_APART} ")).split()
    return [" ".join(run) for apart, run in groupby(words, _APART.__eq__) if not apart]


def _phrases(*kinds: tuple[str, Said]) -> dict[Words, Said]:
    return {tuple(key.split()): said for text, said in kinds for key in _keys(text)}


BEFORE = _phrases((phrases.BEFORE, "idle"), (phrases.UNIT_BEFORE, "unit"), (phrases.DOUBTFUL, "doubtful"))
UNITS = _phrases((phrases.UNIT, "unit"), (phrases.PART_UNIT, "part_unit"))
AFTER = UNITS | _phrases(
    (phrases.AFTER, "idle"),
    (phrases.DOUBTFUL, "doubtful"),
    (phrases.FLOURISH, "flourish"),
    (phrases.PERCENT, "percent"),
    (phrases.OUT_OF, "doubtful"),
)
PAIRS = _phrases((phrases.PAIRS, "unit"), (phrases.PART_PAIRS, "part_unit"))
SINGULARS = frozenset(_keys(phrases.SINGULARS))
_FIRST_WORDS = frozenset(phrase[0] for phrase in BEFORE)
_LAST_WORDS = frozenset(phrase[-1] for phrase in AFTER)


def _leading(words: Words) -> int:
    """How many words at the start are said before a number; 0 when the number may begin at once."""
    if words[0] not in _FIRST_WORDS:
        return 0
    size = next((size for size in range(min(_LONGEST, len(words) - 1), 0, -1) if words[:size] in BEFORE), 0)
    is_unit = size and BEFORE[words[:size]] == "unit"
    return 0 if is_unit and not words[size][0].isdecimal() else size  # «KD 200»; but «دينار ونص»


def _trailing(words: Words) -> int:
    if words[-1] not in _LAST_WORDS:
        return 0
    return next((size for size in range(min(_LONGEST, len(words) - 1), 0, -1) if words[-size:] in AFTER), 0)


def _for(words: Words) -> Words:
    """«بخمسين جنيه»: fifty, without the particle of a price."""
    first = words[0]
    price = len(words) > 1 and len(first) > 2 and first.startswith("ب") and not words_in(first)
    return (first[1:], *words[1:]) if price and words_in(first[1:]) else words


def set_apart(words: Words) -> Setting:
    """The number's own words; a text of none but such words keeps one of them."""
    said: set[Said] = set()
    while len(words) > 1 and (size := _leading(words)):
        said.add(BEFORE[words[:size]])
        words = words[size:]
    words = whole = _for(words)
    while len(words) > 1 and (size := _trailing(words)):
        what = AFTER[words[-size:]]
        said.add(what)
        words = words[:-size]
        if what in {"idle", "flourish", "doubtful"} and len(whole) - size == len(words):
            whole = words
    return Setting(words, frozenset(said), whole)
