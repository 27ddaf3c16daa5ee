"""Microseconds of a turn of the interview, and what it costs to load a form, grow a roster, play a journal again."""

from __future__ import annotations

import gc
import re
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from statistics import mean, median
from typing import Any

from lxml import etree

from bot.benches.respondent import Respondent
from bot.benches.sample_forms import roster, sixty_questions, three_hundred_questions
from bot.settings import ROOT
from dialogs.form import Form, Instance, compile_xlsform, load_xform
from dialogs.interview import Session, ask_again, forget_replays, session_from_json, session_to_json

AIMS = {
    "turn_median_us": 50.0,
    "turn_p99_us": 1_000.0,
    "load_ms": 100.0,
    "roster_ms": 40.0,
    "rebuild_ms": 5.0,
}
"""What the numbers are held against, by the end of their name. `sanad bench` prints both and judges neither."""

BEGAN = datetime(2026, 11, 22, 7, 0, tzinfo=UTC)
MEMBERS = 40
LOADS = 5
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)?")


def measure_forms(turns: int) -> dict[str, Any]:
    """Numbers by name, each ending in its unit; `turns` are measured of each of the two long forms."""
    found: dict[str, Any] = {}
    for size, book in (("60", sixty_questions()), ("300", three_hundred_questions())):
        xml = compile_xlsform(book, name=f"sample_{size}.md")
        form, found[f"form_{size}_load_ms"] = _loaded(xml)
        found[f"form_{size}_floor_walk_ms"] = _best(partial(_walk, xml))
        found |= _turns(form, size, turns)
        found[f"form_{size}_floor_turn_us"] = _floor_turn(form)
    found |= _roster()
    found |= _rebuild()
    return found


def aim_of(name: str) -> float | None:
    """What a number of that name is held against; None where nothing was promised."""
    return next((aim for ending, aim in AIMS.items() if name.endswith(ending)), None)


def _best(work: Callable[[], object], times: int = LOADS) -> float:
    """The median milliseconds of `work`, each time with the garbage of what came before already collected."""
    spent = []
    for _ in range(times):
        gc.collect()
        began = time.perf_counter()
        work()
        spent.append((time.perf_counter() - began) * 1e3)
    return median(spent)


def _loaded(xml: str) -> tuple[Form, float]:
    return load_xform(xml), _best(lambda: load_xform(xml))


def _walk(xml: str) -> int:
    """The floor of loading: the same XML parsed and every element looked at."""
    return sum(1 for element in etree.fromstring(xml.encode()).iter() if element.tag)


def _percentile(numbers: list[float], part: float) -> float:
    return sorted(numbers)[min(int(len(numbers) * part), len(numbers) - 1)]


def _turns(form: Form, size: str, turns: int) -> dict[str, float]:
    """Answers forward, «رجوع» and changes of earlier answers in rotation, over as many interviews as it takes."""
    spent: dict[str, list[float]] = {}
    interviews, rebuilt = 0, []
    while sum(map(len, spent.values())) < turns:
        respondent = Respondent(form, f"bench-{size}-{interviews}", BEGAN)
        respondent.play(turns)
        interviews += 1
        for kind, numbers in respondent.microseconds.items():
            spent.setdefault(kind, []).extend(numbers)
        rebuilt.append(_rebuilt(form, respondent.session, respondent.now))
    every = [number for numbers in spent.values() for number in numbers]
    found = {
        f"form_{size}_turn_median_us": median(every),
        f"form_{size}_turn_p99_us": _percentile(every, 0.99),
        f"form_{size}_turn_worst_us": max(every),
        f"form_{size}_turn_mean_us": mean(every),
    }
    for kind, numbers in sorted(spent.items()):
        found[f"form_{size}_{kind}_us"] = median(numbers)
    return found | {f"form_{size}_interviews": interviews, f"form_{size}_journal_ms": median(rebuilt)}


def _floor_turn(form: Form) -> float:
    """The least a turn without any form can cost: copy the answers, read a number, write it, find the next blank."""
    answers = dict.fromkeys((question.ref for question in form.questions if question.asked), "")
    spent = []
    for ref in list(answers) * 3:
        began = time.perf_counter()
        answers = dict(answers)
        read = _NUMBER.fullmatch("42")
        answers[ref] = read[0] if read else ""
        next((name for name, value in answers.items() if not value), None)
        spent.append((time.perf_counter() - began) * 1e6)
    return median(spent)


# ------------------------------------------------------------------------------------------------------------- roster


def _roster() -> dict[str, float]:
    opened = load_xform(compile_xlsform(roster(), name="roster.md"))
    counted = load_xform(compile_xlsform(roster(counted=True), name="roster_counted.md"))
    grown = [_grown(opened) for _ in range(LOADS)]
    by_count = [_counted(counted) for _ in range(LOADS)]
    respondents = [Respondent(opened, f"bench-roster-{n}", BEGAN, members=MEMBERS) for n in range(LOADS)]
    for respondent in respondents:
        respondent.play(10_000)
    every = [[number for kind in one.microseconds.values() for number in kind] for one in respondents]
    return {
        "grown_roster_ms": median(sum(one) for one in grown) / 1e3,
        "grown_worst_member_us": median(max(one) for one in grown),
        "counted_roster_ms": median(sum(one) for one in by_count) / 1e3,
        "counted_worst_step_us": median(max(one) for one in by_count),
        "interview_roster_ms": median(sum(one) for one in every) / 1e3,
        "interview_roster_turns": median(len(one) for one in every),
        "interview_roster_worst_turn_us": median(max(one) for one in every),
    }


def _instance(form: Form) -> Instance:
    instance = Instance.start(form, now=BEGAN, time_zone="Africa/Cairo", instance_id="bench")
    instance.set(f"/{form.program.root.name}/head_age", "50")
    return instance


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1e6


def _fill(instance: Instance, member: str, n: int) -> None:
    instance.set(f"{member}/member_name", "ليلى")
    instance.set(f"{member}/relation", "child")
    instance.set(f"{member}/age", str(n))


def _grown(form: Form) -> list[float]:
    """Microseconds for each member that a person adds and describes."""
    instance, repeat = _instance(form), f"/{form.program.root.name}/member"
    already = instance.repeat_count(repeat)

    def one_more(n: int) -> None:
        member = f"{repeat}[{n}]" if n <= already else instance.add_repeat(repeat)
        _fill(instance, member, n)

    return [_timed(partial(one_more, n)) for n in range(1, MEMBERS + 1)]


def _counted(form: Form) -> list[float]:
    """Microseconds for each raise of the number that says how many members there are, and each description."""
    instance, root = _instance(form), f"/{form.program.root.name}"

    def one_more(n: int) -> None:
        instance.set(f"{root}/size", str(n))
        _fill(instance, f"{root}/member[{n}]", n)

    return [_timed(partial(one_more, n)) for n in range(1, MEMBERS + 1)]


# ------------------------------------------------------------------------------------------------------------ journal


def _rebuild() -> dict[str, float]:
    book = (ROOT / "programmes" / "kuwait" / "intake.md").read_bytes()
    form = load_xform(compile_xlsform(book, name="intake.md"))
    respondent = Respondent(form, "bench-kuwait", BEGAN, country="KW", time_zone="Asia/Kuwait")
    respondent.play(1_000)
    every = [number for numbers in respondent.microseconds.values() for number in numbers]
    return {
        "kuwait_journal_entries": float(len(respondent.session.journal)),
        "kuwait_rebuild_ms": _rebuilt(form, respondent.session, respondent.now, times=50),
        "kuwait_turn_median_us": median(every),
    }


def _rebuilt(form: Form, session: Session, now: datetime, times: int = 1) -> float:
    """Milliseconds until a session read from its row asks its question again, its instance being in no memory."""
    spent = []
    for _ in range(times):
        forget_replays(session.id)
        read = session_from_json(session_to_json(session))
        began = time.perf_counter()
        ask_again(form, read, now=now + timedelta(minutes=1))
        spent.append((time.perf_counter() - began) * 1e3)
    forget_replays(session.id)
    return median(spent)
