"""Whoever tells at the door what they need («أنا أم محمد، ومحتاجة إيجار») wants to apply, also without saying so."""

from __future__ import annotations

import re

from dialogs.understanding.folding import fold

LONGEST = 2_000  # characters
_WANTS = (
    r"(?:عايز|عاوز|محتاج|مستحق|طالب)(?:ه|ين|يين|ه ل)?|(?:ا|ن)حتاج|ابي|ابغي|ابغا|نبي|نبغي|اريد|نريد|بدي|بدنا|ودي|"
    r"نفسي|ياريت|ساعدونا|"
    r"ساعدوني|تساعدونا|تساعدوني|تساعدني|i need|we need|i want|we want|need|please help|help (?:me|us)(?: with)?|"
    r"m[ou]7tag\w*|3ay[ez]+a?|3awz\w*|abi|abgha"
)
_APPLY = (
    r"(?:ا|ن)(?:قدم|سجل|جدم)|(?:ات|نت)قدم|تقديم|اشترك|نشترك|طلب جديد|(?:ا|ن)(?:عمل|كتب|فتح|ملي|ملا) "
    r"(?:ال)?(?:طلب|استماره|بحث|ملف)|"
    r"apply|register|a2ad+em|asaggel|asajel"
)
_NEEDS = (
    r"(?:ال|لل|ل|ب|و|ف)*(?:ايجار|اجار|سكن|ماوي|شقه|اكل|طعام|تموين|مونه|ملابس|هدوم|لبس|كسوه|بطاطين|علاج|دوا|"
    r"ادويه|عمليه|كشف|دكتور|نظاره|"
    r"سماعه|كرسي|مصاريف|مصروف|مدرسه|مدارس|كتب|دروس|شغل|عمل|وظيفه|شغلانه|تدريب|مشروع|فلوس|مساعده|مساعدات|معونه|"
    r"معاش|اعانه|دعم|سداد|ديون|دين|"
    r"قسط|اقساط|فاتوره|فواتير|كهربا|كهرباء|سقف|ترميم|تلاجه|بوتاجاز|(?:ا)?حد (?:يسمع|يساعد)\w*|"
    r"نتكلم|اتكلم مع مختص)(?:ات|نا|ي|هم|ها)?|"
    r"food|rent|medicine|treatment|job|work|school|clothes|debts?|bills?|help|akl|egar|dawa|3elag|shoghl|floos|"
    r"mosa3da|mosa3ada"
)
_NOT_SO = re.compile(
    r"(?:^| )(?:مش|مو|مب|ما|لا|مابي|ماابي|لم|لن|بلاش|not|don t|dont) (?:\w+ )?(?:عايز|عاوز|محتاج|ابي|ابغي|اريد|"
    r"نريد|نبي|want|need)|"
    r"(?:^| )(?:طلبي|طلبنا|موعدي|ميعادي|موعد|ميعاد|الرد|ردكم|بياناتي|معلوماتي|رقمي|الغي|نلغي|امسح|احذف|اوقف|"
    r"موظف|اعرف|اسال|استفسر|"
    r"اكلم|يكلمني|تكلموني|اسمعكم|اقول|متي|امتي|كيف|ازاي|شلون|ليه|ليش|فين|وين|هل|cancel|delete|when|where|why|"
    r"how|status)(?: |$)"
)
_SAID = re.compile(rf"(?:^| )[وف]?(?:{_WANTS}) (?:\w+ ){{0,4}}?(?:{_APPLY}|{_NEEDS})(?: |$)")
_LACKS = re.compile(r"(?:^| )[وف]?(?:محتاج(?:ه|ين)?|(?:ا|ن)حتاج|ينقصنا|ناقصنا|we need|i need) (?!منكم|من حضرتك)\w{2,}")
_OWES = re.compile(
    r"(?:^| )[وف]?(?:علي|عليه|عليا|علينا) (?:ديون|دين|اقساط|قسط|ايجار\w*|كمبيال\w*)(?: |$)|(?:^| )we owe|(?:^| )i owe"
)
_ALONE = re.compile(rf"(?:^| )[وف]?(?:{_APPLY}) (?:\w+ )?(?:ال)?(?:طلب|مساعده|معونه|for)")


def wants_to_apply(text: str) -> bool:
    """True for a wish or a need in a sentence of their own; not for a question, a refusal, or what is already "
    "with us."""
    if len(text) > LONGEST or "؟" in text or "?" in text:
        return False
    key = fold(text)
    if _NOT_SO.search(key):
        return False
    return bool(_SAID.search(key) or _LACKS.search(key) or _OWES.search(key) or _ALONE.search(key))
