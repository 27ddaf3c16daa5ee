"""Which of the offered options was meant: by name, number, label or alias; a near miss is offered back, not taken."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from dialogs.understanding.folding import fold
from dialogs.understanding.intent import read_intent
from dialogs.understanding.number import read_number
from dialogs.understanding.reading import Reading


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


SURE_AT = 90  # of 108 noisy answers: at 90 all 24 taken were right, at 80 two of 34 were wrong
MARGIN = 10
WORTH_ASKING = 60
_NEGATIONS = frozenset(fold(w) for w in _words("لا ليس ليست لست مش مو مب غير ما مفيش بدون بلا ماكو مافي لم no not"))
_TURNS = _NEGATIONS | {fold(w) for w in _words("لكن ولكن إلا بس but")}
_EMPTY_WORDS = frozenset(fold(w) for w in _words("و أو في من على إلى عن أي مع هو هي ال or and the of"))
_POSITION = re.compile(r"(?:رقم|الرقم|الاختيار|اختيار|الخيار|خيار|الاجابه|نمره|no|number|option)? ?(.+)")
_YES = frozenset(fold(w) for w in ("yes", "y", "نعم", "أوافق", "موافق", "أيوه", "true"))
_NO = frozenset(fold(w) for w in ("no", "n", "لا", "لا أوافق", "غير موافق", "false"))


@lru_cache(maxsize=16384)
def _key_of(words: str) -> str:
    """The key of a form's own words: the same few labels are folded at every turn."""
    return fold(words)


@dataclass(frozen=True)
class ChoiceWords:
    """An option as a person may call it."""

    name: str
    label: str
    aliases: tuple[str, ...] = ()

    def spellings(self) -> tuple[str, ...]:
        """The folded label and aliases, blanks left out."""
        known: tuple[str, ...] | None = self.__dict__.get("_spellings")
        if known is None:
            known = tuple(key for key in dict.fromkeys(map(_key_of, (self.label, *self.aliases))) if key)
            self.__dict__["_spellings"] = known  # the fields stay frozen: this only follows from them
        return known


def _only(names: Sequence[str]) -> Reading[str]:
    unique = tuple(dict.fromkeys(names))
    if len(unique) == 1:
        return Reading(unique[0], True)
    return Reading(None, False, "choice_which", unique[:3]) if unique else Reading()


def _by_position(key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    said = _POSITION.fullmatch(key)
    number = read_number(said[1] if said else key)
    if number.sure and isinstance(number.value, int) and 1 <= number.value <= len(options):
        return Reading(options[number.value - 1].name, True)
    return Reading()


def _by_intent(text: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    intent = read_intent(text)
    if intent.ask == "intent_confirm":  # «ايوه لا»
        both = tuple(o.name for o in options if fold(o.name) in _YES | _NO or set(o.spellings()) & (_YES | _NO))
        return Reading(None, False, "choice_which", both[:3]) if both else Reading()
    wanted = {"yes": _YES, "no": _NO}.get(intent.value or "")
    if not wanted:
        return Reading()
    named = [o.name for o in options if fold(o.name) in wanted]
    return _only(named or [o.name for o in options if set(o.spellings()) & wanted])


def _contains(words: list[str], part: list[str]) -> bool:
    size = len(part)
    return any(words[at : at + size] == part for at in range(len(words) - size + 1)) if size else False


def _by_whole_words(key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    known = {word for option in options for k in option.spellings() for word in k.split()}
    said = [w[1:] if w not in known and w.startswith("و") and w[1:] in known else w for w in key.split()]
    content = [word for word in said if word not in _EMPTY_WORDS and len(word) > 1]
    matched: list[str] = []
    doubtful = False
    for option in options:
        for words in (k.split() for k in option.spellings()):
            spoken = _contains(said, words) and any(len(word) > 2 for word in words)
            part = bool(content) and len("".join(content)) > 2 and _contains(words, said)
            if spoken or part:
                matched.append(option.name)
                rest = set(said) ^ set(words)
                doubtful = doubtful or bool(rest & _TURNS)
                break
    longest = _only(matched)
    if longest.sure and doubtful:
        return Reading(longest.value, False, "choice_confirm", (longest.value or "",))
    return longest


def _by_spelling(key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    from rapidfuzz.fuzz import ratio

    scored = sorted(
        ((max((ratio(key, k) for k in option.spellings()), default=0.0), option.name) for option in options),
        key=lambda pair: -pair[0],
    )
    if not scored:
        return Reading()
    best, name = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    if best >= SURE_AT and best - second >= MARGIN and not _NEGATIONS & set(key.split()):
        return Reading(name, True)
    near = tuple(name for score, name in scored[:3] if score >= WORTH_ASKING)
    return Reading(near[0], False, "choice_confirm" if len(near) == 1 else "choice_which", near) if near else Reading()


def read_choice(text: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The name of the option meant. Unsure readings carry up to three `candidates`, likeliest first.

    Order: name, label or alias, position, yes/no in other words, whole words, then spelling at 90 with a margin of 10.
    """
    plain = text.strip()
    exact = [option.name for option in options if plain == option.name]
    key = fold(text)
    if exact and not plain.isdecimal():
        return Reading(exact[0], True)
    if not key:
        return _by_intent(text, options)
    equal = _only([option.name for option in options if key in option.spellings()])
    if not equal.blank:
        return equal
    for reading in (_by_position(key, options), _by_intent(text, options), _by_whole_words(key, options)):
        if not reading.blank:
            return reading
    return Reading(exact[0], True) if exact else _by_spelling(key, options)
