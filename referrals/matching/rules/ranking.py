"""Who has room: the order of places that are equally near, and the word for what put one behind another."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import blake2b
from math import log

from referrals.matching.rules.values import Candidate, CandidateId, Placed, Rank

UNKNOWN_LOAD = 0.5  # no declared capacity: neither preferred nor avoided
UNKNOWN_RATE = 0.5  # no history yet: a new centre is neither preferred nor avoided
NEVER = datetime.max.replace(tzinfo=UTC)

RANKED_BY = ("busier", "later_slot", "slower_answers", "draw", "higher_id", "higher_id", "higher_id")


def load_ratio(candidate: Candidate) -> float | None:
    """Places taken / places in all; at least 1 where there are none or it said so, None where nobody said how many."""
    taken = candidate.used + candidate.taken_elsewhere
    if candidate.capacity is None:
        return 1.0 if candidate.lacking else None
    ratio = taken / candidate.capacity if candidate.capacity > 0 else float(max(1, taken))
    return max(1.0, ratio) if candidate.lacking else ratio


def rank_of(candidate: Candidate, seed: int | str | None) -> Rank:
    """The smaller the better: load, earliest slot, response rate, the draw when a seed is given, the lower id."""
    load = load_ratio(candidate)
    rate = UNKNOWN_RATE if candidate.response_rate is None else candidate.response_rate
    return (
        UNKNOWN_LOAD if load is None else load,
        candidate.earliest_slot or NEVER,
        -rate,
        0.0 if seed is None else _draw(candidate, seed),
        *in_order(candidate.id),
    )


def behind(worse: Placed, better: Placed) -> str:
    """The code for the first thing in which `worse` is worse; "" when it is not, `less_known` where one is unknown."""
    if worse.rank <= better.rank:
        return ""
    ranks = zip(RANKED_BY, worse.rank, better.rank, strict=True)
    code = next(code for code, mine, other in ranks if mine != other)
    return "less_known" if any(code in _unknown(place.candidate) for place in (worse, better)) else code


def _unknown(candidate: Candidate) -> tuple[str, ...]:
    """What nobody knows of a place, in the words of `RANKED_BY`."""
    facts = (load_ratio(candidate), candidate.earliest_slot, candidate.response_rate)
    return tuple(code for code, fact in zip(RANKED_BY, facts, strict=False) if fact is None)


def in_order(id: CandidateId) -> tuple[int, int, str]:
    """A key that puts numbers before words, and 2 before 10."""
    text = str(id)
    return (0, int(text), "") if text.isdecimal() else (1, 0, text)


def _draw(candidate: Candidate, seed: int | str) -> float:
    """A waiting time in a race: the more free capacity, the likelier the shortest (Efraimidis and Spirakis 2006)."""
    noise = int.from_bytes(blake2b(f"{seed}/{candidate.id}".encode(), digest_size=8).digest(), "big")
    free = (candidate.capacity or 1) - candidate.used - candidate.taken_elsewhere
    return -log((noise + 1) / (2**64 + 1)) / max(1, free)
