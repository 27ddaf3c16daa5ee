"""Readings a second of each kind, what the first of them costs, and cards and papers drawn a second."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from bot.benches.first_reading import FIRST, reader_of
from bot.benches.sample_places import sample_places
from bot.benches.sample_texts import texts_of
from bot.settings import ROOT

AIMS = {
    **{f"{kind}_a_second": 2_000.0 for kind in FIRST},
    "place_a_second": 500.0,
    "package_and_every_first_reading_ms": 300.0,
    "cards_a_second": 25.0,
    "papers_a_second": 100.0,
}
"""What the numbers are held against: at least so many a second, at most so many milliseconds. Judged by nobody here."""

FRESH = 5  # processes: the middle one counts
RUNS = 5


def measure_understanding(count: int, drawn: int) -> dict[str, Any]:
    """Numbers by name, each ending in its unit: `count` texts of each kind are read, `drawn` cards and papers made."""
    found = _starting()
    names = [entry.names[0] for entry in sample_places()]
    for kind, first in FIRST.items():
        read = reader_of(kind)
        began = time.perf_counter()
        read(first)
        if kind == "place":  # the index of its names is made at the first reading
            found["place_index_ms"] = (time.perf_counter() - began) * 1e3
        found[f"{kind}_a_second"] = _a_second(read, texts_of(kind, count, names))
    return found | _drawing(drawn)


def aim_of(name: str) -> float | None:
    """What a number of that name is held against; None where nothing was promised."""
    return AIMS.get(name)


def _starting() -> dict[str, Any]:
    """What loading and the first readings cost, as in an installed program: its modules were compiled once before."""
    with TemporaryDirectory() as compiled:
        here = {**os.environ, "PYTHONPYCACHEPREFIX": compiled, "PYTHONDONTWRITEBYTECODE": ""}
        _fresh(here, *FIRST)
        package, readings = _fresh(here, *FIRST)
        first = {f"{kind}_first_reading_ms": _fresh(here, kind)[1] for kind in FIRST}
    return {"package_ms": package, "package_and_every_first_reading_ms": package + readings, **first}


def _fresh(environment: Mapping[str, str], *kinds: str) -> tuple[float, float]:
    """The middle milliseconds of some fresh processes that load the package, then read one text of each kind."""
    command = [sys.executable, "-m", "bot.benches.first_reading", *kinds]
    runs = [
        subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True)
        for _ in range(FRESH)
    ]
    spent = [[float(part) for part in run.stdout.split()] for run in runs]
    return median(package for package, _ in spent), median(readings for _, readings in spent)


def _a_second(work: Callable[[str], object], texts: list[str]) -> float:
    """How many a second, the middle of some runs over a share of the texts each: another program's turn spoils one."""
    share = max(1, len(texts) // RUNS)
    spent = []
    for start in range(0, share * RUNS, share):
        some = texts[start : start + share]
        began = time.perf_counter()
        for text in some:
            work(text)
        spent.append((time.perf_counter() - began) / len(some))
    return 1 / median(spent)


def _drawing(count: int) -> dict[str, float]:
    """Cards and papers a second, each with a number of its own; the first, which loads fonts, is not counted."""
    from referrals.documents.card import draw_card
    from referrals.documents.paper import paper
    from referrals.documents.samples import sample_card, sample_paper

    draw_card(sample_card())
    paper("receipt", sample_paper("receipt"))
    numbers = [f"{4_800 + n}" for n in range(count)]
    return {
        "cards_a_second": _a_second(lambda number: draw_card(sample_card(number)), numbers),
        "papers_a_second": _a_second(lambda number: paper("receipt", sample_paper("receipt", number)), numbers),
    }
