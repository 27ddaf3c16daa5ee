"""Counts said through the thing counted: «ولدين», «سنة ونص», «٥ جنيه و٥٠ قرش»; and sums of them, always asked."""

from __future__ import annotations

from dialogs.understanding.number.digits import Number, asking, exact
from dialogs.understanding.number.setting import PAIRS, SINGULARS, UNITS, Words
from dialogs.understanding.number.spoken import AND, read_spoken
from dialogs.understanding.number.words import dialect_key
from dialogs.understanding.reading import Reading

_ONES = frozenset(map(dialect_key, ("واحد", "واحدة", "وحدة", "وحيد", "وحيدة", "1")))
_TWOS = frozenset(map(dialect_key, ("اتنين", "اثنين", "ثنتين", "2")))
SHARES = {dialect_key(word): 100 for word in ("قرش", "قروش", "قرشا", "piastres")} | {
    dialect_key(word): 1000 for word in ("فلس", "فلسا", "fils", "مليم")
}
"""How many of a coin make what is asked for: a hundred piastres a pound, a thousand fils a dinar."""
_LESS = dialect_key("إلا")
_YEARS = frozenset(map(dialect_key, ("سنة", "سنين", "سنه", "عام", "عاما", "سنوات", "اعوام")))
_PARTS_OF_A_YEAR = frozenset(
    map(dialect_key, ("شهر", "شهرين", "شهور", "اشهر", "شهرا", "يوم", "يومين", "ايام", "اسبوع", "اسبوعين", "اسابيع"))
)
_A_CHILD = frozenset(map(dialect_key, "ولد بنت بت صبي طفل طفلة عيل ابن ابنة".split()))
_Part = tuple[Reading[Number], str]
_LIKELY_PART = 100  # from here on «ونص» may be half of a hundred or of a thousand


def read_counted(words: Words) -> Reading[Number]:
    """The count that words with their units say; blank when a word is left over."""
    if len(words) == 1:
        return _pair_or_sum(words)
    if len(words) == 2 and words[0] in SINGULARS and words[1] in _ONES:
        return Reading(1, True)
    if len(words) == 2 and (words[0],) in PAIRS and words[1] in _TWOS:
        return Reading(2, True)
    return _pair_or_sum(words)


def read_short_of(words: Words) -> Reading[Number] | None:
    """«٤٥ سنة إلا شهرين»: forty-four whole years, said as forty-five; both are offered. None for all else."""
    if _LESS not in words[1:-1]:
        return None
    at = words.index(_LESS, 1)
    years, months = _parts(words[:at]), _parts(words[at + 1 :])
    if years is None or months is None or len(years) != 1 or len(months) != 1:
        return None
    (whole, unit), (less, part) = years[0], months[0]
    if unit not in _YEARS or part not in _PARTS_OF_A_YEAR or not whole.value or not less.value:
        return None
    return asking(whole.value - 1, whole.value) if whole.value == int(whole.value) else None


def _pair_or_sum(words: Words) -> Reading[Number]:
    parts = _parts(words)
    if parts is None:
        return Reading()
    (first, unit), *rest = parts
    if first.value is None:
        return Reading()
    if not rest:
        if unit in SINGULARS and len(words) == 1:
            return asking(1) if unit in _A_CHILD else Reading()
        sure = first.sure and UNITS.get((unit,), PAIRS.get((unit,))) == "unit" and (unit,) in PAIRS
        return Reading(first.value, True) if sure else asking(first.value)
    if len(rest) == 1:
        return _two_parts(first, unit, *rest[0])
    if any(part.value is None or not each for part, each in rest):
        return Reading()
    return asking(first.value + sum(part.value or 0 for part, _ in rest))


def _two_parts(first: Reading[Number], unit: str, second: Reading[Number], sub_unit: str) -> Reading[Number]:
    if first.value is None or second.value is None:
        return Reading()
    if not sub_unit:
        if not 0 < second.value < 1:
            return Reading()
        value = exact(first.value + second.value)
        kind = UNITS.get((unit,)) or PAIRS.get((unit,))
        sure = first.sure and second.sure and kind == "unit" and value < _LIKELY_PART
        return Reading(value, True) if sure else asking(value)
    share = SHARES.get(sub_unit, 0)
    if not share:
        kinds = {UNITS.get((each,)) or PAIRS.get((each,)) for each in (unit, sub_unit)}
        return asking(exact(first.value + second.value)) if kinds == {"unit"} else Reading()  # «سنة و٦ شهور»
    value = exact(first.value + second.value / share)
    return Reading(value, True) if first.sure and second.sure and second.value < share else asking(value)


def _parts(words: Words) -> list[_Part] | None:
    """Each count with its unit; the unit is "" for a fraction at the end. None when something is no count."""
    parts: list[_Part] = []
    at = 0
    while at < len(words):
        part, at = _next_part(words, at, first=not parts)
        if part is None:
            return None
        parts.append(part)
    return parts


def _next_part(words: Words, at: int, first: bool) -> tuple[_Part | None, int]:
    start = at
    if not first:
        if words[at] == AND:
            start = at + 1
        elif not words[at].startswith(AND):
            return None, at
    for end in range(start, len(words)):
        word = words[end] if end > start or first or start > at else words[end][1:]
        before = _unjoined(words[start:end], first or start > at)
        if (word,) in PAIRS:
            return (None if before else (Reading(2, True), word)), end + 1
        if (word,) in UNITS:
            if before:
                return (read_spoken(before, measured=True), word), end + 1
            return ((Reading(1, True), word) if word in SINGULARS else None), end + 1
    rest = _unjoined(words[start:], first or start > at)
    return ((read_spoken(rest), "") if rest and not first else None), len(words)


def _unjoined(words: Words, plain: bool) -> Words:
    """The words with the «و» of the first taken off."""
    return words if plain or not words else (words[0][1:], *words[1:])
