"""How long the read API takes over a large directory: pages from the first to the last, searches, one service."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from statistics import median
from typing import Any

from sqlalchemy import text

from bot.doors.hsds_answers import Lately, Library
from bot.doors.hsds_questions import Question
from referrals.store.unit_of_work import Store

PAGES = 40
PER_PAGE = 50
SEARCHES: tuple[tuple[str, dict[str, Any]], ...] = (
    ("text", {"search": "خدمه رقم 77"}),
    ("term", {"taxonomy_term_id": "food"}),
    ("near", {"lat": 25.9, "lon": 32.8, "proximity": 9_000}),
)


def measure_reading(store: Store, programme: str, *, pages: int = PAGES) -> dict[str, float]:
    """Milliseconds at the median and the 99th percentile of each kind of question, and of a floor in the same run.

    The floor is what a page cannot do without: its rows read by key with one bare statement, and the same answer
    written as JSON. `first_…` are asked by nobody before; a reader of many pages waits for that once.
    """
    library = Library(store)
    total = library.page(programme, "services", Question({}))["total_items"]
    last = max(-(-total // PER_PAGE), 1)
    told: dict[str, float] = {}
    for name, number in (("first_page", 1), ("middle_page", max(last // 2, 1)), ("last_page", last)):
        question = Question({"page": number, "per_page": PER_PAGE})
        told |= _named(name, _timed(partial(library.page, programme, "services", question), pages))
    one = library.page(programme, "services", Question({"per_page": 1}))["contents"][0]["id"]
    told |= _named("one_service", _timed(lambda: library.one(programme, "services", one, Question({})), pages))
    for name, asked in SEARCHES:
        question = Question(asked)
        told |= _named(f"search_{name}", _timed(partial(_anew, library, programme, question), pages // 4))
    told |= _named("anew", _timed(lambda: _anew(library, programme, Question({})), pages // 4))
    page = library.page(programme, "services", Question({"per_page": PER_PAGE}))
    floor = _timed(lambda: _floor(store, page), pages)
    return told | _named("floor", floor) | {"page_to_floor": round(median(told_of(told)) / median(floor), 1)}


def told_of(told: dict[str, float]) -> list[float]:
    """The medians of pages."""
    return [value for name, value in told.items() if name.endswith("page_p50_ms")]


def _anew(library: Library, programme: str, question: Question) -> Any:
    return replace(library, lately=Lately()).page(programme, "services", question)


def _floor(store: Store, page: dict[str, Any]) -> str:
    with store.reading() as uow:
        uow.connection.execute(text(f"select * from service order by id limit {PER_PAGE}")).all()
    return json.dumps(page, ensure_ascii=False)


def _timed(work: Callable[[], Any], times: int) -> list[float]:
    """Milliseconds of each of so many runs, the answer written as JSON."""
    found = []
    for _ in range(max(times, 5)):
        began = time.perf_counter()
        json.dumps(work(), ensure_ascii=False)
        found.append((time.perf_counter() - began) * 1000)
    return found


def _named(name: str, milliseconds: list[float]) -> dict[str, float]:
    ordered = sorted(milliseconds)
    return {
        f"{name}_p50_ms": round(median(ordered), 2),
        f"{name}_p99_ms": round(ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)], 2),
    }
