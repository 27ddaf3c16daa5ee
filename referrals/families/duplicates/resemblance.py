"""How alike two people are: points with their reasons, to order a queue that people read. Nothing here decides.

An id or a telephone that is the same, found by its blind index, puts a pair before staff. Names never do alone: they
count with the year of birth and the village, by Jaro-Winkler over normalised spellings (the name-match of record
linkage: Winkler 1990). Comparing one with the other gives what comparing the other with the one gives.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Evidence = Literal[
    "same_id",
    "same_phone",
    "same_name",
    "like_name",
    "same_year",
    "near_year",
    "same_village",
    "other_id",
    "other_year",
]
POINTS: dict[Evidence, int] = {
    "same_id": 100,
    "same_phone": 45,
    "same_name": 40,
    "like_name": 25,
    "same_year": 20,
    "near_year": 15,
    "same_village": 20,
    "other_year": -20,
    "other_id": -40,  # two people for sure; they may still be of one house
}
SURE: frozenset[Evidence] = frozenset({"same_id", "same_phone"})
FEW_WORDS = 10  # what a name of one or two words counts at most: it is the name of too many
LINE = 55  # from here on a name, with a year or a village, is worth a look
ALIKE = 0.90  # Jaro-Winkler; «سالم» and «السالم» meet already in their keys
TELLING_WORDS = 3
NEAR_YEARS = 2  # an age that is told about is a year off, and the year of it another
FAR_YEARS = 5  # nobody rounds an age by more


@dataclass(frozen=True)
class Likeness:
    """What is compared of a person: the name's match key (`name_key`), year of birth, place code, blind indexes."""

    name: str = ""
    born: int | None = None
    village: str = ""
    ids: frozenset[bytes] = frozenset()
    phones: frozenset[bytes] = frozenset()


@dataclass(frozen=True)
class Resemblance:
    """Points (0 and up) with their evidence, the weightiest first; `worth_a_look`: staff are asked."""

    score: int
    evidence: tuple[Evidence, ...]
    worth_a_look: bool


def resemblance(one: Likeness, other: Likeness) -> Resemblance:
    """How alike the two are, the same whichever comes first."""
    named = _by_name(one.name, other.name)
    found: list[Evidence] = [*_by_ids(one, other), *named, *_by_year(one.born, other.born)]
    if one.village and one.village == other.village:
        found.append("same_village")
    telling = min(len(one.name.split()), len(other.name.split())) >= TELLING_WORDS
    points = {each: POINTS[each] if telling or each not in named else FEW_WORDS for each in found}
    score = max(0, sum(points.values()))
    by_name = bool(named) and telling and score >= LINE
    ordered = tuple(sorted(found, key=lambda each: (-points[each], each)))
    return Resemblance(score, ordered, bool(SURE & set(found)) or by_name)


def name_blocks(name: str, born: int | None, village: str) -> tuple[tuple[str, str], ...]:
    """(kind, words) of the blocks that a person is filed under: exact, so that an index finds who is worth comparing.

    «ends»: first and last name in the same place, where a name between was left out. «born»: the first name with the
    year of birth and the place, where another was spelt otherwise.
    """
    words = name.split()
    if len(words) < 2 or not village:
        return ()
    blocks = [("ends", f"{words[0]} {words[-1]}|{village}")]
    if born is not None:
        blocks.append(("born", f"{words[0]}|{born}|{village}"))
    return tuple(blocks)


def blocks_to_look_in(name: str, born: int | None, village: str) -> tuple[tuple[str, str], ...]:
    """The blocks in which somebody like this may be filed: their own, and those of the years beside theirs."""
    years: Iterable[int | None] = (born,) if born is None else range(born - NEAR_YEARS, born + NEAR_YEARS + 1)
    found = [block for year in years for block in name_blocks(name, year, village)]
    return tuple(dict.fromkeys(found))


def likeness_of_names(one: str, other: str) -> float:
    """0 to 1: Jaro-Winkler of two match keys, or of their first and last words where one leaves names out between."""
    from rapidfuzz.distance.JaroWinkler import normalized_similarity

    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    first, second = sorted((one, other))  # Jaro counts transpositions in order: the same answer both ways round
    ends = sorted((_ends(one), _ends(other)))
    shorter = len(one.split()) != len(other.split())
    between = 0.95 * normalized_similarity(*ends) if shorter else 0.0
    return max(normalized_similarity(first, second), between)


def _ends(name: str) -> str:
    words = name.split()
    return f"{words[0]} {words[-1]}"


def _by_ids(one: Likeness, other: Likeness) -> list[Evidence]:
    found: list[Evidence] = []
    if one.ids & other.ids:
        found.append("same_id")
    elif one.ids and other.ids:
        found.append("other_id")
    if one.phones & other.phones:
        found.append("same_phone")
    return found


def _by_name(one: str, other: str) -> list[Evidence]:
    if one and one == other:
        return ["same_name"]
    return ["like_name"] if likeness_of_names(one, other) >= ALIKE else []


def _by_year(one: int | None, other: int | None) -> list[Evidence]:
    if one is None or other is None:
        return []
    apart = abs(one - other)
    if apart == 0:
        return ["same_year"]
    if apart <= NEAR_YEARS:
        return ["near_year"]
    return ["other_year"] if apart > FAR_YEARS else []
