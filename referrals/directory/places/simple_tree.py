"""What belongs to what in a list of places that says so by names, with codes for the places that are only named."""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from dialogs.understanding import fold

_BELOW = {"governorate": 0, "markaz": 1, "district": 1, "area": 2, "village": 3}
_NOT_CODE = re.compile(r"[^a-z0-9]+")


class Point(NamedTuple):
    """Degrees, as written."""

    lat: float
    lon: float


@dataclass(frozen=True, slots=True)
class Simple:
    """One place of such a list; `governorate` and `above` are the names of what it belongs to, Arabic and English."""

    code: str
    level: str
    name_ar: str
    name_en: str
    governorate: tuple[str, str]
    above: tuple[str, str]
    point: Point | None
    aliases: tuple[str, ...]
    source: str
    parent: str = ""


@dataclass
class Tree:
    """What belongs to what, by names; a place that is only named as a parent is made."""

    places: Mapping[str, Simple]
    made: dict[str, Simple] = field(default_factory=dict)
    _by_name: dict[tuple[str, str], list[Simple]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for place in self.places.values():
            governorate = "" if place.level == "governorate" else _key(place.governorate)
            for name in {fold(place.name_ar), fold(place.name_en)}:
                self._by_name.setdefault((governorate, name), []).append(place)

    def parent_of(self, place: Simple) -> str:
        """The code of what the place belongs to; "" for a governorate, and where nothing was named."""
        if place.level == "governorate":
            return ""
        governorate = self._governorate(place.governorate) if any(place.governorate) else ""
        if not any(place.above):
            return governorate
        level = "markaz" if place.level == "village" else "area"
        return self._above(place) or self._make(level, place.above, place.governorate, governorate)

    def _above(self, place: Simple) -> str:
        """The row that is named as the parent: the largest that is larger than the place itself."""
        named = [each for name in place.above for each in self._by_name.get((_key(place.governorate), fold(name)), ())]
        larger = [
            each
            for each in named
            if each.code != place.code
            and (_BELOW[each.level] == 1 or (place.level == "area" and _is_town(each) and not _is_town(place)))
            and _BELOW[place.level] > 1
        ]
        return min(larger, key=lambda each: _BELOW[each.level]).code if larger else ""

    def _governorate(self, names: tuple[str, str]) -> str:
        for name in names:
            found = [each for each in self._by_name.get(("", fold(name)), ()) if each.level == "governorate"]
            if name and found:
                return found[0].code
        return self._make("governorate", names, ("", ""), "")

    def _make(self, level: str, names: tuple[str, str], governorate: tuple[str, str], parent: str) -> str:
        key = f"{_key(governorate)}/{_key(names)}"
        if key not in self.made:
            slug = _NOT_CODE.sub("-", names[1].lower()).strip("-") or mark_of(key)
            code = f"{parent}.{slug}"[:70] if parent else slug[:70]
            codes = {each.code for each in self.made.values()} | set(self.places)
            if code in codes:
                code = f"{code}-{mark_of(key)}"
            arabic, english = names[0] or names[1], names[1] or names[0]
            self.made[key] = Simple(
                code, level, arabic, english, governorate, ("", ""), None, (), "named as the parent of others", parent
            )
        return self.made[key].code


def _is_town(place: Simple) -> bool:
    """A place that is right below its governorate: what is inside a town names the town."""
    return place.level == "area" and not any(place.above)


def _key(names: tuple[str, str]) -> str:
    return fold(names[0]) or fold(names[1])


def mark_of(text: str) -> str:
    """Eight letters and digits that stand for a name."""
    return f"{zlib.crc32(fold(text).encode()):08x}"
