"""Durable turns a second: Kuwait's intake, one conversation at a time and 64 at once, beside the floor."""

from __future__ import annotations

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from sqlalchemy import func, select

from bot.benches.families import Family, Town, now, played, record_interview
from bot.benches.floor import Sizes, raw_turns_per_second
from bot.intake.inbox import Inbox
from bot.settled_memory import settle_memory
from referrals.conversations.records import InboxMessage
from referrals.conversations.turns import take_turns
from referrals.inbound import Content

AT_ONCE = 64
SETTLED = 64  # families brought to their first question before each stretch that is measured
WARM_UP = 3  # interviews before anything is measured: statements compiled, forms parsed


def measure_turns(seconds: float, *, profile: str | None = None) -> dict[str, Any]:
    """Turns a second and their ratios to the floor. `profile` names a file for cProfile's numbers."""
    with TemporaryDirectory(prefix="sanad-bench-") as name:
        folder = Path(name)
        town = Town.founded(folder)
        script = record_interview(town)
        _play(town, town.settle(WARM_UP), script, seconds=60.0)
        settle_memory()  # as `sanad run` does
        one = _in_stretches(seconds, lambda left: _play(town, town.settle(SETTLED), script, seconds=left))
        many = _in_stretches(seconds, lambda left: _play_together(town, town.settle(AT_ONCE), script, seconds=left))
        if profile is not None:
            _profile(town, script, seconds, profile)
        sizes = Sizes.of(folder / "sanad.db")
        town.store.engine.dispose()
        shutil.copyfile(folder / "sanad.db", folder / "floor.db")
        floor = raw_turns_per_second(folder / "floor.db", sizes, seconds, AT_ONCE)
        stored_first = raw_turns_per_second(folder / "floor.db", sizes, seconds, AT_ONCE, stored_first=True)
    return {
        "answers_in_the_interview": len(script),
        "bytes_journal_average": sizes.journal,
        "bytes_message_average": sizes.body,
        "floor_turns_per_second": floor,
        "floor_stored_first_turns_per_second": stored_first,
        "one_at_a_time_turns_per_second": one,
        "one_at_a_time_ratio": one / floor,
        "one_at_a_time_to_stored_first_ratio": one / stored_first,
        "sixty_four_turns_per_second": many,
        "sixty_four_ratio": many / floor,
    }


def _in_stretches(seconds: float, stretch: Callable[[float], tuple[int, float]]) -> float:
    """Runs stretches, whose preparation is not counted, until enough time was measured; returns turns a second."""
    turns, spent = 0, 0.0
    while spent < seconds:
        more, took = stretch(seconds - spent)
        turns, spent = turns + more, spent + took
    return turns / spent


def _play(town: Town, families: list[Family], script: list[Content], *, seconds: float) -> tuple[int, float]:
    """One message at a time: stored and committed, then answered and committed."""
    turns, began = 0, time.perf_counter()
    for family, content in played(families, script):
        town.take_in([town.event(family, content)])
        turns += take_turns(town.store, now())
        if time.perf_counter() - began > seconds:
            break
    return turns, time.perf_counter() - began


def _play_together(town: Town, families: list[Family], script: list[Content], *, seconds: float) -> tuple[int, float]:
    return asyncio.run(_Together(town, script, seconds).run(families))


class _Together:
    """All families at once, each waiting for its answer before it goes on; turns as the service takes them."""

    def __init__(self, town: Town, script: list[Content], seconds: float) -> None:
        self.town, self.script, self.seconds = town, script, seconds
        with town.store.reading() as uow:
            self.newest = uow.connection.execute(select(func.max(InboxMessage.id))).scalar_one()
        self.turns = 0
        self.waiting = asyncio.Event()
        self.patient: dict[int, asyncio.Future[None]] = {}
        self.inbox = Inbox(town.store, now, self.waiting.set)

    async def run(self, families: list[Family]) -> tuple[int, float]:
        """Turns taken and seconds spent."""
        began = time.perf_counter()
        taking = asyncio.ensure_future(self._take_turns())
        await asyncio.gather(*(self._talk(family, began + self.seconds) for family in families))
        spent = time.perf_counter() - began
        taking.cancel()
        return self.turns, spent

    async def _talk(self, family: Family, until: float) -> None:
        for content in self.script:
            [row] = await self.inbox.take(self.town.sender_id, [self.town.event(family, content)])
            if row > self.newest:
                self.patient[row] = asyncio.get_running_loop().create_future()
                await self.patient[row]
            if time.perf_counter() > until:
                return

    async def _take_turns(self) -> None:
        """As `bot.service` does. Rows are numbered and taken in order, so a count says which ones were answered."""
        while True:
            self.waiting.clear()
            taken = await asyncio.to_thread(take_turns, self.town.store, now())
            if taken == 0:
                await self.waiting.wait()
            for row in range(self.newest + 1, self.newest + taken + 1):
                if (answered := self.patient.pop(row, None)) is not None:
                    answered.set_result(None)
            self.newest, self.turns = self.newest + taken, self.turns + taken


def _profile(town: Town, script: list[Content], seconds: float, file: str) -> None:
    import cProfile

    families = town.settle(SETTLED)
    profiler = cProfile.Profile()
    profiler.runcall(_play, town, families, script, seconds=seconds)
    profiler.dump_stats(file)
