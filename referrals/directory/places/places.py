"""The places of a programme, from its places.csv: where one lies, what it belongs to, and which one a family means."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from dialogs.understanding import Gazetteer, PlaceEntry, Reading, fold, read_place
from referrals.directory.tables.files import read_table
from referrals.directory.tables.rows import Complaints, Row

EARTH_KM = 6371.0088  # mean radius; a sphere is at most 0.41 % off the ellipsoid at these distances (measured)
LEVELS = ("governorate", "markaz", "district", "area", "village")
CALLED_AR = {"governorate": "محافظة", "markaz": "مركز", "district": "قسم", "area": "منطقة", "town": "مدينة"}
CALLED_EN = {"governorate": "governorate", "markaz": "district", "district": "district", "area": "area", "town": "city"}


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
        """«خزام، قوص، قنا»: the names outward, each said once.

        Where a larger place bears the place's own name, both are told apart: «مدينة قنا، محافظة قنا».
        """
        return "، ".join(self._path(code, _said_ar))

    def path_en(self, code: str) -> str:
        """«Khuzam, Qus, Qena»: the names outward, each said once; «Qena city, Qena governorate»."""
        return ", ".join(self._path(code, _said_en))

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

    def read(self, text: str, *, within: str = "", near: str = "", level: str = "") -> Reading[str]:
        """The code of the place that the text names, sure or to be asked about; see `read_place`."""
        wanted = (lambda entry: entry.level == level) if level else None
        return read_place(text, self.gazetteer, within=within, near=near, wanted=wanted)

    def nearest(self, point: Point, *, limit: int = 3, level: str = "") -> tuple[tuple[Place, float], ...]:
        """The nearest places that have a point of their own, with the distance in km, nearest first."""
        measured = [
            (distance_km(point, place.point), place.code, place)
            for place in self.places
            if place.point and (not level or place.level == level)
        ]
        return tuple((place, km) for km, _, place in sorted(measured)[:limit])

    @cached_property
    def codes(self) -> frozenset[str]:
        """The codes of all places."""
        return frozenset(place.code for place in self.places)

    @cached_property
    def _by_code(self) -> dict[str, Place]:
        return {place.code: place for place in self.places}

    @cached_property
    def gazetteer(self) -> Gazetteer:
        """The names of all places, to be looked up by what somebody wrote."""
        return Gazetteer.of(
            PlaceEntry(place.code, place.level, place.parent, (place.name_ar, place.name_en, *place.aliases))
            for place in self.places
        )

    def _path(self, code: str, said: Callable[[Place, str], str]) -> dict[str, None]:
        """What each place of the chain is called, each once; the kind is said of those that bear the place's name."""
        chain = self.chain(code)
        own = chain[0] if code in self._called else None
        called = (self._called.get(place.code, "") if own and _alike(place, own) else "" for place in chain)
        return dict.fromkeys(map(said, chain, called))

    @cached_property
    def _called(self) -> Mapping[str, str]:
        """What to call each place that bears the name of one it belongs to, and that larger one; by code.

        A markaz named as its governorate is the «مدينة», unless a town of that name stands in it.
        """
        found: dict[str, str] = {}
        for place in self.places:
            for above in self.chain(place.code)[1:]:
                if _alike(place, above):
                    found.setdefault(place.code, "area" if place.level == "area" else "town")
                    found[above.code] = above.level if above.level in CALLED_AR else "town"
        return found


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
    _no_circles(rows, {place.code: place.parent for place in places})
    return Places(tuple(places))


def _no_circles(rows: Iterable[Row], parents: Mapping[str, str]) -> None:
    """Raises `DirectoryError` naming the first row of each circle of places that belong to one another."""
    complaints = Complaints()
    ended = {""}
    for row in rows:
        here, seen = row.text("code"), set[str]()
        while here not in ended and here not in seen:
            seen.add(here)
            here = parents[here]
        if here in seen:
            cause = f"«{row.text('code')}» belongs to itself through «{parents[here]}»."
            complaints.add(
                row.file, row.number, "parent", cause, "A place belongs to a larger one, up to a governorate."
            )
        ended.update(seen)
    complaints.raise_if_any()


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


def _alike(one: Place, other: Place) -> bool:
    return one.name_ar == other.name_ar or fold(one.name_ar) == fold(other.name_ar)


def _said_ar(place: Place, called: str) -> str:
    return f"{CALLED_AR[called]} {place.name_ar}" if called else place.name_ar


def _said_en(place: Place, called: str) -> str:
    return f"{place.name_en} {CALLED_EN[called]}" if called else place.name_en
