"""Delivery: leases what is owed, sends it with no transaction open, notes what became of it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.sender import Sender as ChannelSender
from bot.delivery.known_ban import KnownBan
from bot.delivery.look import Look
from bot.delivery.room import Room
from bot.delivery.sending import Outcome, Sending
from referrals.outbox.buckets import block
from referrals.outbox.lease import EVERY_LANE, Leased, Leases, seconds_of_rest
from referrals.outbox.owe import LANES
from referrals.outbox.pace import WayThere
from referrals.store.unit_of_work import Store

log = logging.getLogger("sanad")

LOOK_EVERY = 0.25  # seconds between looks when nothing woke us: another process, or a command, may owe something
SOONEST = 0.001


def worker_name() -> str:
    """Who leases: this process and no other, also where a container gives each the same name and number."""
    return f"{socket.gethostname()[:32]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass
class Delivery:
    """Sends for one sender. Any number of these may run, in any number of processes: leases keep them apart.

    One message is under way at a time while that keeps the pace. What became of it, and of all that finished
    meanwhile, is noted in the same transaction that leases the next.
    """

    store: Store
    clock: Callable[[], datetime]
    sender_id: int
    channel: str
    sender: ChannelSender
    base_url: str = ""
    worker: str = field(default_factory=worker_name)
    monotonic: Callable[[], float] = time.monotonic
    """Seconds that no step of the clock changes: a ban ends, and a lease is dead, by these."""
    stopping: bool = False

    def __post_init__(self) -> None:
        self.room = Room.of(self.channel)
        self._look = Look(self.sender_id, self.channel, self.worker, self.clock)
        self._how = Sending(self.store, self.clock, self.channel, self.base_url, lambda: self._ban.seconds_left)
        self._under_way: dict[int, asyncio.Task[None]] = {}
        self._rows: dict[int, Leased] = {}
        self._finished: list[Outcome] = []
        self._noting = self._unsure = self._dry = False
        self._way = WayThere()
        self._stir: asyncio.Event | None = None
        self._looked = float("-inf")
        self._ban = KnownBan(lambda: self.monotonic())

    @property
    def sending(self) -> bool:
        """Whether something is under way, or was sent and is not noted yet."""
        return bool(self._under_way or self._finished or self._noting)

    def wake(self) -> None:
        """Something is owed; called within the loop."""
        if self._stir is not None:
            self._stir.set()

    async def deliver(self) -> int:
        """Sends what may go now; returns how many were taken once the rows, or the pace, ran dry."""
        taken, stir = 0, asyncio.Event()
        self._stir = stir
        self._look.sweep_at_once()
        try:
            while True:
                stir.clear()
                taken += len((await self._note_and_lease()).rows)
                if not self.sending:
                    return taken
                if self._under_way and not self._finished:
                    await stir.wait()
        finally:
            self._stir = None

    async def step(self) -> None:
        """One round of the service: notes, leases, and sleeps until there is something to do.

        Raises what the database raises; what was sent stays noted in memory, and nothing else is begun before it is in
        the database.
        """
        if self._stir is None:
            self._stir = asyncio.Event()
        woken = self._stir.is_set()
        self._stir.clear()  # before looking: what is owed while we look wakes us at once
        try:
            pause = LOOK_EVERY if self._nothing_to_look_for() else 0.0 if woken else await self._rest()
            if not pause:
                pause = self._pause(await self._note_and_lease())
            if self._finished:
                return
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._stir.wait(), pause)
        except asyncio.CancelledError:
            await self._abandon()
            raise

    def _nothing_to_look_for(self) -> bool:
        """Woken although no place is free and nothing has finished: whatever is owed waits for that."""
        looked_just_now = self.monotonic() - self._looked < LOOK_EVERY
        return looked_just_now and not self._finished and self._places()[0] <= 0

    async def _rest(self) -> float:
        """Seconds of rest where nothing was owed at the last look, and nobody woke us; 0 when it is to be looked whole.

        Another process, or time, may have made something due: asking that takes no lock that others wait for.
        """
        if self.sending or self._unsure or not self._dry:
            return 0.0
        return await asyncio.to_thread(self._look_for_rest)

    def _look_for_rest(self) -> float:
        with self.store.reading() as uow:
            return seconds_of_rest(uow, self.sender_id, self.clock(), LOOK_EVERY)

    def _pause(self, leases: Leases) -> float:
        """Until the pace lets the next go, or something planned is due; never longer than the next look."""
        if self._ban.seconds_left > 0:
            return min(LOOK_EVERY, self._ban.seconds_left)
        if len(self._under_way) >= self.room.places or leases.wait_seconds is None:
            return LOOK_EVERY
        return min(LOOK_EVERY, max(SOONEST, leases.wait_seconds))

    async def _note_and_lease(self) -> Leases:
        noted, self._noting = list(self._finished), True
        self._looked = self.monotonic()
        places, lanes = self._places()
        if self.stopping or self._ban.seconds_left > 0:
            places = 0
        look = partial(
            self._look.note_and_lease,
            noted=noted,
            places=places,
            lanes=lanes,
            mine={row.id: row.began for row in self._rows.values()},
            now=self.monotonic(),
            unsure=self._unsure,
        )
        try:
            leases = await asyncio.to_thread(self.store.transact, look)
        except BaseException:
            self._look.watch.forget()  # while the database was gone nobody could renew a lease
            self._unsure = True
            raise
        finally:
            self._noting = False
        self._unsure, self._dry = False, leases.dry and not leases.rows
        self._ban.heed(leases.blocked_until, self.clock())
        del self._finished[: len(noted)]
        if places and lanes == EVERY_LANE:  # else nothing was learnt
            self.room.look(behind=leases.more, idle=leases.dry and not self._under_way, now=self.monotonic())
        for row in leases.rows:
            self._begin(row)
        return leases

    def _places(self) -> tuple[int, tuple[int, ...]]:
        """How many more may be under way, of which lanes: an answer never waits for a campaign's message to arrive.

        That one more is no second repeat after a kill: a campaign's message is never repeated.
        """
        places = self.room.places - len(self._under_way)
        if places > 0:
            return places, EVERY_LANE
        only_campaigns = all(row.lane == LANES["campaign"] for row in self._rows.values())
        return int(only_campaigns), (LANES["reply"], LANES["reminder"])

    def _begin(self, row: Leased) -> None:
        self._rows[row.id] = row
        self._under_way[row.id] = asyncio.ensure_future(self._send(row))

    async def _send(self, row: Leased) -> None:
        outcome = await self._how.send(self.sender, row)
        failure = outcome.failure
        if failure is not None and failure.whole_account and failure.retry_after is not None:
            outcome = replace(outcome, banned=await self._tell_ban(failure.retry_after))
        counts_as_of = self._way.counts_as_of(row.began, outcome.at.timestamp(), self.monotonic())
        self._finished.append(replace(outcome, counts_as_of=counts_as_of))
        del self._under_way[row.id], self._rows[row.id]
        self.wake()

    async def _tell_ban(self, seconds: float) -> bool:
        """Tells every worker at once, before this message is noted with others; False when the database is away."""
        self._ban.begin(seconds)
        try:
            ban = partial(block, sender_id=self.sender_id, seconds=seconds, at=self.clock())
            await asyncio.to_thread(self.store.transact, ban)
        except SQLAlchemyError as failure:  # it is told with the note; until then this worker begins nothing
            log.warning("%s: a ban could not be told yet: %s", self.channel, type(failure).__name__)
            return False
        return True

    async def _abandon(self) -> None:
        """The service ends: what is still under way is given up; its lease tells the next process of it."""
        tasks = list(self._under_way.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._under_way.clear()
