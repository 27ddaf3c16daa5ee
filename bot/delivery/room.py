"""How many messages of one sender may be under way at once: one while that keeps the pace."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Growth:
    """At most so many at once, and for how long messages must have waited, while tokens were left over, before one at
    a time counts as too slow; then the number doubles, again and again."""

    most: int
    behind_seconds: float
    again_seconds: float


# A kill repeats what is under way where the platform never tells what arrived: there it grows late and little.
CAREFUL = Growth(8, 1.0, 0.2)
WITH_STATUSES = Growth(256, 0.2, 0.05)  # 1,000 a second at 200 ms each are 200 at once
GROWTH = {"whatsapp": WITH_STATUSES}


@dataclass
class Room:
    """`places` is how many may be under way now. It grows while rows wait that the pace would let go, and is one again
    as soon as nothing waits."""

    growth: Growth
    places: int = 1
    _since: float | None = None
    _grown_at: float = float("-inf")

    @staticmethod
    def of(channel: str) -> Room:
        """The room of a channel's sender."""
        return Room(GROWTH.get(channel, CAREFUL))

    def look(self, *, behind: bool, idle: bool, now: float) -> None:
        """Takes note of a lease: whether more could have gone at once, or nothing waits at all. `now` is monotonic."""
        if idle:
            self.places = 1
        if not behind:
            self._since = None
            return
        if self._since is None:
            self._since = now
        grown_long_ago = now - self._grown_at >= self.growth.again_seconds
        if now - self._since >= self.growth.behind_seconds and grown_long_ago:
            self.places = min(self.growth.most, self.places * 2)
            self._grown_at = now
