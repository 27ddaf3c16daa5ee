"""Words of dates spelt as they are heard: «السلاساء», «اصبوع», with a letter's neighbour or the last one twice."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from dialogs.understanding.date.month_names import MONTHS
from dialogs.understanding.date.numbers import is_numeral
from dialogs.understanding.date.surroundings import APPROXIMATE, AROUND, HOW_MANY, PARTS_OF_DAY, VAGUE
from dialogs.understanding.date.weekday import AFTER_NEXT, BARE_WEEKDAYS, LAST, NEXT, THIS, WEEKDAYS
from dialogs.understanding.date.words import (
    AGO,
    AHEAD,
    COMMON_MARKS,
    CONNECTORS,
    DAY_WORDS,
    FROM_NOW,
    HIJRI_MARKS,
    MONTH_WORDS,
    NEAR_DAYS,
    PASSED,
    SINCE,
    SPANS,
    WITHIN,
    YEAR_WORDS,
)
from dialogs.understanding.folding import fold

_DOUBLED = re.compile(r"(.)\1")
LONG = 6  # letters of a word that is known again with one of them wrong
_OTHER_WORDS = frozenset(fold(w) for w in "الجامعة الجمعية الجماعة الثلاجة الساعة القاعدة الشارع المدرسة".split())
SHORTEST = 4  # letters: a shorter word is another word as easily
_HEARD_ALIKE = (  # what each of the letters is taken for
    str.maketrans("ثذظصط", "تدضست"),
    str.maketrans("ثذظصط", "سززست"),
    str.maketrans("ثذظضصط", "تدددست"),
    str.maketrans("ثذظضصط", "سزززست"),
)


def _of(phrases: Iterable[str]) -> set[str]:
    return {word for phrase in phrases for word in phrase.split()}


_DATED = _of(
    ("الاسبوع الشهر السنه العام", *WEEKDAYS, *NEXT, *LAST, *AFTER_NEXT, *NEAR_DAYS, *SPANS, *MONTHS, *PARTS_OF_DAY)
)
_KNOWN = (
    _DATED
    | _of(
        (*BARE_WEEKDAYS, *THIS, *AHEAD, *AGO, *SINCE, *WITHIN, *FROM_NOW, *PASSED, *CONNECTORS, *AROUND, *APPROXIMATE)
    )
    | _of((*DAY_WORDS, *MONTH_WORDS, *YEAR_WORDS, *HIJRI_MARKS, *COMMON_MARKS, *HOW_MANY, *VAGUE))
)


def _by_sound() -> tuple[dict[str, str], ...]:
    tables: list[dict[str, str]] = []
    for letters in _HEARD_ALIKE:
        table: dict[str, str] = {}
        for word in sorted(word for word in _DATED if len(word) >= SHORTEST and not word.isascii()):
            table.setdefault(word.translate(letters), word)
        tables.append(table)
    return tuple(tables)


_SOUNDS = _by_sound()


@lru_cache(maxsize=512)
def respelt(word: str) -> str:
    """The word of a date that this is a slip of, else the word itself."""
    if word in _KNOWN or is_numeral(word):
        return word
    if len(word) > 2 and word[-1] == word[-2] and (word[:-1] in _KNOWN or is_numeral(word[:-1])):
        return word[:-1]
    if len(word) < SHORTEST:
        return word
    once = _DOUBLED.sub(r"\1", word)
    if once in _DATED:  # «بككرة»
        return once
    for letters, table in zip(_HEARD_ALIKE, _SOUNDS, strict=True):
        found = table.get(word.translate(letters))
        if found is not None:
            return found
    return word


@lru_cache(maxsize=256)
def nearly(word: str) -> tuple[str, ...]:
    """The words of a date that are a letter away («الخميش», «ديسمير»), to be asked about."""
    if len(word) < LONG or word in _KNOWN | _OTHER_WORDS or is_numeral(word) or word.isascii():
        return ()
    return tuple(sorted(known for known in _DATED if len(known) >= LONG - 1 and _one_apart(word, known)))


def _one_apart(one: str, other: str) -> bool:
    """True where a letter was changed, left out, put in, or two changed places."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = next((at for at, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), None)
    if start is None:
        return len(one) != len(other)
    rest, others = one[start:], other[start:]
    if len(one) == len(other):
        return rest[1:] == others[1:] or (rest[:2] == others[1::-1] and rest[2:] == others[2:])
    return rest[1:] == others if len(one) > len(other) else rest == others[1:]
