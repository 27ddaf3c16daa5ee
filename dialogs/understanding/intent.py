"""What a whole message steers to: yes, no, stop, back and the other words that mean the same at every step."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dialogs.understanding.danger import read_danger
from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.intent_words import COURTESIES, PEOPLE, PHRASES, TALK, WANTS
from dialogs.understanding.reading import Reading

_LATIN = re.compile(r"[a-z0-9' ]+")
_SHORT = 200  # characters


_MESSAGES = r"(?:ال|اي )?(?:رسايل|رسائل|رسايلكم|رسايلكو|مراسله|مراسلات|ارسال|الارسال|مراسلتي|اشعارات|تنبيهات)"
_AGAIN = r"(?: (?:تاني|مره تانيه|مره اخري|بعد الان|خلاص|منكم|دي|هذي|هذه|لي|ليا))*"
_STOPS = re.compile(
    rf"(?:بطل|وقف|اوقف|قف|الغ|الغي|كفايه|يكفي|بس|خلاص|سكر)(?:وا|و)? {_MESSAGES}{_AGAIN}|"
    rf"(?:مش (?:عايز|عاوز)(?:ه|ين)?|ما ?(?:ابي|ابغي|نبي|ابغا)|لا (?:اريد|نريد|ارغب في)) {_MESSAGES}{_AGAIN}|"
    rf"(?:لا|ما) ?(?:ترسل|تراسل|تبعت|تطرش|تدز|تكلم|تبعث)(?:وا|ون|و|ي|لي|ولي|وني|ني|ونا)*(?: {_MESSAGES})?{_AGAIN}|"
    rf"(?:بطل|بطلوا|وقفوا|خلاص بطلوا) (?:تبعت|ترسل|تراسل|تكلم)(?:وا|و|ون|ي|لي|ولي|وني|ني)*{_AGAIN}|"
    rf"ما?تبعت(?:ش|وش|ليش|وليش|لناش)(?: {_MESSAGES})?{_AGAIN}|"
    r"(?:شيل|احذف|امسح|الغ)(?:وا|و)? (?:رقمي|اسمي|نمرتي)(?: من عندكم)?"
)


def _latin_key(text: str) -> str:
    return re.sub(r"([a-z])\1+", r"\1", text.replace("'", ""))


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for intent, phrases in PHRASES.items():
        for phrase in phrases.split("|"):
            key = fold(phrase) or _sign(phrase)
            table.setdefault(key, intent)
            if _LATIN.fullmatch(key):
                table.setdefault(_latin_key(key), intent)
    return table


@cache
def _courtesies() -> re.Pattern[str]:
    phrases = sorted((fold(word.replace("_", " ")) for word in COURTESIES), key=len, reverse=True)
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, phrases)) + r")(?!\w)")


@cache
def _word_sets() -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    wants, talk, people = (frozenset(fold(w.replace("_", " ")) for w in words) for words in (WANTS, TALK, PEOPLE))
    return wants, talk, people


def _sign(text: str) -> str:
    """The key of a message without letters: its signs, with variation marks, skin tones and repeats gone."""
    bare = "".join(c for c in fold_letters(text) if not c.isspace() and not "\U0001f3fb" <= c <= "\U0001f3ff")
    if bare and len(set(bare)) == 1 and bare[0] not in "-.?؟":
        return bare[0]
    return bare


def _found(key: str) -> str | None:
    table = _table()
    intent = table.get(key)
    if intent is None and _LATIN.fullmatch(key):
        intent = table.get(_latin_key(key))
    return intent


def _asks_for_person(words: list[str]) -> bool:
    """«عايز اكلم حد», «ابي موظف», «التحدث مع موظف لو سمحتم»: nothing else may be in the message."""
    wants, talk, people = _word_sets()
    rest = [
        word
        for word in words
        if word not in {"مع", "الي", "علي", "ل", "ان", "في", "with", "to", "a", "من", "عندكم", "m3a", "ma3"}
    ]
    rest = [word.removeprefix("ل") if word.removeprefix("ل") in people else word for word in rest]
    if not rest or not any(word in people for word in rest):
        return False
    if not all(word in wants | talk | people for word in rest):
        return False
    return any(word in talk for word in rest) or (rest[0] in wants and rest[-1] not in {"احد", "حد", "واحد", "شخص"})


def _of_parts(words: list[str]) -> Reading[str] | None:
    """«ايوه تمام» is yes; «ايوه لا» is asked again; anything with another word in it is nothing."""
    found = [_found(word) for word in words]
    if None in found or not 2 <= len(words) <= 4:
        return None
    kinds = set(found)
    if kinds == {"yes", "no"}:
        return Reading(None, False, "intent_confirm")
    return Reading(found[0], True) if len(kinds) == 1 else None


def _repeated_answer(words: list[str]) -> Reading[str] | None:
    """«لا ما عندي», «ايوه انا موافق»: a yes or no and then the same in other words."""
    if len(words) < 2:
        return None
    first, rest = _found(words[0]), _found(" ".join(words[1:]))
    return Reading(first, True) if first == rest and first in {"yes", "no"} else None


def read_intent(text: str) -> Reading[str]:
    """The intent of the whole message, or blank: a word of it is never enough (STOP opens a menu, never a guess).

    yes, no, stop, back, help, skip, restart, human, review, change, erase, apply, status, appointments, my_data,
    urgent, menu, greeting, thanks, or danger.
    """
    return _lately(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Reading[str]:
    key = fold(text)
    if not key:
        sign = _found(_sign(text)) if text.strip() else None
        return Reading(sign, True) if sign else Reading()
    if re.fullmatch(r"[\d ]+", key):
        return Reading()
    intent = _found(key)
    if intent:
        return Reading(intent, True)
    if read_danger(text):
        return Reading("danger", True)
    bare = " ".join(_courtesies().sub(" ", key).split())
    intent = _found(bare) if bare and bare != key else None
    if intent:
        return Reading(intent, True)
    if _STOPS.fullmatch(key):
        return Reading("stop", True)
    words = (bare or key).split()
    if _asks_for_person(words):
        return Reading("human", True)
    wants, _, _ = _word_sets()
    if words[0] in wants and len(words) > 1:
        intent = _found(" ".join(words[1:]).removeprefix("ان "))
        if intent not in {None, "yes", "no", "thanks", "greeting"}:  # «عايز ارجع», «ممكن شرح»
            return Reading(intent, True)
    return _of_parts(words) or _repeated_answer(words) or Reading()


_lately = lru_cache(maxsize=16)(_read)  # several readers of one turn ask about the same message; more is not kept
