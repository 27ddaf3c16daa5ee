"""How much one address may ask of a door that anybody may knock at: a bucket that fills again."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

BURST = 600.0  # questions at once: a reader that fetches a whole directory page by page
PER_SECOND = 10.0
MOST_ADDRESSES = 10_000  # remembered; the one that has been quiet for longest is forgotten first


@dataclass
class Room:
    """Buckets by address, in this process's memory: behind several processes each counts for itself."""

    burst: float = BURST
    per_second: float = PER_SECOND
    clock: Callable[[], float] = time.monotonic
    _buckets: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, address: str, cost: float = 1.0) -> float:
        """Takes from the bucket; returns 0, or the seconds after which to ask again."""
        with self._lock:
            now = self.clock()
            left, at = self._buckets.pop(address, (self.burst, now))
            left = min(self.burst, left + (now - at) * self.per_second)
            wait = 0.0 if left >= cost else (cost - left) / self.per_second
            self._buckets[address] = (left if wait else left - cost, now)
            if len(self._buckets) > MOST_ADDRESSES:
                self._buckets.popitem(last=False)
            return wait
