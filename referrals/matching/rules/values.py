"""What matching reads and what it answers, as values: a need, candidates, ways to travel, matches and their reasons."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from types import MappingProxyType
from typing import Literal, NamedTuple

Priority = Literal["normal", "urgent", "emergency"]
Bank = Literal["east", "west"]
Gender = Literal["female", "male"]
Fact = str | int | float | bool | tuple[str, ...] | None
CandidateId = int | str
Parameters = Mapping[str, str | int | float]
Rank = tuple[float, datetime, float, float, int, int, str]
"""Load, earliest slot, answers, the draw, the id: the smaller the better."""
FAR_MINUTES = 60.0
NO_NAMES: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True)
class Point:
    """A place on the earth, in degrees (WGS 84)."""

    lat: float
    lon: float

    def __post_init__(self) -> None:
        if not (-90 <= self.lat <= 90 and -180 <= self.lon <= 180):
            raise ValueError(f"{self.lat}, {self.lon} is no place: latitude goes to 90 and longitude to 180")


@dataclass(frozen=True)
class Need:
    """What one application needs, where from, and what the family asked for. Blank means nothing was asked."""

    service_terms: tuple[str, ...]
    priority: Priority = "normal"
    target_groups: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    """What is known of the household, for eligibility rules; a fact that is missing, None or "" is unknown."""
    area: str = ""
    ancestors: tuple[str, ...] = ()
    """The codes above the area, nearest first: markaz, governorate."""
    point: Point | None = None
    """The pin, else the middle of the area; None when neither is known."""
    bank: Bank | None = None
    language: str = ""
    accessibility: tuple[str, ...] = ()
    gender: Gender | None = None
    staff_gender: Gender | None = None
    after_asr: bool = False
    """Only the afternoon suits; names a reason, excludes nobody."""
    safety_flag: bool = False
    consented_organizations: frozenset[CandidateId] | None = None
    """Whom the consent given so far covers; None when it is still to be asked with the choice."""
    asked_organizations: frozenset[CandidateId] = frozenset()
    """Already asked for this need: not proposed again."""
    excluded_locations: frozenset[CandidateId] = frozenset()
    """Centres that are not to be proposed again: they refused, or the family did."""


@dataclass(frozen=True)
class EligibilityRule:
    """One condition of a service, as eligibility_rules.csv has it: ("household_size", "ge", 3).

    op: eq, ne, ge, gt, le, lt, in (the fact is one of these), not-in, includes (one of several facts is among
    these: ("target_groups", "includes", "debt low_income")), excludes. Several values are a tuple, or stand with
    spaces or «|» between.
    """

    field: str
    op: str
    value: Fact
    on_unknown: Literal["keep", "drop", "exclude"] = "keep"
    """drop (or exclude): without an answer the service is not offered."""


class Candidate(NamedTuple):
    """One service at one location (HSDS service_at_location) as it stands now.

    A named tuple: a search makes dozens, and a frozen dataclass of so many fields costs five times as much.
    """

    id: CandidateId
    organization_id: CandidateId
    location_id: CandidateId
    names: Mapping[str, str] = NO_NAMES
    """Language to the name a family is shown."""
    point: Point | None = None
    bank: Bank | None = None
    vehicle_changes: int = 0
    """How often one changes vehicle on the way there."""
    service_terms: tuple[str, ...] = ()
    eligibility: tuple[EligibilityRule, ...] = ()
    catchment: frozenset[str] | tuple[str, ...] = ()
    """Area codes of any level; none declared means everybody."""
    active: bool = True
    accepts_referrals: bool = True
    restricted: bool = False
    """A restricted service or a confidential location: staff refer to it, it is never offered by itself."""
    assured_at: date | None = None
    capacity: int | None = None
    """Places in all; None where nobody said."""
    used: int = 0
    """Places that our open referrals hold."""
    taken_elsewhere: int = 0
    """Places that are booked or taken beside ours."""
    lacking: bool = False
    """The centre said lately that it has no room, whatever its numbers say."""
    paused: bool = False
    """The centre takes nobody in for now."""
    waitlist: bool = False
    earliest_slot: datetime | None = None
    response_rate: float | None = None
    """Share of referrals answered in time over 90 days, 0 to 1; None without history."""
    accessibility: frozenset[str] | None = None
    """What is known to be there, e.g. {"wheelchair"}; None when nobody looked."""
    serves_genders: frozenset[Gender] = frozenset()
    """Whom the service is for; none declared means everybody."""
    staff_genders: frozenset[Gender] = frozenset()
    """Who receives people there; none declared means unknown."""
    women_days: bool = False
    """Some days there are for women alone."""
    languages: frozenset[str] = frozenset()
    open_after_asr: bool = False
    refused_recently: bool = False
    """This family was rejected there for the same reason in the last 90 days."""
    remote: frozenset[str] = frozenset()
    """Ways to be served without going there: phone, home_visit, mobile."""


@dataclass(frozen=True)
class Crossing:
    """One way over the river: a bridge or a ferry, its hours by the wall clock, the days it exists."""

    kind: Literal["bridge", "ferry"]
    point: Point
    opens: time | None = None
    closes: time | None = None
    """Both None: day and night; one of them None: from midnight, or until midnight."""
    active_from: date | None = None
    active_to: date | None = None
    """The last day on which it can be used."""
    wait_minutes: float = 0
    vehicle_changes: int = 0
    name: str = ""


@dataclass(frozen=True)
class Travel:
    """How people get about in one programme. `known_minutes`: (area code, location id) to measured minutes."""

    speed_kmh: float = 22
    detour_factor: float = 1.4
    known_minutes: Mapping[tuple[str, CandidateId], float] = field(default_factory=dict)
    crossings: tuple[Crossing, ...] = ()
    change_minutes: float = 10
    zone: str = "UTC"
    """Where the wall clock of the crossings' hours hangs."""


class Access(NamedTuple):
    """How one gets there. `minutes` is None when nothing is known; not reachable when no crossing is open."""

    minutes: float | None
    distance_km: float | None = None
    source: Literal["table", "estimate", "unknown"] = "unknown"
    crossing: str = ""
    """The kind of crossing on the way; "" when none is needed."""
    reachable: bool = True


@dataclass(frozen=True)
class Reason:
    """Why, as a code with its parameters; `referrals.matching.rules.reasons` words those that a family hears."""

    code: str
    parameters: Parameters = field(default_factory=dict)


@dataclass(frozen=True)
class Exclusion:
    """Why one candidate is not offered. `detail` names a rule or a code, never what a family answered."""

    candidate_id: CandidateId
    code: str
    detail: str = ""


@dataclass(frozen=True)
class PassedOver:
    """A place with a shorter way that was not preferred, and the code why."""

    candidate_id: CandidateId
    code: str
    access_minutes: float
    names: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """One place to offer, with everything that speaks for it; minutes and kilometres are rounded to one decimal."""

    candidate_id: CandidateId
    organization_id: CandidateId
    location_id: CandidateId
    names: Mapping[str, str]
    access_minutes: float | None
    distance_km: float | None
    access_source: str
    crossing: str
    load_ratio: float | None
    """Places taken / places in all; None where no capacity is declared."""
    earliest_slot: datetime | None
    reasons: tuple[Reason, ...]
    why_not_nearer: tuple[PassedOver, ...] = ()
    to_be_assessed: tuple[str, ...] = ()
    """The fields that nobody has asked about yet: the desk does."""
    far: bool = False
    """More than 60 minutes: offer a mobile service, the phone or a home visit."""
    waitlisted: bool = False
    remote: tuple[str, ...] = ()


class Placed(NamedTuple):
    """A candidate with the way to it, its rank beside the others, and what speaks against it."""

    candidate: Candidate
    access: Access
    rank: Rank
    exclusion: Exclusion | None = None

    @property
    def excluded(self) -> str:
        """The code that excludes it; "" when it may be offered."""
        return self.exclusion.code if self.exclusion else ""

    @property
    def minutes(self) -> float:
        """Minutes on the way; infinite when they are unknown."""
        return float("inf") if self.access.minutes is None else self.access.minutes

    @property
    def far(self) -> bool:
        """Whether one cannot go there, or only in more than an hour."""
        return not self.access.reachable or FAR_MINUTES < self.minutes < float("inf")


@dataclass(frozen=True)
class Considered:
    """One candidate as it was judged. verdict: offered, near (in the band, not among three), farther, excluded."""

    candidate_id: CandidateId
    location_id: CandidateId
    names: Mapping[str, str]
    verdict: Literal["offered", "near", "farther", "excluded"]
    code: str
    """Why it is not offered, "" where it is."""
    detail: str
    access_minutes: float | None
    distance_km: float | None
    access_source: str
    crossing: str
    load_ratio: float | None
    earliest_slot: datetime | None


@dataclass(frozen=True)
class Outcome:
    """What matching answers. code: matched, none (nobody eligible), human_only (nothing may be proposed by itself)."""

    code: Literal["matched", "none", "human_only"]
    matches: tuple[Match, ...] = ()
    excluded: tuple[Exclusion, ...] = ()
    band_minutes: float = 0
    notes: tuple[str, ...] = ()
    considered: tuple[Considered, ...] = ()
    """Everybody who was looked at, with the way there; only where an explanation was asked for."""
