"""A programme's own settings, read from its `programme.toml`, as values that the rules take."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from referrals.seasonal_hours import SeasonalHours, read_quiet_hours

MOST_HOURS_BEFORE = 30 * 24


class BadProgramme(ValueError):
    """A programme's folder cannot be used; the message names the file, the key and what was expected."""


@dataclass(frozen=True)
class Deadlines:
    """By when a referral of one priority must be acknowledged (working hours) and answered (clock hours)."""

    acknowledge_working_hours: float
    respond_hours: float


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
    return Settings(
        **{name: str(raw[name]) for name in ("id", "name_ar", "name_en", "owner_ar", "owner_en", "country")},
        time_zone=str(raw["time_zone"]),
        digits=str(raw.get("digits", "arab")),
        languages=tuple(raw.get("languages", ["ar"])),
        default_language=str(raw.get("default_language", "ar")),
        retention_ar=str(retention["answers_ar"]),
        retention_en=str(retention["answers_en"]),
        reads={key: _names(value) for key, value in raw["reads"].items()},
        target_groups=tuple(_named(row) for row in raw.get("target_group", [])),
        need_domains=tuple(_named(row) for row in raw.get("need_domain", [])),
        needs=tuple(_need(row) for row in raw.get("need", [])),
        deadlines={name: _deadlines(deadlines[name]) for name in ("normal", "urgent", "emergency")},
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


def _deadlines(row: Mapping[str, Any]) -> Deadlines:
    return Deadlines(float(row["acknowledge_working_hours"]), float(row["respond_hours"]))
