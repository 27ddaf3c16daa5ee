"""A governorate played through: families arrive one after the other where places are scarce, by three rules."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from random import Random

from referrals.matching.rules.access import minutes_by_road
from referrals.matching.rules.distance import geodesic_km
from referrals.matching.rules.filters import is_full
from referrals.matching.rules.nearest import Asked, Supply, decide, fewest_minutes
from referrals.matching.rules.values import Candidate, Need, Point, Travel

FAMILIES, LOCATIONS = 1500, 120
AT = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
ASSURED = date(2026, 10, 1)
TERM = "food"
BY_ROAD = Travel(speed_kmh=22, detour_factor=1.4, zone="Africa/Cairo")
ROOM = 1.15  # places for each family: scarce, and not where the families are
TOWNS, SPREAD = 12, 0.06
SEEDS = tuple("abcdefgh")


@dataclass(frozen=True)
class Governorate:
    """Centres with their room, and families in the order in which they come."""

    centres: tuple[Candidate, ...]
    families: tuple[Need, ...]

    @classmethod
    def drawn(cls, seed: str) -> Governorate:
        """Towns along a river, centres in them and between them, families where people live; the same for a seed."""
        dice = Random(f"governorate/{seed}")
        towns = [
            Point(25.8 + step * 0.045 + dice.gauss(0, 0.03), 32.2 + step * 0.05 + dice.gauss(0, 0.05))
            for step in range(TOWNS)
        ]
        weights = [dice.uniform(0.3, 3) for _ in towns]

        def somewhere(spread: float) -> Point:
            town = dice.choices(towns, weights)[0]
            return Point(dice.gauss(town.lat, spread), dice.gauss(town.lon, spread))

        shares = [dice.lognormvariate(0, 0.7) for _ in range(LOCATIONS)]
        room = FAMILIES * ROOM / sum(shares)
        centres = tuple(
            Candidate(
                number,
                number,
                number,
                point=somewhere(SPREAD * 1.5),
                service_terms=(TERM,),
                assured_at=ASSURED,
                capacity=max(1, round(share * room)),
            )
            for number, share in enumerate(shares, 1)
        )
        families = tuple(Need((TERM,), point=somewhere(SPREAD)) for _ in range(FAMILIES))
        return cls(centres, families)


Choose = Callable[[Need, Sequence[tuple[float, Candidate]]], int]


@dataclass(frozen=True)
class Played:
    """What came of a rule: minutes of each family, how many went where all was taken, the fullest centre's load."""

    minutes: tuple[float, ...]
    sent_to_full: int
    fullest: float

    @property
    def p95(self) -> float:
        """Minutes that nineteen of twenty families do not exceed."""
        return sorted(self.minutes)[int(len(self.minutes) * 0.95)]

    @property
    def mean(self) -> float:
        """Minutes of the average family."""
        return sum(self.minutes) / len(self.minutes)


def play(land: Governorate, choose: Choose) -> Played:
    """Every family in its turn goes where the rule sends it, and takes a place there."""
    used = {centre.id: 0 for centre in land.centres}
    minutes, to_full = [], 0
    for family in land.families:
        assert family.point is not None
        ways = sorted(
            (
                (fewest_minutes(family, centre, BY_ROAD), centre._replace(used=used[centre.id]))
                for centre in land.centres
            ),
            key=lambda way: way[0],
        )
        chosen = choose(family, ways)
        centre = next(each for _, each in ways if each.id == chosen)
        to_full += is_full(centre)
        used[chosen] += 1
        minutes.append(minutes_by_road(geodesic_km(family.point, centre.point or family.point), BY_ROAD))
    fullest = max(used[centre.id] / (centre.capacity or 1) for centre in land.centres)
    return Played(tuple(minutes), to_full, fullest)


def nearest(family: Need, ways: Sequence[tuple[float, Candidate]]) -> int:
    """The nearest, whatever it has left."""
    return int(ways[0][1].id)


def nearest_not_full(family: Need, ways: Sequence[tuple[float, Candidate]]) -> int:
    """The nearest that has a place left."""
    return int(next(centre for _, centre in ways if not is_full(centre)).id)


def ours(family: Need, ways: Sequence[tuple[float, Candidate]]) -> int:
    """The first that matching offers."""
    return int(decide(Asked(family, BY_ROAD, AT), Supply(ways)).matches[0].candidate_id)


def play_all(seeds: Sequence[str]) -> dict[str, list[Played]]:
    """Each rule over the same governorates, one for each seed."""
    rules = {"nearest": nearest, "nearest_not_full": nearest_not_full, "ours": ours}
    lands = [Governorate.drawn(seed) for seed in seeds]
    return {name: [play(land, rule) for land in lands] for name, rule in rules.items()}
