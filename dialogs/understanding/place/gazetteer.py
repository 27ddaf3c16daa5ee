"""The names of many places, ready to be looked up by any of their spellings or by one near them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from dialogs.understanding.folding import fold
from dialogs.understanding.place.words import KIND_OF, SMALL, arabic_key, bare, is_latin, joined, latin_key, words_of

NAMED, ASKED = 0, 1
"""How a key stands for a place: as its name, or as so much of it that only a question may follow."""
RANKS = {"governorate": 0, "markaz": 1, "district": 1, "area": 2, "village": 3}
"""The larger first."""
_TOGETHER = 64  # names folded in one call
_MOST_NEAR = 12
_SMALL = re.compile(
    "|".join(
        sorted(
            {arabic_key([word]) for word in SMALL if not is_latin(word)}
            | {latin_key([word]) for word in SMALL if is_latin(word)},
            key=len,
            reverse=True,
        )
    )
)
_MANY = 2_000  # keys from which on only those with the same beginning or end are compared
_SHORT_WORD = 3  # letters of a word that is near too many others
_MOST_HOLDING = 30  # a word that more names hold says too little
_LATIN = re.compile("[a-z]", re.IGNORECASE)
_BETWEEN = " ꙮ "  # a letter that no name holds

Hit = tuple[int, int]
"""The number of an entry, and how its key names it."""


@dataclass(frozen=True, slots=True)
class PlaceEntry:
    """A place as it is called: `names` in every script, `parent` the id of what it belongs to, "" for none."""

    id: str
    level: str
    parent: str
    names: tuple[str, ...]


@dataclass(frozen=True)
class Gazetteer:
    """Places by name. The indexes are made when they are first needed, those of Latin letters apart."""

    entries: tuple[PlaceEntry, ...]
    _around: dict[int, tuple[int, ...]] = field(default_factory=dict, repr=False, compare=False)
    _made: dict[tuple[str, bool], list[str]] = field(default_factory=dict, repr=False, compare=False)
    _edged: dict[bool, dict[str, list[str]]] = field(default_factory=dict, repr=False, compare=False)
    _within: dict[bool, dict[int, list[str]]] = field(default_factory=dict, repr=False, compare=False)

    @classmethod
    def of(cls, entries: Iterable[PlaceEntry]) -> Gazetteer:
        """A gazetteer of the places; of two with one id the first counts."""
        return cls(tuple({entry.id: entry for entry in reversed(tuple(entries))}.values())[::-1])

    @cached_property
    def number_of(self) -> dict[str, int]:
        """Where each id stands among the entries."""
        return {entry.id: number for number, entry in enumerate(self.entries)}

    def around(self, number: int) -> tuple[int, ...]:
        """What the place belongs to, outward; a parent that is not there, or a circle, ends it."""
        known = self._around.get(number)
        if known is None:
            found: list[int] = []
            above = self.number_of.get(self.entries[number].parent)
            while above is not None and above != number and above not in found:
                found.append(above)
                above = self.number_of.get(self.entries[above].parent)
            known = self._around[number] = tuple(found)
        return known

    def lies_in(self, number: int, within: int) -> bool:
        """Whether the place is that one or belongs to it."""
        return number == within or within in self.around(number)

    def hits(self, words: Sequence[str]) -> tuple[Hit, ...]:
        """The places that the words name, all of them in one script."""
        if any(map(is_latin, words)):
            return self._latin.get(latin_key(words), ())
        key = arabic_key(words)
        found = self._arabic.get(key, ())
        return found if found or len(words) > 1 or "ال" not in key else self._typed_as_one.get(key, ())

    def holding(self, words: Sequence[str]) -> list[int]:
        """The places whose name has all the words and more («حجازة قبلي»), those that begin with them first."""
        keys = [latin_key([word]) if is_latin(word) else bare(word) for word in words]
        if len("".join(keys)) < 3:
            return []
        sets = [self._by_word.get(key, ()) for key in keys if key]
        found = [number for number in sets[0] if all(number in other for other in sets[1:])] if all(sets) else []
        return found if len(found) <= _MOST_HOLDING else []

    def holding_nearly(self, word: str) -> list[tuple[float, int]]:
        """The places in whose name of several words one is spelled nearly so: «قموله» in «الأوسط قمولا»."""
        key = latin_key([word]) if is_latin(word) else bare(word)
        found = _spelled_like(key, self._words) if len(key) > _SHORT_WORD else []
        return [(likeness, number) for spelled, likeness in found for number in self._by_word[spelled]][:_MOST_NEAR]

    def near(self, words: Sequence[str], within: int | None = None) -> list[tuple[float, int]]:
        """Places with a name spelled nearly so, best first, with the likeness out of 100."""
        latin = any(map(is_latin, words))
        key, keyed = (latin_key(words), self._latin) if latin else (arabic_key(words), self._arabic)
        if within is not None:
            blocks = [self._keys_within(latin).get(within, [])]
        elif len(keyed) < _MANY:
            blocks = [list(keyed)]
        else:
            blocks = [self._keys(latin).get(edge, []) for edge in _edges(key)]
        best: dict[int, float] = {}
        for spelled, likeness in [found for block in blocks for found in _spelled_like(key, block)]:
            for number, how in keyed[spelled]:
                if within is None or self.lies_in(number, within):
                    best[number] = max(best.get(number, 0), likeness - 5 * how)
        return sorted(((likeness, number) for number, likeness in best.items()), key=self._best_first)

    def near_larger(self, words: Sequence[str]) -> int | None:
        """The place that others belong to whose name is spelled most nearly so; None where none is."""
        latin = any(map(is_latin, words))
        key, keyed = (latin_key(words), self._latin) if latin else (arabic_key(words), self._arabic)
        found = _spelled_like(key, self._larger_keys(latin))
        return min((number for number, _ in keyed[found[0][0]]), key=self._rank) if found else None

    def _best_first(self, pair: tuple[float, int]) -> tuple[float, int, int]:
        return -pair[0], -self._rank(pair[1]), pair[1]

    def _rank(self, number: int) -> int:
        return RANKS.get(self.entries[number].level, 2)

    def _keys(self, latin: bool) -> dict[str, list[str]]:
        """The keys by how they begin and by how they end: a slip or two seldom change both."""
        made = self._edged.get(latin)
        if made is None:
            made = self._edged[latin] = {}
            for key in self._latin if latin else self._arabic:
                for edge in _edges(key):
                    made.setdefault(edge, []).append(key)
        return made

    def _larger_keys(self, latin: bool) -> list[str]:
        made = self._made.get(("larger", latin))
        if made is None:
            parents = {entry.parent for entry in self.entries}
            keyed = self._latin if latin else self._arabic
            made = [key for key, hits in keyed.items() if any(self.entries[hit].id in parents for hit, _ in hits)]
            self._made["larger", latin] = made
        return made

    def _keys_within(self, latin: bool) -> dict[int, list[str]]:
        made = self._within.get(latin)
        if made is None:
            made = self._within[latin] = {}
            for key, hits in (self._latin if latin else self._arabic).items():
                for above in {above for number, _ in hits for above in (number, *self.around(number))}:
                    made.setdefault(above, []).append(key)
        return made

    @cached_property
    def _words(self) -> list[str]:
        return list(self._by_word)

    @cached_property
    def _by_word(self) -> dict[str, tuple[int, ...]]:
        """For each word of names of several, the places in whose name it stands, those that begin with it first."""
        found: dict[str, dict[int, int]] = {}
        for words, key in ((self._arabic_names, bare), (self._latin_names, lambda word: latin_key([word]))):
            for number, name in words:
                kept = [word for word in name if word not in KIND_OF and word not in SMALL]
                for at, word in enumerate(kept):
                    places = found.setdefault(key(word), {})
                    places[number] = min(at, places.get(number, at))
        return {word: tuple(sorted(places, key=places.__getitem__)) for word, places in found.items()}

    @cached_property
    def _arabic_names(self) -> list[tuple[int, list[str]]]:
        return self._names(latin=False)

    @cached_property
    def _latin_names(self) -> list[tuple[int, list[str]]]:
        return self._names(latin=True)

    def _names(self, *, latin: bool) -> list[tuple[int, list[str]]]:
        """The folded words of every name in one script, with the entry's number."""
        named = [
            (number, name)
            for number, entry in enumerate(self.entries)
            for name in entry.names
            if name and (_LATIN.search(name) is not None) is latin
        ]
        folded = _all_folded([name for _, name in named])
        return [(number, words_of(words)) for (number, _), words in zip(named, folded, strict=True) if words]

    @cached_property
    def _arabic(self) -> dict[str, tuple[Hit, ...]]:
        keyed: dict[str, dict[int, int]] = {}
        for number, words in self._arabic_names:
            for key, how in _arabic_keys_of(words):
                hits = keyed.setdefault(key, {})
                hits[number] = min(how, hits.get(number, how))
        return {key: tuple(hits.items()) for key, hits in keyed.items()}

    @cached_property
    def _typed_as_one(self) -> dict[str, tuple[Hit, ...]]:
        """Names with an article within, under the key of all their words typed as one: «الديرالشرقي»."""
        keyed: dict[str, tuple[Hit, ...]] = {}
        for number, words in self._arabic_names:
            if any(word.startswith("ال") for word in words[1:]):
                key = arabic_key(["".join(words)])
                keyed[key] = tuple(dict.fromkeys((*keyed.get(key, ()), (number, NAMED))))
        return keyed

    @cached_property
    def _latin(self) -> dict[str, tuple[Hit, ...]]:
        keyed: dict[str, dict[int, int]] = {}
        for number, words in self._latin_names:
            for key, how in _latin_keys_of(words):
                hits = keyed.setdefault(key, {})
                hits[number] = min(how, hits.get(number, how))
        return {key: tuple(hits.items()) for key, hits in keyed.items()}


def _edges(key: str) -> tuple[str, ...]:
    """The first letter of the name after «عزبة» and the like, and the last letter of all."""
    small = _SMALL.match(key)
    rest = key[small.end() :] if small else key
    return (f"{rest[:1]}…", f"…{key[-1:]}")


def _spelled_like(key: str, choices: Sequence[str]) -> list[tuple[str, float]]:
    from rapidfuzz import process
    from rapidfuzz.fuzz import ratio

    if len(key) < 3:
        return []
    cutoff = 65 if len(key) < 5 else 72  # one letter of three, two of seven
    found = process.extract(key, choices, scorer=ratio, score_cutoff=cutoff, limit=_MOST_NEAR)
    return [(spelled, likeness) for spelled, likeness, _ in found]


def _all_folded(names: Sequence[str]) -> Iterator[str]:
    """Each name folded; many at once, since a call costs more than a name."""
    for start in range(0, len(names), _TOGETHER):
        some = names[start : start + _TOGETHER]
        folded = fold(joined(_BETWEEN.join(some))).split(_BETWEEN.strip())
        yield from folded if len(folded) == len(some) else (fold(joined(name)) for name in some)


def _arabic_keys_of(words: list[str]) -> Iterator[tuple[str, int]]:
    whole = arabic_key(words)
    if not whole:
        return
    yield whole, NAMED
    if words[0] == "ابو" and len(words) > 1:
        yield whole.removeprefix("ا"), NAMED  # «بوحليفة»
    kind, small = KIND_OF.get(words[0]), words[0] in SMALL
    if kind is None and not small:
        return
    rest = arabic_key(words[1:])
    if rest and not rest.isdigit():
        # «قرية الشهداء» is «الشهداء»; «مدينة نصر» is not «نصر», nor «عزبة العرب» «العرب»
        yield rest, ASKED if small or kind == "city" else NAMED


def _latin_keys_of(words: list[str]) -> Iterator[tuple[str, int]]:
    whole = latin_key(words)
    if not whole:
        return
    yield whole, NAMED
    rest = words[1:]
    if rest and (words[0] in KIND_OF or words[0] in SMALL):
        shorter = latin_key(rest)
        if len(shorter) > 2:
            yield shorter, ASKED
