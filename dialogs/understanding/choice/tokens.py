"""The words of an answer brought to the standard word of their kind: «متجوزين» is متزوج, «مش شغالة» is «not» عمل."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from dialogs.understanding.choice.words import BESIDE, NEAR, NEGATIONS, SAME
from dialogs.understanding.folding import fold
from dialogs.understanding.keys import SAME_SOUND, is_latin, spoken

NOT = "¬"
_TANWIN = re.compile("(\\w{2,40})(?:اً|ًا)(?!\\w)")  # «شرحاً» is شرح
_INFLECTED = re.compile("(.{3,}ي)[ها]|(م.{4,})ه")  # «يوميا», «قانونية», «منتظمة» beside يومي, قانوني, منتظم
_WATER = re.compile(r"(?<!\w)(?:ال)?ماء(?!\w)")  # folded it would be the «ما» of «not»
_GIVERS = re.compile("(?<!\\w)(?:ال)?[اأ]هل (?:الله|ال?خير|ال?بر|ال?[اإ]حسان)(?!\\w)")  # who give; no relatives
_EMPTY = frozenset(
    fold(w) for w in "و أو او في من على إلى عن أي مع هو هي ال ة ه and the of or a an to for de el ل ب لـ".split()
)
_CLITICS = ("وال", "بال", "فال", "كال", "ولل", "لل", "ال", "و", "ب", "ل", "ف")
_WITH_ARTICLE = frozenset({"وال", "بال", "فال", "ولل", "لل", "ال"})
_CIRCUMFIX = re.compile(r"ما?(ب?[يتنا]?.{2,}?)(?:وا|و)?ش")
_ENDINGS = ("نا", "هم", "ها", "كم", "ي", "ه")  # «ديوني», «ايجارنا»
_AND_VERB = re.compile("وي\\w{3}")  # «ويكتب»
_EXISTS = frozenset(
    fold(w) for w in "يوجد توجد عندي عندنا لدي لدينا هناك فيه اي أي في".split()
)  # «لا يوجد دخل» denies دخل
_SHORTEST = 3  # letters left after a clitic
_MOST_WORDS = 60
_LONGEST_WORD = 40


def _rows(table: str) -> list[list[str]]:
    return [[word for word in row.split() if not word.endswith("?")] for row in table.strip().splitlines()]


def _latin_key(key: str) -> str:
    return spoken(key) if is_latin(key) else key


@cache
def _standard() -> dict[str, str]:
    found: dict[str, str] = {}
    for row in _rows(SAME):
        for word in row:
            found.setdefault(_latin_key(fold(word.replace("_", " "))), fold(row[0]))
    return found


@cache
def _by_sound() -> dict[str, str]:
    return {word.translate(SAME_SOUND): standard for word, standard in reversed(_standard().items())}


@cache
def negations() -> frozenset[str]:
    """The folded words that deny what follows them."""
    return frozenset(_latin_key(fold(word)) for word in NEGATIONS.split())


@cache
def beside() -> frozenset[str]:
    """The folded words that may stand beside an option's word and change nothing."""
    return frozenset(standard(fold(word)) for word in BESIDE.split()) | _EMPTY


@lru_cache(maxsize=4096)
def standard(word: str) -> str:
    """The standard word of a folded word, without its article, «و», «ب» or «ل»; the word itself where none is known."""
    known = _standard()
    key = _latin_key(word)
    if key in known:
        return known[key]
    for clitic in _CLITICS:
        rest = word[len(clitic) :]
        if word.startswith(clitic) and rest in known and len(rest) >= (2 if clitic == "ال" else _SHORTEST):
            return known[rest]
        if word.startswith(clitic) and len(rest) >= _SHORTEST and (clitic in _WITH_ARTICLE or _AND_VERB.match(word)):
            return _without_ending(rest)
    return _without_ending(key)


def _without_ending(word: str) -> str:
    known = _standard()
    if word in known:
        return known[word]
    for ending in _ENDINGS:
        rest = word.removesuffix(ending)
        if rest != word and len(rest) >= _SHORTEST and rest in known:
            return known[rest]
    inflected = _INFLECTED.fullmatch(word)
    if inflected:
        return inflected[1] or inflected[2]
    return _spoken_as(word)


def _spoken_as(word: str) -> str:
    """«تلاجه» and «ثلاجه», «دكر» and «ذكر»: one word, as it is said in most of our dialects."""
    said = word.translate(SAME_SOUND)
    return _by_sound().get(said, said)


@lru_cache(maxsize=2048)
def _short_tokens(text: str) -> tuple[str, ...]:
    return _tokens(text)


def tokens_of(text: str) -> tuple[str, ...]:
    """The standard words of a text in their order, those that say nothing left out; what is denied begins with ¬."""
    return _short_tokens(text) if len(text) <= 80 else _tokens(text[:600])


def _in_the_nominative(word: re.Match[str]) -> str:
    return word[0] if fold(word[0]) in _standard() else word[1]


def _tokens(text: str) -> tuple[str, ...]:
    found: list[str] = []
    denied = False
    denying = negations()
    plain = _GIVERS.sub("محسنين", _WATER.sub("ميه", _TANWIN.sub(_in_the_nominative, text)))
    for word in (typed[:_LONGEST_WORD] for typed in fold(plain).split()[:_MOST_WORDS]):
        if word == "ولا" and any(one.startswith(NOT) for one in found):  # «لا يقرأ ولا يكتب»
            denied = True
            continue
        if _latin_key(word) in denying:
            denied = True
            continue
        if word in _EMPTY or (denied and word in _EXISTS):
            continue
        inner = _CIRCUMFIX.fullmatch(word)
        known = inner and standard(inner[1]) in _standard().values()
        if inner and known:
            found.append(NOT + standard(inner[1]))
        else:
            found.append((NOT if denied else "") + standard(word))
        denied = False
    return (*found, NOT) if denied else tuple(found)


@cache
def _near() -> dict[tuple[str, ...], tuple[str, ...]]:
    found: dict[tuple[str, ...], tuple[str, ...]] = {}
    for row in _rows(NEAR):
        target = (
            standard(fold(row[0].replace("_", " ")))
            if "_" not in row[0]
            else " ".join(tokens_of(row[0].replace("_", " ")))
        )
        for phrase in row[1:]:
            denied = phrase.startswith(NOT)
            key = tuple(NOT + word if denied else word for word in tokens_of(phrase.lstrip(NOT).replace("_", " ")))
            if key:
                found[key] = (*found.get(key, ()), target)
    return found


def likely_words(tokens: tuple[str, ...]) -> tuple[str, ...]:
    """Standard words that the tokens make likely («جوزي مات» for أرمل); they are to be asked about, never taken."""
    table = _near()
    found: list[str] = []
    for at in range(len(tokens)):
        for size in (3, 2, 1):
            found += table.get(tokens[at : at + size], ()) if at + size <= len(tokens) else ()
    return tuple(dict.fromkeys(found))
