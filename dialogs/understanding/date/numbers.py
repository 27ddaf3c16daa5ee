"""Numbers in the words of a date: «خمستاشر تلاتة تسعين» is three of them, «خمسة وعشرين» one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache

from dialogs.understanding.number.spoken import read_spoken
from dialogs.understanding.number.words import dialect_key

_JOINERS = frozenset({"و", "ميت", "الف", "تلت", "ثلث", "and"})
COUNTING = frozenset(
    f"{article}{word}"
    for word in "اول اولي ثاني تاني ثانيه تانيه ثالث تالت ثالثه رابع رابعه خامس خامسه اخير اخيره".split()
    for article in ("", "ال")
)


@lru_cache(maxsize=512)
def number_in(text: str) -> tuple[int, bool] | None:
    """The whole number that the words are, and whether that is certain; None where they are none."""
    reading = read_spoken(tuple(map(dialect_key, text.split())), measured=True)
    if not isinstance(reading.value, int) or reading.value < 0:
        return None
    return reading.value, len(reading.candidates) <= 1  # one number, though alone it may be another word


def is_numeral(word: str) -> bool:
    """True for a word that may stand in a number."""
    return word in _JOINERS or number_in(word) is not None or (word[0] == "و" and number_in(word[1:]) is not None)


def _plausible(value: int) -> bool:
    return 1 <= value <= 99 or 1300 <= value <= 2200


def _may_begin(before: str, word: str) -> bool:
    """True where a number may begin after another: not at «وعشرين», nor at the «عشر» of «خمسة عشر»."""
    if word in {"عشر", "عشره"}:
        return before[0] == "و" and number_in(before[1:]) is not None
    return word != "و" and (word[0] != "و" or number_in(word) is not None)


def splits(words: Sequence[str], count: int) -> Iterator[tuple[tuple[int, bool], ...]]:
    """The ways to read the words as `count` numbers of a date."""
    if count == 1:
        whole = number_in(" ".join(words))
        if whole is not None and _plausible(whole[0]):
            yield (whole,)
        return
    for at in range(len(words) - count + 1, 0, -1):
        first = number_in(" ".join(words[:at]))
        if first is None or not _plausible(first[0]) or not _may_begin(words[at - 1], words[at]):
            continue
        for rest in splits(words[at:], count - 1):
            yield (first, *rest)


def may_be_date(numbers: Sequence[tuple[int, bool]]) -> bool:
    """False for three numbers that are no day, month and year in that order."""
    return len(numbers) < 3 or (numbers[0][0] <= 31 and numbers[1][0] <= 12)
