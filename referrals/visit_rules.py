"""Whom a programme visits at home instead of asking them to come: the table `[visits]` of programme.toml; pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time
from typing import Any

NOTICE_DAYS, AHEAD_DAYS = 2, 14
MOST_DAYS, OLDEST = 60, 120


@dataclass(frozen=True)
class VisitRules:
    """`offered` at all; to those of `elderly_from` years who live alone (0: not for age), and to those with one of
    these `accessibility` codes or `target_groups`. `windows` are hours of a day in which somebody comes."""

    offered: bool = False
    elderly_from: int = 65
    accessibility: tuple[str, ...] = ("wheelchair", "cannot_travel")
    target_groups: tuple[str, ...] = ()
    notice_days: int = NOTICE_DAYS
    ahead_days: int = AHEAD_DAYS
    windows: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(12), time(15)))
    not_home_before_supervisor: int = 3


def read_visit_rules(table: Mapping[str, Any]) -> VisitRules:
    """The table as values; without it nobody is offered one. Raises ValueError with the key and what it should be."""
    usual = VisitRules()
    unknown = sorted(set(table) - {*usual.__dataclass_fields__})
    if unknown:
        raise ValueError(f"visits: {unknown[0]!r} is no key; write {', '.join(sorted(usual.__dataclass_fields__))}")
    return VisitRules(
        offered=_yes(table.get("offered", bool(table))),
        elderly_from=_whole(table, "elderly_from", usual.elderly_from, 0, OLDEST),
        accessibility=_names(table, "accessibility", usual.accessibility),
        target_groups=_names(table, "target_groups", ()),
        notice_days=_whole(table, "notice_days", usual.notice_days, 0, MOST_DAYS),
        ahead_days=_whole(table, "ahead_days", usual.ahead_days, 1, MOST_DAYS),
        windows=tuple(_window(each) for each in table["windows"]) if "windows" in table else usual.windows,
        not_home_before_supervisor=_whole(table, "not_home_before_supervisor", 3, 1, 10),
    )


def why_at_home(rules: VisitRules, facts: Mapping[str, Any]) -> str:
    """`elderly_alone`, `cannot_come` or `target_group`, the first that holds; blank for who can come. What is not
    known offers nothing."""
    if not rules.offered:
        return ""
    if rules.elderly_from and _number(facts.get("applicant_age")) >= rules.elderly_from and _alone(facts):
        return "elderly_alone"
    if {*str(facts.get("accessibility") or "").split()} & {*rules.accessibility}:
        return "cannot_come"
    if {*(facts.get("target_groups") or ())} & {*rules.target_groups}:
        return "target_group"
    return ""


def lives_alone(facts: Mapping[str, Any]) -> bool:
    """Whether they said that nobody else lives there."""
    return _alone(facts)


def _alone(facts: Mapping[str, Any]) -> bool:
    return _number(facts.get("household_size")) == 1


def _number(value: Any) -> float:
    try:
        return float(value)
    except (TypeError, ValueError):
        return -1


def _yes(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"visits: offered is {value!r}; write true or false")
    return value


def _whole(table: Mapping[str, Any], key: str, usual: int, least: int, most: int) -> int:
    value = table.get(key, usual)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise ValueError(f"visits: {key} is {value!r}; write a whole number from {least} to {most}")
    return value


def _names(table: Mapping[str, Any], key: str, usual: tuple[str, ...]) -> tuple[str, ...]:
    value = table.get(key, list(usual))
    if not isinstance(value, list) or not all(isinstance(each, str) and each for each in value):
        raise ValueError(f'visits: {key} is {value!r}; write a list of codes, as {key} = ["wheelchair"]')
    return tuple(value)


def _window(span: Any) -> tuple[time, time]:
    starts, _, ends = str(span).partition("-")
    try:
        found = time.fromisoformat(starts), time.fromisoformat(ends)
    except ValueError:
        raise ValueError(f"visits: windows has {span!r}; write it like 09:00-12:00") from None
    if found[0] >= found[1]:
        raise ValueError(f"visits: windows has {span!r}, which ends before it begins")
    return found
