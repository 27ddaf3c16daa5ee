"""Turns states, deadlines and reasons into the words and colours of a page: never a colour without words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from console.words import Words
from referrals.matching.rules.reasons import FAMILY_KEYS, reason_text
from referrals.matching.telling import why_not_line
from referrals.referral.history import Step
from referrals.referral.queue import QueueRow

STATE_COLOURS = {
    "requested": "chip-new",
    "received": "chip-new",
    "accepted": "chip-ok",
    "in-progress": "chip-brand",
    "completed": "chip-ok",
}
BUSINESS_COLOURS = {"appointment-set": "chip-ok", "family-no-show": "chip-soon"}
WAITING_COLOURS = {
    "waitlisted": "chip-soon",
    "overdue": "chip-late",
    "escalated-1": "chip-late",
    "escalated-2": "chip-late",
    "rerouted": "chip-late",
}
ANYWHERE = ("loop-open-unreachable",)
APPOINTMENT_COLOURS = {"confirmed": "chip-ok", "arrived": "chip-ok", "fulfilled": "chip-ok", "noshow": "chip-soon"}
REASON_WORDS = {
    "pause": ("pause.reason.",),
    "fail": ("fail.reason.",),
    "cancel": ("cancel.reason.",),
    "start": ("contact.",),
    "complete": ("outcome.",),
    "transfer": ("transfer.reason.",),
    "transfer_asked": ("transfer.reason.",),
    "undo": ("undo.step.",),
}
MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60


@dataclass(frozen=True)
class Chip:
    """A few words in a colour, with an icon where one helps."""

    text: str
    colour: str = ""
    icon: str = ""


def due_chip(words: Words, due: datetime | None, at: datetime) -> Chip | None:
    """How much time is left, or since when it has passed; None where nothing is waited for."""
    if due is None:
        return None
    if due < at:
        return Chip(words.t("due.late", span=span(words, at - due)), "chip-late", "clock")
    if due < day_ends(at, words.voice.time_zone):
        return Chip(words.t("due.today", time=words.voice.hour(due)), "chip-soon", "clock")
    return Chip(words.t("due.left", span=span(words, due - at)), "", "clock")


def span(words: Words, length: timedelta) -> str:
    """«ساعتان», «٣ أيام»: the largest unit alone, for nobody plans by the minute."""
    seconds = int(length.total_seconds())
    for unit, key in ((DAY, "days"), (HOUR, "hours")):
        if seconds >= unit:
            return words.n(f"span.{key}", seconds // unit)
    return words.n("span.minutes", max(1, seconds // MINUTE))


def state_chip(words: Words, state: str, business_status: str = "") -> Chip:
    """Where a referral stands, with what matters of its business status."""
    if business_status in BUSINESS_COLOURS and state in ("accepted", "in-progress"):
        return Chip(words.t(f"business.{business_status}"), BUSINESS_COLOURS[business_status])
    if business_status in WAITING_COLOURS and state in ("requested", "received"):
        return Chip(words.t(f"business.{business_status}"), WAITING_COLOURS[business_status])
    if business_status in ANYWHERE:
        return Chip(words.t(f"business.{business_status}"), "chip-soon")
    return Chip(words.t(f"state.{state}"), STATE_COLOURS.get(state, ""))


def priority_chip(words: Words, priority: str) -> Chip | None:
    """Only what is not ordinary gets a chip."""
    if priority in ("urgent", "emergency"):
        return Chip(words.t(f"priority.{priority}"), "chip-urgent", "urgent")
    return None


def appointment_chip(words: Words, state: str) -> Chip:
    """Where an appointment stands."""
    return Chip(words.t(f"appointment.state.{state}"), APPOINTMENT_COLOURS.get(state, ""))


def row_colour(row: QueueRow, at: datetime, zone: str) -> str:
    """The edge of a line: urgent or late, due today, or nothing."""
    if row.priority in ("urgent", "emergency") or (row.due_at is not None and row.due_at < at):
        return "queue-item-urgent"
    if row.due_at is not None and row.due_at < day_ends(at, zone):
        return "queue-item-soon"
    return ""


def place_line(words: Words, row: QueueRow) -> str:
    """«قوص، حجازة · ٥ أفراد», as far as it is disclosed."""
    parts = [row.area] if row.area else []
    if row.household_size.isdigit():
        parts.append(words.n("members", int(row.household_size)))
    return " · ".join(parts)


def step_line(words: Words, step: Step) -> str:
    """What happened, who did it and why, in one line."""
    if words.has(f"event.{step.event}.{step.reason}"):  # a rung of the ladder says itself what was done
        line = words.t(f"event.{step.event}.{step.reason}")
    elif words.has(f"event.{step.event}"):
        line = words.t(f"event.{step.event}")
    else:
        line = words.t("event.other")
    if step.staff_name:
        line = words.t("event.by", line=line, name=step.staff_name)
    for kind in REASON_WORDS.get(step.event, ("reason.",)):
        if step.reason and words.has(f"{kind}{step.reason}"):
            line = words.t("event.why", line=line, reason=words.t(f"{kind}{step.reason}"))
            break
    return line


def reason_lines(words: Words, explanation: Mapping[str, Any]) -> list[str]:
    """Why this centre, in the words that the family was told, and how far it is."""
    lines = []
    for reason in explanation.get("reasons", ()):
        if reason["code"] in FAMILY_KEYS:
            told = reason_text(reason["code"], reason.get("parameters", {}))
            values = {
                name: words.voice.weekday(value) if isinstance(value, datetime) else value
                for name, value in told.values.items()
            }
            say = words.voice.say(told.key, **values)
            lines.append(say if told.count is None else words.voice.count(told.key, told.count, **values))
    if (distance_km := explanation.get("distance_km")) is not None:
        lines.append(words.t("referral.distance", km=words.voice.number(f"{float(distance_km):g}".replace(".", "٫"))))
    lines += [words.t("referral.ask", field=_fact(words, name)) for name in explanation.get("to_be_assessed", ())]
    return lines + [_why_not(words, nearer) for nearer in explanation.get("why_not_nearer", ()) if nearer.get("names")]


def _why_not(words: Words, nearer: Mapping[str, Any]) -> str:
    """«أقرب منه مركز قوص: العدد فيه مكتمل الآن.»"""
    why = why_not_line(words.voice, nearer["code"])
    return words.t("referral.why_not", centre=nearer["names"].get("ar", ""), why=why)


def _fact(words: Words, name: str) -> str:
    return words.t(f"fact.{name}") if words.has(f"fact.{name}") else words.t("fact.other")


def by_day(starts: Iterable[datetime], zone: str) -> dict[date, list[datetime]]:
    """Times by their local day, in order."""
    found: dict[date, list[datetime]] = {}
    for start in starts:
        found.setdefault(start.astimezone(ZoneInfo(zone)).date(), []).append(start)
    return found


def day_starts(day: date, zone: str) -> datetime:
    """Midnight as it is where the programme is."""
    return datetime.combine(day, time(), ZoneInfo(zone))


def day_ends(at: datetime, zone: str) -> datetime:
    """The end of the local day that a moment lies in."""
    return day_starts(at.astimezone(ZoneInfo(zone)).date() + timedelta(days=1), zone)
