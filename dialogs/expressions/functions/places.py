"""Points, lines and areas on the earth, with ODK's radius and rounding."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import TypeAlias

from dialogs.expressions.context import Context
from dialogs.expressions.functions.registry import FUNCTIONS, Arguments, function
from dialogs.expressions.values import Value, atoms, number_of_text, to_text

EARTH_RADIUS_METRES = 6_378_100  # JavaRosa's, so that areas and distances agree with Collect

MOST_SIDES = 1_000  # of a line that is looked at for crossings: every pair of sides is compared

Point: TypeAlias = tuple[float, float]
Side: TypeAlias = tuple[Point, Point]


@function("area", 1, 1)
def _area(context: Context, arguments: Arguments) -> Value:
    points = _points(context, arguments)
    if points is None or len(points) < 3:
        return 0.0
    ring = points if points[0] == points[-1] else [*points, points[0]]
    total = sum(
        math.radians(end[1] - start[1]) * (2 + math.sin(math.radians(end[0])) + math.sin(math.radians(start[0])))
        for start, end in pairwise(ring)
    )
    return _rounded(abs(total * EARTH_RADIUS_METRES * EARTH_RADIUS_METRES / 2))


FUNCTIONS["enclosed-area"] = FUNCTIONS["area"]  # an older name, still understood by Collect


@function("intersects", 1, 1)
def _intersects(context: Context, arguments: Arguments) -> Value:
    """Whether a line or the edge of a shape crosses itself."""
    points = _points(context, arguments)
    sides = [] if points is None else [side for side in pairwise(points) if side[0] != side[1]]
    closed = bool(sides) and sides[0][0] == sides[-1][1]
    return any(
        _cross(sides[first], sides[second])
        for first in range(min(len(sides), MOST_SIDES))
        for second in range(first + 2, min(len(sides), MOST_SIDES))
        if not (closed and first == 0 and second == len(sides) - 1)
    )


def _cross(one: Side, other: Side) -> bool:
    turns = [_turn(*one, other[0]), _turn(*one, other[1]), _turn(*other, one[0]), _turn(*other, one[1])]
    if turns[0] != turns[1] and turns[2] != turns[3]:
        return True
    ends = ((one, other[0]), (one, other[1]), (other, one[0]), (other, one[1]))
    return any(turn == 0 and _between(*side, end) for turn, (side, end) in zip(turns, ends, strict=True))


def _turn(start: Point, end: Point, point: Point) -> int:
    """1 when `point` lies left of the way from `start` to `end`, -1 on the right, 0 on it."""
    across = (end[0] - start[0]) * (point[1] - start[1]) - (end[1] - start[1]) * (point[0] - start[0])
    return (across > 0) - (across < 0)


def _between(start: Point, end: Point, point: Point) -> bool:
    return all(min(a, b) <= at <= max(a, b) for a, b, at in zip(start, end, point, strict=True))


@function("distance", 1, None)
def _distance(context: Context, arguments: Arguments) -> Value:
    """Metres along the points; 0 when there are not two."""
    points = _points(context, arguments)
    return 0.0 if points is None else _rounded(sum(_metres(one, other) for one, other in pairwise(points)))


@function("geofence", 2, 2)
def _geofence(context: Context, arguments: Arguments) -> Value:
    point = _point(to_text(arguments[0](context)), context)
    shape = _trace([to_text(arguments[1](context))], context)
    if point is None or shape is None or len(shape) < 2 or shape[0] != shape[-1]:
        return False
    inside = False
    for (lat1, lon1), (lat2, lon2) in pairwise(shape):
        between = (lat2 > point[0]) != (lat1 > point[0])
        if between and point[1] < (lon1 - lon2) * (point[0] - lat2) / (lat1 - lat2) + lon2:
            inside = not inside
    return inside


def _points(context: Context, arguments: Arguments) -> list[Point] | None:
    return _trace([to_text(atom) for argument in arguments for atom in atoms(argument(context))], context)


def _trace(texts: list[str], context: Context) -> list[Point] | None:
    if len(texts) == 1:
        texts = [part for part in texts[0].split(";") if part.strip()]
    points = [_point(text, context) for text in texts]
    found = [point for point in points if point is not None]
    return found if len(found) == len(points) and len(found) >= 2 else None


def _point(text: str, context: Context) -> Point | None:
    parts = text.split()
    if not 2 <= len(parts) <= 4:
        return None
    latitude, longitude = (number_of_text(part, context.world.zone) for part in parts[:2])
    return (latitude, longitude) if abs(latitude) <= 90 and abs(longitude) <= 180 else None


def _metres(one: Point, other: Point) -> float:
    turn = math.radians(one[1] - other[1])
    start, end = math.radians(one[0]), math.radians(other[0])
    cosine = math.sin(start) * math.sin(end) + math.cos(start) * math.cos(end) * math.cos(turn)
    return math.acos(max(-1.0, min(1.0, cosine))) * EARTH_RADIUS_METRES


def _rounded(metres: float) -> float:
    return math.floor(metres * 100 + 0.5) / 100
