"""Which days of the week a cell names: by the letters of RFC 5545, by words, from one to another, or every one."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dialogs.understanding import fold

WEEK = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")
_ENGLISH = dict(zip(WEEK, "SUNDAY MONDAY TUESDAY WEDNESDAY THURSDAY FRIDAY SATURDAY".split(), strict=True))
_ARABIC: Mapping[str, str] = {
    fold(word): day
    for day, words in zip(
        WEEK,
        ("أحد", "اثنين إثنين", "ثلاثاء ثلاثا", "أربعاء أربعا", "خميس", "جمعة", "سبت"),
        strict=True,
    )
    for name in words.split()
    for word in (name, f"ال{name}")
}
_LETTERS = {"M": "MO", "W": "WE", "F": "FR"}  # alone they begin one day only: «M-F»; T and S begin two
ALWAYS = frozenset(map(fold, "24/7|7/24|24x7|24 ساعة طوال أيام الأسبوع".split("|")))
"""Every day, and day and night."""
_EVERY_DAY = ALWAYS | frozenset(
    map(
        fold,
        "daily|everyday|every day|each day|all days|all week|7 days|7 days a week|7 days per week|seven days a week"
        "|يومياً|يوميا|كل يوم|كل الأيام|جميع الأيام|كل أيام الأسبوع|جميع أيام الأسبوع|طوال الأسبوع|طول الأسبوع"
        "|طوال أيام الأسبوع|طيلة أيام الأسبوع|على مدار الأسبوع|7 أيام".split("|"),
    )
)
_EXCEPT = re.compile(
    r"(?<!\S)(?:except(?:\s+on)?|excluding|but\s+not|ما\s?عدا|عدا|باستثناء|إلا|الا)(?!\S)", re.IGNORECASE
)
_BESIDE = re.compile(
    r"(?<!\S)(?:from|on|every|each|من|كل|يوم|يومي|أيام|ايام|and|&|و)(?!\S)|(?<=\w)\s*[&+]\s*(?=[^\W\d])"
)
_MARK = r"[-‐‑‒–—−~]"
_UNTIL = re.compile(
    rf"(?<=[^\W\d_])\.?\s*(?:{_MARK}|(?<=\s)(?:to|till?|until|through|thru|إلى|الى|حتى|لغاية)(?=\s))\s*(?=[^\W\d_])",
    re.IGNORECASE,
)
_DAY = re.compile(r"([+-]?\d{0,2})\s*([A-Za-z]+)")
_RANGE = "–"


def byday_of(value: str) -> str:
    """`SU,MO` of what was written: names of days in English or Arabic, ranges, «daily», «يومياً عدا الجمعة».

    What is no day comes back as it is, in capitals, for the reader of the rule to refuse by name.
    """
    said = value.strip().strip("[]").replace('"', "").replace("'", "")
    kept, *left_out = _EXCEPT.split(said, maxsplit=1)
    days = _days(kept)
    if not left_out:
        return ",".join(days)
    without = _days(left_out[0])
    if not without or not set(without) <= set(days) or set(days) == set(without) or not set(days) <= set(WEEK):
        return said.upper().replace(",", " ")
    return ",".join(day for day in days if day not in without)


def _days(said: str) -> list[str]:
    if fold(said) in _EVERY_DAY:
        return list(WEEK)
    said = _BESIDE.sub(",", _UNTIL.sub(_RANGE, said))
    found: list[str] = []
    for part in re.split(r"[,;|\s/،؛]+", said):
        if part:
            found += _between(part) if _RANGE in part else [_day(part)]
    return list(dict.fromkeys(found))


def _between(part: str) -> list[str]:
    """The days from one to another, in the order in which they come."""
    first, _, last = part.partition(_RANGE)
    begin, end = (_LETTERS.get(each.upper()) or _day(each) for each in (first, last))
    if begin not in WEEK or end not in WEEK or begin == end:
        return [part.upper()]
    at = WEEK.index(begin)
    turned = WEEK[at:] + WEEK[:at]
    return list(turned[: turned.index(end) + 1])


def _day(part: str) -> str:
    """`SU`, or `-1TH` with its place in the month; a word that is none comes back in capitals."""
    part = part.rstrip(".")
    found = _DAY.fullmatch(part)
    if found:
        written, short = found[2].upper(), found[2].upper()[:2]
        whole = _ENGLISH.get(short, "")
        if len(written) > 1 and (whole.startswith(written) or whole.startswith(written.removesuffix("S"))):
            return f"{found[1].lstrip('+')}{short}"
    folded = fold(part)
    if folded.startswith("وال"):  # «والأحد», and never «واحد»
        folded = folded[1:]
    return _ARABIC.get(folded) or part.upper()
