"""Times of day as families say them: «٣ العصر», «تسعة ونص», 10:30; an hour that leaves its half open is unsure."""

from __future__ import annotations

import re
from datetime import time

from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.number import read_number
from dialogs.understanding.reading import Reading

LONGEST = 60
_TOKEN = re.compile(r"\d{1,2}:\d\d|\d+|[^\W\d_]+")
_MINUTES = re.compile(r"(\d)\s*[:.٫]\s*(\d\d)(?!\d)")


def _set(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


_PERIODS = {
    "morning": _set("صباحا صباح الصباح الصبح صبح ص الفجر فجرا فجر الضحى am"),
    "noon": _set("ظهرا الظهر ظهر الضهر ضهر ضهرا noon"),
    "afternoon": _set("عصرا العصر عصر"),
    "sunset": _set("المغرب مغرب المغربية"),
    "evening": _set("مساء المساء المسا مسا م العشا العشاء عشاء pm"),
    "night": _set("ليلا الليل بالليل ليل بليل"),
}
_IDLE = _set("الساعة ساعة على في حوالي تقريبا تماما بالضبط بالظبط دقيقة دقائق دقايق at من يوم")
_PARTS = {fold(k): v for k, v in {"نص": 30, "نصف": 30, "ربع": 15, "تلت": 20, "ثلث": 20, "خمسة": 5, "عشرة": 10}.items()}
_FIRST, _LAST = 7, 11  # hours that, said alone, are more often of the morning


def _of_day(hour: int, period: str) -> int | None:
    """The hour from 0 to 23; None when the two contradict each other or leave it open."""
    if hour > 12:
        return hour if hour < 24 and period not in {"morning"} else None
    halves = {
        "morning": 0 if hour == 12 else hour,
        "noon": {11: 11, 12: 12}.get(hour, hour + 12 if hour <= 4 else None),
        "afternoon": hour + 12 if 1 <= hour <= 6 else None,
        "sunset": hour + 12 if 4 <= hour <= 8 else None,
        "evening": hour + 12 if 1 <= hour <= 11 else None,
        "night": 0 if hour == 12 else hour if hour <= 4 else hour + 12 if hour >= 6 else None,
    }
    return halves[period]


def _amount(word: str) -> int | None:
    """Minutes that a word adds or takes: a quarter, or a number below sixty."""
    bare = word[2:] if word.startswith("ال") and word[2:] in _PARTS else word
    if bare in _PARTS:
        return _PARTS[bare]
    number = read_number(word).value
    return number if isinstance(number, int) and 0 <= number < 60 else None


def _minutes(words: list[str]) -> int | None:
    """The minutes after the hour («ونص», «إلا ربع», «و ٢٠»); None when the words say something else."""
    total, sign = 0, 0
    for word in words:
        if word in {"و", "and"}:
            sign = 1
        elif word in {"الا", "الى"}:
            sign = -1
        else:
            joined = word[1:] if word.startswith("و") and len(word) > 1 and not sign else word
            amount = _amount(joined)
            if amount is None or (not sign and joined == word and not word.isdecimal()):
                return None
            total += (sign or 1) * amount
            sign = 0
    return total if not sign and -60 < total < 60 else None


def _hour(word: str) -> int | None:
    number = read_number(word).value
    return number if isinstance(number, int) and 0 <= number < 24 else None


def read_clock(text: str) -> Reading[time]:
    """The time of day meant; blank when the text is no time. «clock_half»: morning or evening was left open, and
    `candidates` are both as HH:MM, the likelier first.
    """
    if len(text) > LONGEST:
        return Reading()
    words = [fold(w) if ":" not in w else w for w in _TOKEN.findall(_MINUTES.sub(r"\1:\2", fold_letters(text)))]
    periods = {name for word in words for name, known in _PERIODS.items() if word in known}
    rest = [word for word in words if word not in _IDLE and not any(word in known for known in _PERIODS.values())]
    if not rest or len(periods) > 1:
        return Reading()
    figures, _, written = rest[0].partition(":")
    hour = int(figures) if figures.isdecimal() and len(figures) <= 2 else _hour(figures)
    minutes = int(written) if written else _minutes(rest[1:])
    if hour is None or hour > 23 or minutes is None or minutes > 59 or (written and len(rest) > 1):
        return Reading()
    exact = bool(written) or (len(rest) > 1 and rest[1].isdecimal())
    return _settled(hour, minutes, next(iter(periods), ""), exact and (figures[0] == "0" or hour >= _FIRST))


def _settled(hour: int, minutes: int, period: str, exact: bool) -> Reading[time]:
    if period:
        found = _of_day(hour, period)
        return Reading() if found is None and hour > 12 else _at(found, hour, minutes)
    if exact or hour > 12 or hour == 0:
        return _at(hour, hour, minutes)
    return _at(None, hour, minutes)


def _at(found: int | None, hour: int, minutes: int) -> Reading[time]:
    if found is not None:
        return Reading(_time(found, minutes), True)
    early, late = _time(hour % 12, minutes), _time(hour % 12 + 12, minutes)
    both = (early, late) if _FIRST <= hour <= _LAST else (late, early)
    return Reading(both[0], False, "clock_half", tuple(f"{one:%H:%M}" for one in both))


def _time(hour: int, minutes: int) -> time:
    total = (hour * 60 + minutes) % (24 * 60)
    return time(total // 60, total % 60)
