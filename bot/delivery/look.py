"""Delivery looks at the database: notes what finished, does what time decides, leases what may go, all in one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.delivery.lease_watch import LeaseWatch
from bot.delivery.noting import note_outcomes
from bot.delivery.sending import Outcome
from referrals.outbox.buckets import borrow_from_chats, forget_full_chats, level_of
from referrals.outbox.lease import Leases, lease, next_due_seconds
from referrals.outbox.settling import overdue_leases, release_unbegun, sweep, take_back
from referrals.store.unit_of_work import UnitOfWork

SWEEP_EVERY = 1.0
FORGET_EVERY = 60.0


class Look:
    """One sender's, by one worker, on whatever thread has the transaction; one look at a time."""

    def __init__(self, sender_id: int, channel: str, worker: str, clock: Callable[[], datetime]) -> None:
        self.sender_id, self.channel, self.worker, self.clock = sender_id, channel, worker, clock
        self.watch = LeaseWatch(worker)
        self._swept = self._forgot = float("-inf")

    def sweep_at_once(self) -> None:
        """The next look does what time decides, however short ago that was."""
        self._swept = float("-inf")

    def note_and_lease(
        self,
        uow: UnitOfWork,
        *,
        noted: Sequence[Outcome],
        places: int,
        lanes: tuple[int, ...],
        mine: Mapping[int, float],
        now: float,
        unsure: bool,
    ) -> Leases:
        """What may go now, for so many places. `mine` are the rows under way, each with its beginning, and `now` are
        monotonic seconds. `unsure`: whether the last look was kept, and with it a lease, nobody told us."""
        at = self.clock()
        bucket = level_of(uow, self.sender_id, self.channel)  # locks it: one worker at a time leases for this sender
        note_outcomes(uow, self.sender_id, self.channel, noted, at, self.worker)
        if unsure:
            release_unbegun(uow, self.sender_id, self.worker, mine, at)
        self._look_over(uow, at, now, tuple(mine))
        if any(outcome.failure is not None for outcome in noted):
            bucket = level_of(uow, self.sender_id, self.channel)  # one of them may have been a ban
        further = {each.row.identity_id: each.pieces - 1 for each in noted if each.pieces > 1}
        borrow_from_chats(uow, further, bucket.paces.chat, at)
        leases = lease(
            uow,
            self.sender_id,
            bucket,
            self.worker,
            at,
            places,
            answered=[(each.row.began, each.counts_as_of) for each in noted],
            pending=mine.values(),
            further=sum(further.values()),
            lanes=lanes,
        )
        if not leases.dry:
            return leases
        return replace(leases, wait_seconds=next_due_seconds(uow, self.sender_id, at))

    def _look_over(self, uow: UnitOfWork, at: datetime, now: float, mine: tuple[int, ...]) -> None:
        """What time decides, about once a second: uncertain sends, messages past their time, leases of the dead.

        What this process itself finished was noted just before; what it has under way is `mine`.
        """
        self.watch.renew(uow, mine, at, now)
        if now - self._swept < SWEEP_EVERY:
            return
        self._swept = now
        sweep(uow, self.sender_id, at)
        take_back(uow, self.watch.dead(overdue_leases(uow, self.sender_id, at), mine, now), at)
        if now - self._forgot >= FORGET_EVERY:
            self._forgot = now
            forget_full_chats(uow, at)
