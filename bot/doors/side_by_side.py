"""Several servers are spoken to side by side, each by one task at a time: one that is slow keeps nobody else."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection

LONGEST_LOOK = 1.0  # seconds until somebody looks again who is due, while some are still under way


class SideBySide:
    """What is under way, by the id of whom it goes to."""

    def __init__(self) -> None:
        self._underway: dict[int, asyncio.Future[int]] = {}

    async def go_on(self, due: Collection[int], work: Callable[[int], Awaitable[int]]) -> bool:
        """Begins with those that are due and not under way; whether anything was done or is being done: not where all
        that is due waits for something else. Comes back after a second at the latest, and raises the first fault of
        those that ended."""
        for each in due:
            if each not in self._underway:
                self._underway[each] = asyncio.ensure_future(work(each))
        if not self._underway:
            return False
        try:
            await asyncio.wait(self._underway.values(), timeout=LONGEST_LOOK)
        except asyncio.CancelledError:  # the service ends: nobody goes on without it
            for task in self._underway.values():
                task.cancel()
            await asyncio.gather(*self._underway.values(), return_exceptions=True)
            raise
        over = [each for each, task in self._underway.items() if task.done()]
        ended = [self._underway.pop(each) for each in over]
        faults = [fault for task in ended if (fault := task.exception()) is not None]
        if faults:
            raise faults[0]
        return bool(self._underway) or any(task.result() for task in ended)
