"""Searching a long list by what was typed: labels that start with it, then a whole word, a part, a near spelling."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding import ChoiceWords, fold

SHOWN = 9
LONGEST = 120  # characters: no label is searched by more
NEAR_FROM = 3  # letters below which any word is near another
NEAR = 75  # of 100: two letters of eight mistyped are still found
_STARTS, _WORD, _PART, _NONE = range(4)


def _bare(key: str) -> str:
    """The key with the article taken off its words."""
    return " ".join(word[2:] if word.startswith("ال") and len(word) > 3 else word for word in key.split())


def _rank(key: str, bare: str, spelling: str) -> int:
    if spelling.startswith(key):
        return _STARTS
    if f" {key} " in f" {spelling} ":
        return _WORD
    plain = _bare(spelling)
    if plain.startswith(bare):
        return _STARTS
    if key in spelling or bare in plain or all(word in plain for word in bare.split()):
        return _PART
    return _NONE


def _near(key: str, spelling: str) -> bool:
    from rapidfuzz.fuzz import ratio

    return ratio(key, spelling) >= NEAR or any(ratio(key, word) >= NEAR for word in spelling.split())


def search(words: str, options: Sequence[ChoiceWords]) -> tuple[str, ...]:
    """The names found, best first; empty when nothing is like it. What is found is offered, never taken."""
    found = search_parts(words, options)
    key = fold(words) if len(words) <= LONGEST else ""
    if found or len(key) < NEAR_FROM:
        return found
    return tuple(one.name for one in options if any(_near(key, s) for s in one.spellings()))


def search_parts(words: str, options: Sequence[ChoiceWords]) -> tuple[str, ...]:
    """The names of which the words are a part, letter for letter, best first."""
    key = fold(words) if len(words) <= LONGEST else ""
    if len(key.replace(" ", "")) < 2:
        return ()
    bare = _bare(key)
    ranked = [(min((_rank(key, bare, s) for s in one.spellings()), default=_NONE), one) for one in options]
    hits = [(rank, len(one.label), one.name) for rank, one in ranked if rank < _NONE]
    return tuple(name for _, _, name in sorted(hits, key=lambda hit: hit[:2]))
