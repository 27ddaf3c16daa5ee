"""How the words of an answer may be parted into names of places, what they are said to be, and what stands around."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from dialogs.understanding.place.gazetteer import ASKED, Gazetteer, Hit
from dialogs.understanding.place.words import AROUND, DETAILS, KIND_OF, NUMBERED, SMALL, STREETS, is_number

LONGEST_NAME = 7  # words
MOST_PARSES = 60
_STREET_WORDS = 4
_GLUED = ("بال", "فال", "لل", "وال")


@dataclass(frozen=True, slots=True)
class Named:
    """Words that name places, and what they are said to be: «مركز قوص»."""

    hits: tuple[Hit, ...]
    kinds: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Parsed:
    """One way to read all the words. `doubtful` when something had to be overlooked."""

    named: tuple[Named, ...]
    doubtful: bool
    details: int = 0

    @property
    def rank(self) -> tuple[int, int]:
        """Fewer names and fewer parts of an address make the better reading."""
        return len(self.named), self.details


@dataclass(frozen=True, slots=True)
class _Here:
    """How far a reading has come: `kinds` wait for their name."""

    at: int
    named: tuple[Named, ...] = ()
    kinds: tuple[str, ...] = ()
    doubtful: bool = False
    details: int = 0


def parses(words: list[str], gazetteer: Gazetteer) -> list[Parsed]:
    """Every way to read the words wholly as names and what may stand around them; longest names first."""
    names = _names_at(words, gazetteer)
    if not any(names):
        return []
    found: list[Parsed] = []
    left = [_Here(0)]
    steps = 0
    while left and len(found) < MOST_PARSES and steps < 40 * MOST_PARSES:
        steps += 1
        here = left.pop()
        if here.at == len(words):
            ended = _ended(here)
            if ended.named:
                found.append(ended)
            continue
        left += reversed(list(_steps(here, words, names)))
    return found


def _ended(here: _Here) -> Parsed:
    """«قنا المدينة»: what is said after the last name is said of it."""
    named = here.named
    if here.kinds and named:
        last = named[-1]
        named = (*named[:-1], Named(last.hits, (*last.kinds, *here.kinds)))
    return Parsed(named, here.doubtful, here.details)


def _steps(here: _Here, words: list[str], names: list[list[tuple[int, tuple[Hit, ...], bool]]]) -> Iterator[_Here]:
    at, word = here.at, words[here.at]
    for size, hits, doubtful in names[at]:
        named = (*here.named, Named(hits, here.kinds))
        yield _Here(at + size, named, (), here.doubtful or doubtful, here.details)
    if word in KIND_OF:
        yield _Here(at + 1, here.named, (*here.kinds, KIND_OF[word]), here.doubtful, here.details)
    if word in AROUND:
        yield _Here(at + 1, here.named, here.kinds, here.doubtful, here.details)
    if word in SMALL:
        yield _Here(at + 1, here.named, here.kinds, True, here.details)  # «عزبة الشعانية», where we know a الشعانية
    if word in DETAILS or word in STREETS:
        yield from _address(here, words)


def _address(here: _Here, words: list[str]) -> Iterator[_Here]:
    """«قطعة ٣», «شارع الجمهورية»: part of an address, told of the name before it."""
    at, details = here.at + 1, here.details + 1
    named = here.named
    if named and "detail" not in named[-1].kinds:
        named = (*named[:-1], Named(named[-1].hits, (*named[-1].kinds, "detail")))
    if at < len(words) and words[at] in NUMBERED:
        at += 1  # «قطعة رقم ٣»
    if words[here.at] in STREETS:
        for size in range(1, _STREET_WORDS + 1):
            if at + size <= len(words):
                ends = at + size == len(words) or words[at + size] in DETAILS
                yield _Here(at + size, named, (), here.doubtful or not (ends and here.named), details)
    elif at < len(words) and is_number(words[at]):
        yield _Here(at + 1, named, (), here.doubtful, details)


def _names_at(words: list[str], gazetteer: Gazetteer) -> list[list[tuple[int, tuple[Hit, ...], bool]]]:
    """For each word, the names that begin there: how many words, which places, and whether that is doubtful."""
    found: list[list[tuple[int, tuple[Hit, ...], bool]]] = []
    for at in range(len(words)):
        here = []
        for size in range(min(LONGEST_NAME, len(words) - at), 0, -1):
            hits = gazetteer.hits(words[at : at + size])
            if hits:
                here.append((size, hits, False))
        if not here:
            here = _glued(words, at, gazetteer)
        found.append(here)
    return found


def _glued(words: list[str], at: int, gazetteer: Gazetteer) -> list[tuple[int, tuple[Hit, ...], bool]]:
    """Names behind a «في» or «من» written onto them: «بالجهراء», «بقوص»."""
    word = words[at]
    if len(word) < 4 or word.isascii():
        return []
    rest = "ال" + word[2:] if word.startswith("لل") else word[1:] if word[0] in "بفلوم" else ""
    certain = word.startswith(_GLUED) or (word[0] == "ب" and at > 0 and words[at - 1] in AROUND)
    found = []
    for size in range(min(LONGEST_NAME, len(words) - at), 0, -1) if rest else ():
        hits = tuple(hit for hit in gazetteer.hits([rest, *words[at + 1 : at + size]]) if hit[1] != ASKED)
        if hits:
            found.append((size, hits, not certain))
    return found
