"""How fast may be sent, as pure arithmetic: a bucket that refills, and a count of what any one second may hold."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

SLOT = 0.005  # seconds: how finely the last second is remembered
SLOTS = round(1 / SLOT)
LEARNING = 50  # answers before the shortest way is believed
SPARE = 0.005  # seconds of it that are not: the shortest of a minute may still have been a little late
ALMOST = 1e-6  # of a token: what floating point loses must not cost a wait


@dataclass(frozen=True)
class Pace:
    """`per_second` tokens come back, up to `burst`; `most` may fall into any one second, 0 for no such count.

    A bucket alone lets through its burst beside a second's worth. Platforms that count by the second refuse that.
    """

    per_second: float
    burst: float
    most: int = 0

    def at(self, per_second: float) -> Pace:
        """The same way of pacing for an account of another tier."""
        scale = per_second / self.per_second
        return Pace(per_second, max(1.0, self.burst * scale), max(1, int(self.most * scale)) if self.most else 0)


@dataclass(frozen=True)
class Level:
    """What a bucket holds. `full_at` is when all its tokens are back, in Unix seconds; `recent` counts by slot."""

    full_at: float = 0.0
    recent: tuple[tuple[int, int], ...] = ()


def free(level: Level, pace: Pace, at: float) -> int:
    """How many may be sent now."""
    tokens = pace.burst - _owing(level, pace, at) * pace.per_second
    room = pace.most - _counted(level, at) if pace.most else tokens
    return max(0, int(min(tokens, room) + ALMOST))


def wait_seconds(level: Level, pace: Pace, at: float) -> float:
    """How long until one may be sent; 0 when one may now."""
    lacking = 1 - (pace.burst - _owing(level, pace, at) * pace.per_second)
    seconds = lacking / pace.per_second if lacking > ALMOST else 0.0
    if pace.most:
        seconds = max(seconds, _until_one_leaves(level, pace.most, at))
    return seconds


def took(level: Level, pace: Pace, count: int, at: float) -> Level:
    """The level after `count` were begun."""
    full_at = at + _owing(level, pace, at) + count / pace.per_second
    if not pace.most:
        return Level(full_at)
    return Level(full_at, _shifted(level, at, [(_slot(at), count)]))


def finished(level: Level, answered: Iterable[tuple[float, float]], at: float) -> Level:
    """Counts sends, which were counted when they began, as of a later moment each: (began, counts as of).

    The platform saw a message somewhere between its beginning and its answer. Counted as of the latest of it, no second
    of the platform's holds more than ours do.
    """
    moved = [change for began, later in answered for change in ((_slot(began), -1), (_slot(later), 1))]
    return replace(level, recent=_shifted(level, at, moved))


@dataclass
class WayThere:
    """How much later than it began a send counts: only what its way took beyond the shortest way of the last minute.

    What every message takes alike shifts all the platform's seconds alike, and costs nothing of the pace. The first
    messages open the connections, which says nothing of the way: until enough are answered nothing is taken off.
    """

    keeps_seconds: float = 30.0
    _seen: int = 0
    _least: float = float("inf")
    _least_before: float = float("inf")
    _since: float = float("-inf")

    def counts_as_of(self, began: float, answered: float, now: float) -> float:
        """The moment from which the platform's second is reckoned; `now` is monotonic."""
        if now - self._since >= self.keeps_seconds:
            self._least_before, self._least, self._since = self._least, float("inf"), now
        way = max(0.0, answered - began)
        self._least = min(self._least, way)
        self._seen += 1
        alike = max(0.0, min(self._least, self._least_before) - SPARE) if self._seen > LEARNING else 0.0
        return began + way - alike


def believable(level: Level, pace: Pace, at: float) -> Level:
    """The level, or an empty bucket where it says more than that: the clock was set back since it was written."""
    emptiest = at + pace.burst / pace.per_second
    if level.full_at <= emptiest and all(slot <= _slot(at) for slot, _ in level.recent):
        return level
    return Level(min(level.full_at, emptiest), _shifted(level, at, []))


def earlier(level: Level, seconds: float) -> Level:
    """The same level on a clock that was set back by so much."""
    slots = round(seconds / SLOT)
    return Level(level.full_at - seconds, tuple((slot - slots, count) for slot, count in level.recent))


def _owing(level: Level, pace: Pace, at: float) -> float:
    """Seconds until the bucket is full; more than an empty one takes can only mean that the clock was set back."""
    return min(max(0.0, level.full_at - at), pace.burst / pace.per_second)


def _slot(at: float) -> int:
    return int(at / SLOT)


def _counted(level: Level, at: float) -> int:
    oldest = _slot(at) - SLOTS
    return sum(count for slot, count in level.recent if slot >= oldest)


def _until_one_leaves(level: Level, most: int, at: float) -> float:
    surplus = _counted(level, at) - most
    for slot, count in level.recent:
        if surplus < 0:
            return 0.0
        if slot >= _slot(at) - SLOTS:
            surplus -= count
            if surplus < 0:
                return max(0.0, (slot + SLOTS + 1) * SLOT - at)
    return 0.0


def _shifted(level: Level, at: float, changes: Iterable[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """The slots of the last second, changed; what lies ahead of the clock counts as now."""
    now = _slot(at)
    slots: dict[int, int] = {}
    for slot, count in (*level.recent, *changes):
        place = min(slot, now)
        slots[place] = slots.get(place, 0) + count
    return tuple(sorted((slot, count) for slot, count in slots.items() if slot >= now - SLOTS and count > 0))
