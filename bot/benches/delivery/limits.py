"""The limits that the bench's platforms hold, as plain counting; the time of each request is given."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field


@dataclass
class AnySecond:
    """At most `most` in any second, wherever it begins."""

    most: int
    peak: int = 0
    _taken: deque[float] = field(default_factory=deque)

    def take(self, at: float) -> bool:
        """False, and nothing counted, when that second is full."""
        while self._taken and self._taken[0] <= at - 1.0:
            self._taken.popleft()
        if len(self._taken) >= self.most:
            return False
        self._taken.append(at)
        self.peak = max(self.peak, len(self._taken))
        return True


@dataclass
class EachChat:
    """For every chat by itself: `burst` at once, then `per_second`."""

    per_second: float
    burst: float
    _left: dict[str, tuple[float, float]] = field(default_factory=dict)

    def take(self, chat: str, at: float) -> bool:
        """False, and nothing counted, when that chat had too many."""
        left, since = self._left.get(chat, (self.burst, at))
        left = min(self.burst, left + (at - since) * self.per_second)
        self._left[chat] = (left - 1 if left >= 1 else left, at)
        return left >= 1
