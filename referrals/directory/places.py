"""The places of a programme, from its places.csv: where one lies, what it belongs to, and which one a family means."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from rapidfuzz import fuzz

from dialogs.understanding.folding import fold
from referrals.directory.tables import Complaints, Row, read_table

EARTH_KM = 6371.0088  # mean radius; a sphere is at most 0.41 % off the ellipsoid at these distances (measured)
SURE = 100
NEAR = 78  # below this a spelling is another name: «قوص» and «قفط» score 33, «الخطارة» and «الخطاره» 100
LEVELS = ("governorate", "markaz", "district", "area", "village")
KINDS_OF_PLACE = frozenset(
    map(
        fold,
        [
            "محافظة",
            "مركز",
            "مدينة",
            "بندر",
            "قرية",
            "نجع",
            "عزبة",
            "كفر",
            "منطقة",
            "ضاحية",
            "حي",
            "من",
            "في",
            "ساكن",
            "ساكنين",
        ],
    )
)


class Point(NamedTuple):
    """Degrees, WGS 84."""

    latitude: float
    longitude: float


@dataclass(frozen=True, slots=True)
class Place:
    """A governorate, a markaz or area, a village. Its own `point` and `bank`: `Places` falls back to the parent's."""

    code: str
    level: str
    parent: str
    name_ar: str
    name_en: str
    point: Point | None = None
    bank: str = ""
    aliases: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class PlaceHit:
    """A place that a text may mean. `sure` when it is its name or an alias, spelling apart; `score` is out of 100."""

    place: Place
    path_ar: str
    score: int

    @property
    def sure(self) -> bool:
        """Whether the text is a name of the place, and not only near one."""
        return self.score == SURE


@dataclass(frozen=True)
class Places:
    """All places of a programme. An unknown code raises KeyError, except where an empty answer is said."""

    places: tuple[Place, ...]

    def __iter__(self) -> Iterator[Place]:
        return iter(self.places)

    def __len__(self) -> int:
        return len(self.places)

    def __contains__(self, code: object) -> bool:
        return code in self._by_code

    def __getitem__(self, code: str) -> Place:
        return self._by_code[code]

    def chain(self, code: str) -> tuple[Place, ...]:
        """The place, then what it belongs to, outward to the governorate."""
        found = [self._by_code[code]]
        while found[-1].parent:
            found.append(self._by_code[found[-1].parent])
        return tuple(found)

    def path_ar(self, code: str) -> str:
        """«خزام، قوص، قنا»: the names outward, each said once."""
        return "، ".join(dict.fromkeys(place.name_ar for place in self.chain(code)))

    def path_en(self, code: str) -> str:
        """«Khuzam, Qus, Qena»: the names outward, each said once."""
        return ", ".join(dict.fromkeys(place.name_en for place in self.chain(code)))

    def point(self, code: str) -> Point | None:
        """Its point, else that of the nearest place it belongs to; None for an unknown code or when none has one."""
        if code not in self._by_code:
            return None
        return next((place.point for place in self.chain(code) if place.point), None)

    def bank(self, code: str) -> str:
        """The bank of the river it lies on (east, west), else its parent's; empty when unknown or there is no river."""
        if code not in self._by_code:
            return ""
        return next((place.bank for place in self.chain(code) if place.bank), "")

    def children(self, code: str) -> tuple[Place, ...]:
        """The places directly inside it, in the order of the file; those without a parent for an empty code."""
        return tuple(place for place in self.places if place.parent == code)

    def lies_in(self, code: str, areas: Iterable[str]) -> bool:
        """Whether the place is one of the areas or inside one of them (a catchment); False for an unknown code."""
        wanted = set(areas)
        return code in self._by_code and any(place.code in wanted for place in self.chain(code))

    def search(self, text: str, *, limit: int = 5, within: str = "") -> tuple[PlaceHit, ...]:
        """The places a text may mean, best first, at most `limit`; only inside `within` when it is given.

        Ties go to the smaller place («قنا» is the markaz before the governorate), then to the order of the file. The
        name of what a place belongs to may stand beside it: «خزام قوص». Several may be sure: then ask which.
        """
        words = fold(text).split()
        scored = [
            (self._score(words, place), place)
            for place in self.places
            if not within or self.lies_in(place.code, (within,))
        ]
        hits = [
            (-score, -LEVELS.index(place.level), order, place)
            for order, (score, place) in enumerate(scored)
            if score >= NEAR
        ]
        return tuple(PlaceHit(place, self.path_ar(place.code), -score) for score, _, _, place in sorted(hits)[:limit])

    def named(self, text: str, *, within: str = "") -> Place | None:
        """The one place that the text names; None when no place is sure, or several are and none lies in the others."""
        sure = [hit.place for hit in self.search(text, limit=len(self.places), within=within) if hit.sure]
        if not sure:
            return None
        around = {place.code for place in self.chain(sure[0].code)}
        return sure[0] if all(place.code in around for place in sure) else None

    def nearest(self, point: Point, *, limit: int = 3, level: str = "") -> tuple[tuple[Place, float], ...]:
        """The nearest places that have a point of their own, with the distance in km, nearest first."""
        measured = [
            (distance_km(point, place.point), place.code, place)
            for place in self.places
            if place.point and (not level or place.level == level)
        ]
        return tuple((place, km) for km, _, place in sorted(measured)[:limit])

    @cached_property
    def _by_code(self) -> dict[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def _names(self) -> dict[str, tuple[str, ...]]:
        """Folded names and aliases by code, each also without its article."""
        return {place.code: _keys(place) for place in self.places}

    def _score(self, words: list[str], place: Place) -> int:
        """How well the words name the place, out of 100; the names of its parents may stand among them."""
        around = {
            word for parent in self.chain(place.code)[1:] for key in self._names[parent.code] for word in key.split()
        }
        texts = _readings(words, around)
        return max((_nearness(text, key) for text in texts for key in self._names[place.code]), default=0)


def read_places(content: bytes | str, *, file: str = "places.csv") -> Places:
    """The places of a CSV (code, level, parent, name_ar, name_en, lat, lon, aliases with «|», source, bank).

    Raises `DirectoryError` naming the rows: unknown parents, repeated codes, levels or points that cannot be.
    """
    complaints = Complaints()
    rows = read_table(file, content, complaints)
    codes = {row.text("code") for row in rows}
    seen: set[str] = set()
    places = []
    for row in rows:
        place = _place(row, codes)
        if place.code in seen:
            row.complain("code", f"«{place.code}» stands in an earlier row too.", "Give every place a code of its own.")
        elif place.parent == place.code:
            row.complain("parent", "a place cannot belong to itself.", "Leave it blank for a governorate.")
        seen.add(place.code)
        places.append(place)
    complaints.raise_if_any()
    return Places(tuple(places))


def distance_km(one: Point, other: Point) -> float:
    """The distance over the ground between two points, in km (haversine)."""
    south, north = math.radians(one.latitude), math.radians(other.latitude)
    across = math.radians(other.longitude - one.longitude)
    half = math.sin((north - south) / 2) ** 2 + math.cos(south) * math.cos(north) * math.sin(across / 2) ** 2
    return 2 * EARTH_KM * math.asin(math.sqrt(half))


def _place(row: Row, codes: set[str]) -> Place:
    latitude, longitude = row.number_in("lat", -90, 90), row.number_in("lon", -180, 180)
    if (latitude is None) != (longitude is None):
        row.complain("lat", "a point has both lat and lon.", "Fill in both, or leave both blank.")
    return Place(
        row.required("code"),
        row.one_of("level", LEVELS, "area"),
        row.known("parent", codes, "place", optional=True),
        row.required("name_ar"),
        row.required("name_en"),
        Point(latitude, longitude) if latitude is not None and longitude is not None else None,
        row.one_of("bank", {"", "east", "west"}, ""),
        tuple(alias.strip() for alias in row.text("aliases").split("|") if alias.strip()),
        row.text("source"),
    )


def _keys(place: Place) -> tuple[str, ...]:
    folded = {fold(name) for name in (place.name_ar, place.name_en, *place.aliases)}
    bare = {_without_article(key) for key in folded}
    return tuple(sorted(key for key in folded | bare if key))


def _without_article(key: str) -> str:
    words = key.split()
    return " ".join(word.removeprefix("ال") if len(word) > 4 else word for word in words)  # «الدرب» but not «الري»


def _readings(words: list[str], around: set[str]) -> set[str]:
    """The texts that the words may be without «من قرية» before them, or without the names of the parents."""
    readings = [words]
    while words and words[0] in KINDS_OF_PLACE:
        words = words[1:]
        readings.append(words)
    readings.append([word for word in words if word not in around | KINDS_OF_PLACE])
    return {" ".join(reading) for reading in readings if reading}


def _nearness(text: str, key: str) -> int:
    if text == key or _without_article(text) == key:
        return SURE
    if len(text) > 2 and set(text.split()) < set(key.split()):
        return 90  # «قمولا» for «الأوسط قمولا»: one of its words, so offered but never taken as sure
    return min(round(fuzz.ratio(text, key)), SURE - 1)
