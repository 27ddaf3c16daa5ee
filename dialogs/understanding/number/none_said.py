"""Counts said without a number: «مفيش» and «ولا واحد» are none, «لوحدي» is one who lives alone."""

from __future__ import annotations

import re

from dialogs.understanding.folding import fold


def _keys(text: str) -> frozenset[str]:
    return frozenset(fold(phrase) for phrase in text.replace("\n", "|").split("|") if phrase.strip())


_LONGEST = 80  # characters
_NONE = _keys("""
مفيش|ما فيش|مافيش|مفيش حد|مفيش حاجة|مفيش خالص|ولا واحد|ولا واحدة|ولا حد|ولا حاجة|ولا شي|ولا شيء|ولا جنيه
ولا مليم|ولا دينار|ولا فلس|ولا طفل|ولا ولد|ولا عيل|معنديش|ما عنديش|معندناش|معنديش حد|معنديش عيال
معنديش اولاد|ما عندي|ما عندي شي|ما عندنا|ماعندي|ماعندنا|ما عندي عيال|ليس عندي|ليس لدي|لا يوجد|لا احد|لا شيء
لا شي|ليس لدينا|ماكو|ماكو احد|ماكو شي|ما في|مافي|ما في شي|ما فيه|ما فيه احد|مافي احد|خالص|ابدا|مش موجود|بدون
من غير|لا مفيش|لا ما فيش|لا يوجد احد|none|no one|nobody|nothing|not any|zero|nil|mafish|mafeesh|ma3ndish
ma3andish|mako|maku|wala wa7ed|wala 7aga|wala wahed|ma3andi
""")
_ALONE = _keys("""
لوحدي|وحدي|انا لوحدي|انا وحدي|عايش لوحدي|عايشة لوحدي|عايش وحدي|عايشة وحدي|اعيش وحدي|اعيش لوحدي|ساكن لوحدي
ساكنة لوحدي|ساكن وحدي|بروحي|عايش بروحي|عايشة بروحي|انا بروحي|بطولي|انا بس|انا فقط|غير انا|مفيش غيري
ما في غيري|انا بطولي|وحيد|وحيدة|alone|i live alone|only me|just me|by myself|lwa7di|lewa7di|lwahdi|le wahdi
""")


# «ما عندنا عيال», «ماعنديش أطفال صغيرين», «لسه ما خلفناش», «ربنا ما رزقناش», «كلهم كبار».
_NO_CHILD = re.compile(
    "(?:لا |و?الله |الحمد لله |لسه |احنا )*(?:"
    "(?:ما|مفيش|مافيش|مافي|ماكو|بدون|من غير|ليس|لا يوجد|لا)(?: ?(?:عند|لد|ل|معا|في)(?:ي|نا|ه|ها)?ش?)?"
    " (?:اي )?(?:عيال|اطفال|ولاد|اولاد|صغار|ابناء|يهال|عيل|طفل)(?: صغار| صغيرين| صغيره)?"
    "|م(?:ع|اع)ند(?:ي|نا)ش (?:اي )?(?:عيال|اطفال|ولاد|اولاد|صغار|عيل|طفل)(?: صغار| صغيرين)?"
    "|(?:ربنا |الله |لسه )?(?:ما|م|لم) ?(?:خلف|رزق|انجب|جب)(?:نا|ت|ناش|تش|نيش|ني)?(?: عيال| اولاد| اطفال)?(?: لسه| "
    "بعد)?"
    "|(?:كلهم|كلنا|الكل|عيالي|اولادي|ولادي)(?: كلهم)? (?:كبار|كبيرين|كبروا|متجوزين|متزوجين)"
    ")(?: خالص| ابدا| بالمره| والله| بعد| الحمد لله| الحمدلله| لسه| حاليا){0,3}"
)


def means_none(text: str) -> bool:
    """True for words that answer «how many?» with nought and nothing else; a bare «لا» is not one of them."""
    return len(text) <= _LONGEST and (fold(text) in _NONE or _NO_CHILD.fullmatch(fold(text)) is not None)


def means_alone(text: str) -> bool:
    """True for words that say that somebody lives alone."""
    return len(text) <= _LONGEST and fold(text) in _ALONE
