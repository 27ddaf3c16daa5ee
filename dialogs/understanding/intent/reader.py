"""What a whole message steers to: yes, no, stop, back and the other words that mean the same at every step."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import pairwise

from dialogs.understanding.danger.reader import read_danger
from dialogs.understanding.folding import fold
from dialogs.understanding.intent.asks import ASKED
from dialogs.understanding.intent.person import asks_for_person
from dialogs.understanding.intent.phrases import (
    Part,
    complaints,
    intent_of,
    parts_of,
    without_address,
    without_courtesies,
    words_of_kind,
)
from dialogs.understanding.intent.signs import signs_of
from dialogs.understanding.intent.stop import asks_to_stop
from dialogs.understanding.intent.words import BOTH, NOTHING
from dialogs.understanding.keys import tight
from dialogs.understanding.reading import Reading

COMMANDS = frozenset({"stop", "back", "help", "skip", "restart", "human"})
SENTENCES = frozenset({"help", "skip"})  # «لا، مش فاهمة» is no prohibition: what follows is a sentence of its own
_SHORT = 200  # characters
_SAYS_NOTHING = frozenset({"courtesy", "want", "greeting", "thanks", "self"})
_DENIES = ("لا", "ما", "مش", "مو", "مب", "لم", "مع", "مد", "لست", "غير", "msh", "mesh", "ma", "i")
_NUMBERED = re.compile(r"(?<!\s)\s*\d{1,2}\s*[-.)ـ:–]\s*(?=\D)")
_ASKED = re.compile(r"[?؟]\s*[!?؟.…]*\s*$")
# Folded they would be other words: «ابدأ» (begin) «ابدا» (never), «إيواء» (shelter) «ايوا» (yes).
_BEGIN = re.compile("(?<!\\w)[اأإن]بد[أئ](?!\\w)")
_SHELTER = re.compile("[اإ]يواء")
_NO_NO = re.compile("(?:لا ?){2,20}|(?:la ?){2,20}")
_NO_OBJECTION = re.compile(
    "(?:لا|ما|مفيش|مافي|مو|مش|معند|ليس|بدون|mafe?sh|mafi|mo|la).*(?:مانع|مشكل|اعتراض|ممانع|باس|mane3|mani3|moshk|mushk)"
)
_PARDON = frozenset(map(tight, "نعم ايوه عفوا معذره هلا ماذا شنو ايه yes sorry كيف".split()))
_WHY = re.compile(r"(?:و ?)?(?:ليه|ليش|لم|لما|ايه|شو|شنو|وش|ايش|ما|اشوله|why|leh|leih|lesh|leish|laish)\b")
_CONFIRM = "intent_confirm"


def _meant_by(parts: list[Part]) -> Reading[str]:
    """«ايوه تمام» is yes, «ايوه لا» is asked again, «طيب ارجع» goes back, «لا توقفوا» steers nowhere."""
    parts = [*(Part("want", p.key) if _only_wants(p, after) else p for p, after in pairwise(parts)), parts[-1]]
    said = [part for part in parts if part.kind not in _SAYS_NOTHING]
    kinds = list(dict.fromkeys(part.kind for part in said))
    wanted = any(part.kind == "want" for part in parts)
    if not kinds:
        thanks = [part.kind for part in parts if part.kind in {"thanks", "greeting"}]
        return Reading(max(thanks), True) if thanks and not wanted else Reading()
    if kinds == ["no", "yes"] and len(said) == 2 and _denies_objection(said):
        return Reading("yes", True)
    if set(kinds) == {"yes", "no"}:
        return Reading(None, False, _CONFIRM, tuple(kinds))
    if len(kinds) == 1:
        return _of_one_kind(kinds[0], said, parts)
    if len(said) == 2 and kinds[0] == "yes" and said[0].key in words_of_kind("yes") and kinds[1] not in {"yes", "no"}:
        return Reading(kinds[1], True)
    if len(kinds) == 2 and kinds[0] == "no" and said[0].key in words_of_kind("no") and kinds[1] in SENTENCES:
        tail = next(part for part in said if part.kind == kinds[1])
        if tail.key.startswith(_DENIES):
            return Reading(kinds[1], True)
    return Reading()


def _denies_objection(said: list[Part]) -> bool:
    """«لا، ما عندي مانع» is yes."""
    return said[0].key in words_of_kind("no") and _NO_OBJECTION.match(said[1].key) is not None


def _only_wants(part: Part, after: Part) -> bool:
    """«عايز» alone is a yes; before a command it only wants it."""
    return part.kind == "yes" and after.kind in COMMANDS | set(ASKED) and part.key in words_of_kind("want")


def _of_one_kind(kind: str, said: list[Part], others: list[Part]) -> Reading[str]:
    wanted, told_of_self = (any(part.kind == one for part in others) for one in ("want", "self"))
    if others[-1].kind == "want":
        return Reading()
    if kind in {"yes", "no"}:
        if others[-1].kind == "greeting" and {part.key for part in said} <= words_of_kind("passing"):
            return Reading()
        further = {part.key for part in said} - words_of_kind(kind)
        return Reading(kind, True) if len(further) <= 1 and not wanted else Reading()
    if kind == "human":  # what is wanted of a person, and «أنا موظف», is for `asks_for_person` to tell
        alone = len({part.key for part in said}) == 1
        complains = said[0].key in complaints()
        return Reading(kind, True) if alone and (complains or not (wanted or told_of_self)) else Reading()
    return Reading(kind, True)


def read_intent(text: str) -> Reading[str]:
    """The intent of the whole message, or blank: a word of it is never enough (STOP opens a menu, never a guess).

    yes, no, stop, back, help, skip, restart, human, review, change, erase, apply, status, appointments, my_data,
    urgent, menu, greeting, thanks, or danger. A yes beside a no is asked about (`intent_confirm`).
    """
    return _lately(text) if len(text) <= _SHORT else _read(text)


def _read(text: str) -> Reading[str]:
    signs = signs_of(text)
    key = fold(_SHELTER.sub("مأوى", _BEGIN.sub("ابتدي", _NUMBERED.sub("", text, count=1))))
    if not any(character.isalpha() for character in key):
        return _by_signs(signs) if not key else Reading()
    if key in NOTHING:
        return Reading()
    if _NO_NO.fullmatch(key):
        return Reading("no", True)
    if key in BOTH:
        return Reading(None, False, _CONFIRM, ("yes", "no"))
    words = key.split()
    spoken_to = without_address(words)
    bare_key = " ".join(spoken_to)
    intent = intent_of(key) or intent_of(bare_key)
    reading = Reading(intent, True) if intent else _of_sentence(text, key, spoken_to)
    if reading.sure and reading.value in {"yes", "no"}:
        return _unless_doubted(text, bare_key, reading, signs)
    return reading


def _of_sentence(text: str, key: str, words: list[str]) -> Reading[str]:
    if read_danger(text):
        return Reading("danger", True)
    if tight(key) in words_of_kind("ambiguous"):
        return Reading(None, False, _CONFIRM)
    if tight(key) in _PARDON and _ASKED.search(text):
        return Reading("help", True)
    parts = parts_of(words)
    reading = _meant_by(parts) if parts else Reading()
    if reading.value:
        return reading
    plain = without_courtesies(words)
    if asks_to_stop(" ".join(plain)) or (plain != words and asks_to_stop(" ".join(words))):
        return Reading("stop", True)
    if asks_for_person(plain) or (plain != words and asks_for_person(words)):
        return Reading("human", True)
    return reading if reading.ask else _unless_chosen(words)


def _unless_chosen(words: list[str]) -> Reading[str]:
    """«نعم ولا لا؟», «ايوه او لأ»: both were named, neither was chosen."""
    kinds = {intent_of(word) for word in words if word not in {"ولا", "او", "و", "or"}}
    if (len(words) <= 4 and kinds == {"yes", "no"}) or words in (["نعم", "ولا"], ["ايوه", "ولا"]):
        return Reading(None, False, _CONFIRM, ("yes", "no"))
    return Reading()


def _by_signs(signs: frozenset[str]) -> Reading[str]:
    if len(signs) == 1 and "other" not in signs:
        return Reading(next(iter(signs)), True)
    return Reading(None, False, _CONFIRM, ("yes", "no")) if signs == {"yes", "no"} else Reading()


def _unless_doubted(text: str, key: str, reading: Reading[str], signs: frozenset[str]) -> Reading[str]:
    """«نعم؟» begs pardon, «لا؟» and «نعم 👎» are asked about; «ليش لا؟» stays yes."""
    if {"yes", "no"} & (signs - {reading.value}):
        return Reading(None, False, _CONFIRM, ("yes", "no"))
    if key.endswith(" بس"):  # «ايوه بس …»: yes, but
        return Reading(None, False, _CONFIRM, (reading.value or "",))
    if not _ASKED.search(text):
        return reading
    if tight(key) in _PARDON:
        return Reading("help", True)
    return reading if _WHY.match(key) else Reading(None, False, _CONFIRM, (reading.value or "",))


_lately = lru_cache(maxsize=16)(_read)  # several readers of one turn ask about the same message; more is not kept
