"""What staff write down about an incident, line by line, and what the clock adds: nothing of it is ever changed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import func, select

from referrals.definitions.in_force import settings_of
from referrals.protection.audit import audit
from referrals.protection.incidents.records import Incident, IncidentEntry
from referrals.protection.incidents.rules import (
    BY,
    DATA,
    KINDS,
    SHORTEST,
    IncidentRules,
    NotYet,
    next_reminder,
    passed,
    reminders,
    what_is_missing,
)
from referrals.store.unit_of_work import Store, UnitOfWork

WORDS = "incident_entry.words"
OPEN, CLOSED = "open", "closed"
AT_A_TIME = 50
WITHOUT_OBJECT = ("period", "all")

# ix_incident_pressing: its first entry.
FIRST = select(func.min(Incident.remind_at)).where(Incident.remind_at.is_not(None))


class Closed(RuntimeError):
    """This incident is closed. What was learned since is added as a note."""


def open_incident(
    uow: UnitOfWork,
    programme_id: str,
    kind: str,
    words: str,
    data: Sequence[str],
    *,
    known_at: datetime,
    at: datetime,
    staff_id: int,
    happened_from: datetime | None = None,
    happened_until: datetime | None = None,
) -> Incident:
    """A new one; its clocks run from when it was known. Raises ValueError for what is no kind, no data or no words."""
    if kind not in KINDS or not set(data) <= set(DATA) or len(words.strip()) < SHORTEST or known_at > at:
        raise ValueError("an incident needs its kind, what happened in words, and when it was known")
    if happened_from and happened_until and happened_from > happened_until:
        raise ValueError("it cannot have ended before it began")
    rules = rules_of(uow, programme_id)
    behind = passed(known_at, rules, at)
    incident = Incident(
        programme_id=programme_id,
        kind=kind,
        state=OPEN,
        data_key_id=uow.vault.new_key(None, at),
        happened_from=happened_from,
        happened_until=happened_until,
        known_at=known_at,
        opened_at=at,
        opened_by_id=staff_id,
        reminded=behind,
        remind_at=next_reminder(known_at, rules, behind),
    )
    uow.session.add(incident)
    uow.flush()
    add_entry(uow, incident, "happened", at, staff_id, words=words, code=kind)
    if data:
        add_entry(uow, incident, "data", at, staff_id, code=",".join(sorted(set(data))))
    return incident


def add_entry(
    uow: UnitOfWork, incident: Incident, kind: str, at: datetime, staff_id: int | None, *, words: str = "", **said: Any
) -> IncidentEntry:
    """One more line; its words are sealed, that it was written is audited."""
    sealed = uow.vault.seal_text(incident.data_key_id, words.strip(), WORDS) if words.strip() else None
    entry = IncidentEntry(incident_id=incident.id, kind=kind, words_sealed=sealed, at=at, staff_id=staff_id, **said)
    uow.session.add(entry)
    uow.flush()
    audit(
        uow,
        at=at,
        actor=f"staff:{staff_id}" if staff_id else "system",
        action=f"incident.{kind}",
        object_kind="incident",
        object_id=incident.id,
        details={"entry": entry.id, "code": entry.code or ""},
    )
    return entry


def note(uow: UnitOfWork, incident: Incident, words: str, at: datetime, staff_id: int) -> None:
    """Something more about it, also after it was closed. Raises ValueError for no words."""
    if not words.strip():
        raise ValueError("a note is words")
    add_entry(uow, incident, "note", at, staff_id, words=words)


def say_data(uow: UnitOfWork, incident: Incident, data: Sequence[str], at: datetime, staff_id: int) -> None:
    """Which data it was about as it is known now; the latest counts. Raises `Closed`, ValueError for other codes."""
    still_open(uow, incident)
    if not data or not set(data) <= set(DATA):
        raise ValueError("say which data: " + ", ".join(DATA))
    add_entry(uow, incident, "data", at, staff_id, code=",".join(sorted(set(data))))


def say_touched(
    uow: UnitOfWork,
    incident: Incident,
    by: str,
    object_id: int | None,
    at: datetime,
    staff_id: int,
    *,
    since: datetime | None = None,
    until: datetime | None = None,
) -> None:
    """By what the touched families are found from now on. Raises `Closed`, or ValueError for what finds nobody."""
    still_open(uow, incident)
    if by not in BY or (object_id is None) != (by in WITHOUT_OBJECT) or (since and until and since > until):
        raise ValueError("say by whom, where or when: " + ", ".join(BY))
    if by == "period" and since is None:
        raise ValueError("a period begins somewhere")
    add_entry(uow, incident, "touched", at, staff_id, by=by, object_id=object_id, since=since, until=until)


def take_back(uow: UnitOfWork, incident: Incident, entry_id: int, at: datetime, staff_id: int) -> bool:
    """An entry that said whom it touched was wrong: it stays to be read, and finds nobody. False where it is none."""
    still_open(uow, incident)
    entry = uow.session.get(IncidentEntry, entry_id)
    if entry is None or entry.incident_id != incident.id or entry.kind != "touched":
        return False
    add_entry(uow, incident, "untouched", at, staff_id, object_id=entry_id)
    return True


def tell_authority(
    uow: UnitOfWork, incident: Incident, words: str, told_at: datetime, at: datetime, staff_id: int, *, needed: bool
) -> None:
    """The authority was told (whom and how in words), or need not be, with the reason: the clocks stand still.

    Raises `Closed`, or ValueError for too few words and for a moment that is still to come.
    """
    still_open(uow, incident)
    if len(words.strip()) < SHORTEST or told_at > at:
        raise ValueError("say whom, how and when, or why nobody")
    code = "told" if needed else "not_needed"
    add_entry(uow, incident, "authority", at, staff_id, words=words, code=code, happened_at=told_at)
    if incident.authority_told_at is None:
        incident.authority_told_at = told_at
    incident.remind_at = None
    uow.flush()


def close(uow: UnitOfWork, incident: Incident, findings: str, at: datetime, staff_id: int) -> None:
    """It is over: what was found, and what changes by it. Raises `Closed`, or `NotYet` naming what is missing."""
    still_open(uow, incident)
    decided = select(IncidentEntry.id).filter_by(incident_id=incident.id, kind="families").limit(1)
    missing = what_is_missing(
        authority=incident.authority_told_at is not None,
        families=uow.session.scalar(decided) is not None,
        findings=findings,
    )
    if missing:
        raise NotYet(missing)
    add_entry(uow, incident, "closed", at, staff_id, words=findings)
    incident.state, incident.closed_at, incident.closed_by_id, incident.remind_at = CLOSED, at, staff_id, None
    uow.flush()


def remind(store: Store, at: datetime) -> int:
    """Writes the reminders that are due, once each however many clocks look; returns how many."""
    return store.transact(partial(_remind, at=at))


def _remind(uow: UnitOfWork, at: datetime) -> int:
    pressing = select(Incident).where(Incident.remind_at <= at).order_by(Incident.remind_at).limit(AT_A_TIME)
    written = 0
    for incident in uow.session.scalars(pressing.with_for_update(skip_locked=True)).all():
        rules = rules_of(uow, incident.programme_id)
        behind = passed(incident.known_at, rules, at)
        for _, hours in reminders(incident.known_at, rules)[incident.reminded : behind][-1:]:
            add_entry(uow, incident, "reminder", at, None, code=f"{hours:g}")  # the last one says what the others said
            written += 1
        incident.reminded = max(incident.reminded, behind)
        incident.remind_at = next_reminder(incident.known_at, rules, incident.reminded)
    uow.flush()
    return written


def rules_of(uow: UnitOfWork, programme_id: str) -> IncidentRules:
    """The deadlines of a programme."""
    return settings_of(uow, programme_id).incidents


def still_open(uow: UnitOfWork, incident: Incident) -> None:
    """Holds the incident until the commit, so that it is closed once and nothing is written behind its end. Raises
    `Closed`."""
    uow.session.refresh(incident, with_for_update=True)
    if incident.state != OPEN:
        raise Closed(Closed.__doc__)
