"""Whose leases are dead: told by this process's own patience, so that a clock that is set kills nobody's."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta

from referrals.outbox.lease import LEASE_SECONDS
from referrals.outbox.settling import renew
from referrals.store.unit_of_work import UnitOfWork

RENEW_EVERY = 3.0
PATIENCE = 5.0  # seconds for which an overdue lease must have stood unrenewed before our eyes


class LeaseWatch:
    """Renews this worker's leases, and tells which of the others' nobody renews any more.

    A lease past its time alone says little: the clock may have been set forward, or the database may have been away.
    Seconds here are monotonic.
    """

    def __init__(self, worker: str) -> None:
        self.worker = worker
        self._renewed = float("-inf")
        self._seen: dict[int, tuple[datetime, float]] = {}

    def renew(self, uow: UnitOfWork, ids: Collection[int], at: datetime, now: float) -> None:
        """Says that these are still under way, every few seconds."""
        if ids and now - self._renewed >= RENEW_EVERY:
            renew(uow, ids, self.worker, at + timedelta(seconds=LEASE_SECONDS))
            self._renewed = now

    def dead(self, overdue: Iterable[tuple[int, datetime]], mine: Collection[int], now: float) -> list[int]:
        """Those that stood unchanged past their time for long enough; never one that this process has under way."""
        seen = {}
        for row_id, until in overdue:
            if row_id in mine:
                continue
            before = self._seen.get(row_id)
            seen[row_id] = before if before is not None and before[0] == until else (until, now)
        self._seen = seen
        return [row_id for row_id, (_, since) in seen.items() if now - since >= PATIENCE]

    def forget(self) -> None:
        """The database was away: nobody could renew anything meanwhile."""
        self._seen = {}
