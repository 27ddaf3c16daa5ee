"""Referrals: 500 families claim the last 50 places at once; the clock among a million deadlines; on both databases."""

from __future__ import annotations

import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from sqlalchemy import func, select, text, update

from bot.benches.families import now
from bot.benches.postgres_here import NONE_HERE, postgres_here
from bot.benches.referral_crowd import Place, families_who_agreed, many_like, many_people, place_with, store_at
from referrals.clockwork import DUTIES, tick
from referrals.directory.records import ServiceAtLocation
from referrals.referral.ladder import climb, climb_some
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, PlaceGone, send_referral
from referrals.store.unit_of_work import Store

AIMS: dict[str, float] = {
    **{f"{name}_claims_{what}": 0 for name in ("sqlite", "postgres") for what in ("too_many_or_few", "failed")},
    **{f"{name}_tick_{what}_ms": 10.0 for name in ("sqlite", "postgres") for what in ("median", "p99")},
}
LOOKS, FEW, MANY = 200, 20, 500
A_SECOND = timedelta(seconds=1)


def aim_of(name: str) -> float | None:
    """The number that a measurement is to stay under, or to be where it is 0; None where none was set."""
    return AIMS.get(name)


def measure_referrals(referrals: int, families: int, places: int, postgres: str = "") -> dict[str, Any]:
    """How many claims succeeded; milliseconds of a tick with that many deadlines ahead, and rungs a second when due."""
    found: dict[str, Any] = {"referrals": referrals, "families": families, "places": places}
    with tempfile.TemporaryDirectory(prefix="sanad-bench-") as folder:
        found |= _measure("sqlite", f"sqlite:///{Path(folder) / 'sanad.db'}", referrals, families, places)
    with postgres_here(postgres) as url:
        found |= _measure("postgres", url, referrals, families, places) if url else {"postgres": NONE_HERE}
    return found


def _measure(name: str, url: str, referrals: int, families: int, places: int) -> dict[str, Any]:
    at = now()
    store = store_at(url, at)
    try:
        place = place_with(store, places)
        found = _claims(store, place, places, families_who_agreed(store, place, families, at), at)
        found |= _ticks(store, referrals, at)
    finally:
        store.engine.dispose()
    return {f"{name}_{key}": value for key, value in found.items()}


# ------------------------------------------------------------------------------------------------------------ claims


def _claims(
    store: Store, place: Place, places: int, families: Sequence[tuple[int, Chosen]], at: datetime
) -> dict[str, Any]:
    """Every family in a thread of its own, all let go at one moment; each claim is the unit of work of a real turn."""
    succeeded, gone, failed = list[int](), list[int](), list[str]()
    gate = threading.Barrier(len(families) + 1)

    def claim(application_id: int, chosen: Chosen) -> None:
        gate.wait()
        try:
            succeeded.append(store.transact(lambda uow: send_referral(uow, application_id, chosen, at).id))
        except PlaceGone:
            gone.append(application_id)
        except Exception as failure:  # any cause is counted; none is wanted
            failed.append(f"{type(failure).__name__}: {failure}"[:200])

    threads = [threading.Thread(target=claim, args=each) for each in families]
    for thread in threads:
        thread.start()
    gate.wait()
    began = time.perf_counter()
    for thread in threads:
        thread.join()
    took = time.perf_counter() - began
    with store.reading() as uow:
        used = uow.session.get_one(ServiceAtLocation, place.given_id).used
        holding = uow.session.scalar(select(func.count()).select_from(Referral).filter_by(holds_place=True))
    found: dict[str, Any] = {
        "claims_succeeded": len(succeeded),
        "claims_too_many_or_few": abs(len(succeeded) - min(places, len(families))) + abs(used - len(succeeded)),
        "claims_shown_other_places": len(gone),
        "claims_failed": len(failed),
        "claims_places_used": used,
        "claims_referrals_holding": holding,
        "claims_seconds": took,
    }
    return found | ({"claims_first_failure": failed[0]} if failed else {})


# ------------------------------------------------------------------------------------------------------------- ticks


def _ticks(store: Store, referrals: int, at: datetime) -> dict[str, Any]:
    """The clock among so many deadlines: while none is due, while a few are, and when many are at once."""
    ahead = at + timedelta(days=30)
    with store.reading() as uow:
        one = uow.session.scalars(select(Referral.id).order_by(Referral.id).limit(1)).one()
    store.transact(lambda uow: uow.connection.execute(update(Referral).values(next_rung_at=None, ack_due=ahead)))
    began = time.perf_counter()
    many_like(store, one, referrals, ahead)
    many_people(store, one, referrals // 10, referrals // 20, at)
    inserted = time.perf_counter() - began
    _settle(store)
    duties = _duties(store, at)
    first = _timed(lambda: tick(store, at))  # with what is done once a day, or every few minutes
    floor = [_timed(lambda: _probe(store)) for _ in range(LOOKS)]
    looks = [_timed(lambda: climb(store, at)) for _ in range(LOOKS)]
    worked = time.process_time()
    whole = [_timed(partial(tick, store, at + n * timedelta(milliseconds=1))) for n in range(LOOKS)]
    worked = time.process_time() - worked
    few = [_timed(partial(climb, store, ahead + n * A_SECOND / 10)) for n in range(FEW)]
    later, done = ahead + timedelta(seconds=(FEW + MANY) / 10), 0
    began = time.perf_counter()
    while done < MANY and (portion := store.transact(partial(climb_some, at=later))):
        done += portion
    took = time.perf_counter() - began
    return {
        "insertion_seconds": inserted,
        "floor_ms": median(floor) * 1000,
        "deadlines_look_ms": median(looks) * 1000,
        "deadlines_look_p99_ms": _p99(looks) * 1000,
        "deadlines_look_to_floor_ratio": median(looks) / median(floor),
        "tick_median_ms": median(whole) * 1000,
        "tick_p99_ms": _p99(whole) * 1000,
        "tick_processor_ms": worked / LOOKS * 1000,
        "tick_with_everything_ms": first * 1000,
        "duties": duties,
        "one_due_ms": median(few) * 1000,
        "rungs_a_second": done / took if done else 0.0,
    }


def _duties(store: Store, at: datetime) -> dict[str, float]:
    """Milliseconds of each duty by itself when it looks for something to do and nothing is due, the median of a few."""
    return {duty.name: median(_timed(partial(duty.do, store, at)) for _ in range(FEW // 4)) * 1000 for duty in DUTIES}


def _probe(store: Store) -> None:
    """The least that a look can cost: a transaction, and one empty question."""
    with store.reading() as uow:
        uow.connection.execute(text("select 1")).scalar()


def _settle(store: Store) -> None:
    """What a database does by itself in the hours that so many referrals take to come."""
    with store.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("analyze" if store.is_sqlite else "vacuum analyze"))


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p99(found: Sequence[float]) -> float:
    return quantiles(found, n=100)[98]
