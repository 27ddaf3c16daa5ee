"""The hour said with a day: «بكرة الساعة ١٠ الصبح» is tomorrow, whatever the hour."""

from __future__ import annotations

from dialogs.understanding.clock.reader import read_clock
from dialogs.understanding.date.surroundings import PARTS_OF_DAY
from dialogs.understanding.date.words import NEAR_DAYS, PARTICLES

_HOUR = frozenset({"الساعه", "ساعه"})
_HEADS = frozenset({"صباح", "مسا", "ظهر", "ضهر", "عصر", "مغرب", "فجر", "ضحي"})  # «صباح الغد»
_MOST_OF_HOUR = 8  # words: «الساعة تسعة إلا خمس دقايق الصبح»


def without_hour(words: tuple[str, ...]) -> tuple[str, ...]:
    """The words without the part of the day that they begin with, or that or the hour that they end in."""
    if len(words) > 1 and words[0] in _HEADS:
        return words[1:]
    at = next((at for at, word in enumerate(words) if word in _HOUR), 0)
    if at > 0 and len(words) - at <= _MOST_OF_HOUR and read_clock(" ".join(words[at:])).value is not None:
        words = words[: at - 1] if at > 1 and words[at - 1] in PARTICLES else words[:at]
    for size in (2, 1):
        if len(words) > size and " ".join(words[-size:]) in PARTS_OF_DAY:
            day, hour = words[: -size - 1], " ".join(words[-size - 1 :])
            near = bool(day) and day[-1] in NEAR_DAYS  # «الخميس ٩ الصبح» may be the ninth of a month
            return day if near and read_clock(hour).sure else words[:-size]
    return words
