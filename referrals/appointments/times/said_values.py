"""What a family said of a time, as values: days, hours, and which of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Days:
    """Days from `first` to `last`; where given only those of a `weekday` (0 Monday) or of a `number` in their month."""

    first: date
    last: date
    weekday: int | None = None
    number: int | None = None

    def hold(self, day: date) -> bool:
        """Whether the day is one of them."""
        right = self.weekday in (None, day.weekday()) and self.number in (None, day.day)
        return right and self.first <= day <= self.last

    @property
    def recurring(self) -> bool:
        """Whether they are one day of several weeks or months: the nearest is meant."""
        return self.weekday is not None or self.number is not None


@dataclass(frozen=True)
class Hours:
    """Minutes of a day, from midnight, from `since` on and before `until`: in them a time begins."""

    since: int
    until: int

    def hold(self, minute: int) -> bool:
        """Whether a time that begins then is one of them."""
        return self.since <= minute < self.until

    @property
    def exact(self) -> bool:
        """Whether one hour was said, and not a part of the day."""
        return self.until - self.since == 1


Option = tuple[Days | None, Hours | None]


@dataclass(frozen=True)
class Said:
    """What was said. `options` are the days and hours that it may mean (none: all of them); `others`: any but those.

    `which` of them: `first`, `first_shown`, `last`, `any`, `early`, `late`, `another` than was shown, or blank.
    `number` alone may be the place in a list, an hour or a day. Not `sure`: asked, or said with a doubt.
    """

    options: tuple[Option, ...] = ()
    which: str = ""
    others: bool = False
    sure: bool = True
    number: int | None = None
