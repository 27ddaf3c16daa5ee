"""The Arabic words that numbers are said with: standard, Egyptian, Gulf and Levantine, under one spelling key."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from dialogs.understanding.folding import fold

WordKind = Literal[
    "unit", "ordinal", "ten_word", "teen", "tens", "hundred", "hundreds", "scale", "scales", "part", "parts"
]
Doubt = Literal["", "sole", "last", "uncounted", "plural"]


@dataclass(frozen=True)
class NumberWord:
    """A word and what it does in a number.

    `hundred` and `scale` multiply what stands before; `hundreds` and `scales` are whole («ثلاثمائة», «ألفين»); `part`
    is a fraction, `parts` the «أرباع» of «ثلاثة أرباع».
    """

    kind: WordKind
    value: int | float
    doubt: Doubt = ""
    """The word is another word too when it stands alone («ست», a lady), last («ميت», dead), or with no count before it
    («ألفا» without its marks: a thousand, or two); a plural («آلاف») says no number without its count."""
    loose: bool = False
    """An English word: it follows a hundred or a thousand without «and»."""


TANWIN = re.compile("(?:\u0627\u064b|\u064b\u0627)(?!\\w)")
"""The ending of «ألفاً»: it is taken off before folding, for «ألفا» without its mark may be two thousand."""
_ONE_LETTER = str.maketrans("ث", "ت")  # ثلاثة and تلاتة are one number to whoever says them
_TEENS_LETTER = str.maketrans("ط", "ت")  # سطاشر, ثلطعش
_DOUBLED = re.compile(r"([^ن])\1")  # «ثمانني» is as likely eighty


def dialect_key(text: str) -> str:
    """The folded text with the letters that dialects exchange in number words made one."""
    return fold(text).translate(_ONE_LETTER)


_UNITS = {
    1: "واحد واحدة وحدة وحدا واحده",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنى اثنتا اثنتي اثنتى اتنين اتنان تنين ثنين ثنتين ثنتان تنتان اثنينة"
    " اتنينة تنينه",
    3: "ثلاثة ثلاث ثلثة ثلاثت تلتت سلاسة سلاس",
    4: "أربعة أربع أربعت",
    5: "خمسة خمس خمسا خمست خمصة خمص",
    6: "ستة ستا ستت",
    7: "سبعة سبع سبعا سبعت",
    8: "ثمانية ثمانة ثماني ثمان ثمنية ثمنيا تمانيا ثمنت ثمانت ثمنيت ثمانيت سمانية سمان",
    9: "تسعة تسع تسعا تسعت",
}
_DOUBTFUL_UNITS = {1: "احد احدى", 2: "جوز زوج", 3: "ثلاثا", 6: "ست", 8: "ثمن"}
_ORDINALS = {
    1: "أول حادي حادية حاد",
    3: "ثالث ثالثة",
    4: "رابع رابعة",
    5: "خامس خامسة",
    6: "سادس سادسة",
    7: "سابع سابعة",
    8: "ثامن ثامنة",
    9: "تاسع تاسعة",
    10: "عاشر عاشرة",
}
_DOUBTFUL_ORDINALS = {1: "أولى أولاني", 2: "ثاني ثانية ثان ساني"}  # again; better; a second
_TENS = {
    20: "عشرون عشرين عشرو",
    30: "ثلاثون ثلاثين سلاسين",
    40: "أربعون أربعين",
    50: "خمسون خمسين خمصين",
    60: "ستون ستين",
    70: "سبعون سبعين",
    80: "ثمانون ثمانين ثمنين سمانين",
    90: "تسعون تسعين",
}
_STEMS = {
    2: "اثن اثنا ثن ثنا",
    3: "ثلاث ثلث ثلاثه ثل ثلا سلاس سلس",
    4: "اربع ربع اربعه روبع",
    5: "خمس خمسه خمسا خمص",
    6: "ست سته",
    7: "سبع سبعه",
    8: "ثمان ثمن ثماني ثمانيه سمان",
    9: "تسع تسعه",
}
_ELEVENS = (
    "حداشر حداعشر احداشر احدعش احداعش حدعش حداعش حدعشر احدعشر دعش دعشر ادعش ادعشر هدعش هداعش هداشر حضاشر حدشر"
    " اداشر احداعشر حداش احدش احدتعش حدتعش حداتعش احدتاشر حداتاشر"
)
_TEEN_ENDINGS = "اشر تاشر عش عشر عشره تعش تعشر تاعش تاعشر اعش اعشر تشر تتعش تتعشر تتاشر"
_HUNDREDS = "مائة مئة مية مياة ميت ماة ميا"
_PARTS = {0.5: "نصف نص", 0.25: "ربع"}
_SCALES = {
    12: "دستة دزينة درزن دستا",
    1000: "ألف",
    10**6: "مليون ميليون",
    10**9: "مليار بليون ميليار",
    10**12: "تريليون ترليون تريلون",
}
_PLURALS = {
    12: "دستات دزينات",
    1000: "آلاف تلاف تالاف ألوف ألوفات",
    10**6: "ملايين مليونات",
    10**9: "مليارات بلايين",
    10**12: "تريليونات ترليونات",
}
_PAIRS = {
    24: "دستتين دزينتين",
    2000: "ألفين ألفان ألفي الفيين",
    2 * 10**6: "مليونين مليونان مليوني",
    2 * 10**9: "مليارين ملياران ملياري بليونين بليونان",
    2 * 10**12: "تريليونين تريليونان تريليونا",
}


def _spread(table: dict[int, str], kind: WordKind, doubt: Doubt = "") -> dict[str, NumberWord]:
    return {
        word: NumberWord(kind, value, doubt) for value, words in table.items() for word in dialect_key(words).split()
    }


def _fused(endings: str, kind: WordKind, add: int, times: int) -> dict[str, NumberWord]:
    """A stem and an ending written as one word: «خمستاشر», «تلتميت», «ستوميه»."""
    keys = dialect_key(endings).split()
    return {
        stem + ending: NumberWord(kind, value * times + add)
        for value, stems in _STEMS.items()
        for stem in dialect_key(stems).split()
        for ending in keys
    }


def _arabic() -> dict[str, NumberWord]:
    linked = " ".join(f"{joint}{ending}" for ending in _HUNDREDS.split() for joint in ("", "و", "ا"))
    words = {k: word for k, word in _fused(linked, "hundreds", 0, 100).items() if word.value > 200}
    words |= _spread(_ORDINALS, "ordinal") | _spread(_DOUBTFUL_ORDINALS, "ordinal", "sole")
    words |= _spread(_UNITS, "unit") | _spread(_DOUBTFUL_UNITS, "unit", "sole") | _spread({3: "ثلث"}, "unit", "last")
    words |= _spread(_TENS, "tens") | _spread({10: "عشر عشرة عشرت عشرا"}, "ten_word")
    words |= _spread({100: "مائة مئة مية ميا ماة امية امئة امائة مياة"}, "hundred")
    words |= _spread({100: "ميت"}, "hundred", "last")
    words |= _spread({200: "مئتان مئتين مائتان مائتين ميتين متين ماتين مئتا مائتا مئتي مائتي اميتين امتين"}, "hundreds")
    words |= _spread(_SCALES, "scale") | _spread(_PAIRS, "scales")
    words |= _spread({1000: "الفا", 10**6: "مليونا", 10**9: "مليارا"}, "scale", "uncounted")
    words |= _spread({100: "مئات ميات"}, "hundred", "plural") | _spread(_PLURALS, "scale", "plural")
    words |= _spread({0: "صفر زيرو"}, "unit")
    words |= {dialect_key(w): NumberWord("part", value) for value, ws in _PARTS.items() for w in ws.split()}
    words |= {dialect_key(w): NumberWord("part", 2 / 3, "last") for w in ("ثلثين", "ثلثان")}  # to some 30
    return words | {dialect_key(w): NumberWord("parts", 0.25) for w in ("أرباع", "تربع")}


def _teens() -> dict[str, NumberWord]:
    words = _fused(_TEEN_ENDINGS, "teen", 10, 1)
    short = {"ستعش": 16, "ستعشر": 16, "تلتاشر": 13, "خمتاشر": 15, "سبتاشر": 17, "تمتاشر": 18, "تستاشر": 19}
    words |= {dialect_key(word): NumberWord("teen", value) for word, value in short.items()}
    return words | _spread({11: _ELEVENS}, "teen")


ARABIC = _arabic()
TEENS = _teens()
_TEENS_END = frozenset("شره")
_COUNTED = ("تالاف", "تلاف", "الاف", "الف", "مليون", "ملايين", "عشره", "عشر", "مايه", "ميه", "ميت")


def known_word(word: str) -> NumberWord | None:
    """The number word of that key, doubled letters forgiven; None for any other word."""
    found = ARABIC.get(word)
    if found is None and word[-1:] in _TEENS_END:
        found = TEENS.get(word.translate(_TEENS_LETTER))
    if found is None and word[:2] != "وو" and _DOUBLED.search(word):  # «وواحد» has two by right
        single = _DOUBLED.sub(r"\1", word)
        found = ARABIC.get(single) or TEENS.get(single.translate(_TEENS_LETTER))
    return found


def parted(word: str) -> list[NumberWord] | None:
    """The number words written together without «و» («خمستلاف», «عشرينالف»); None where one of them is none."""
    if word.endswith("تلاف") and (count := ARABIC.get(word[:-3])) is not None:  # تلاتلاف, ستلاف
        return [count, ARABIC["تلاف"]] if count.kind in {"unit", "ten_word"} else None
    for ending in _COUNTED:
        if word.endswith(ending) and len(word) > len(ending) + 1:
            count = known_word(word[: -len(ending)])
            if count is not None and count.kind in {"unit", "ten_word", "teen", "tens", "hundred", "hundreds"}:
                return [count, ARABIC[ending]]
    return None
