"""The running service: takes turns, ticks the clock, delivers for each sender, fetches files, polls where it must."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.channels.failures import ChannelFailed
from bot.channels.sender import Sender as ChannelSender
from bot.clock import Clock
from bot.delivery.engine import Delivery
from bot.intake.fetching import fetch_owed
from bot.intake.inbox import Inbox
from referrals.appointments.reminders.reminding import remind, seconds_to_next
from referrals.clockwork import tick
from referrals.conversations.turns import is_turn_due, take_turns
from referrals.outbox.stepping import StepWatch
from referrals.outbox.waking import on_owed
from referrals.store.unit_of_work import Store

log = logging.getLogger("sanad")

IDLE_LOOK = 0.5  # seconds between looks when nothing woke us: another process, or a backoff that ended
TICK_EVERY = 5.0
REMIND_EVERY = 0.25  # a look is one probe of an index
FETCH_EVERY = 2.0
AFTER_A_FAULT = 2.0
FAILING_AFTER = 3  # faults in a row after which a loop counts as failing
LAST_SEND = 5.0  # seconds that the end waits for a message that is under way


@dataclass
class Line:
    """A sender that speaks over a network: its row, its channel and the object that sends."""

    sender_id: int
    channel: str
    sender: ChannelSender


@dataclass
class Service:
    """All loops of one process. `run` until cancelled; a loop that fails says so and goes on."""

    store: Store
    clock: Clock
    lines: list[Line] = field(default_factory=list)
    pollers: list[Callable[[], Awaitable[None]]] = field(default_factory=list)
    serves: bool = True
    """False for a process without a web side: `sanad worker`."""
    works: bool = True
    """False for a process that only takes in: `sanad web`."""
    base_url: str = ""
    """Where our own pages are opened, for links in messages; blank where nobody could open them."""

    def __post_init__(self) -> None:
        self._waiting = asyncio.Event()
        self._more = True  # whether the last look found turns, so that the next need not ask first
        self._steps = StepWatch(self.store)
        self._loop: asyncio.AbstractEventLoop | None = None
        self._deliveries: list[Delivery] = []
        self._faults: Counter[str] = Counter()
        self.inbox = Inbox(self.store, self.clock, self.wake)

    def failing(self) -> list[str]:
        """The loops whose last tries all failed, by name: turns, clock, a channel, its files, poll."""
        return sorted(name for name, faults in self._faults.items() if faults >= FAILING_AFTER)

    def wake(self) -> None:
        """Something came in; may be called from any thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._waiting.set)

    async def run(self) -> None:
        """Runs until cancelled."""
        self._loop = asyncio.get_running_loop()
        loops = [self._forever("poll", poll) for poll in self.pollers]
        if self.works:
            loops.append(self._forever("turns", self._turns))
            loops.append(self._forever("clock", self._tick))
            loops.append(self._forever("reminders", self._remind))
            loops += [self._forever(f"{line.channel} files", self._fetcher(line)) for line in self.lines]
            self._deliveries = [self._delivery(line) for line in self.lines]
            loops += [self._forever(delivery.channel, delivery.step) for delivery in self._deliveries]
        no_more = on_owed(self._owed_somewhere)
        try:
            await asyncio.gather(*loops)
        finally:
            no_more()
            for line in self.lines:
                await line.sender.close()

    async def stop(self, running: asyncio.Task[None]) -> None:
        """Ends `run`; a message that is just being sent is sent and noted first, so that it is not sent twice."""
        for delivery in self._deliveries:
            delivery.stopping = True
            delivery.wake()
        until = asyncio.get_running_loop().time() + LAST_SEND
        while any(delivery.sending for delivery in self._deliveries) and asyncio.get_running_loop().time() < until:
            await asyncio.sleep(0.02)
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running

    async def _forever(self, name: str, step: Callable[[], Awaitable[None]]) -> None:
        while True:
            try:
                await step()
                self._faults.pop(name, None)
            except ChannelFailed as failure:
                self._faults[name] += 1
                log.warning("%s: %s; trying again", name, failure)
                await asyncio.sleep(failure.retry_after or AFTER_A_FAULT)
            except Exception:  # the loop of the service: one fault must not end the others' work
                self._faults[name] += 1
                log.exception("%s failed; going on", name)
                await asyncio.sleep(AFTER_A_FAULT)

    async def _turns(self) -> None:
        woken = self._more or self._waiting.is_set()
        self._waiting.clear()
        if woken or await asyncio.to_thread(is_turn_due, self.store, self.clock()):
            self._more = bool(await asyncio.to_thread(take_turns, self.store, self.clock()))
            if self._more:
                self._wake_delivery()
                return
        await _until(self._waiting, IDLE_LOOK)

    async def _tick(self) -> None:
        back = await asyncio.to_thread(self._steps.look, self.clock())
        if await asyncio.to_thread(tick, self.store, self.clock()) or back:
            self._wake_delivery()
        await asyncio.sleep(TICK_EVERY if not self.clock.movable else 1.0)

    async def _remind(self) -> None:
        if await asyncio.to_thread(remind, self.store, self.clock()):
            self._wake_delivery()
        else:
            await asyncio.sleep(await asyncio.to_thread(seconds_to_next, self.store, self.clock(), REMIND_EVERY))

    def _owed_somewhere(self) -> None:
        """A turn, a page or the clock owes something in this process; called on its thread."""
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._wake_delivery)

    def _wake_delivery(self) -> None:
        for delivery in self._deliveries:
            delivery.wake()

    def _delivery(self, line: Line) -> Delivery:
        return Delivery(self.store, self.clock, line.sender_id, line.channel, line.sender, self.base_url)

    def _fetcher(self, line: Line) -> Callable[[], Awaitable[None]]:
        async def step() -> None:
            if not await fetch_owed(self.store, self.clock, line.sender_id, line.sender):
                await asyncio.sleep(FETCH_EVERY)

        return step


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return


def in_background(service: Service) -> Callable[[], None]:
    """Runs a service in a thread of its own, for tests and benches; returns what ends it."""
    started, ended = threading.Event(), threading.Event()
    holder: dict[str, asyncio.Task[None]] = {}

    def main() -> None:
        async def go() -> None:
            holder["task"] = asyncio.ensure_future(service.run())
            started.set()
            try:
                await holder["task"]
            except asyncio.CancelledError:
                return

        asyncio.run(go())
        ended.set()

    thread = threading.Thread(target=main, daemon=True)
    thread.start()
    started.wait(5)

    def end() -> None:
        holder["task"].get_loop().call_soon_threadsafe(holder["task"].cancel)
        ended.wait(10)

    return end
