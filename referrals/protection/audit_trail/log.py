"""The audit as somebody reads it: by person, by object, by member of staff; ids, roles and times, and nothing else."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, false, literal, or_, select

from referrals.families.people import whole_person
from referrals.partners.records import Partner
from referrals.protection.audit import audit
from referrals.protection.audit_trail.who_saw import OF_A_PERSON, events_of, role_of
from referrals.protection.records import AuditEvent
from referrals.staff.records import StaffMembership
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser

MOST = 200
COLUMNS = ("seq", "at", "actor", "role", "place", "action", "object_kind", "object_id")
BY: dict[str, tuple[str, ...]] = {
    "staff": ("staff:",),
    "family": ("family", "person:", "identity:"),
    "service": ("system", "platform", "command"),
    "app_user": ("app_user:",),
    "partner": ("partner",),
    "operator": ("operator",),
    "visitor": ("visitor",),
}
"""Who can have done something, and how actors of that kind begin."""
OF_A_PROGRAMME = ("staff", "app_user", "partner")
"""Those of whom it is known what programme they work for; anybody else's events are found by whose file it was."""
FORMULA = ("=", "+", "-", "@", "\t", "\r")  # a spreadsheet would run a cell that begins so


@dataclass(frozen=True)
class Sought:
    """Whose events: of a person, of one object, by one member of staff; several narrow each other."""

    person_id: int | None = None
    object_kind: str = ""
    object_id: str = ""
    staff_id: int | None = None
    before: int | None = None
    """Only events with a lower number: the next page."""
    by: str = ""
    """Only what one of `BY` did."""
    since: datetime | None = None
    until: datetime | None = None
    """From and before these moments."""


@dataclass(frozen=True)
class Line:
    """One event as a line. `role` and `place` are the actor's as they were then."""

    seq: int
    at: datetime
    actor: str
    role: str
    place: str
    action: str
    object_kind: str
    object_id: str


def lines(uow: UnitOfWork, sought: Sought, programmes: Sequence[str] | None = None, *, most: int = MOST) -> list[Line]:
    """The latest events that were sought, the newest first; `programmes` narrows to what belongs to them."""
    query = select(AuditEvent).order_by(AuditEvent.seq.desc()).limit(most)
    for condition in _conditions(uow, sought):
        query = query.where(condition)
    if programmes is not None and not belongs(uow, sought, programmes):
        query = query.where(_done_by_theirs(programmes))
    return [_line(uow, row) for row in uow.session.scalars(query).all()]


def note_reading(uow: UnitOfWork, actor: str, sought: Sought, at: datetime) -> None:
    """That the audit was read is in the audit: of whom, where a person or an object was named."""
    kind, found = ("person", str(sought.person_id)) if sought.person_id else (sought.object_kind, sought.object_id)
    audit(
        uow,
        at=at,
        actor=actor,
        action="audit.read",
        object_kind=kind or "audit",
        object_id=found or "",
        details={"staff": sought.staff_id, "before": sought.before},
    )


def belongs(uow: UnitOfWork, sought: Sought, programmes: Sequence[str]) -> bool:
    """Whether the person or the object that is asked for is of these programmes; then everybody's events of it show."""
    if sought.person_id is not None:
        return any(_has(uow, kind, "person_id", sought.person_id, programmes) for kind in OF_A_PERSON)
    if sought.object_kind in OF_A_PERSON and sought.object_id.isdigit():
        return _has(uow, sought.object_kind, "id", int(sought.object_id), programmes)
    return False


def kind_of(actor: str) -> str:
    """Which of `BY` an actor is; blank for one that none of them names."""
    return next((kind for kind, starts in BY.items() if actor.startswith(starts)), "")


def as_csv(found: Iterable[Line], told: Callable[[Line], str] = lambda line: "") -> str:
    """The same as a file for a spreadsheet, beside the codes in the words of `told`; no cell is ever a formula."""
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow((*COLUMNS, "told"))
    for line in found:
        values = {**vars(line), "at": line.at.isoformat()}
        writer.writerow([cell(text) for text in (*(str(values[name]) for name in COLUMNS), told(line))])
    return out.getvalue()


def cell(text: str) -> str:
    """The text as a cell that a spreadsheet shows and never runs."""
    return f"'{text}" if text.startswith(FORMULA) else text


def _conditions(uow: UnitOfWork, sought: Sought) -> Iterable[ColumnElement[bool]]:
    if sought.person_id is not None:
        yield events_of(uow, whole_person(uow, sought.person_id))
    if sought.object_kind:
        yield AuditEvent.object_kind == sought.object_kind
    if sought.object_id:
        yield AuditEvent.object_id == sought.object_id
    if sought.staff_id is not None:
        yield AuditEvent.actor == f"staff:{sought.staff_id}"
    if sought.before is not None:
        yield AuditEvent.seq < sought.before
    if sought.by:
        yield or_(*(AuditEvent.actor.startswith(start) for start in BY[sought.by]))
    if sought.since is not None:
        yield AuditEvent.at >= sought.since
    if sought.until is not None:
        yield AuditEvent.at < sought.until


def _done_by_theirs(programmes: Sequence[str]) -> ColumnElement[bool]:
    """By who works for these programmes, or by a phone or a partner's system of theirs."""
    if not programmes:
        return false()
    staff = select(literal("staff:") + cast(StaffMembership.staff_id, String)).where(
        StaffMembership.programme_id.in_(programmes)
    )
    phones = select(literal("app_user:") + cast(AppUser.id, String)).where(AppUser.programme_id.in_(programmes))
    partners = select(literal("partner:") + cast(Partner.id, String)).where(Partner.programme_id.in_(programmes))
    return or_(*(AuditEvent.actor.in_(theirs) for theirs in (staff, phones, partners)))


def _has(uow: UnitOfWork, kind: str, column: str, value: int, programmes: Sequence[str]) -> bool:
    record: Any = OF_A_PERSON[kind]
    if not hasattr(record, "programme_id"):
        return False
    query = select(record.id).where(and_(getattr(record, column) == value, record.programme_id.in_(programmes)))
    return uow.connection.execute(query.limit(1)).first() is not None


def _line(uow: UnitOfWork, row: AuditEvent) -> Line:
    role, place = role_of(uow, row.actor, row.at)
    return Line(row.seq, row.at, row.actor, role, place, row.action, row.object_kind, row.object_id)
