"""Numbers in Latin letters: English words, and Arabic as it is typed in them («5amsa w 3eshreen»)."""

from __future__ import annotations

import re
from functools import cache

from dialogs.understanding.number.words import Doubt, NumberWord, WordKind

_ENGLISH = {
    "unit": "zero one two three four five six seven eight nine",
    "teen": "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
}
_ENGLISH_TENS = {
    20: "twenty",
    30: "thirty",
    40: "forty fourty",
    50: "fifty fivety",
    60: "sixty",
    70: "seventy",
    80: "eighty eigthy",
    90: "ninety ninty",
}
_ENGLISH_SCALES = {
    12: "dozen",
    1000: "thousand",
    10**6: "million",
    10**9: "billion",
    10**12: "trillion",
}
_ENGLISH_ORDINALS = "fourth fifth sixth seventh eighth ninth tenth eleventh twelfth"
_HUNDRED = r"(?:me?[iy]*y[ae]+h?|mi+y[ae]h?|miah?|meiah?)"
_ASHAR = r"(?:sh[ae]?r|3[ae]?sh[ae]?r?)"  # Egyptian -ashar, Gulf -a3ash
_TASHAR = r"(?:t+|6+)?[ae]*" + _ASHAR
_SHAPES: tuple[tuple[str, WordKind, int | float, Doubt], ...] = (
    (r"w[ae]+[h7][ae]*d|wa[h7]i+d|w[ae][h7]d[ae]h?|wa[h7]ed[ae]h?", "unit", 1, ""),
    (r"[2aei]*tne+[iy]?n|[2aei]*thne+[iy]?n|[2aei]*thna[iy]n|[2aei]*tna[iy]n|[2aei]*tnin|tintee?n", "unit", 2, ""),
    (r"t[ae]?la+t[ae]h?|t[ae]?la+t|th[ae]?la+th[ae]?h?|th[ae]?la+ta|tlath[ae]?|tle+teh?", "unit", 3, ""),
    (r"2?[ae]r[ae]?b[ae]?(?:3[ae]*|'[ae])h?|2?arba+h?|rb[ae]?3[ae]h?", "unit", 4, ""),
    (r"(?:5|7'?|kh?|h|x)[ae]m[ae]?s+[aei]?h?|(?:[57]|kh)ms[ae]h?", "unit", 5, ""),
    (r"s[ei]?tt[ae]h?|s[ei]tah?", "unit", 6, ""),
    (r"s[ei]tt?|sott?[ou]?", "unit", 6, "last"),
    (r"t[oeiu]lt[ou]?", "unit", 3, "last"),
    (r"(?:5|kh?)[ou]ms[ou]?", "unit", 5, "last"),
    (r"s[ou]b3[ou]?", "unit", 7, "last"),
    (r"t[ou]mn[ou]?", "unit", 8, "last"),
    (r"t[ou]s3[ou]?", "unit", 9, "last"),
    (r"s[ae]?b[ae]?(?:3[ae]*|'[ae]|aa)h?", "unit", 7, ""),
    (r"t[ae]?m[ae]+n[iy]*[ae]h?|th[ae]?ma+n[iy]+[ae]h?|tama+n|taman[iy]", "unit", 8, ""),
    (r"t[ei]?s+[ae]?(?:3[ae]*|'[ae]|aa)h?", "unit", 9, ""),
    (r"'?ash[ae]?ra+h?|3a?sh[ae]?r[ae]*h?|'?ash[ae]r", "ten_word", 10, ""),
    (r"(?:[aei]?[7h]|2[ei]7)[aei]?d[ae]*" + _ASHAR + r"|da3ash", "teen", 11, ""),
    (r"[2aei]*th?na" + _ASHAR, "teen", 12, ""),
    (r"(?:t[ae]?l[ae]*t|th[ae]?l[ae]*(?:th)?)" + _TASHAR, "teen", 13, ""),
    (r"2?[ae]?rb[ae]?[3'a]+" + _TASHAR, "teen", 14, ""),
    (r"(?:5|7'?|kh?|h)[ae]?m[ae]?s[ae]?" + _TASHAR, "teen", 15, ""),
    (r"s[ei]?t+" + _TASHAR, "teen", 16, ""),
    (r"s[ae]?b[ae]?[3'a]+" + _TASHAR, "teen", 17, ""),
    (r"th?[ae]?m[ae]*n[ae]?" + _TASHAR, "teen", 18, ""),
    (r"t[ei]?s[ae]?[3'a]+" + _TASHAR, "teen", 19, ""),
    (r"[3']?[aeio]?shr[ei]+n", "tens", 20, ""),
    (r"t[ae]?la*t[ei]{1,2}n|th[ae]?la*th[ei]{1,2}n|t[ae]?latheen", "tens", 30, ""),
    (r"2?[ae]rb[aei]?[3'ae]*[ei]{1,2}n", "tens", 40, ""),
    (r"(?:5|7'?|kh?|h)a?ms[ei]{1,2}n", "tens", 50, ""),
    (r"s[ei]t+[ei]{2}n|s[ei]tt[ei]n|sitin", "tens", 60, ""),
    (r"sab[ae]?[3'a]+[ei]{1,2}n|sab[ei]{2}n", "tens", 70, ""),
    (r"t[ae]?ma*n[ei]{2}n|t[ae]?manin|th[ae]?man[ei]{1,2}n", "tens", 80, ""),
    (r"t[ei]s[3'a]+[ei]{1,2}n|t[ei]s[ei]{2}n", "tens", 90, ""),
    (r"[ie]?" + _HUNDRED + r"|[ie]?mya", "hundred", 100, ""),
    (r"m(?:ee+|i+|ei|ey+e|iy+e)t", "hundred", 100, "last"),
    (r"m(?:i|ee|ei|e|iy|ey|iya)t(?:ee|ei|ai|ay|e|i)n", "hundreds", 200, ""),
    (r"[ae]lf", "scale", 1000, ""),
    (r"2alf", "scale", 1000, "uncounted"),
    (r"t?ala+f|2ala+f|aalaf|talaaf", "scale", 1000, "plural"),
    (r"2?alf[ei]{1,2}n|2?alfa[iy]n", "scales", 2000, ""),
    (r"mal[iy]*[oe]+[nu]n?|mel[iy]+on|mily[oe]+n|malyoun", "scale", 10**6, ""),
    (r"no+s+|nu+s+|nisf|nesf", "part", 0.5, ""),
    (r"rob3|rub3|roba3|rube3", "part", 0.25, ""),
    (r"[sz]ifr|[sz]efr|[sz]ero+", "unit", 0, ""),
    (r"dasta|desta", "scale", 12, ""),
)
_HUNDRED_STEMS = (
    (3, r"t[aeou]?l[aeo]*t[aou]*|thalath"),
    (4, r"r[ou]b[3'a]+[ou]?|2?arba[3'a]"),
    (5, r"(?:5|kh?)[aou]ms[ou]?"),
    (6, r"s[oeiu]t+[ou]?"),
    (7, r"s[oua]b[3'a]+[ou]?"),
    (8, r"t[ou]mn[ou]?|taman"),
    (9, r"t[oiue]s[3'a]+[ou]?"),
)


def _english() -> dict[str, NumberWord]:
    words = {w: NumberWord("unit", n, "", True) for n, w in enumerate(_ENGLISH["unit"].split())}
    words |= {w: NumberWord("teen", n, "", True) for n, w in enumerate(_ENGLISH["teen"].split(), 10)}
    words |= {w: NumberWord("tens", n, "", True) for n, ws in _ENGLISH_TENS.items() for w in ws.split()}
    words |= {w: NumberWord("scale", n, "", True) for n, w in _ENGLISH_SCALES.items()}
    words |= {f"{w}s": NumberWord("scale", n, "plural", True) for n, w in _ENGLISH_SCALES.items()}
    words |= {w: NumberWord("ordinal", n, "", True) for n, w in enumerate(_ENGLISH_ORDINALS.split(), 4)}
    words |= {"first": NumberWord("ordinal", 1, "sole", True), "hundred": NumberWord("hundred", 100, "", True)}
    words |= {"hundreds": NumberWord("hundred", 100, "plural", True)}
    words |= {"second": NumberWord("ordinal", 2, "last", True), "third": NumberWord("ordinal", 3, "last", True)}
    words |= {"half": NumberWord("part", 0.5, "", True), "quarter": NumberWord("part", 0.25, "", True)}
    words |= {"quarters": NumberWord("parts", 0.25, "", True), "k": NumberWord("scale", 1000, "uncounted", True)}
    return words | {w: NumberWord("unit", 2, "sole", True) for w in ("couple", "pair")}


ENGLISH = _english()


@cache
def _shapes() -> re.Pattern[str]:
    """One pattern for every way a word is typed; group «s3» is the fourth of `_SHAPES`, «h5» a fused five hundred."""
    whole = [f"(?P<s{at}>{shape})" for at, (shape, *_) in enumerate(_SHAPES)]
    fused = [f"(?P<h{value}>(?:{stem})(?:{_HUNDRED}|mi+t))" for value, stem in _HUNDRED_STEMS]
    return re.compile("|".join(whole + fused))


_LETTERS_AND_FIGURES = re.compile(r"[2-9'a-z]{2,16}")


def latin_word(word: str) -> NumberWord | None:
    """The number word in Latin letters; None for any other word."""
    found = ENGLISH.get(word)
    if found is not None or not _LETTERS_AND_FIGURES.fullmatch(word):
        return found
    match = _shapes().fullmatch(word.replace("ch", "sh"))
    if match is None or match.lastgroup is None:
        return None
    group = match.lastgroup
    if group[0] == "h":
        return NumberWord("hundreds", int(group[1:]) * 100)
    _, kind, value, doubt = _SHAPES[int(group[1:])]
    return NumberWord(kind, value, doubt)


def latin_words(piece: str) -> list[tuple[NumberWord, bool]] | None:
    """The number words written in one piece, each with whether «w» joins it to what stands before («w3eshreen»)."""
    found = latin_word(piece)
    if found is not None:
        return [(found, False)]
    for joint in ("we", "wi", "w"):
        joined = latin_word(piece.removeprefix(joint)) if piece.startswith(joint) else None
        if joined is not None:
            return [(joined, True)]
    for ending in ("talaf", "alaf"):
        count = latin_word(piece.removesuffix(ending)) if piece.endswith(ending) else None
        if count is not None and count.kind in {"unit", "ten_word"}:
            return [(count, False), (NumberWord("scale", 1000), False)]
    count = latin_word(piece[:-1]) if piece.endswith("t") else None  # khamast alaf
    if count is None or count.loose or count.kind not in {"unit", "ten_word"}:
        return None
    return [(NumberWord(count.kind, count.value, "last"), False)]
