"""Options that people name by what they mean: yes, no, not knowing, not saying, later, something else, none, all."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from functools import cache

from dialogs.understanding.choice.option import ChoiceWords
from dialogs.understanding.choice.words import (
    ALL_OF_THEM,
    LATER_NAMES,
    NONE_NAMES,
    NONE_OF_THEM,
    OTHER_NAMES,
    OTHERS,
    REFUSAL_NAMES,
    UNKNOWN_NAMES,
)
from dialogs.understanding.folding import fold
from dialogs.understanding.intent.reader import read_intent
from dialogs.understanding.keys import tight
from dialogs.understanding.reading import Reading

YES = frozenset(fold(w) for w in ("yes", "y", "نعم", "أوافق", "موافق", "أيوه", "true"))
NO = frozenset(fold(w) for w in ("no", "n", "لا", "لا أوافق", "غير موافق", "false"))
_NOT_KNOWN = re.compile(
    "عرف|عارف|دري|علم|متاكد|متيقن|فاكر|ذكر|دكر|متدكر|فكره|معلوم|معروف|مجهول|ناسي|نسي|خبر|know|sure|idea|dunno|idk|rememb|forg|unknown|3aref|3arif|3arfa|adri|3raf|3rf|a3r"
)
_NOT_SAID = re.compile("جاوب|اجاب|جيب|رد|قول|خاص|خصوص|شخص|فصاح|افضل|answer|say|comment|private|personal|شانكم|دعوه")
_LATER = re.compile("بعدين|لاحق|بعد|وقت|later|ba3d|b3d")
_UNWILLING = re.compile(
    r"(?:مش|مو|مب) ?(?:عايز|عاوز|حابب|حاب)(?:ه|ين)?|ما ?(?:ابي|ابغي|ابغا|نبي|نبغي|ودي|بدي)|"
    r"مابي|مابغي|لا (?:اريد|نريد|ارغب)|بلاش|"
    r"m[aeiou]*sh 3a[yw]*[eaz]+|ma ?abi|mabi|i don t want"
)
_NONE_LABEL = re.compile(
    r"(?:لا شيء?|لا شي|لا يوجد|لا احد|لا توجد|ليس|بدون|بلا|لم يصل شي|لا ينقص شي|none|nothing|nobody|no one)(?: |$)"
)
_OTHER_LABEL = re.compile(  # «شيء آخر», «أخرى، ما هي؟»; in a longer name it says which («أكمل على هاتف آخر»)
    r"(?:\w+ )?(?:اخري|اخر|غير ذلك|غيرها|اخرون|others?|another|else)|(?:اخري|غير ذلك|others?) .+"
)


@cache
def _keys(phrases: str) -> frozenset[str]:
    return frozenset(tight(fold(phrase)) for phrase in phrases.split("|"))


def _only(names: Iterable[str]) -> Reading[str]:
    unique = tuple(dict.fromkeys(names))
    if len(unique) == 1:
        return Reading(unique[0], True)
    return Reading(None, False, "choice_which", unique[:3]) if unique else Reading()


def _is(option: ChoiceWords, names: frozenset[str], label: Callable[[str], object]) -> bool:
    return option.name.lower() in names or any(label(key) for key in option.spellings()[:1])


def _unknown(option: ChoiceWords) -> bool:
    return option.name.lower() in UNKNOWN_NAMES or option.spellings()[:1] in {
        ("لا اعرف",),
        ("لا ادري",),
        ("لا اعلم",),
        ("غير معروف",),
    }


def _refusal(option: ChoiceWords) -> bool:
    return option.name.lower() in REFUSAL_NAMES or option.spellings()[:1] in {
        ("لا اريد الاجابه",),
        ("افضل عدم الاجابه",),
    }


def _none(option: ChoiceWords) -> bool:
    return _is(option, NONE_NAMES, _NONE_LABEL.match)


def _other(option: ChoiceWords) -> bool:
    return _is(option, OTHER_NAMES, _OTHER_LABEL.fullmatch)


def means_all(text: str) -> bool:
    """«كلهم», «الاتنين»: every option that stands for something."""
    return tight(fold(text)) in _keys(ALL_OF_THEM)


def stands_for_something(option: ChoiceWords) -> bool:
    """False for «none», «other», «not known» and the refusal: nobody means them by «all of them»."""
    return not (_none(option) or _other(option) or _unknown(option) or _refusal(option))


def _yes_or_no(text: str, wanted: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    words, others = (YES, NO) if wanted == "yes" else (NO, YES)
    named = [o.name for o in options if fold(o.name) in words]
    spelt = named or [o.name for o in options if set(o.spellings()) & words and not set(o.spellings()) & others]
    if spelt:
        longer = [
            o.name
            for o in options
            if o.name not in spelt and any(k.startswith(f"{fold(text)} ") for k in o.spellings()[:1])
        ]
        if longer and " " in fold(text):  # «لا أريد» beside «لا أريد الإجابة»
            return Reading(None, False, "choice_which", (*spelt, *longer)[:3])
        return _only(spelt)
    starting = [o for o in options if any(key.split()[0] in words for key in o.spellings()[:1])]
    if wanted == "no":
        starting = [o for o in starting if not _unknown(o) and not _refusal(o)] or [o for o in options if _none(o)]
        return _only(o.name for o in starting)
    rest = [o for o in options if o not in starting]
    plain = all(
        _unknown(o) or _refusal(o) or _none(o) or (o.spellings()[:1] and o.spellings()[0].split()[0] in NO)
        for o in rest
    )
    if len(starting) == 1 and not plain:
        return Reading(starting[0].name, False, "choice_confirm", (starting[0].name,))
    return _only(o.name for o in starting)


def _declined(key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """«مدري» is not known, «خصوصي» is not said, «بعدين» is later, where the options know the difference."""
    if _LATER.search(key):
        return _only(o.name for o in options if o.name.lower() in LATER_NAMES)
    if _NOT_KNOWN.search(key):
        return _only(o.name for o in options if _unknown(o))
    if _NOT_SAID.search(key):
        return _only(o.name for o in options if _refusal(o))
    return Reading()


def by_meaning(text: str, key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The one option that means what was said; several are asked about; blank where none does."""
    if tight(key) in _keys(OTHERS):
        found = _only(o.name for o in options if _other(o))
        if not found.blank:
            return found
    if tight(key) in _keys(NONE_OF_THEM):
        found = _only(o.name for o in options if _none(o))
        if not found.blank:
            return found
    if means_all(text):
        found = _only(o.name for o in options if o.name.lower() in {"all", "both", "everyone", "all_of_them"})
        if not found.blank:
            return found
    intent = read_intent(text)
    if intent.ask == "intent_confirm":  # «ايوه لا»
        both = tuple(o.name for o in options if fold(o.name) in YES | NO or set(o.spellings()) & (YES | NO))
        return Reading(None, False, "choice_which", both[:3]) if both else Reading()
    if intent.value == "greeting":
        return Reading(None, False, "choice")
    if intent.value == "no" and _UNWILLING.fullmatch(key) and any(map(_refusal, options)):  # «مابي»: no, or no answer
        return _only([o.name for o in options if fold(o.name) in NO] + [o.name for o in options if _refusal(o)])
    if intent.value in {"yes", "no"}:
        return _yes_or_no(text, intent.value, options)
    return _declined(key, options) if intent.value == "skip" else Reading()
