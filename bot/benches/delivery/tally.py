"""What a strict platform saw: how many it took and refused, and whether anything came twice or in the wrong order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

NUMBERED = re.compile(r"رسالة (\d+)")  # the crowd's messages say which of their chat they are


@dataclass
class Tally:
    """Counts of one measurement; `arrivals` are (chat, seconds of this machine's monotonic clock) of what was taken."""

    refused: int = 0
    during_ban: int = 0
    injected: int = 0
    lost: int = 0
    out_of_order: int = 0
    duplicates: int = 0
    arrivals: list[tuple[str, float]] = field(default_factory=list)
    _last: dict[str, int] = field(default_factory=dict)
    _seen: set[tuple[str, int]] = field(default_factory=set)

    def take(self, chat: str, text: str, at: float) -> None:
        """Notes a message that was taken."""
        self.arrivals.append((chat, at))
        found = NUMBERED.search(text)
        if found is None:
            return
        number = int(found.group(1))
        if (chat, number) in self._seen:
            self.duplicates += 1
            return
        self._seen.add((chat, number))
        if number < self._last.get(chat, 0):
            self.out_of_order += 1
        self._last[chat] = max(number, self._last.get(chat, 0))

    def told(self, settled_after: float = 0.0) -> dict[str, Any]:
        """The counts by name, without the arrivals; `settled_rate` leaves out the seconds after the first message."""
        moments = [at for _, at in self.arrivals]
        settled = [at for at in moments if at >= moments[0] + settled_after]
        return {
            "rate": _rate(moments),
            "settled_rate": _rate(settled) or _rate(moments),
            "taken": len(self.arrivals),
            "refused": self.refused,
            "during_ban": self.during_ban,
            "injected": self.injected,
            "lost": self.lost,
            "out_of_order": self.out_of_order,
            "duplicates": self.duplicates,
        }


def _rate(moments: list[float]) -> float:
    """A second, from the first to the last; 0 where there are too few to say."""
    return (len(moments) - 1) / (moments[-1] - moments[0]) if len(moments) > 1 and moments[-1] > moments[0] else 0.0
