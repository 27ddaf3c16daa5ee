"""Those who live together, told one by one: «أنا ومراتي وتلات عيال وأمي» are six."""

from __future__ import annotations

import re

from dialogs.understanding.number.spoken import read_spoken
from dialogs.understanding.number.words import dialect_key

LONGEST = 160  # characters of a roster that is told in one message
_MOST = 60  # people under one roof


def _keys(text: str) -> frozenset[str]:
    return frozenset(dialect_key(phrase) for phrase in text.replace("\n", "|").split("|") if phrase.strip())


_SELF = _keys("انا|نفسي|ana|me|myself|i")
_ONE = _keys("""
مراتي|زوجتي|الزوجة|زوجة|المدام|مدامتي|حرمتي|ام العيال|ام الاولاد|امهم|ام عيالي|ام اولادي|جوزي|زوجي|الزوج|زوج|ريلي
رجلي|ابو العيال|ابو الاولاد|ابوهم|ابو عيالي|ابو اولادي|امي|الوالدة|والدتي|ماما|ابويا|ابوي|ابي|الوالد|والدي|بابا|اختي
اخويا|اخوي|اخي|ابني|بنتي|ولدي|ابن|ابنة|ابنتي|بنت|ولد|طفل|طفلة|طفلي|طفلتي|عيل|رضيع|رضيعة|بيبي|جدي|جدتي|ستي|سيدي|يدتي|حماتي|حمايا
حماي|خالتي|خالي|عمتي|عمي|سلفتي|سلفي|ضرتي|حفيدي|حفيدتي|يتيم|يتيمة|امه|ابوه|اخوه|اخته|امها|ابوها|اختها|اخوها|ام جوزي
ام زوجي|ابو جوزي|ابو زوجي|اخت جوزي|اخو جوزي|ام مراتي|ام زوجتي|مرات ابني|زوجة ابني|مرت ابني|مرات اخويا|مرت اخوي
بنت اختي|ابن اختي|بنت اخويا|ابن اخويا|ولد اختي|ولد اخوي|بنت بنتي|ابن بنتي|ابن ابني|بنت ابني|جوز بنتي|زوج بنتي|مراته
زوجته|مرته|my wife|my husband|my mother|my father|my son|my daughter|my sister|my brother|my mom|my dad|zogy|gozy|goozy
meraty|mraty|ommy|abuya|waldi
""")
_TWO = _keys("""
ولدين|بنتين|طفلين|عيلين|ابنين|ولدان|بنتان|طفلان|توأم|توم|اختين|اخين|اخوين|حفيدين|يتيمين|زوجتين|نفرين|شخصين|فردين
ابويا وامي|امي وابويا|والدي ووالدتي|الوالدين|والديا|والدي الاتنين
""")
_MANY = _keys("""
عيال|اولاد|ولاد|بنات|اطفال|ابناء|ابنا|اخوات|اخوة|اخوان|خوات|احفاد|ايتام|صغار|يهال|جهال|بزران|انفار|افراد|اشخاص|عيالي|اولادي
ولادي|بناتي|اطفالي|ابنائي|ابناي|اخواتي|اخوتي|اخواني|احفادي|عيالنا|اولادنا|ولادنا|بناتنا|اطفالنا|العيال|الاولاد|الولاد|البنات
الاطفال|كبار|بالغين|راشدين|adults|kids|children|sons|daughters|boys|girls|3eyal|3yal|welad|awlad|banat
""")
_IDLE = _keys("""
بس|فقط|كلنا|كلهم|في البيت|بالبيت|عايشين|ساكنين|معانا|معايا|معي|معنا|مع بعض|سوا|صغيرين|صغار|كبار|الحمد لله|والحمد لله
والله|يا فندم
عايشة معانا|عايش معانا|عايشة معايا|عايش معايا|ساكنة معانا|ساكن معانا|كمان|احنا|عندي|عندنا|في بيت واحد|في الشقة
""")
_GROWN_UP = _keys("كبار|بالغين|راشدين|adults")  # the speaker is one of them
_LONGEST_PHRASE = 3
_LONGEST_TOTAL = 4  # words
_PARTED = re.compile(r"\s*[,،;؛+\n]\s*|\s+(?:و|مع|and|w|we|wa)\s+")


def count_people(text: str) -> int | None:
    """How many the roster names, the speaker among them where they say «أنا»; None when anything else is said.

    At least two parts, one of them the speaker: «ولدين وبنت» alone may be children or all of them. Their number may
    stand before them.
    """
    if len(text) > LONGEST:
        return None
    words = tuple(dialect_key(" و ".join(_PARTED.split(text.strip()))).split())
    total, parts, spoken_for = _counted(words)
    if spoken_for and parts > 1 and total <= _MOST:
        return total
    return _explained(words)


def _explained(words: tuple[str, ...]) -> int | None:
    """«احنا خمسة، أنا والزوج وتلات عيال»: the number, where those who are named behind it are as many."""
    while words and (size := _idle(words, 0)):
        words = words[size:]
    for size in range(1, min(_LONGEST_TOTAL, len(words) - 1) + 1):
        value = read_spoken(words[:size]).value
        total, parts, spoken_for = _counted(words[size:]) if value else (0, 0, False)
        if spoken_for and parts > 1 and total == value and total <= _MOST:
            return total
    return None


def _counted(words: tuple[str, ...]) -> tuple[int, int, bool]:
    """How many people and how many parts, and whether the speaker is in one; noughts where anything else is said."""
    total = parts = 0
    spoken_for = False
    at = 0
    while at < len(words):
        idle = _idle(words, at)
        if idle or (words[at] == "و" and at + 1 < len(words)):
            at += idle or 1
            continue
        for each in (words, (*words[:at], words[at][1:], *words[at + 1 :]) if words[at][:1] == "و" else ()):
            size, how_many, is_self = _part(each, at) if each else (0, 0, False)
            if size:
                break
        if not size or (is_self and spoken_for):
            return 0, 0, False
        spoken_for = spoken_for or is_self
        total, parts, at = total + how_many, parts + 1, at + size
    return total, parts, spoken_for


def _idle(words: tuple[str, ...], at: int) -> int:
    return next((n for n in range(_LONGEST_PHRASE, 0, -1) if " ".join(words[at : at + n]) in _IDLE), 0)


def _part(words: tuple[str, ...], at: int) -> tuple[int, int, bool]:
    """How many words the part at `at` has, how many people it is, and whether it is the speaker; 0 words for none."""
    if words[at] in _SELF:
        return 1, 1, True
    for size in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        phrase = " ".join(words[at : at + size])
        if phrase in _TWO:
            return size + _said_again(words, at + size, 2), 2, False
        if phrase in _ONE:
            return size + _said_again(words, at + size, 1), 1, False
    return _many(words, at)


def _said_again(words: tuple[str, ...], at: int, number: int) -> int:
    """«ولدين اتنين», «بنت واحدة»: the number behind the word that says it already."""
    return int(at < len(words) and _number(words[at]) == number)


def _many(words: tuple[str, ...], at: int) -> tuple[int, int, bool]:
    """«تلات عيال», «٤ اولاد», «بناتي التلاتة»."""
    if at + 1 >= len(words):
        return 0, 0, False
    for counted, number in ((words[at + 1], words[at]), (words[at], words[at + 1])):
        how_many = _number(number) if counted in _MANY else 0
        if how_many:
            return 2, how_many, counted in _GROWN_UP
    return 0, 0, False


def _number(word: str) -> int:
    """The whole number that a word is before something counted, 0 for none; «ست» is six there."""
    value = read_spoken((word.removeprefix("ال"),), measured=True).value
    return int(value) if value is not None and value == int(value) and value > 0 else 0
