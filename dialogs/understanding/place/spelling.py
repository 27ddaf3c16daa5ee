"""Places whose name is spelled nearly like the words, or holds them: to be asked about, never sure."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.intent.reader import read_intent
from dialogs.understanding.place.asking import Asked, reading_of
from dialogs.understanding.place.gazetteer import ASKED, RANKS
from dialogs.understanding.place.words import AROUND, DETAILS, ELSEWHERE, KIND_OF, SMALL, STREETS, is_number
from dialogs.understanding.reading import Reading

_MOST_SPELLED = 6  # words of a name with what it belongs to
_VERY_LIKE = 88  # from here on a spelling needs no other explanation
_LESS = 4  # a name that needs its parent's to be found is less likely than one that is like all the words
_MOST_PARENT = 3
_CLOSE = 15  # how much less like the words than the best a candidate may be, of 100


def spelled_nearly(text: str, words: list[str], asked: Asked) -> Reading[str]:
    """Places with a name spelled nearly so, or holding the words: never sure."""
    kept = [word for word in words if word not in AROUND]
    plain = [word for word in kept if word not in KIND_OF]
    if not any(word not in DETAILS and not is_number(word) for word in plain) or len(plain) > _MOST_SPELLED:
        return Reading()
    if not ELSEWHERE.isdisjoint(words) or means_something_else(text):
        return Reading()
    gazetteer = asked.gazetteer
    holding = [number for number in gazetteer.holding(plain) if asked.allows(number)]
    if holding:
        return reading_of(holding, asked, sure=False)
    found = gazetteer.near(plain, asked.within)
    if len(plain) > 1 and (not found or found[0][0] < _VERY_LIKE):
        found = _merged(found, _beside_parent(plain, asked))
    if not found and len(plain) > 1 and (kept[0] in KIND_OF or kept[0] in SMALL):
        return reading_of(_parents(plain[-1:], asked), asked, sure=False)  # a hamlet we do not know, of a place we do
    if not found and len(plain) == 2 and STREETS.isdisjoint(plain):
        return reading_of([*_named_by(plain[:1], asked), *_named_by(plain[1:], asked)], asked, sure=False)
    if not found and len(plain) == 1:
        found = [each for each in gazetteer.holding_nearly(plain[0]) if asked.allows(each[1])]
    close = [number for likeness, number in found if likeness >= found[0][0] - _CLOSE]
    return reading_of(close, asked, sure=False, ranked=True)


def _merged(some: Sequence[tuple[float, int]], others: Sequence[tuple[float, int]]) -> list[tuple[float, int]]:
    best = {number: likeness for likeness, number in reversed(others)}
    for likeness, number in some:
        best[number] = max(likeness, best.get(number, 0))
    return sorted(((likeness, number) for number, likeness in best.items()), key=lambda pair: -pair[0])


def _beside_parent(words: list[str], asked: Asked) -> list[tuple[float, int]]:
    """Places spelled nearly like some of the words, inside what the others name or nearly name."""
    gazetteer = asked.gazetteer
    parts = [
        part
        for size in range(min(_MOST_PARENT, len(words) - 1), 0, -1)
        for part in ((words[-size:], words[:-size]), (words[:size], words[size:]))
    ]
    found: list[tuple[float, int]] = []
    for named, rest in parts:
        for parent in _parents(named, asked):
            found = _merged(found, gazetteer.near(rest, parent))
    if not found:
        for named, rest in parts:
            larger = gazetteer.near_larger(named)
            if larger is not None and asked.allows(larger):
                found = _merged(found, gazetteer.near(rest, larger))
    return [(likeness - _LESS, number) for likeness, number in found]


def _named_by(words: list[str], asked: Asked) -> list[int]:
    return [number for number, how in asked.gazetteer.hits(words) if how != ASKED and asked.allows(number)]


def _parents(words: list[str], asked: Asked) -> list[int]:
    """The larger places that the words name."""
    hits = _named_by(words, asked)
    return [n for n in hits if RANKS.get(asked.gazetteer.entries[n].level, 2) < RANKS["village"]][:_MOST_PARENT]


def means_something_else(text: str) -> bool:
    """True for a greeting, a command, a yes or a no."""
    return not read_intent(text).blank
