"""Words of dates in Latin letters, as the Arabic words they spell: «b3d bokra», «el 7ad el gay», "next"."""

from __future__ import annotations

import re
from functools import lru_cache

from dialogs.understanding.date.month_names import month_at

_SPELLINGS = {  # Arabic word, folded: what matches a whole Latin word, without its article
    "بكره": r"b[ou]+kra+h?|bukre|boukra|bkra",
    "باجر": r"ba+(?:j|ch|tch|4)[ei]r",
    "باكر": r"ba+k[ei]r",
    "غدا": r"ghad+an|8ad+an|ghada|8ada|tomorr?ow|tomm?or+ow|tmr|tmrw|tmw|tomoro|2mor+ow?",
    "غد": r"gha?d|8a?d",
    "اليوم": r"today|tonight",
    "الان": r"now|hal+a2",
    "النهارده": r"[ei]?n?na?ha?rd[ae]h?|nehard[ae]h?|[ei]nhard[ae]h?",
    "دلوقتي": r"d[ei]?lw[ae]?[2']?t[iy]?|dlwa2ty|delwa2ti|dlw2ty|delwa[2q]t[iy]?|dilwa2ti",
    "الليله": r"l[ei]+[iy]?la+h?",
    "الحين": r"h?a?l?7+[ei]+n|heen|halheen",
    "امبارح": r"2?[aei]?[nm]?m?ba+r[aei]*(?:7|h)",
    "البارحه": r"bar[aei]?7a?h?|bare?ha",
    "امس": r"2?ams+|yesterday",
    "اول": r"2?a?w+[ae]?l+|awal|2wl|awwil",
    "اخر": r"2?a+kh[ei]?r|2?a+5[ei]?r",
    "نص": r"n[ou]s+",
    "بعد": r"ba?3d|baa?d|after|ba3ad",
    "عقب": r"3[aou]?[gq][ou]?b|3ogob",
    "قبل": r"[2aqg]?a?b[ae]?l|before",
    "من": r"m[ei]?n|since",
    "منذ": r"mo?nzo?|munth?u?",
    "كمان": r"kama+n",
    "يوم": r"y[ou]+m|y[ao]wm|day",
    "يومين": r"y(?:[ou]+|aw|ow)m(?:[ei]+n|ain|ayn|eyn)",
    "ايام": r"2?ay+[ae]+m|2?iy+am|t[iy]+y?a+m|days",
    "اسبوع": r"2?[eiouas]?[suo]*sb[uo]+3|[euoi]sboa?|week|wk|usbu|osboo|[eou]sbou3",
    "اسبوعين": r"2?[eioua]sb[uo]+3(?:[ei]+n|ain|ayn)|fortnight",
    "اسابيع": r"2?asab[ie]+3|weeks",
    "شهر": r"shah?a?r|4ahr|month",
    "شهرين": r"shahr(?:[ei]+n|ain|ayn)",
    "شهور": r"sh[ou]h[ou]+r|ash-?hor|months",
    "سنه": r"sana[ht]?|sanet|year|yr",
    "سنتين": r"sant(?:[ei]+n|ain)|sanatain",
    "سنين": r"s[ei]n[ei]+n|sanawat|years|yrs",
    "الاثنين": r"2?[ei]?(?:th|t|s)n(?:ee|ei|ai|ay|e|i)n",
    "الثلاثا": r"th?[aeou]?l[ae]+th?a*2?",
    "الاربعا": r"2?arb[aei]{0,2}3?[ae]{0,2}2?|r[ae]?b[ou]+3",
    "الخميس": r"(?:5|kh|7')a?m(?:ee|ii|ie|i|e)s",
    "الجمعه": r"[gjy][ou]?m[ou]?3?[ae]+h?",
    "السبت": r"s[aei]bt",
    "الاحد": r"2?a?[7h]add?",
    "الجاي": r"[gj]a+[yi]+a?h?|yay|yaya",
    "القادم": r"[qkg2]ad[ei]ma?",
    "المقبل": r"m[ou][q2]b[ei]la?",
    "الماضي": r"ma+d[iy]+a?h?|maadi",
    "الفايت": r"fay[ei]?ta?|fayta",
    "فات": r"fa+t(?:et|it)?|ra+7(?:et)?|ta+f(?:at)?",
    "اللي": r"[ei]l+[iy]|[ei]ly|l[iy]",
}
_ENGLISH_ONLY = frozenset(
    "tomorrow tommorow tomorow tmr tmrw tomoro tmw 2moro today tonight now yesterday after before since "
    "day days week wk weeks "
    "month months year years fortnight yr yrs".split()
)
_WITH_ARTICLE = {"يوم": "اليوم", "شهر": "الشهر", "اسبوع": "الاسبوع", "سنه": "السنه", "غد": "الغد"}
_NEEDS_ARTICLE = frozenset("الاثنين الثلاثا الاربعا الخميس الجمعه السبت الاحد".split())
_BARE = dict(
    zip(
        "الاثنين الثلاثا الاربعا الخميس الجمعه السبت الاحد".split(),
        "اثنين ثلاث اربع خميس جمعه سبت احد".split(),
        strict=True,
    )
)
_PATTERNS = tuple((arabic, re.compile(spelling)) for arabic, spelling in _SPELLINGS.items())
_ARTICLE = re.compile(r"(?:[ae]?l|[ei]l|el-|al-)(?=.{3})")
_DOUBLED = re.compile(r"[aei]?(?:ss|tt|nn|dh?dh|rr|th|sh)(?=[a-z2-9])")  # the article before a sun letter: «essabt»
_ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
_GLUED = re.compile(r"(\d{1,4})([a-z]{3,12})(\d{2,4})?|([a-z]{3,12})(\d{1,4})")
ARTICLES = frozenset("el al il l".split())


@lru_cache(maxsize=512)
def spelt(word: str, *, article: bool = False) -> tuple[str, ...]:
    """The Arabic words that a Latin word spells, itself where it spells none of a date; `article`: «el» stood before.

    "15th" is 15, "15march1990" three words.
    """
    ordinal = _ORDINAL.fullmatch(word)
    if ordinal:
        return (ordinal[1],)
    found = _spelt(word, article)
    if found:
        return (found,)
    glued = _GLUED.fullmatch(word)
    if glued and _is_month(glued[2] or glued[4]):
        return tuple(part for part in glued.groups() if part)
    return (f"el{word}",) if article and not _is_month(word) else (word,)


def _is_month(word: str) -> bool:
    return month_at([word], 0) is not None


def _spelt(word: str, article: bool) -> str:
    for arabic, pattern in _PATTERNS:
        if pattern.fullmatch(word):
            if word in _ENGLISH_ONLY:
                return arabic
            return _WITH_ARTICLE.get(arabic, arabic) if article else _BARE.get(arabic, arabic)
    bare = _ARTICLE.match(word)
    if bare and not article:
        return _spelt(word[bare.end() :], True)
    if not article and _DOUBLED.match(word):
        shorter = _spelt(word.lstrip("aei")[1:], True) or _spelt(word.lstrip("aei"), True)
        return shorter if shorter in _NEEDS_ARTICLE else ""
    return ""
