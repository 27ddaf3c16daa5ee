"""Which options an answer names: a whole name is taken when nothing else was said; the rest is asked about."""

from __future__ import annotations

from collections.abc import Sequence

from dialogs.understanding.choice.option import ChoiceWords
from dialogs.understanding.choice.tokens import NOT, beside, likely_words, negations, standard, tokens_of
from dialogs.understanding.choice.words import ENDINGS, TURNS
from dialogs.understanding.folding import fold
from dialogs.understanding.reading import Reading

SURE_AT = 90  # of 108 noisy answers: at 90 all 24 taken were right, at 80 two of 34 were wrong
MARGIN = 10
WORTH_ASKING = 60
SHORTEST_BY_SPELLING = 8  # letters: of «القصر» and «الأقصر» neither may stand for the other
_KIN = frozenset(
    standard(fold(word)) for word in "زوج زوجه ابن ابنه اب ام اخ اخت جد جده حفيد عم عمه خال خاله حما".split()
)
_TURNS = frozenset(standard(fold(word)) for word in TURNS.split())
_ENDINGS = frozenset(standard(fold(word)) for word in ENDINGS.split())
_VERY = frozenset(standard(fold(word)) for word in "جدا وايد واجد هواية كتير كثير".split())
_MOST_CANDIDATES = 3


def _in_order(wording: tuple[str, ...], said: tuple[str, ...]) -> bool:
    rest = iter(said)
    return all(word in rest for word in wording)


def _names(wording: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """True when every word of the wording was said; between relatives the order counts («أم زوجي», «زوج أمي»)."""
    if not set(wording) <= set(said):
        return False
    return _in_order(wording, said) or not set(wording) <= _KIN


def _whole(said: tuple[str, ...], options: Sequence[ChoiceWords]) -> dict[str, frozenset[str]]:
    """Options of which a whole name was said, with its words; a name within a longer one that was said falls away."""
    found = {}
    for option in options:
        named = [frozenset(wording) for wording in option.wordings() if _names(wording, said)]
        if named:
            found[option.name] = max(named, key=len)
    return {
        name: words
        for name, words in found.items()
        if not any(words < longer for other, longer in found.items() if other != name)
    }


def _said_beside(said: tuple[str, ...], words: frozenset[str]) -> bool:
    """True when anything was said beside the name that could change what was meant."""
    left = [word for word in said if word not in words]
    related = words & _KIN
    if related and ("ابي" in left or len(said) - len(left) > len(words)):  # «زوجة أبي», «بنت بنتي»
        return True
    timed = any(word in {"سنه", "سنوات", "سنين", "شهر", "شهور", "يوم", "ايام", "اشهر"} for word in said)
    return not all(word in beside() or (timed and word.isdecimal()) for word in left)


def _confirm(names: Sequence[str]) -> Reading[str]:
    unique = tuple(dict.fromkeys(names))[:_MOST_CANDIDATES]
    if not unique:
        return Reading()
    return Reading(unique[0], False, "choice_confirm", unique) if len(unique) == 1 else _which(unique)


def _which(names: Sequence[str]) -> Reading[str]:
    return Reading(None, False, "choice_which", tuple(names)[:_MOST_CANDIDATES])


def by_words(text: str, key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The option named in the answer's words, sure when it is the only one and nothing else of weight was said."""
    said = tokens_of(text)
    if not said:
        return Reading()
    whole = _whole(said, options)
    if len(whole) == 1:
        name, words = next(iter(whole.items()))
        own = next(o.words() for o in options if o.name == name)  # «إيجار البيت»: both are words of housing
        words = words if words & _KIN else words | own
        apart = set(said) - beside() - (frozenset() if words & _KIN else _KIN)  # «ابني عيان»; «شغل لابني» is work
        others = [o.name for o in options if o.name != name and (o.words() - words) & apart]
        fuller = [o.name for o in options if words < o.words()] if _VERY & set(said) else []  # «راضٍ جداً» beside «راضٍ»
        if others or fuller:
            return _which((name, *others, *fuller))
        turned = any(word in _TURNS or word == NOT for word in said if word not in words)
        return _confirm((name,)) if turned or _said_beside(said, words) else Reading(name, True)
    if whole:
        return _which(tuple(whole))
    return _by_part(said, options)


def _by_part(said: tuple[str, ...], options: Sequence[ChoiceWords]) -> Reading[str]:
    known = frozenset(word for option in options for word in option.words())
    content = [word for word in said if word in known or word not in beside()]
    if not content:
        return Reading()
    holding = [o for o in options if any(set(content) <= set(wording) for wording in o.wordings())]
    touching = [o for o in options if o.words() & set(content)]
    if len(holding) == 1 and touching == holding and _ends_one(content, holding[0]) and _weighty(content):
        return Reading(holding[0].name, True)
    likely = [o.name for o in holding] or [o.name for o in touching]
    for word in likely_words(said):
        likely += [o.name for o in options if set(word.split()) <= o.words()]
    denied = {word.removeprefix(NOT) for word in content if word.startswith(NOT)} | {NOT + word for word in content}
    likely = likely or [o.name for o in options if o.words() & denied]
    return _confirm(likely)


def _ends_one(content: Sequence[str], option: ChoiceWords) -> bool:
    """«الدواء» of «شراء الدواء» tells it apart; the first word («شهادة», «بيت») may begin other things as well."""
    return not set(content) & _KIN and any(w[-1] in content for w in option.wordings() if set(content) <= set(w))


def _weighty(content: Sequence[str]) -> bool:
    return any(len(word) > 2 and word not in _ENDINGS for word in content) and not any(
        word.startswith(NOT) and len(word) < 3 for word in content
    )


def by_spelling(key: str, options: Sequence[ChoiceWords]) -> Reading[str]:
    """The option spelt most like it: sure from 90 of 100, ten before the next, in long words; else asked about."""
    from rapidfuzz.fuzz import ratio

    if len(key) > 120:
        return Reading()
    scored = sorted(
        ((max((ratio(key, k) for k in option.spellings()), default=0.0), option.name) for option in options),
        key=lambda pair: -pair[0],
    )
    if not scored:
        return Reading()
    best, name = scored[0]
    second = scored[1][0] if len(scored) > 1 else 0.0
    long_enough = len(key.replace(" ", "")) >= SHORTEST_BY_SPELLING
    if best >= SURE_AT and best - second >= MARGIN and long_enough and not negations() & set(key.split()):
        return Reading(name, True)
    return _confirm([name for score, name in scored[:_MOST_CANDIDATES] if score >= WORTH_ASKING])
