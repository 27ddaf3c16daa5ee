"""Which place a point or an address lies in, for a directory that does not say it by our codes."""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property, lru_cache

from referrals.directory.places.places import Places, Point, distance_km

NEAR_KM = 15.0  # a point farther than this from every place we know lies in none of them
DEGREE_KM = 111.2  # of latitude
SQUARE = 0.05  # degrees
SQUARE_KM = SQUARE * DEGREE_KM
FAR_KM = 400.0  # a point so far from all of a programme's places is not in its country


@dataclass(frozen=True)
class Nearby:
    """The places of a programme in squares of a twentieth of a degree, so that the nearest is found among a few."""

    places: Places

    def code_at(self, point: Point) -> str:
        """The nearest place with a point of its own within `NEAR_KM`, the smaller one of two as near; "" for none."""
        row, column = _square(point)
        narrow = math.cos(math.radians(point.latitude))
        best: tuple[float, int, str] | None = None
        for ring in range(math.ceil(NEAR_KM / (SQUARE_KM * max(narrow, 0.2))) + 1):
            for square in _ring(row, column, ring):
                for latitude, longitude, depth, code in self._squares.get(square, ()):
                    north, east = latitude - point.latitude, (longitude - point.longitude) * narrow
                    found = (round((north * north + east * east) * 1e8), depth, code)
                    if best is None or found < best:
                        best = found
            if best is not None and math.sqrt(best[0] / 1e8) <= ring * SQUARE * narrow:
                break  # whatever lies farther out is farther away
        return best[2] if best is not None and math.sqrt(best[0] / 1e8) * DEGREE_KM <= NEAR_KM else ""

    def code_named(self, *names: str) -> str:
        """The place that the parts of an address name for sure, the first part that does; "" for none."""
        if (known := self._read.get(names)) is None:
            known = self._read[names] = self._code_named(names)
        return known

    def _code_named(self, names: tuple[str, ...]) -> str:
        within = ""
        for name in reversed(names):
            reading = self.places.read(name, within=within) if name else None
            if reading is not None and reading.sure and reading.value:
                within = reading.value
        return within

    def swapped(self, point: Point) -> bool:
        """Whether the point is nowhere near the programme, and would be with its two numbers the other way round."""
        if self._middle is None or abs(point.longitude) > 90 or self._within(point):
            return False
        other = Point(point.longitude, point.latitude)
        return distance_km(point, self._middle) > FAR_KM + self._reach >= distance_km(other, self._middle)

    def _within(self, point: Point) -> bool:
        """Whether it lies among the places, or as near to their middle as to be in their country: no more is asked."""
        south, west, north, east = self._box
        return south <= point.latitude <= north and west <= point.longitude <= east

    @cached_property
    def _box(self) -> tuple[float, float, float, float]:
        points = [place.point for place in self.places if place.point is not None]
        latitudes, longitudes = [one.latitude for one in points], [one.longitude for one in points]
        return min(latitudes), min(longitudes), max(latitudes), max(longitudes)

    @cached_property
    def _read(self) -> dict[tuple[str, ...], str]:
        """Addresses that were read already: most of a directory's say the same."""
        return {}

    @cached_property
    def _squares(self) -> dict[tuple[int, int], list[tuple[float, float, int, str]]]:
        """By square: latitude, longitude, how deep the place lies (the deeper, the farther below zero), code."""
        found: dict[tuple[int, int], list[tuple[float, float, int, str]]] = defaultdict(list)
        for place in self.places:
            if place.point is not None:
                found[_square(place.point)].append((*place.point, -len(self.places.chain(place.code)), place.code))
        return found

    @cached_property
    def _middle(self) -> Point | None:
        points = [place.point for place in self.places if place.point is not None]
        if not points:
            return None
        return Point(
            sum(one.latitude for one in points) / len(points), sum(one.longitude for one in points) / len(points)
        )

    @cached_property
    def _reach(self) -> float:
        """How far the farthest place lies from the middle, in km."""
        middle = self._middle
        return max(distance_km(middle, each.point) for each in self.places if each.point) if middle else 0.0


def _square(point: Point) -> tuple[int, int]:
    return math.floor(point.latitude / SQUARE), math.floor(point.longitude / SQUARE)


@lru_cache(maxsize=1 << 16)
def _ring(row: int, column: int, ring: int) -> tuple[tuple[int, int], ...]:
    """The squares that many steps away."""
    steps = range(-ring, ring + 1)
    return tuple(
        (row + north, column + east) for north in steps for east in steps if max(abs(north), abs(east)) == ring
    )
