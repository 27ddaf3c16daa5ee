"""The hour said with a day: «بكرة الساعة ١٠ الصبح» is tomorrow, whatever the hour."""

from __future__ import annotations

from dialogs.understanding.clock.reader import read_clock
from dialogs.understanding.date.surroundings import PARTS_OF_DAY

_HOUR = frozenset({"الساعه", "ساعه"})
_MOST_OF_HOUR = 8  # words: «الساعة تسعة إلا خمس دقايق الصبح»


def without_hour(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the hour or the part of the day that they end in; as they are where they end in none."""
    at = next((at for at, word in enumerate(words) if word in _HOUR), 0)
    if at > 0 and len(words) - at <= _MOST_OF_HOUR and read_clock(" ".join(words[at:])).value is not None:
        words = words[:at]
    for size in (2, 1):
        if len(words) > size and " ".join(words[-size:]) in PARTS_OF_DAY:
            return words[:-size]
    return words
