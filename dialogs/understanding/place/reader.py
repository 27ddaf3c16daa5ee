"""Which place was meant: sure when its name was written and only one bears it; otherwise the likeliest to ask about."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from dialogs.understanding.folding import fold
from dialogs.understanding.place.asking import Asked, reading_of
from dialogs.understanding.place.gazetteer import ASKED, RANKS, Gazetteer, Hit, PlaceEntry
from dialogs.understanding.place.parsing import Named, Parsed, parses
from dialogs.understanding.place.spelling import means_something_else, spelled_nearly
from dialogs.understanding.place.words import AROUND, ORDINARY, ending_sounds, gulf_sounds, place_words, sounds
from dialogs.understanding.reading import Reading

__all__ = ["Gazetteer", "PlaceEntry", "read_place"]

LONGEST = 300  # characters: a name with all it belongs to, and politeness
MOST_WORDS = 24
_MOST_COMMAND = 2  # words of a command that may also be a name
_PERSONS = frozenset({"انا", "اسمي", "اسمها", "اسمه", "ana"})  # whoever goes on with a name is likely called so
_AGREE: dict[str, tuple[frozenset[str], ...]] = {  # which levels a word of kind names: the first group that has any
    "governorate": (frozenset({"governorate"}),),
    "markaz": (frozenset({"markaz", "district"}),),
    "city": (frozenset({"town"}), frozenset({"markaz", "district", "area"}), frozenset({"village"})),
    "village": (frozenset({"village", "area"}),),
    "area": (frozenset({"area", "district", "village"}), frozenset({"markaz"})),
    "detail": (frozenset({"area", "village", "town"}), frozenset({"markaz", "district"})),
}


def read_place(
    text: str,
    gazetteer: Gazetteer,
    *,
    within: str = "",
    near: str = "",
    wanted: Callable[[PlaceEntry], bool] | None = None,
) -> Reading[str]:
    """The id of the place meant. Unsure readings carry up to five ids as `candidates`, likeliest first.

    The words may hold what a place is («قرية», «مركز»), what it belongs to («خزام، قوص»), an address and politeness,
    and nothing else. `within` is the id of the only place to look in, `near` one whose surroundings come first,
    `wanted` tells the places that are asked for, where a name has several.
    """
    if len(text) > LONGEST:
        return Reading()
    words = place_words(text)
    if not words or len(words) > MOST_WORDS:
        return Reading()
    known = gazetteer.number_of
    if within and within not in known:
        return Reading()
    asked = Asked(gazetteer, known.get(within), known.get(near), wanted)
    named = _named(words, asked)
    if named is not None:
        return _doubted(text, words, named, asked)
    return _sounding(text, words, asked) or spelled_nearly(text, words, asked)


def _doubted(text: str, words: list[str], named: Reading[str], asked: Asked) -> Reading[str]:
    """What is a name only without its article and else a greeting, a command or a thing («سلام», «وقف», «صديق»), and
    who says «انا سلوى», is asked.
    """
    if named.value is None or not named.sure:
        return named
    number = asked.gazetteer.number_of[named.value]
    if len(words) == _MOST_COMMAND and words[0] in _PERSONS:
        return reading_of([number], asked, sure=False)
    said = " ".join(word for word in words if word not in AROUND)
    ordinary = said in ORDINARY
    if not ordinary and len(words) > _MOST_COMMAND:
        return named
    names = set(map(fold, asked.gazetteer.entries[number].names))
    if {fold(text), said}.isdisjoint(names) and (ordinary or means_something_else(text)):
        return reading_of([number], asked, sure=False)
    return named


# ------------------------------------------------------------------------------------------------------------- by name


def _named(words: list[str], asked: Asked) -> Reading[str] | None:
    """What the words name, sure or to be asked; None when they name nothing."""
    ranked: dict[tuple[int, int], list[Parsed]] = {}
    for parsed in parses(words, asked.gazetteer):
        ranked.setdefault(parsed.rank, []).append(parsed)
    doubtful: list[int] = []
    for rank in sorted(ranked):
        certain: list[int] = []
        for parsed in ranked[rank]:
            sure, rest = _targets(parsed, asked)
            certain += sure
            doubtful += rest
        if certain:
            return reading_of(certain, asked, sure=True)
    if doubtful:
        return reading_of(doubtful, asked, sure=False)
    return _contradicted(ranked[min(ranked)], asked) if ranked else None


def _sounding(text: str, words: list[str], asked: Asked) -> Reading[str] | None:
    """What a dialect's letters name; a ي for a ج is never sure."""
    found = [reading for each in sounds(text) if (reading := _named(place_words(each), asked))]
    if len(found) == 1:
        return found[0]
    ended = [reading for each in ending_sounds(words) if (reading := _named(each, asked))]
    if len(ended) == 1 and not found:
        return ended[0]
    spoken = [reading for each in gulf_sounds(words) if (reading := _named(each, asked))]
    numbers = [
        asked.gazetteer.number_of[name]
        for reading in (*found, *spoken)
        for name in reading.candidates or (reading.value or "",)
    ]
    return reading_of(numbers, asked, sure=False) if numbers else None


def _targets(parsed: Parsed, asked: Asked) -> tuple[list[int], list[int]]:
    """The places whose name and surroundings are all that was named: those that are certain, and those to ask about."""
    certain: list[int] = []
    doubtful: list[int] = []
    for at, named in enumerate(parsed.named):
        others = parsed.named[:at] + parsed.named[at + 1 :]
        fitting = [
            (number, how)
            for number, how in named.hits
            if asked.allows(number) and _belongs(asked.gazetteer, number, others)
        ]
        agreeing = _agreeing(fitting, named.kinds, asked)
        strong = [] if parsed.doubtful else [number for number, how in agreeing if how != ASKED]
        certain += strong
        doubtful += [number for number, _ in fitting if number not in strong]
    return certain, doubtful


def _belongs(gazetteer: Gazetteer, number: int, others: Sequence[Named]) -> bool:
    """Whether each of the others names something that the place belongs to, no two the same."""
    around = gazetteer.around(number)
    left = list(others)
    for above in around:
        for other in left:
            if any(above == hit for hit, how in other.hits if how != ASKED):
                left.remove(other)
                break
    return not left


def _agreeing(hits: Sequence[Hit], kinds: Iterable[str], asked: Asked) -> list[Hit]:
    """Those that are what the words say they are: «مدينة», «محافظة»."""
    left = list(hits)
    for kind in kinds:
        for group in _AGREE[kind]:
            some = [hit for hit in left if _is_one(asked.gazetteer, hit[0], group)]
            if some:
                left = some
                break
        else:
            if kind != "detail":
                return []
    if asked.wanted is not None:
        left = [hit for hit in left if asked.wanted(asked.gazetteer.entries[hit[0]])] or left
    return left


def _is_one(gazetteer: Gazetteer, number: int, levels: frozenset[str]) -> bool:
    """Whether the place is of one of the levels; of a place whose level says nothing anything may be true."""
    return gazetteer.entries[number].level not in RANKS or bool(levels & _levels(gazetteer, number))


def _levels(gazetteer: Gazetteer, number: int) -> frozenset[str]:
    """Its level; the town of a markaz that bears its name is a town too."""
    entry = gazetteer.entries[number]
    level = entry.level
    around = gazetteer.around(number)
    if level in {"village", "area"} and around:
        names = set(map(fold, entry.names[:1])) & {fold(name) for name in gazetteer.entries[around[0]].names[:1]}
        if names:
            return frozenset({level, "town"})
    return frozenset({level})


def _contradicted(readings: Sequence[Parsed], asked: Asked) -> Reading[str] | None:
    """Names that do not belong together («الشعانية، قوص»): the place with most of the others around it is meant."""
    agreed: dict[int, int] = {}
    for parsed in readings:
        for at, named in enumerate(parsed.named):
            others = parsed.named[:at] + parsed.named[at + 1 :]
            for number, _ in named.hits:
                if asked.allows(number):
                    fitting = sum(_belongs(asked.gazetteer, number, [other]) for other in others)
                    agreed[number] = max(fitting, agreed.get(number, 0))
    most = max(agreed.values(), default=0)
    return reading_of([n for n, fitting in agreed.items() if fitting == most], asked, sure=False) if agreed else None
