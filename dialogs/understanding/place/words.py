"""The words that stand around the name of a place, and the keys under which its spellings are equal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from dialogs.understanding.folding import fold

Kind = str  # governorate | markaz | city | village | area | detail


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


_KINDS: dict[Kind, frozenset[str]] = {
    "governorate": _folded(
        "محافظة محافظه المحافظة governorate gov muhafazat muhafazah mohafazat mohafzet mohafazet mo7afzet mo7afazat"
    ),
    "markaz": _folded("مركز م المركز قسم القسم دائرة markaz merkaz markez district qism kism"),
    "city": _folded("مدينة المدينة مدينه بندر البندر city town madinat madinet medinet madinah bandar"),
    "village": _folded("قرية القرية قريه ناحية بلد البلد بلدة بلدنا village qaryat qaryet karyet qarya 2aryet aryet"),
    "area": _folded(
        "منطقة المنطقة ضاحية الضاحية حي الحي area suburb hay hai neighborhood neighbourhood mantiqat manteqet "
        "man6eqat manti2et dahiyat da7yat dahyet"
    ),
}
KIND_OF: dict[str, Kind] = {word: kind for kind, words in _KINDS.items() for word in words}
KIND_OF |= {
    before + word: kind for word, kind in KIND_OF.items() if not word.isascii() for before in "بلوف"
}  # «بمركز قوص», «ومحافظة قنا»
SMALL = _folded(
    "عزبة عزب العزبة نجع النجع نجوع كفر الكفر كوم منشأة منشية منية ميت نزلة جزيرة خلوة تل علوة شبرا حوض دير عرب "
    "izbat izbah ezbet ezbat kafr kafer kafr nag naj naga naja kom mit meet minyat minshat manshat manshiyat nazlat "
    "gazirat jazirat khulwat tall tell"
)
"""Words that are part of a hamlet's own name: «كفر العرب» and «عزبة العرب» are two places."""
AROUND = _folded(
    "من في ف فى ب بـ عند ساكن ساكنة ساكنين ساكنون سكان سكنا نسكن اسكن يسكن تسكن يسكنون بنسكن بسكن سكننا سكني السكن "
    "عايش عايشة عايشين اعيش نعيش بعيش بنعيش عايشون قاعد قاعدة قاعدين نازلين موجودين متواجدين مقيم مقيمة مقيمين "
    "مقيمون نقيم اقيم انا احنا إحنا نحن حنا إنا بيتنا بيتي بيت البيت العنوان عنواننا عنواني اسم اسمها اسمه المكان "
    "تابع تابعة التابعة التابع تبع تبعية تتبع اهل اهالي هنا هي يعني والله طبعا اكتب يا فندم باشا استاذ استاذة لو سمحت "
    "سمحتم سمحتي فضلك فضلكم حضرتك حضراتكم الله يخليك يسلمك شكرا حاليا الان دلوقتي الحين اللي "
    "from in at of live lives living i we am are im my home is the address ana men min mn fi fe fel bel e7na i7na "
    "saken sakin sakna sakneen saknin sakeneen 3ayesh 3aysh 3aysheen tab3 tabe3 taba3 please thanks"
)
DETAILS = _folded(
    "قطعة القطعة ق منزل بيت عمارة شقة دور الدور بلوك قسيمة جادة بناية برج block blk house bldg building flat floor "
    "apartment"
)
ELSEWHERE = _folded(
    "مش مو مب مهوب ليس لست لسنا غير لا ما مفيش ماكو بدون او ولا لكن جنب قريب قرب بعيد عايز عايزة عايزين عاوز عاوزة "
    "محتاج محتاجة محتاجين نحتاج احتاج اريد نريد ابغى ابغي ابي نبي ودي ودنا عندي عندنا علاج فلوس مساعدة اروح نروح رايح "
    "امتى متى ليش ليه كم كيف ازاي شلون not no or near need want have help why when how"
)
"""What makes of a name a need, a question, or a place that is not meant."""
ORDINARY = _folded(
    "صديق قصر نعيم سلام ظهر قلعة مخزن شعب شهيد وقف سوق جامع مسجد كنيسة محطة كوبري جبل بحر نيل نهر ترعة غيط ارض مصنع "
    "مدرسة مستشفى جمعية حديقة ميدان موقف مطار ميناء مزرعة مزارع جديد جديدة كبير كبيرة صغير صغيرة عالي شرقي غربي بحري "
    "قبلي اوسط وسط"
)
"""Words of every day that name a place only with an article: «صديق» is a friend, «الصديق» in Hawalli."""
NUMBERED = _folded("رقم نمرة no number")
STREETS = _folded("شارع ش سكة حارة درب طريق street st str road avenue ave")
_DIGIT = re.compile("[0-9]")
_NUMBER = re.compile(r"\d+[a-zء-ي]?")
_GLUED_NUMBER = re.compile(r"(?<=[ء-ي])(?=\d)|(?<=\d)(?=[ء-ي])")
_GLUED_ARTICLE = re.compile(
    r"(عبد|ابو|بو|ام|بني|بنو|كوم|كفر|نجع|عزبه|تل|دير|راس|ميت|نزله|جزيره|منشاه|منشيه|حي|شرم)ال(?!له$)(..+)"
)


_WITHIN_WORDS = str.maketrans(dict.fromkeys("`'’‘ʿʾ´ʼ", ""))


def place_words(text: str) -> list[str]:
    """The folded words of a text; what marks a ع or a hamza in Latin letters parts no words."""
    return words_of(fold(joined(text)))


def joined(text: str) -> str:
    """The text without the marks that stand within words in Latin letters: «Na`im»."""
    return text.translate(_WITHIN_WORDS)


def is_number(word: str) -> bool:
    """«53», «12ا»: a number of a block or house."""
    return _NUMBER.fullmatch(word) is not None


def words_of(folded: str) -> list[str]:
    """The words of a folded text; a number typed onto a word stands alone («قرية٥٣»)."""
    if _DIGIT.search(folded):
        folded = _GLUED_NUMBER.sub(" ", folded)
    return folded.split()


def bare(word: str) -> str:
    """An Arabic word without its article; «الله» keeps it, «عبدالعزيز» is as «عبد العزيز»."""
    if word.startswith("ال"):
        return word[2:] if len(word) > 3 and word != "الله" else word
    if "ال" in word:
        found = _GLUED_ARTICLE.fullmatch(word)
        if found:
            return found[1] + found[2]
    return word


def arabic_key(words: Sequence[str]) -> str:
    """The key of a name: spaces, articles and the word «رقم» before a number apart; «بو» is «أبو»."""
    parts = []
    for at, word in enumerate(words):
        if word == "رقم" and at + 1 < len(words):
            continue
        parts.append("ابو" if word in {"بو", "ابي", "ابا"} else bare(word))
    return "".join(parts)


def is_latin(word: str) -> bool:
    """True for a word in Latin letters, Arabizi's digits among them."""
    return any("a" <= sign <= "z" for sign in word)


_DIALECT = {"گ": "قج", "چ": "كش", "ڨ": "ق"}
MOST_SOUNDS = 4


def sounds(text: str) -> list[str]:
    """The text as a dialect's letters may be meant: «الگرين» is «القرين», «2oos» is «qoos»."""
    written = [letter for letter in _DIALECT if letter in text]
    found = [text.replace(letter, other) for letter in written for other in _DIALECT[letter]]
    return [*found, _SPOKEN_QAF.sub("q", text)] if _SPOKEN_QAF.search(text) else found


def ending_sounds(words: Sequence[str]) -> list[list[str]]:
    """The words with an ا at the end of one written as ه, and the reverse: «نقادا» and «نقادة» are said alike."""
    found = []
    for at, word in enumerate(words):
        if len(word) > 3 and word[-1] in "اه":
            found.append([*words[:at], word[:-1] + ("ه" if word[-1] == "ا" else "ا"), *words[at + 1 :]])
    return found[:MOST_SOUNDS]


def gulf_sounds(words: Sequence[str]) -> list[list[str]]:
    """The words with a ي read as the ج that it often is in Kuwait: «يليب» for «جليب»."""
    found = []
    for at, word in enumerate(words):
        for place, letter in enumerate(word[:-1]):
            if letter == "ي":
                found.append([*words[:at], f"{word[:place]}ج{word[place + 1 :]}", *words[at + 1 :]])
    return found[:MOST_SOUNDS]


_SPOKEN_QAF = re.compile(r"(?<![0-9])2(?=[a-zA-Z])|(?<=[a-zA-Z])2(?![0-9])")
_ARABIZI = str.maketrans({"7": "h", "5": "x", "3": "", "2": "", "6": "t", "9": "s", "8": "k", "4": "c"})
_SOUNDS = (  # one letter for each sound that is written with two
    (re.compile("kh"), "x"),
    (re.compile("gh"), "g"),
    (re.compile("sh|ch"), "c"),
    (re.compile("th"), "t"),
    (re.compile("dh|zh"), "d"),
    (re.compile("ph|v"), "f"),
    (re.compile("ee|ea|ii|ie"), "i"),
    (re.compile("oo|ou"), "u"),
)
_LETTERS = str.maketrans({"q": "k", "j": "g", "e": "i", "y": "i", "o": "u", "w": "u", "p": "b"})
_REPEATED = re.compile(r"(.)\1+")
_ARTICLES = frozenset({"al", "el", "il", "ul", "l"})
_BEFORE_SUN = {"as": "s", "es": "s", "ash": "sh", "esh": "sh", "at": "t", "et": "t", "ad": "d", "ed": "d", "an": "n"}
_BEFORE_SUN |= {"en": "n", "ar": "r", "er": "r", "az": "z", "ez": "z", "adh": "dh", "edh": "dh", "ath": "th"}


def _latin_words(words: Sequence[str]) -> list[str]:
    """The words without their articles: «as Salhiya», «El Waqf», «aljahra»."""
    kept = []
    for at, word in enumerate(words):
        last = at + 1 == len(words)
        if not last and (word in _ARTICLES or words[at + 1].startswith(_BEFORE_SUN.get(word, " "))):
            continue
        kept.append(word[2:] if len(word) > 5 and word[:2] in _ARTICLES else word)
    return kept


def latin_key(words: Sequence[str]) -> str:
    """The key of a name in Latin letters: articles, doubled letters, Arabizi's digits and vowels apart."""
    key = "".join(map(_latin_word, _latin_words(words)))
    return key[:-1] if key.endswith(("ah", "ih")) else key


@lru_cache(maxsize=2048)
def _latin_word(word: str) -> str:
    if not is_latin(word):
        return word
    key = word.translate(_ARABIZI)
    for pattern, letter in _SOUNDS:
        key = pattern.sub(letter, key)
    return _REPEATED.sub(r"\1", key.translate(_LETTERS))
