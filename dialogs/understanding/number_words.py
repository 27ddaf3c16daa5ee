"""The words numbers are said with, folded: standard Arabic, Egyptian, Gulf, and Arabic in Latin letters."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from dialogs.understanding.folding import fold, fold_latin


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


WordKind = Literal["unit", "ordinal", "ten_word", "teen", "tens", "hundred", "hundreds", "scale", "scales", "part"]


@dataclass(frozen=True)
class NumberWord:
    """`hundred` and `scale` multiply what stands before; `hundreds` and `scales` are whole (ثلاثمائة, ألفين)."""

    kind: WordKind
    value: float
    needs_more: bool = False
    """True when the word is another word too unless something follows (ميت, تلت)."""


_UNITS = {
    1: "واحد واحدة وحدة وحده احد احدى",
    2: "اثنان اثنين اثنتان اثنتين اثنا اثني اثنتا اثنتي اتنين اتنان تنين ثنين ثنتين تنتين إثنينة",
    3: "ثلاثة ثلاث تلاتة تلات ثلاثت تلاتت",
    4: "أربعة أربع أربعت",
    5: "خمسة خمس خمست",
    6: "ستة ست ستت",
    7: "سبعة سبع سبعت",
    8: "ثمانية ثماني ثمان تمانية تمنية تمن تمان تماني ثمنية ثمانيت",
    9: "تسعة تسع تسعت",
}
_ORDINALS = {
    1: "أول أولى حادي حادية",
    2: "ثاني ثانية",
    3: "ثالث ثالثة تالت تالتة",
    4: "رابع رابعة",
    5: "خامس خامسة",
    6: "سادس سادسة",
    7: "سابع سابعة",
    8: "ثامن ثامنة تامن تامنة",
    9: "تاسع تاسعة",
    10: "عاشر عاشرة",
}
_TENS = {
    20: "عشرون عشرين",
    30: "ثلاثون ثلاثين تلاتين تلاتون",
    40: "أربعون أربعين",
    50: "خمسون خمسين",
    60: "ستون ستين",
    70: "سبعون سبعين",
    80: "ثمانون ثمانين تمانين تمانون",
    90: "تسعون تسعين",
}
_STEMS = {
    1: "احد حد احدا حدا",
    2: "اثن اتن اطن اثنا اتنا طن ثن",
    3: "ثلاث ثلث تلت تلات ثل تل ثلا",
    4: "اربع ربع اربعه",
    5: "خمس خمسه",
    6: "ست س سته",
    7: "سبع سبعه",
    8: "ثمان ثمن تمن تمان ثماني تماني ثمانيه",
    9: "تسع تسعه",
}
_TEEN_ENDINGS = "اشر عش عشر عشره طاشر تاشر طعش تعش طعشر تعشر ططعش طشر تشر اعش اعشر"
_HUNDRED_ENDINGS = "ماية مئة مائة مية ميه ميت ماءة"
_LATIN = {
    1: "wa7ed wahed wa7da wa7id one",
    2: "etnen 2etnen tnen etneen ithnain ithnan thnain two",
    3: "talata tlata thalatha talat three",
    4: "arba3a arb3a arba3 arbaa four",
    5: "5amsa 5amas 5ams hamsa five",
    6: "sitta sit six",
    7: "sab3a saba3a sab3 sabaa seven",
    8: "tamanya tmanya thamanya tamania tmania tamaniya eight",
    9: "tis3a tisa3a tisaa nine",
    10: "3ashra 3ashara ashara 3asharah ten",
    11: "7edashar 7idashar hidashar eleven",
    12: "etnashar itnashar twelve",
    13: "talatashar tlatashar",
    14: "arba3tashar",
    15: "5amastashar 5amstashar",
    16: "sitashar",
    17: "saba3tashar",
    18: "tamantashar",
    19: "tisa3tashar",
    20: "3eshreen 3ishrin eshreen 3shreen twenty",
    30: "talateen tlateen thalatheen thirty",
    40: "arbe3een arba3een arb3een forty",
    50: "5amseen fifty",
    60: "sitteen sixty",
    70: "sab3een seventy",
    80: "tamaneen tmaneen thmaneen eighty",
    90: "tes3een tis3een ninety",
}


def _spread(table: dict[int, str], kind: WordKind) -> dict[str, NumberWord]:
    return {fold(word): NumberWord(kind, value) for value, words in table.items() for word in words.split()}


def _fused(endings: str, kind: WordKind, add: int, times: int) -> dict[str, NumberWord]:
    words: dict[str, NumberWord] = {}
    for value, stems in _STEMS.items():
        for stem in stems.split():
            for ending in endings.split():
                word = NumberWord(kind, value * times + add, ending == "ميت")
                words.setdefault(fold(stem) + fold(ending), word)
    return words


def _arabic() -> dict[str, NumberWord]:
    words = _fused(_TEEN_ENDINGS, "teen", 10, 1)
    words |= {key: word for key, word in _fused(_HUNDRED_ENDINGS, "hundreds", 0, 100).items() if word.value > 200}
    words |= _spread(_UNITS, "unit") | _spread(_ORDINALS, "ordinal") | _spread(_TENS, "tens")
    words |= _spread({10: "عشر عشرة عشرت"}, "ten_word")
    words |= _spread({100: "مائة مئة مية ماية امية ميا"}, "hundred")
    words |= _spread({200: "مئتان مئتين مائتان مائتين ميتين ميتان مئتا مائتا مئتي مائتي"}, "hundreds")
    words |= _spread({1000: "ألف آلاف تلاف ألاف الالاف", 10**6: "مليون ملايين", 10**9: "مليار مليارات"}, "scale")
    words |= _spread({2000: "ألفين ألفان ألفي", 2 * 10**6: "مليونين مليونان", 2 * 10**9: "مليارين"}, "scales")
    words |= {fold(half): NumberWord("part", 0.5) for half in ("نصف", "نص")}
    words |= {"ربع": NumberWord("part", 0.25), "ميت": NumberWord("hundred", 100, True)}
    words |= {"تلت": NumberWord("unit", 3, True), "ثلث": NumberWord("unit", 3, True)}
    words |= {"صفر": NumberWord("unit", 0), "زيرو": NumberWord("unit", 0), "دسته": NumberWord("teen", 12)}
    words |= {"الفا": NumberWord("scale", 1000, True), "مليونا": NumberWord("scale", 10**6, True)}
    return words


def _latin() -> dict[str, NumberWord]:
    words: dict[str, NumberWord] = {}
    for value, spellings in _LATIN.items():
        kind: WordKind = "unit" if value < 10 else "teen" if value < 20 else "tens"
        words |= {fold_latin(word): NumberWord(kind, value) for word in spellings.split()}
    for word in _words("miya meyya mia meya mya hundred"):
        words[fold_latin(word)] = NumberWord("hundred", 100)
    words |= {fold_latin(word): NumberWord("hundreds", 200) for word in _words("miteen meteen mitain")}
    words |= {fold_latin(word): NumberWord("scale", 1000) for word in _words("alf talaf alaf thousand")}
    words |= {fold_latin(word): NumberWord("scales", 2000) for word in _words("alfeen alfain")}
    return words | {"nus": NumberWord("part", 0.5), "sifr": NumberWord("unit", 0), "ziru": NumberWord("unit", 0)}


ARABIC = _arabic()
LATIN = _latin()

UNITS_OF_MEASURE = frozenset(
    fold(word)
    for word in _words(
        "جنيه جنيهات جنيها ج م جم دينار دنانير دينارا دك د ك كويتي كويتية مصري مصرية ريال ريالات فلس فلوس "
        "egp le kd kwd pound pounds dinar dinars "
        "فرد أفراد فردا شخص أشخاص شخصا نفر أنفار أنفس نسمة طفل أطفال طفلا عيال ولد أولاد بنت بنات ابن أبناء "
        "سنة سنين سنوات عام أعوام عاما"
    )
)
LEAD_INS = frozenset(
    fold(word)
    for word in _words(
        "احنا إحنا نحن حنا عددنا عندنا عندي كلنا حوالي تقريبا بس فقط عمري عمره عمرها المجموع العدد رقم والله يعني"
    )
)
