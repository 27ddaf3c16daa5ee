"""How fast matching is among 100,000 services at locations, on both databases, and that its order is the true one."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bot.benches.governorate import SEEDS, play_all
from bot.benches.made_directory import AT, BY_ROAD, PROGRAMME, make_directory, needs
from referrals.matching.rules.access import access
from referrals.matching.rules.distance import karney_km
from referrals.matching.rules.filters import excluded_by, is_full
from referrals.matching.rules.nearest import SHOWN, Asked, decide, nearest_eligible
from referrals.matching.rules.reasons import explanation
from referrals.matching.rules.values import Candidate, CandidateId, Need, Outcome
from referrals.matching.supplying import Search
from referrals.protection.vault import MasterKeys
from referrals.store.opening import open_store
from referrals.store.unit_of_work import UnitOfWork

SEED = 7
AIMS = {
    "sqlite_median_ms": 0.5,
    "sqlite_p99_ms": 2.0,
    **{f"{name}_{what}_mismatches": 0 for name in ("sqlite", "postgres") for what in ("order", "ladder")},
    "governorate_ours_sent_to_full": 0,
    "governorate_ours_p95_worse": 0,
}
QUERIES, COMPARED, WARM = 2000, 100, 200


def aim_of(name: str) -> float | None:
    """The number that a measurement is to stay under, None where none was set."""
    return AIMS.get(name)


def measure_matching(
    locations: int, queries: int = QUERIES, compared: int = COMPARED, postgres: str = ""
) -> dict[str, Any]:
    """Milliseconds of a search (candidates fetched, decided, explained) and of brute force, and where they differ.

    `postgres`: the address of an empty database, in which the same is measured; "" for SQLite alone.
    """
    found: dict[str, Any] = {"locations": locations, "queries": queries}
    with tempfile.TemporaryDirectory(prefix="sanad-bench-") as folder:
        found |= _measure("sqlite", f"sqlite:///{Path(folder) / 'sanad.db'}", locations, queries, compared)
    if postgres:
        found |= _measure("postgres", postgres, locations, queries, compared)
    return found | measure_governorate()


def measure_governorate() -> dict[str, Any]:
    """Three rules over several governorates: minutes, families sent to full centres, load of the fullest centre."""
    found: dict[str, Any] = {"governorate_played": len(SEEDS)}
    played = play_all(SEEDS)
    for rule, plays in played.items():
        found |= {
            f"governorate_{rule}_p95_minutes": sum(each.p95 for each in plays) / len(plays),
            f"governorate_{rule}_mean_minutes": sum(each.mean for each in plays) / len(plays),
            f"governorate_{rule}_sent_to_full": sum(each.sent_to_full for each in plays),
            f"governorate_{rule}_fullest": max(each.fullest for each in plays),
        }
    pairs = zip(played["ours"], played["nearest_not_full"], strict=True)
    return found | {"governorate_ours_p95_worse": sum(mine.p95 > theirs.p95 for mine, theirs in pairs)}


def _measure(name: str, url: str, locations: int, queries: int, compared: int) -> dict[str, Any]:
    store = open_store(url, MasterKeys.parse(MasterKeys.new()))
    try:
        began = time.perf_counter()
        land = make_directory(store, locations)
        made = time.perf_counter() - began
        asked = needs(land, queries + WARM)
        with store.reading() as uow:
            for need in asked[:WARM]:
                _explained(uow, need)
            spent = [_timed(uow, need) for need in asked[WARM:]]
            checked = _compared(uow, asked[:compared])
    finally:
        store.engine.dispose()
    wall, cpu = (sorted(each[place] * 1e3 for each in spent) for place in (0, 1))
    brute = median(each.brute_ms for each in checked)
    return {
        f"{name}_median_ms": median(wall),
        f"{name}_p99_ms": wall[int(len(wall) * 0.99)],
        f"{name}_p99_of_this_process_ms": cpu[int(len(cpu) * 0.99)],
        f"{name}_filled_s": made,
        f"{name}_brute_force_ms": brute,
        f"{name}_faster_than_brute_ratio": brute / median(wall),
        f"{name}_compared": len(checked),
        f"{name}_order_mismatches": sum(not each.same_order for each in checked),
        f"{name}_ladder_mismatches": sum(not each.same_matches for each in checked),
    }


def _timed(uow: UnitOfWork, need: Need) -> tuple[float, float]:
    """Seconds by the clock, and those that this process was at work: others may use the machine as well."""
    began, worked = time.perf_counter(), time.thread_time()
    _explained(uow, need)
    return time.perf_counter() - began, time.thread_time() - worked


def _explained(uow: UnitOfWork, need: Need) -> dict[str, Any]:
    """What is measured: the candidates fetched, the rules applied, all of it put down as it is stored."""
    return explanation(_searched(uow, need))


def _searched(uow: UnitOfWork, need: Need) -> Outcome:
    search = Search(uow, PROGRAMME, need.service_terms[0], need, BY_ROAD, AT)
    return decide(Asked(need, BY_ROAD, AT, SEED), search.supply())


@dataclass(frozen=True)
class Checked:
    """One search beside brute force."""

    brute_ms: float
    same_order: bool
    same_matches: bool


def _compared(uow: UnitOfWork, asked: Sequence[Need]) -> list[Checked]:
    """Every need again by brute force: Karney's geodesic to everybody who gives the service."""
    everybody: dict[str, list[Candidate]] = {}
    checked = []
    for need in asked:
        term = need.service_terms[0]
        if term not in everybody:
            search = Search(uow, PROGRAMME, term, need, BY_ROAD, AT, everyone=True)
            everybody[term] = [each for _, each in search.supply().nearest_first if each is not None]
        began = time.perf_counter()
        order = _brute_order(need, everybody[term])
        brute_ms = (time.perf_counter() - began) * 1e3
        whole = nearest_eligible(need, everybody[term], BY_ROAD, AT, SEED, distance=karney_km)
        same = _shown(whole) == _shown(_searched(uow, need))
        checked.append(Checked(brute_ms, order == _nearest_order(uow, need), same))
    return checked


def _brute_order(need: Need, candidates: Sequence[Candidate]) -> list[CandidateId]:
    """The three nearest that can serve and have room, by a distance measured to every one."""
    assert need.point is not None
    ways = sorted(
        (karney_km(need.point, each.point or need.point), each.id) for each in candidates if _serves(need, each)
    )
    return [id for _, id in ways[:SHOWN]]


def _nearest_order(uow: UnitOfWork, need: Need) -> list[CandidateId]:
    """The same from the index: ring by ring, until nobody outside can be nearer than the third."""
    found: list[tuple[float, CandidateId]] = []
    search = Search(uow, PROGRAMME, need.service_terms[0], need, BY_ROAD, AT)
    for fewest, each in search.supply().nearest_first:
        if len(found) >= SHOWN and fewest > found[SHOWN - 1][0]:
            break
        if each is not None and _serves(need, each):
            way = access(need, each, BY_ROAD, AT).minutes
            found = sorted([*found, (float("inf") if way is None else way, each.id)])
    return [id for _, id in found[:SHOWN]]


def _serves(need: Need, candidate: Candidate) -> bool:
    return not is_full(candidate) and excluded_by(need, candidate, AT.date()) is None


def _shown(outcome: Outcome) -> list[tuple[Any, ...]]:
    return [
        (match.candidate_id, match.access_minutes, match.load_ratio, match.reasons, match.waitlisted)
        for match in outcome.matches
    ]
