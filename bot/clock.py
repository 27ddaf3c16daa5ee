"""The service's clock: the real time, or that of a demonstration that runs ahead of it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from referrals.staff.records import DemonstrationClock
from referrals.store.unit_of_work import Store

FARTHEST = timedelta(days=2 * 366)  # beyond it no calendar, rule or slot of a sample means anything
LOOKED_UP_EVERY = 1.0  # seconds: another process may move a demonstration's clock


class ClockRefused(RuntimeError):
    """The demonstration clock only moves while nobody real can be written to."""


class Clock:
    """`clock()` is now, aware. `movable` is False as soon as a sender speaks to anything but this machine."""

    def __init__(
        self, store: Store, *, movable: bool, real: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self.store, self.movable, self._real = store, movable, real
        self._offset, self._looked_up = timedelta(), 0.0
        self._lock = threading.Lock()

    def __call__(self) -> datetime:
        if not self.movable:
            return self._real()
        with self._lock:
            if time.monotonic() - self._looked_up > LOOKED_UP_EVERY:
                self._look_up()
            return self._real() + self._offset

    def move(self, by: timedelta) -> datetime:
        """Moves the demonstration's clock; returns the new time. Raises `ClockRefused`."""
        if not self.movable:
            raise ClockRefused(ClockRefused.__doc__)
        self.store.transact(lambda uow: move_clock(uow.session, by))
        with self._lock:
            self._look_up()
        return self()

    @property
    def offset(self) -> timedelta:
        """How far ahead this demonstration is."""
        self()
        return self._offset

    def _look_up(self) -> None:
        with self.store.reading() as uow:
            seconds = uow.session.scalar(select(DemonstrationClock.offset_seconds).filter_by(id=1)) or 0
        self._offset, self._looked_up = timedelta(seconds=seconds), time.monotonic()


def move_clock(session: Session, by: timedelta) -> None:
    """Moves the one row that says how far ahead a demonstration is."""
    row = session.get(DemonstrationClock, 1)
    if row is None:
        row = DemonstrationClock(id=1, offset_seconds=0)
        session.add(row)
    moved = row.offset_seconds + int(by.total_seconds())
    if abs(moved) > FARTHEST.total_seconds():
        raise ClockRefused(f"A demonstration may run at most {FARTHEST.days} days from the real time.")
    row.offset_seconds = moved
