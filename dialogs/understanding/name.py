"""A person's name: kept as it is written, with a key beside it under which two spellings of it meet."""

from __future__ import annotations

import re
import unicodedata

from dialogs.understanding.folding import fold
from dialogs.understanding.intent.reader import read_intent
from dialogs.understanding.reading import Reading

LONGEST = 120  # characters: a name of six words is half as long
MOST_WORDS = 8

_COURTESY_BEFORE = re.compile(
    r"^(?:و?عليكم السلام|السلام عليكم|سلام عليكم|صباح الخير|مساء الخير|مرحبا|أهلا|اهلا|هلا)[^\w]*"
    r"(?:ورحم[ةه] الله(?: وبركاته)?)?[\s.,،!]*(?=\S)"
)
_COURTESY_AFTER = re.compile(
    r"[\s،,]+(?:يا ?فندم|يا ?باشا|يا ?أستاذ[ةه]?|يا ?استاذ[ةه]?|يا ?بيه|حضرتك|حضراتكم|لو سمحت(?:م|ي|وا)?|طال عمرك|"
    r"الله يخليك(?:م)?|شكرا|شكراً)[\s.!،]*$"
)
_LEAD_IN = re.compile(
    r"^(?:مع(?:ك|كم|اك|اكم|اكو)\s+(?:اخوك(?:م)?\s+|اختك(?:م)?\s+)?|محسوب(?:ك|كم)\s+|(?:ال)?[اإأ]سم(?:[يىه]|ها|هم)?\s+(?:هو\s+|كامل[اًه]*\s+|بالكامل\s+)?|(?:[اأ]نا\s+)?[اإأ]سم[يى]\s+|[اأ]نا\s+[اأ](?:خوك|ختك)(?:م)?\s+|[اأ]نا\s+|الاسم\s*(?=[:/-])"
    r"|(?:my\s+)?name\s+is\s+|(?:ana\s+)?(?:e|i)sm[iy]\s+|i\s*am\s+|i'm\s+)",
    re.IGNORECASE,
)
_EDGES = " .,،;؛:!«»\"'*_-–—/\\|~=+"
_MAY_STAND = frozenset(f"{_EDGES}()[]’`؟?@")
_NO_LETTER = frozenset("\ufe0e\ufe0f\u20e3")  # what is left of an emoji


def _words(text: str) -> frozenset[str]:
    return frozenset(map(fold, text.split()))


_SENTENCE = _words(
    "مش مو مب ما لا لن لم ليس عايز عاوز عايزه عاوزه ابغي ابغا بدي اريد نريد حابب حابه احب ليه ليش لماذا لاش ايه شنو"
    " شو عشان علشان لان لازم ممكن لو سمحت اقول اقولك اكتب اكتبه قول اذكر احكي كيف ازاي شلون مين منو فين وين هل هذا"
    " هذه ده دي في عندي معي معايا محتاج محتاجه فلوس مساعده طلب تقديم اسم اسمك اسمكم الاسم اسمي انت انتم انتو انا"
    " احنا نحن كده ادري اعرف مجهول كم مكتوب فوق تحت اوي جدا كتير وايد تعبان تعبانه جعان خايف خايفه مريض مريضه"
    " والله اللهم http https www com no not dont don't want why what who my name your is the i you please"
    " يا اللي حسبي سبحان بلاش anonymous none nothing mesh mish ayez aywa"
)
_NO_NAME = frozenset(
    map(
        fold,
        "فاعل خير|فاعلة خير|بدون اسم|بلا اسم|من غير اسم|عبد من عباد الله|الحمد لله|حسبي الله ونعم الوكيل"
        "|إن شاء الله|بسم الله|بسم الله الرحمن الرحيم|استغفر الله|خليها|خلوها"
        "|n/a|no name|null|undefined|test".split("|"),
    )
)
_COMMANDS = _words(
    "نعم لا ايوه أيوة أه اه أوك أوكي موافق رجوع توقف قف وقف تخطي مراجعة مساعدة موظف القائمة قائمة ابدأ مرحبا"
    " اهلين شكرا حاضر خلاص سري yes no ok okay stop help back skip menu restart hi hello thanks"
)
_COURTESY = _words("السلام سلام صباح مساء شكرا الحمد اهلا أهلين مرحبا يعطيك الله ربنا جزاك بارك")  # how one begins
_WHAT = fold("ايه")
_AYA = re.compile(r"\b(?:آي[ةه]|[اأ]ية)\b")  # a name of many women; folded it is «ايه»: what?
_TOLD = _words(  # an answer to another question
    "متجوز متجوزه متزوج متزوجه ارمل ارمله مطلقه اعزب عزباء مخطوبه بكره النهارده امبارح اليوم يوم شهر سنه سنين"
    " بطاقه بطاقتي موبايل تليفون رقم رقمي عنوان عيال اولاد اطفال ايجار علاج دواء الزوج الزوجه married widow divorced"
)
_OF_MINE = _words("جوزي زوجي مراتي زوجتي ابني بنتي اخويا اخوي اختي امي ابويا ابوي والدي والدتي جدي جدتي جارتي جاري")

# ---------------------------------------------------------------------------------------------------------- match key
_TITLES = _words(
    "الحاج حاج الحاجه حاجه الحجه الست ست السيده سيده الانسه انسه الاستاذ استاذ الاستاذه استاذه ا"
    " الدكتور دكتور الدكتوره دكتوره د المهندس مهندس المهندسه مهندسه م باشمهندس الباشمهندس الشيخ شيخ الشيخه"
    " الريس المعلم معلم المدام مدام عم خاله ابله مستر dr mr mrs miss ms eng sheikh hajj"
)
_JOINED_TO_NEXT = frozenset({"عبد", "ابو", "ابا", "ابي", "ام"})
_JOINED_TO_LAST = frozenset({"الله", "الدين", "الاسلام", "الحق"})
_BETWEEN = frozenset({"بن", "ابن", "بنت", "ال", "bin", "ibn", "bint", "al", "el"})
_SPELT = {
    fold(spelling): fold(name)
    for name, spellings in {
        "إبراهيم": "ابرهيم ابراهم",
        "إسماعيل": "اسمعيل",
        "إسحاق": "اسحق",
        "هارون": "هرون",
        "سليمان": "سليمن",
        "رحمن": "رحمان",
        "طه": "طاها",
        "ياسين": "يس يسن يسين",
        "رضا": "رضى",
        "ليلى": "ليلا",
        "منى": "منا",
        "هدى": "هدا",
        "سلمى": "سلما",
        "موسى": "موسا",
        "عيسى": "عيسا",
        "يحيى": "يحيا يحي",
        "مصطفى": "مصطفا",
        "مرتضى": "مرتضا",
        "هيام": "هيامه",
        "زكريا": "زكريه",
        "ثريا": "ثريه سريا",
        "داود": "داوود",
        "طاووس": "طاوس",
        "عائشة": "عيشه عايشة",
        "مسعد": "مسعده",
        "هاني": "هانى",
        "جرجس": "جورجس",
        "مؤمن": "مامن",
        "رؤوف": "رؤف رءوف",
        "مسؤول": "مسئول",
        "فائق": "فايق",
        "مائسة": "مايسه",
    }.items()
    for spelling in spellings.split()
}


def read_name(text: str) -> Reading[str]:
    """The name as it was written, without controls, emoji and what leads in to it («اسمي …»); unsure where it may be
    no name. `ask` is «name» where it is none, «name_confirm» beside one that wants a look.
    """
    if len(text) > LONGEST:
        return Reading(None, False, "name")
    written = _cleaned(text)
    name = _LEAD_IN.sub("", _without_courtesy(written), count=1).strip(_EDGES)
    name = name[1:-1].strip(_EDGES) if name[:1] in {"(", "["} and name[-1:] in {")", "]"} else name
    words = fold(name).split()
    if not words:
        return Reading(None, False, "name") if text.strip() else Reading()
    if _is_none(name, words):
        return Reading(None, False, "name")
    if _wants_a_look(name, words):
        return Reading(name, False, "name_confirm", (name,))
    return Reading(name, True)


def _without_courtesy(written: str) -> str:
    """«السلام عليكم أنا فاطمة أحمد يا فندم» without how it begins and ends; what is nothing else stays as it is."""
    before = _COURTESY_BEFORE.sub("", written, count=1)
    bare = before if _LEAD_IN.match(before) else written  # «سلام أحمد», «صباح فاروق» are names
    return _COURTESY_AFTER.sub("", bare, count=1).strip() or written


def _cleaned(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)
    return " ".join("".join(map(_kept, composed)).split())


def _kept(character: str) -> str:
    category = unicodedata.category(character)
    if category == "Cf" or character in _NO_LETTER:
        return ""
    return character if category[0] in "LMN" or character in _MAY_STAND else " "


def _is_none(name: str, words: list[str]) -> bool:
    """True for what is no name: no letter, a question, an address, a refusal, a sentence."""
    whole = " ".join(words)
    return (
        not any(map(str.isalpha, whole))
        or bool(set("؟?@") & set(name))
        or whole in _NO_NAME
        or (bool(_SENTENCE.intersection(words)) and not _is_aya(name, words))
        or max(map(len, words)) == 1
        or len(words) > MOST_WORDS
        or whole in _COMMANDS
        or set(words) <= _BETWEEN
        or (len(words) > 1 and (len(words) == 2 or words[0] in _COURTESY) and read_intent(name).value is not None)
    )


def _is_aya(name: str, words: list[str]) -> bool:
    """Whether all that looks like a sentence is «آية», or an «ايه» with a name behind it."""
    return _SENTENCE.intersection(words) == {_WHAT} and (
        _AYA.search(name) is not None or (words[0] == _WHAT and len(words) > 1)
    )


def _wants_a_look(name: str, words: list[str]) -> bool:
    """True for digits within, for somebody else of the family, for what answers another question, and for a word that
    is also said: «تمام», «مساعد», «ايه».
    """
    said = len(words) == 1 and not name.startswith("آ") and read_intent(name).value is not None
    asked = _WHAT in words and not _AYA.search(name)
    return said or asked or any(map(str.isdigit, name)) or not (_OF_MINE | _TOLD).isdisjoint(words)


def name_key(text: str) -> str:
    """The key under which spellings of one name meet, "" for none: folded, titles and «بن» left out, «عبد» and «أبو»
    joined to what follows, the article and a few spellings evened out.
    """
    words = [word for word in fold(text).split() if word not in _BETWEEN]
    while len(words) > 1 and words[0] in _TITLES:
        words = words[1:]
    return " ".join(_SPELT.get(word, word) for word in map(_bare, _joined(words)) if word)


def _joined(words: list[str]) -> list[str]:
    joined: list[str] = []
    for word in words:
        if joined and (joined[-1] in _JOINED_TO_NEXT or word in _JOINED_TO_LAST):
            joined[-1] += word
        else:
            joined.append(word)
    return joined


def _bare(word: str) -> str:
    """Without the article, also within «عبدالرحمن» and «ابوالعلا»."""
    for first in ("عبد", "ابو", "ام"):
        if word.startswith(f"{first}ال") and len(word) > len(first) + 4:
            rest = word.removeprefix(first)
            rest = rest if rest == "الله" else rest.removeprefix("ال")
            return first + _SPELT.get(rest, rest)
    return word.removeprefix("ال") if len(word) > 4 and word != "الله" else word
