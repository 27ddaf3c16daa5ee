"""Many patterns looked for at once: at each word only those that begin as it does are tried."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Mapping
from typing import Generic, TypeVar

from dialogs.understanding.danger.openings import LETTERS, alternatives, openings_of

M = TypeVar("M", bound=Hashable)
_BESIDE = frozenset("وف")  # «and», «so»: written together with the word that follows


class Watch(Generic[M]):
    """Lists of patterns over folded words, each under its mark.

    A pattern is looked for as whole words, with «و» or «ف» before them or without.
    """

    def __init__(self, lists: Mapping[M, Iterable[str]]) -> None:
        tables: dict[int, dict[str, list[tuple[re.Pattern[str], M]]]] = defaultdict(lambda: defaultdict(list))
        for mark, patterns in lists.items():
            for one in (one for pattern in patterns for one in alternatives(pattern)):
                compiled = re.compile(f"(?:{one})(?!\\w)")
                for opening in openings_of(one):
                    tables[len(opening)][opening].append((compiled, mark))
        self._tables = tuple(
            (length, {opening: tuple(found) for opening, found in table.items()}) for length, table in tables.items()
        )

    def seen(self, text: str) -> frozenset[M]:
        """The marks of what is in the text, whose words are parted by one blank."""
        marks: set[M] = set()
        padded = text + " " * LETTERS
        at = 0
        for word in text.split(" "):
            for start in (at, at + 1) if word[:1] in _BESIDE else (at,):
                for length, table in self._tables:
                    for pattern, mark in table.get(padded[start : start + length], ()):
                        if mark not in marks and pattern.match(text, start):
                            marks.add(mark)
            at += len(word) + 1
        return frozenset(marks)
