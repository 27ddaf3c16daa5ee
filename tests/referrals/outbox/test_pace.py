"""How fast may be sent, as arithmetic: no second holds more than the platform takes, and lateness is caught up with."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from referrals.outbox.buckets import PACES, TELEGRAM, WHATSAPP, paces_of
from referrals.outbox.noting import BACKOFF_SECONDS, JITTER, backoff_seconds
from referrals.outbox.pace import Level, Pace, WayThere, believable, earlier, finished, free, took, wait_seconds

START = 1_800_000_000.0


def arrivals(pace: Pace, seconds: float, *, there: float, jitter: float, under_way: int = 1) -> list[float]:
    """When messages arrive at a platform that is `there` seconds away, up to `jitter` more, without end."""
    at, level, arrived, way, chance = START, Level(), [], WayThere(), random.Random(3)
    answers: list[tuple[float, float]] = []
    while at < START + seconds:
        came = [each for each in answers if each[0] <= at]
        answers = [each for each in answers if each[0] > at]
        counted = [(began, way.counts_as_of(began, answered, answered)) for answered, began in came]
        level = finished(level, counted, at) if counted else level
        if len(answers) == under_way:
            at = min(answers)[0]
            continue
        wait = wait_seconds(level, pace, at)
        if wait > 0:
            at = min([at + max(wait, 0.0005), *(answered for answered, _ in answers)])
            continue
        level = took(level, pace, 1, at)
        late = jitter * chance.random()
        arrived.append(at + there + late)
        answers.append((at + 2 * there + late, at))
    return sorted(arrived)


def busiest(times: list[float]) -> int:
    """The most that any one second holds."""
    return max(sum(start <= each < start + 1 for each in times) for start in times)


@pytest.mark.parametrize(("there", "jitter"), [(0.001, 0.002), (0.001, 0.3), (0.1, 0.01), (0.1, 0.2)])
@pytest.mark.parametrize(("pace", "limit"), [(TELEGRAM.sender, 30), (WHATSAPP.sender, 80)])
def test_no_second_at_the_platform_holds_more_than_it_takes(
    pace: Pace, limit: int, there: float, jitter: float
) -> None:
    """However long each message is on its way: what it may have been late counts as if it had been."""
    for under_way in (1, 64):
        assert busiest(arrivals(pace, 8, there=there, jitter=jitter, under_way=under_way)) <= limit


@pytest.mark.parametrize(("pace", "least"), [(TELEGRAM.sender, 24.5), (WHATSAPP.sender, 78.0)])
def test_the_pace_is_held_although_each_message_is_a_little_late(pace: Pace, least: float) -> None:
    assert len(arrivals(pace, 20, there=0.002, jitter=0.003)) / 20 >= least


@pytest.mark.parametrize(("pace", "least"), [(TELEGRAM.sender, 24.5), (WHATSAPP.sender, 78.0)])
def test_a_platform_far_away_costs_nothing_of_the_pace(pace: Pace, least: float) -> None:
    assert len(arrivals(pace, 20, there=0.1, jitter=0.003, under_way=64)) / 20 >= least


def test_tokens_come_back_at_the_pace_up_to_the_burst() -> None:
    pace = Pace(10, 3)
    level = took(Level(), pace, free(Level(), pace, START), START)
    assert free(level, pace, START) == 0
    assert wait_seconds(level, pace, START) == pytest.approx(0.1)
    assert free(level, pace, START + 0.1) == 1
    assert free(level, pace, START + 100) == 3


def test_a_clock_that_was_set_back_leaves_an_empty_bucket_and_no_endless_wait() -> None:
    pace = Pace(10, 3, 30)
    level = believable(took(Level(), pace, 1, START + 86_400), pace, START)
    assert free(level, pace, START) == 0
    assert wait_seconds(level, pace, START) <= 1.01
    assert free(level, pace, START + 1.01) >= 1


def test_a_level_moves_along_with_a_clock_that_was_set_back() -> None:
    pace = Pace(10, 3, 30)
    level = took(Level(), pace, 3, START)
    moved = earlier(level, 3600)
    assert wait_seconds(moved, pace, START - 3600) == pytest.approx(wait_seconds(level, pace, START), abs=0.001)


def test_an_account_of_another_tier_is_paced_alike() -> None:
    upper = paces_of("whatsapp", 1000).sender
    assert (upper.per_second, upper.most) == (1000, 1000)
    low = paces_of("whatsapp", 20).sender
    assert (low.per_second, low.most) == (20, 20)
    assert low.burst >= 1
    assert paces_of("whatsapp", None) is PACES["whatsapp"]
    assert paces_of("whatsapp", 1000).chat == WHATSAPP.chat, "what one person may get stays as it is"


def test_pauses_grow_and_are_spread() -> None:
    for attempts, pause in enumerate(BACKOFF_SECONDS, start=1):
        assert backoff_seconds(attempts, 0.0) == pytest.approx(pause * (1 - JITTER))
        assert backoff_seconds(attempts, 1.0) == pytest.approx(pause * (1 + JITTER))
    assert BACKOFF_SECONDS == (5, 30, 120, 600, 3600)
    longest_first = [backoff_seconds(n, 1.0) for n in range(1, 6)]
    assert all(longer > shorter for shorter, longer in pairwise(longest_first))
