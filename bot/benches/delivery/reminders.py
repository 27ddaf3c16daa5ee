"""Reminders: a look of the clock with a million ahead, writing them down, and how late they leave at 80 a second."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from statistics import quantiles
from typing import Any

from bot.benches.delivery.crowd import Crowd, crowd_on, now, portions
from bot.benches.delivery.line import service_running
from bot.benches.delivery.local_platform import LocalPlatform, platform_running
from bot.benches.delivery.reminder_crowd import Centre, begin_threads, book_all, open_centre
from referrals.appointments.reminders.planning import Planned, insert_planned
from referrals.appointments.reminders.reminding import remind
from referrals.quiet_hours import LAST_CALL

AIMS: dict[str, float] = {
    "reminders_poll_ms": 5.0,
    "reminders_insertion_seconds": 20.0,
    "reminders_late_p99_seconds": 1.0,
}
PER_SECOND = 80
SECONDS = 20  # that reminders become due at that pace
BEFORE_THE_FIRST = 4.0  # seconds until the first is due: the service runs by then
LOOKS = 200
IN_ONE_COMMIT = 50_000
KINDS = (48.0, 3.0)
HALF_HOURS = 2 * 24 * 60  # of two months: appointments begin at whole and half hours


def measure_reminders(count: int) -> dict[str, Any]:
    """With `count` reminders ahead: the look of the clock, the insertion, the lateness of 80 a second among them."""
    with platform_running("whatsapp") as platform, crowd_on("whatsapp") as crowd:
        people = crowd.gather(PER_SECOND * SECONDS)
        at = now()
        persons = begin_threads(crowd, people, at)
        centre = open_centre(crowd, at)
        inserted = _insert(crowd, centre, list(persons.values()), count, at)
        looks = _looks(crowd)
        late = _lateness(crowd, platform, centre, persons)
    return {
        "reminders_ahead": count,
        "reminders_insertion_seconds": inserted,
        "reminders_poll_ms": _percentile(looks, 50) * 1000,
        "reminders_poll_p99_ms": _percentile(looks, 99) * 1000,
        "reminders_a_second": PER_SECOND,
        "reminders_arrived": len(late),
        "reminders_late_p50_seconds": _percentile(late, 50),
        "reminders_late_p99_seconds": _percentile(late, 99),
        "reminders_late_most_seconds": max(late),
    }


def _insert(crowd: Crowd, centre: Centre, persons: Sequence[int], count: int, at: datetime) -> float:
    """Seconds to write down so many reminders; their appointments, two months of them, stand before."""
    appointments = max(1, count // len(KINDS))
    starts = [at + timedelta(days=3, minutes=30 * (place % HALF_HOURS)) for place in range(appointments)]
    whose = [persons[place % len(persons)] for place in range(appointments)]
    first = book_all(crowd, centre, whose, starts, at)
    planned = (
        Planned(first + place, hours, start - timedelta(hours=hours))
        for place, start in enumerate(starts)
        for hours in KINDS
    )
    rows = list(planned)
    began = time.perf_counter()
    for some in portions(rows, IN_ONE_COMMIT):
        crowd.store.transact(partial(insert_planned, planned=some))
    return time.perf_counter() - began


def _looks(crowd: Crowd) -> list[float]:
    """Seconds that each look takes while nothing is due."""
    return [_timed(lambda: remind(crowd.store, now())) for _ in range(LOOKS)]


def _lateness(crowd: Crowd, platform: LocalPlatform, centre: Centre, persons: dict[int, int]) -> list[float]:
    """Seconds from the moment each was due until it arrived at the platform, by the running service."""
    platform.begin(per_second=PER_SECOND, chat_per_second=1 / 6, chat_burst=45)
    begins = now() + timedelta(seconds=BEFORE_THE_FIRST)
    due = [begins + timedelta(seconds=place / PER_SECOND) for place in range(len(crowd.people))]
    whose = [persons[one.identity_id] for one in crowd.people]
    first = book_all(crowd, centre, whose, [each + timedelta(hours=3) + LAST_CALL for each in due], now())
    rows = [Planned(first + place, 3.0, moment) for place, moment in enumerate(due)]
    crowd.store.transact(partial(insert_planned, planned=rows))
    ahead = begins.timestamp() - time.time() + time.monotonic()
    with service_running(crowd, platform.url):
        platform.wait_for(len(rows), BEFORE_THE_FIRST + SECONDS + 60)
    arrived: dict[str, float] = dict(platform.counted(arrivals=True)["arrivals"])
    known = {one.address.value.lstrip("+"): place for place, one in enumerate(crowd.people)}
    return [seconds - (ahead + known[chat.lstrip("+")] / PER_SECOND) for chat, seconds in arrived.items()]


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _percentile(found: Sequence[float], percent: int) -> float:
    return quantiles(found, n=100)[percent - 1] if len(found) > 1 else found[0]
