"""The two hours of a schedule where one cell says both: «9am-5pm», «من ٩ صباحاً إلى ٢ مساءً», «24/7»."""

from __future__ import annotations

import re
from datetime import time

from dialogs.understanding import fold
from referrals.directory.hsds.days import ALWAYS
from referrals.directory.tables.cells import offset_said, read_clock

_DAY_AND_NIGHT = ALWAYS | frozenset(
    map(
        fold,
        "24 hours|24hours|24h|24 hrs|24 hours a day|open 24 hours|around the clock|24 ساعة|على مدار الساعة"
        "|على مدار 24 ساعة|طوال 24 ساعة".split("|"),
    )
)
_UNTIL = re.compile(r"\s*(?:[-‐‑‒–—−~]|(?<=\s)(?:to|till?|until|الى|إلى|حتى|لغاية)(?=\s))\s*", re.IGNORECASE)
_FROM = re.compile(r"(?:from|من)\s+", re.IGNORECASE)
_HALF = re.compile(r"[^\W\d_]")
_MAYBE_AFTERNOON = re.compile(r"[1-6١-٦](?!\d)")  # so a clinic of the evening is written: «4:00-8:00»
FARTHEST_OFFSET = 12  # hours: what goes beyond is no zone's, so «09:00-17:00» says two hours


def both_times(opens: str, closes: str) -> tuple[str, str]:
    """The cells of opening and closing, each with one hour; as they came where the first does not surely say both."""
    if not opens or closes not in ("", opens):
        return opens, closes
    if fold(opens) in _DAY_AND_NIGHT:
        return "00:00", "24:00"
    offset = offset_said(opens)
    if offset and (offset == "Z" or int(offset[1:3]) < FARTHEST_OFFSET):
        return opens, closes
    said = _FROM.sub("", opens, count=1)
    for mark in _UNTIL.finditer(said):
        one, other = said[: mark.start()].strip(), said[mark.end() :].strip()
        if _surely_two(one, other):
            return one, other
    return opens, closes


def _surely_two(one: str, other: str) -> bool:
    """Both hours of a day, and both by the same clock: of «1:00-5:00pm» nobody knows whether it begins at night, nor
    of «4:00-8:00»; of «4:00-14:00» everybody does."""
    begin, end = _clock(one), _clock(other)
    if begin is None or end is None or bool(_HALF.search(one)) != bool(_HALF.search(other)):
        return False
    if _HALF.search(one) or end == time(0):
        return True
    return begin < end and not (_MAYBE_AFTERNOON.match(one) and end < time(13))


def _clock(said: str) -> time | None:
    if offset_said(said):
        return None
    try:
        return read_clock(said)
    except ValueError:
        return None
