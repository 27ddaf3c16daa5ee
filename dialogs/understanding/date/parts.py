"""The parts of a date in its words: day, month and year, named, numbered or said from today; weekday and near day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

from dialogs.understanding.date.month_names import month_at
from dialogs.understanding.date.numbers import COUNTING, is_numeral, may_be_date, number_in, splits
from dialogs.understanding.date.weekday import BARE_WEEKDAYS, WEEKDAYS, suffix_at
from dialogs.understanding.date.words import (
    COMMON_MARKS,
    CONNECTORS,
    DAY_WORDS,
    HIJRI_MARKS,
    LONGEST_NEAR,
    MONTH_WORDS,
    NEAR_DAYS,
    YEAR_WORDS,
)

Kind = Literal["number", "day", "month", "year"]
_MOST_NUMERALS = 12
_TURN = {"this": 0, "next": 1, "last": -1}
_MONTHS_OF_ITS_NAME = frozenset({"شهر", "الشهر"})
_YEARS_OF_ITS_NAME = frozenset({"السنه", "العام", "سنه", "عام"})


@dataclass(frozen=True)
class Part:
    """A number of the date, `kind` as far as the words say it; `digits` is 0 for a number in words."""

    kind: Kind
    value: int
    digits: int = 0
    named: bool = False
    hijri: bool = False


@dataclass
class DateParts:
    """All that was said, in its order. `era` is «hijri», «common» or "", `turn` of a month «next», «last» or "".

    Not `certain` where the words can be parted or meant in two ways. `half_named` says «تشرين»: of two months.
    """

    parts: list[Part] = field(default_factory=list)
    weekday: int | None = None
    near: int | None = None
    era: str = ""
    turn: str = ""
    half_named: bool = False
    certain: bool = True


def near_at(words: Sequence[str], at: int) -> tuple[int, int] | None:
    """How many words from `at` on name a near day, and how many days from today it is."""
    for size in range(min(LONGEST_NEAR, len(words) - at), 0, -1):
        days = NEAR_DAYS.get(" ".join(words[at : at + size]))
        if days is not None:
            return size, days
    return None


class _Taker:
    """Takes the words one after the other; `whole` is False as soon as one of them is no part of a date."""

    def __init__(self, words: tuple[str, ...], today: date) -> None:
        self.words = words
        self.today = today
        self.at = 0
        self.found = DateParts()

    def take_all(self) -> DateParts | None:
        steps = (self._near, self._weekday, self._turned, self._labelled, self._month, self._era, self._numbers)
        while self.at < len(self.words):
            if not any(step() for step in steps) and not self._connector():
                return None
        return self.found

    def word(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.words[at] if at < len(self.words) else ""

    def _near(self) -> bool:
        near = near_at(self.words, self.at)
        if near is None or self.found.near is not None or (self.word() == "اليوم" and self._ordinal(1)):
            return False
        self.at += near[0]
        self.found.near = near[1]
        return True

    def _ordinal(self, ahead: int) -> bool:
        word = self.word(ahead)
        return word.startswith("ال") and word not in WEEKDAYS and is_numeral(word)

    def _weekday(self) -> bool:
        ahead = 1 if self.word() in DAY_WORDS else 0
        day = WEEKDAYS.get(self.word(ahead))
        if day is None:
            bare = BARE_WEEKDAYS.get(self.word(ahead))
            day = bare if bare is not None and (self.word(ahead).isascii() or not number_in(self.word(ahead))) else None
        if day is None or self.found.weekday is not None:
            return False
        counted = self.at > 0 and self.words[self.at - 1] in COUNTING
        self.at += ahead + 1
        self.at += suffix_at(self.words, self.at)[1]
        self.found.weekday = day
        if counted or self.word() in COUNTING:  # the third Tuesday, or Tuesday the third
            self.found.certain = False
        return True

    def _turned(self) -> bool:
        """«الشهر الجاي», «السنة اللي فاتت»: a month or a year counted from today's."""
        month = self.word() in _MONTHS_OF_ITS_NAME
        if not month and self.word() not in _YEARS_OF_ITS_NAME:
            return False
        which, size = suffix_at(self.words, self.at + 1)
        if which not in _TURN:
            return False
        self.found.certain = self.found.certain and self.word().startswith("ال")  # «عشرين شهر»: twenty months
        self.at += 1 + size
        if not month:
            self.found.parts.append(Part("year", self.today.year + _TURN[which], 4))
            return True
        index = self.today.year * 12 + self.today.month - 1 + _TURN[which]
        self.found.parts += [Part("month", index % 12 + 1, named=True), Part("year", index // 12, 4)]
        return True

    def _labelled(self) -> bool:
        word = self.word()
        day = word in DAY_WORDS or (word == "اليوم" and self._ordinal(1))
        kind: Kind = "day" if day else "month" if word in MONTH_WORDS else "year"
        if not day and word not in MONTH_WORDS and word not in YEAR_WORDS:
            return False
        ahead = 1
        while kind != "day" and self.word(ahead) in {"من", "ال"}:
            ahead += 1
        if kind == "month" and month_at(self.words, self.at + ahead) if self.word(ahead) else None:
            self.at += ahead
            return self._month()
        before = len(self.found.parts)
        start, self.at = self.at, self.at + ahead
        if not self.word() or not self._numbers():
            self.at = start
            return False
        labelled = self.found.parts[before]
        self.found.parts[before] = Part(kind, labelled.value, labelled.digits)
        return True

    def _month(self) -> bool:
        name = month_at(self.words, self.at)
        if name is None:
            return False
        self.at += name.size
        if not name.number:
            self.found.half_named = True
            return True
        turn, size = suffix_at(self.words, self.at)
        if turn in _TURN:
            self.at += size
            self.found.turn = turn
        part = Part("month", name.number, named=True, hijri=name.hijri)
        if part not in self.found.parts:  # «مارس/آذار» says it twice
            self.found.parts.append(part)
        return True

    def _era(self) -> bool:
        hijri = self.word() in HIJRI_MARKS
        if self.found.era or not self.found.parts or not (hijri or self.word() in COMMON_MARKS):
            return False
        self.found.era = "hijri" if hijri else "common"
        self.at += 1
        return True

    def _connector(self) -> bool:
        if self.word() not in CONNECTORS or self.at == len(self.words) - 1:
            return False
        self.at += 1
        return True

    def _numbers(self) -> bool:
        word = self.word()
        if word.isdecimal():
            self.at += 1
            self.found.parts.append(Part("number", int(word), len(word)))
            return len(word) <= 8
        end = self.at
        while end < len(self.words) and end - self.at < _MOST_NUMERALS and self._goes_on(end):
            end += 1
        run = self.words[self.at : end]
        if run[:1] == ("اول",):  # «أول مارس»: the first of March, or about then
            self.found.certain = False
        for count in (1, 3, 2):
            ways = [way for way in splits(run, count) if may_be_date(way)] if len(run) >= count else []
            if ways:
                self.at = end
                self.found.certain = self.found.certain and len(ways) == 1 and all(sure for _, sure in ways[0])
                self.found.parts += [Part("number", value) for value, _ in ways[0]]
                return True
        return False

    def _goes_on(self, at: int) -> bool:
        word = self.words[at]
        if word.isdecimal() or (word in WEEKDAYS and at > self.at):
            return False
        return month_at(self.words, at) is None and is_numeral(word)


def date_parts(words: tuple[str, ...], today: date) -> DateParts | None:
    """The parts that the words are, all of them; None where a word is no part of a date."""
    return _Taker(words, today).take_all()
