"""The clock of an incident, and what may be said of one: pure rules over values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal

KINDS = ("lost_device", "looked_without_need", "wrong_recipient", "stranger", "leak", "paper", "other")
DATA = ("names", "ids", "phones", "answers", "places", "files", "messages", "appointments")
BY = ("staff", "place", "partner", "app_user", "period", "all")
"""How the touched families are found: who looked, whose centre, partner or telephone, when, or everybody there was."""
TELLING = ("told", "by_hand", "not_needed")
"""What somebody decides about the families: a neutral word now, each by a person, or none, with the reason."""
SHARES = (0.5, 0.875, 1.0)  # of each deadline: half, an eighth before its end, its end
SHORTEST = 10  # signs of a reason or a finding: one word says nothing to who reads it a year later
MOST_HOURS = 24 * 30

State = Literal["running", "kept", "late", "over"]


class NotYet(ValueError):
    """What still has to be written before an incident is closed: `missing` is `authority`, `families` or `findings`."""

    def __init__(self, missing: str) -> None:
        super().__init__(missing)
        self.missing = missing


@dataclass(frozen=True)
class IncidentRules:
    """`[incidents]` of `programme.toml`: within how many hours the authority is told, the stricter first.

    Laws differ and the sources disagree, so both clocks run (reference: 24 h and 72 h).
    """

    authority_hours: tuple[float, ...] = (24.0, 72.0)


@dataclass(frozen=True)
class Clock:
    """One deadline as it stands: how much is left of it (negative once it is over), and whether it was kept."""

    hours: float
    due: datetime
    left: timedelta
    state: State


def read_incident_rules(raw: Mapping[str, Any]) -> IncidentRules:
    """The table as values, the strictest deadline first. Raises ValueError with the key and what was expected."""
    for key in raw:
        if key != "authority_hours":
            raise ValueError(f"incidents: {key!r} is no key; write authority_hours")
    hours = raw.get("authority_hours", list(IncidentRules.authority_hours))
    fit = isinstance(hours, list) and bool(hours) and all(map(_is_hours, hours))
    if not fit:
        raise ValueError(
            f"incidents: authority_hours is {hours!r}; write hours from 1 to {MOST_HOURS}, such as [24, 72]"
        )
    return IncidentRules(tuple(sorted({float(each) for each in hours})))


def clocks(known_at: datetime, told_at: datetime | None, at: datetime, rules: IncidentRules) -> list[Clock]:
    """Every deadline, the strictest first."""
    return [_clock(known_at, told_at, at, hours) for hours in rules.authority_hours]


def reminders(known_at: datetime, rules: IncidentRules) -> list[tuple[datetime, float]]:
    """When staff are reminded, and of which deadline in hours; the earliest first."""
    found = [(known_at + timedelta(hours=hours * share), hours) for hours in rules.authority_hours for share in SHARES]
    return sorted(found)


def next_reminder(known_at: datetime, rules: IncidentRules, written: int) -> datetime | None:
    """When the next one is due after so many were written; None once there is none left."""
    all_of_them = reminders(known_at, rules)
    return all_of_them[written][0] if written < len(all_of_them) else None


def passed(known_at: datetime, rules: IncidentRules, at: datetime) -> int:
    """How many reminders are due by now: an incident that was known for two days begins with those behind it."""
    return sum(moment <= at for moment, _ in reminders(known_at, rules))


def what_is_missing(*, authority: bool, families: bool, findings: str) -> str:
    """What has to be written before it is closed; blank where nothing is."""
    if not authority:
        return "authority"
    if not families:
        return "families"
    return "findings" if len(findings.strip()) < SHORTEST else ""


def _clock(known_at: datetime, told_at: datetime | None, at: datetime, hours: float) -> Clock:
    due = known_at + timedelta(hours=hours)
    if told_at is not None:
        return Clock(hours, due, due - told_at, "kept" if told_at <= due else "late")
    return Clock(hours, due, due - at, "running" if at < due else "over")


def _is_hours(value: Any) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and 1 <= value <= MOST_HOURS
