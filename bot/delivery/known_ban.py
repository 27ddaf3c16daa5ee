"""A platform's ban as this process knows it: it ends by seconds that no step of the clock changes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass
class KnownBan:
    """How long to begin nothing. The database tells every worker of a ban; each measures its length by itself."""

    monotonic: Callable[[], float]
    _ends: float = 0.0
    _stored: datetime | None = None

    @property
    def seconds_left(self) -> float:
        """0 or less when there is none."""
        return self._ends - self.monotonic()

    def begin(self, seconds: float) -> None:
        """The platform just said so to this very process."""
        self._ends = max(self._ends, self.monotonic() + seconds)

    def heed(self, blocked_until: datetime | None, at: datetime) -> None:
        """What the database says now. A ban lasts as long as it was when it was first seen there."""
        if blocked_until is not None and blocked_until != self._stored:
            self._ends = self.monotonic() + (blocked_until - at).total_seconds()
            self._stored = blocked_until
