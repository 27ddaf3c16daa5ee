"""A programme's own settings, read from its `programme.toml`, as values that the rules take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from referrals.protection.incidents.rules import IncidentRules, read_incident_rules
from referrals.protection.retention.rules import Retention, read_retention
from referrals.review_rules import ReviewRules, read_review_rules
from referrals.seasonal_hours import SeasonalHours, read_quiet_hours
from referrals.visit_rules import VisitRules, read_visit_rules
from referrals.women_times import WomenRules, read_women_rules

MOST_HOURS_BEFORE = 30 * 24
MOST_SHARE = 10.0
PRIORITIES = ("normal", "urgent", "emergency")
RUNGS = ("call_desk", "tell_desk_and_partner", "tell_supervisor", "match_again", "ask_second_centre")
"""What may stand in `[ladder.*]`, in the order in which it is done where two come at the same moment."""


class BadProgramme(ValueError):
    """A programme's folder cannot be used; the message names the file, the key and what was expected."""


@dataclass(frozen=True)
class Deadlines:
    """By when a referral of one priority must be acknowledged (working hours) and answered (clock hours)."""

    acknowledge_working_hours: float
    respond_hours: float


@dataclass(frozen=True)
class Rung:
    """What is done once so much of a deadline has passed: 1.0 is the deadline itself."""

    share: float
    step: str


LATE = (Rung(1.0, "tell_desk_and_partner"), Rung(1.5, "tell_supervisor"), Rung(2.0, "match_again"))
LADDERS: Mapping[str, tuple[Rung, ...]] = {
    "normal": LATE,
    "urgent": LATE,
    "emergency": (Rung(0.5, "call_desk"), Rung(1.0, "tell_supervisor"), Rung(1.0, "ask_second_centre")),
}
"""For a programme that writes no `[ladder]` of its own."""


@dataclass(frozen=True)
class Need:
    code: str
    domain: str
    name_ar: str
    name_en: str
    service_term: str


@dataclass(frozen=True)
class Named:
    code: str
    name_ar: str
    name_en: str

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_ar


@dataclass(frozen=True)
class Settings:
    """What `programme.toml` says; see `docs/how-to/add-a-programme.md` for every key."""

    id: str
    name_ar: str
    name_en: str
    owner_ar: str
    owner_en: str
    country: str
    time_zone: str
    digits: str
    languages: tuple[str, ...]
    default_language: str
    retention_ar: str
    retention_en: str
    kept_for: Retention
    reads: Mapping[str, tuple[str, ...]]
    target_groups: tuple[Named, ...]
    need_domains: tuple[Named, ...]
    needs: tuple[Need, ...]
    deadlines: Mapping[str, Deadlines]
    first_answer_working_days: int
    quiet_from: str
    quiet_to: str
    hours: SeasonalHours
    reminder_hours: tuple[float, ...]
    hotline: str
    speed_kmh: float
    detour_factor: float
    help_opens: str
    help_closes: str
    help_days: tuple[str, ...]
    answer_within_hours: float
    disclosure: tuple[Named, ...]
    sample_data: bool
    ladder: Mapping[str, tuple[Rung, ...]] = field(default_factory=lambda: LADDERS)
    loop_tries: int = 3
    """How often a family is asked how it ended before we stop."""
    loop_days_between: float = 3
    transfer_answer_hours: float = 72
    """How long a family and another centre have to agree to a transfer."""
    visits: VisitRules = field(default_factory=VisitRules)
    women: WomenRules = field(default_factory=WomenRules)
    incidents: IncidentRules = field(default_factory=IncidentRules)
    review: ReviewRules = field(default_factory=ReviewRules)
    raw: Mapping[str, Any] = field(default_factory=dict)

    @property
    def emergency_numbers(self) -> frozenset[str]:
        """The short numbers that this programme tells people to call."""
        told = self.raw.get("emergency", {}).values()
        return frozenset(value for value in told if isinstance(value, str) and value.isascii() and value.isdigit())

    def need(self, code: str) -> Need | None:
        return next((need for need in self.needs if need.code == code), None)

    def name(self, language: str) -> str:
        return self.name_en if language == "en" else self.name_ar

    def short(self, language: str) -> str:
        """The place that it is for, where one account serves several programmes."""
        return str(self.raw.get(f"short_{language}", self.name(language)))

    def owner(self, language: str) -> str:
        return self.owner_en if language == "en" else self.owner_ar

    def retention(self, language: str) -> str:
        return self.retention_en if language == "en" else self.retention_ar


def read_settings(text: str, *, source: str = "programme.toml") -> Settings:
    """The settings of one programme; raises `BadProgramme` with the key that is missing or wrong."""
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError as failure:
        raise BadProgramme(f"{source}: {failure}") from failure
    try:
        return _settings(raw)
    except KeyError as missing:
        raise BadProgramme(f"{source}: the key {missing.args[0]!r} is missing") from missing
    except (TypeError, ValueError) as wrong:
        raise BadProgramme(f"{source}: {wrong}") from wrong


def _settings(raw: dict[str, Any]) -> Settings:
    deadlines = raw["deadlines"]
    help_desk = raw["help_desk"]
    travel = raw.get("travel", {})
    retention = raw["retention"]
    named: dict[str, Any] = {
        name: str(raw[name]) for name in ("id", "name_ar", "name_en", "owner_ar", "owner_en", "country")
    }
    return Settings(
        **named,
        time_zone=str(raw["time_zone"]),
        digits=str(raw.get("digits", "arab")),
        languages=tuple(raw.get("languages", ["ar"])),
        default_language=str(raw.get("default_language", "ar")),
        retention_ar=str(retention["answers_ar"]),
        retention_en=str(retention["answers_en"]),
        kept_for=read_retention(retention),
        reads={key: _names(value) for key, value in raw["reads"].items()},
        target_groups=tuple(_named(row) for row in raw.get("target_group", [])),
        need_domains=tuple(_named(row) for row in raw.get("need_domain", [])),
        needs=tuple(_need(row) for row in raw.get("need", [])),
        deadlines={name: _deadlines(name, deadlines[name]) for name in PRIORITIES},
        first_answer_working_days=int(deadlines["first_answer_working_days"]),
        quiet_from=str(raw["quiet_hours"]["from"]),
        quiet_to=str(raw["quiet_hours"]["to"]),
        hours=read_quiet_hours(raw["quiet_hours"]),
        reminder_hours=tuple(_reminder_hours(hours) for hours in raw["reminders"]["before_hours"]),
        hotline=str(raw["emergency"]["hotline"]),
        speed_kmh=float(travel.get("speed_kmh", 22)),
        detour_factor=float(travel.get("detour_factor", 1.4)),
        help_opens=str(help_desk["opens"]),
        help_closes=str(help_desk["closes"]),
        help_days=tuple(help_desk["days"]),
        answer_within_hours=float(help_desk["answer_within_hours"]),
        disclosure=tuple(_named(row) for row in raw.get("disclosure", [])),
        sample_data=bool(raw.get("sample_data", False)),
        ladder=_ladders(raw.get("ladder", {})),
        **_closing(raw),
        visits=read_visit_rules(raw.get("visits", {})),
        women=read_women_rules(raw.get("women_times", {})),
        incidents=read_incident_rules(raw.get("incidents", {})),
        review=read_review_rules(raw.get("review", {})),
        raw=raw,
    )


def _reminder_hours(value: Any) -> float:
    hours = float(value)
    if not 0 < hours <= MOST_HOURS_BEFORE:
        raise ValueError(f"reminders: before_hours has {value!r}; write hours between 0 and {MOST_HOURS_BEFORE}")
    return hours


def _names(value: Any) -> tuple[str, ...]:
    return tuple(str(name) for name in value) if isinstance(value, list) else (str(value),)


def _named(row: Mapping[str, Any]) -> Named:
    return Named(str(row["code"]), str(row["name_ar"]), str(row["name_en"]))


def _need(row: Mapping[str, Any]) -> Need:
    return Need(*(str(row[name]) for name in ("code", "domain", "name_ar", "name_en", "service_term")))


def _deadlines(name: str, row: Mapping[str, Any]) -> Deadlines:
    wanted = ("acknowledge_working_hours", "respond_hours")
    return Deadlines(*(_above_none(f"deadlines.{name}: {key}", row[key]) for key in wanted))


def _ladders(raw: Any) -> Mapping[str, tuple[Rung, ...]]:
    """The ladder of each priority, lowest rung first; a priority that is not written keeps the usual one."""
    if not isinstance(raw, Mapping):
        raise ValueError("ladder: write a table for each priority, such as [ladder.normal]")
    unknown = sorted(set(raw) - set(PRIORITIES))
    if unknown:
        raise ValueError(f"ladder: {unknown[0]!r} is no priority; the priorities are {', '.join(PRIORITIES)}")
    return {name: _ladder(name, raw[name]) if name in raw else LADDERS[name] for name in PRIORITIES}


def _ladder(name: str, row: Any) -> tuple[Rung, ...]:
    if not isinstance(row, Mapping):
        raise ValueError(f"ladder.{name}: write what is done and at which share of the deadline")
    for step in row:
        if step not in RUNGS:
            raise ValueError(f"ladder.{name}: {step!r} is no rung; the rungs are {', '.join(RUNGS)}")
    rungs = [Rung(_share(f"ladder.{name}: {step}", share), step) for step, share in row.items()]
    return tuple(sorted(rungs, key=lambda rung: (rung.share, RUNGS.index(rung.step))))


def _share(where: str, value: Any) -> float:
    share = _above_none(where, value)
    if share > MOST_SHARE:
        raise ValueError(f"{where} is {value!r}; write a share of the deadline, such as 1.5, at most {MOST_SHARE:g}")
    return share


def _above_none(where: str, value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < float("inf"):
        raise ValueError(f"{where} is {value!r}; write a number above 0")
    return float(value)


def _closing(raw: Mapping[str, Any]) -> dict[str, Any]:
    """How the loop is closed with the family, and how long a transfer may wait."""
    loop, transfer = raw.get("closing_loop", {}), raw.get("transfer", {})
    tries = loop.get("tries", 3)
    if isinstance(tries, bool) or not isinstance(tries, int) or not 1 <= tries <= 10:
        raise ValueError(f"closing_loop: tries is {tries!r}; write a whole number from 1 to 10")
    return {
        "loop_tries": tries,
        "loop_days_between": _above_none("closing_loop: days_between", loop.get("days_between", 3)),
        "transfer_answer_hours": _above_none("transfer: answer_hours", transfer.get("answer_hours", 72)),
    }
