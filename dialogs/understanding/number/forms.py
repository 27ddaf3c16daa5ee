"""Numbers said otherwise than by counting: two to choose from, fractions, decimals in words, «إلا ربع»."""

from __future__ import annotations

from dialogs.understanding.number.digits import Number, asking, exact
from dialogs.understanding.number.setting import Words
from dialogs.understanding.number.spoken import AND, ANDS, read_spoken, words_in
from dialogs.understanding.number.words import dialect_key
from dialogs.understanding.reading import Reading

_OR = frozenset(map(dialect_key, ("أو", "ولا", "إلى", "الي", "ل", "لـ", "to", "or", "لغاية", "لحد"))) | {"-", "~"}
_FROM = frozenset(map(dialect_key, ("من", "بين", "مابين", "from", "between")))
_POINT = frozenset(map(dialect_key, ("فاصلة", "فاصل", "نقطة", "علامة", "point")))
_EXCEPT = dialect_key("إلا")
_MOST_DAYS = 31  # of a month
_MOST_OF_TWO = 12  # words
_TO = "ل"


def read_form(words: Words) -> Reading[Number] | None:
    """The number said in one of these forms; None when the words have none of them."""
    for read in (_range, _slash, _pointed, _less):
        reading = read(words)
        if reading is not None:
            return reading
    return None


def _range(words: Words) -> Reading[Number] | None:
    """«من ٥ ل ٦», «٥-٦», «خمسة أو ستة»: both, to be asked."""
    framed = len(words) > 1 and words[0] in _FROM
    body = words[1:] if framed else words
    if body[-1] in {"-", "+"}:
        alone = read_spoken(body[:-1])
        return Reading() if alone.value is None else asking(alone.value)
    for at in range(1, len(body)):
        rest = _second(body[at:], framed)
        if rest:
            low, high = read_spoken(body[:at]), read_spoken(rest)
            if low.value is None or high.value is None or not (low.sure and high.sure):
                return Reading()  # 010-1234567
            least = low.value * _shared_scale(body, low.value)
            return asking(least, high.value) if least != high.value else asking(least)
    if framed:
        return None
    return _side_by_side(body)


def _second(words: Words, framed: bool) -> Words:
    """What stands behind «أو», «لـ», or behind «و» after «بين»; nothing where no second number begins here."""
    if words[0] in _OR or (framed and words[0] in ANDS):
        return words[1:]
    glued = words[0][:1] == _TO or (framed and words[0][:1] == AND)
    return (words[0][1:], *words[1:]) if glued and words_in(words[0][1:]) else ()


def _shared_scale(words: Words, least: Number) -> Number:
    """«٢-٣ آلاف»: both are thousands."""
    last = words_in(words[-1])
    scale = last[-1][0] if last else None
    return scale.value if scale is not None and scale.kind == "scale" and least < scale.value else 1


def _side_by_side(words: Words) -> Reading[Number] | None:
    """«خمسة ستة» is one of the two; «٥ (خمسة)» is the same number twice."""
    for at in range(1, len(words) if len(words) < _MOST_OF_TWO else 0):
        low, high = read_spoken(words[:at]), read_spoken(words[at:])
        if not (low.sure and high.sure) or low.value is None or high.value is None:
            continue
        if low.value == high.value and words[0].isdecimal() != words[-1].isdecimal():
            return low
        if low.value == high.value - 1:
            return asking(low.value, high.value)
    return None


def _slash(words: Words) -> Reading[Number] | None:
    """«1/2» and «1/4» are parts; «3/4» is asked; most other pairs are as likely a day and a month."""
    if "/" not in words:
        return None
    *whole, over, slash, under = words if len(words) > 2 else ("", *words, "")
    if slash != "/" or len(whole) > 1 or not all(part.isdecimal() for part in (*whole, over, under)):
        return Reading()
    if len(under) > 3 or not 0 < int(over) < int(under) or 4 < int(under) <= _MOST_DAYS:
        return Reading()
    value = exact(int(whole[0] if whole else 0) + int(over) / int(under))
    return Reading(value, True) if (over, under) in {("1", "2"), ("1", "4")} else asking(value)


def _pointed(words: Words) -> Reading[Number] | None:
    """«اثنان فاصل خمسة», «two point five»: the decimals said one by one, or as one number."""
    at = next((place for place, word in enumerate(words) if word in _POINT), 0)
    if not at or at == len(words) - 1:
        return None
    whole, said = read_spoken(words[:at]), words[at + 1 :]
    many = read_spoken(said[-1:]).value if len(said) > 1 else 1
    times, said = (many or 1, said[:-1]) if (many or 0) >= 1000 else (1, said)  # «two point five million»
    if whole.value is None or not isinstance(whole.value, int):
        return Reading()
    decimals = [str(read_spoken((word,)).value) for word in said]
    if not all(len(digit) == 1 and digit.isdecimal() for digit in decimals):
        together = read_spoken(said)
        decimals = [str(together.value)] if together.sure and 9 < (together.value or 0) < 1000 else [""]
    figures = "".join(decimals)
    if not figures.isdecimal() or len(figures) > 9:
        return Reading()
    value = exact(float(f"{whole.value}.{figures}") * times)
    return Reading(value, True) if whole.sure else asking(value)


def _less(words: Words) -> Reading[Number] | None:
    """«خمسة إلا ربع» is certain; «ألف إلا مية» is asked."""
    if _EXCEPT not in words[1:-1]:
        return None
    at = words.index(_EXCEPT, 1)
    whole, part = read_spoken(words[:at]), read_spoken(words[at + 1 :])
    if whole.value is None or part.value is None or part.value >= whole.value:
        return Reading()
    value = exact(whole.value - part.value)
    return Reading(value, True) if whole.sure and part.value < 1 and whole.value < 100 else asking(value)
