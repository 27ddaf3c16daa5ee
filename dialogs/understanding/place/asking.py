"""What narrows the places that may be meant, and the reading that comes of those that are left."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from dialogs.understanding.place.gazetteer import RANKS, Gazetteer, PlaceEntry
from dialogs.understanding.reading import Reading

CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What narrows the places that may be meant."""

    gazetteer: Gazetteer
    within: int | None
    near: int | None
    wanted: Callable[[PlaceEntry], bool] | None

    def allows(self, number: int) -> bool:
        """Whether the place lies where it is looked for."""
        return self.within is None or self.gazetteer.lies_in(number, self.within)


def reading_of(numbers: Iterable[int], asked: Asked, *, sure: bool, ranked: bool = False) -> Reading[str]:
    """Sure of the only place where that is certain; else what to ask, the smaller first unless they are `ranked`."""
    entries = asked.gazetteer.entries
    unique = list(dict.fromkeys(numbers))
    if not unique:
        return Reading()
    if sure and len(unique) == 1:
        return Reading(entries[unique[0]].id, True)
    if not ranked:
        unique.sort(key=lambda number: (-_nearness(number, asked), -RANKS.get(entries[number].level, 2)))
    names = tuple(entries[number].id for number in unique[:CANDIDATES])
    several = "place_which" if ranked or len(unique) <= CANDIDATES else "place_parent"
    ask = "place_confirm" if len(unique) == 1 else several
    return Reading(names[0], False, ask, names)


def _nearness(number: int, asked: Asked) -> int:
    """How much of its surroundings the place shares with the one it is to be near."""
    if asked.near is None:
        return 0
    around = {asked.near, *asked.gazetteer.around(asked.near)}
    return len(around & {number, *asked.gazetteer.around(number)})
