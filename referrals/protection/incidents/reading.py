"""Incidents as their pages show them; every look at who was touched is audited."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select

from referrals.applications.records import Application
from referrals.directory.records import Location, Organization
from referrals.partners.records import Partner
from referrals.protection.audit import audit
from referrals.protection.audit_trail.log import cell
from referrals.protection.incidents.keeping import OPEN, WORDS, add_entry, rules_of
from referrals.protection.incidents.records import Incident, IncidentEntry, IncidentTold
from referrals.protection.incidents.rules import Clock, clocks
from referrals.protection.incidents.touched import Touched, touched_by
from referrals.protection.vault import Erased
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser

MOST = 200
COLUMNS = ("application", "person", "told", "at", "found_by")


@dataclass(frozen=True)
class Line:
    """An incident in the list, with its clocks, the strictest first."""

    id: int
    kind: str
    state: str
    known_at: datetime
    clocks: tuple[Clock, ...]


@dataclass(frozen=True)
class Entry:
    """A line of it. `words` are blank once their time was over; `object` names whom or what a `touched` one means."""

    id: int
    kind: str
    code: str
    words: str
    by: str
    object: str
    since: datetime | None
    until: datetime | None
    count: int | None
    happened_at: datetime | None
    at: datetime
    who: str
    taken_back: bool


@dataclass(frozen=True)
class Shown:
    """One incident whole. `told` counts the families by what became of telling them."""

    incident: Incident
    clocks: tuple[Clock, ...]
    entries: tuple[Entry, ...]
    touched: Touched
    told: Mapping[str, int]


def incidents_of(uow: UnitOfWork, member: Member, at: datetime) -> list[Line]:
    """The open ones, whose clock runs out first, then those that were closed."""
    order = (Incident.state != OPEN, case((Incident.state == OPEN, Incident.known_at)), Incident.known_at.desc())
    query = visible_to(member, select(Incident), Incident, Permission.KEEP_INCIDENT).order_by(*order).limit(MOST)
    return [
        Line(each.id, each.kind, each.state, each.known_at, tuple(clocks_of(uow, each, at)))
        for each in uow.session.scalars(query).all()
    ]


def one_incident(uow: UnitOfWork, member: Member, incident_id: int) -> Incident | None:
    """The incident, where the member keeps the register of its programme."""
    query = select(Incident).where(Incident.id == incident_id)
    found: Incident | None = uow.session.scalar(visible_to(member, query, Incident, Permission.KEEP_INCIDENT))
    return found


def pressing(uow: UnitOfWork, member: Member, at: datetime) -> Clock | None:
    """Of the open incidents the clock that is nearest to its end, or farthest beyond it; None where none runs."""
    query = select(Incident).where(Incident.state == OPEN, Incident.authority_told_at.is_(None))
    query = visible_to(member, query, Incident, Permission.KEEP_INCIDENT).order_by(Incident.known_at).limit(1)
    oldest = uow.session.scalar(query)
    return None if oldest is None else clocks_of(uow, oldest, at)[0]


def clocks_of(uow: UnitOfWork, incident: Incident, at: datetime) -> list[Clock]:
    """Its deadlines as they stand now."""
    return clocks(incident.known_at, incident.authority_told_at, at, rules_of(uow, incident.programme_id))


def shown(uow: UnitOfWork, member: Member, incident: Incident, at: datetime) -> Shown:
    """Everything about it but the list of people, of whom only numbers are shown; the reading is audited."""
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="incident.read",
        object_kind="incident",
        object_id=incident.id,
    )
    rows = uow.session.scalars(select(IncidentEntry).filter_by(incident_id=incident.id).order_by(IncidentEntry.id))
    entries = rows.all()
    gone = {each.object_id for each in entries if each.kind == "untouched"}
    names = _colleagues(uow, entries)
    told = select(IncidentTold.state, func.count()).where(IncidentTold.incident_id == incident.id)
    return Shown(
        incident,
        tuple(clocks_of(uow, incident, at)),
        tuple(_entry(uow, each, names, each.id in gone) for each in entries),
        touched_by(uow, incident),
        {row[0]: int(row[1]) for row in uow.connection.execute(told.group_by(IncidentTold.state))},
    )


def as_file(uow: UnitOfWork, member: Member, incident: Incident, at: datetime) -> str:
    """Whom it touched, as a file for the officer who answers for it: numbers, how each is told, found by which entry.

    No name, no telephone, and nothing of what was told to whom may be in danger: «by_hand» has several reasons.
    """
    touched = touched_by(uow, incident)
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="incident.exported",
        object_kind="incident",
        object_id=incident.id,
        people=touched.people,
    )
    add_entry(uow, incident, "exported", at, member.staff_id, count=len(touched.people))
    told = {
        row.person_id: row
        for row in uow.session.scalars(select(IncidentTold).where(IncidentTold.incident_id == incident.id))
    }
    numbers = _numbers(uow, incident.programme_id, list(touched.people))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for person, entries in sorted(touched.people.items()):
        row = told.get(person)
        when = row.told_at.isoformat() if row is not None and row.told_at else ""
        values = (" ".join(numbers.get(person, ())), person, row.state if row else "", when, _list(entries))
        writer.writerow([cell(str(each)) for each in values])
    return out.getvalue()


def _list(entries: frozenset[int]) -> str:
    return " ".join(map(str, sorted(entries)))


def _numbers(uow: UnitOfWork, programme_id: str, people: Sequence[int]) -> dict[int, list[str]]:
    """Their applications of this programme: that they asked elsewhere too is not for this register."""
    found: dict[int, list[str]] = {}
    for start in range(0, len(people), 400):
        query = select(Application.person_id, Application.number).where(
            Application.person_id.in_(people[start : start + 400]), Application.programme_id == programme_id
        )
        for person, number in uow.connection.execute(query.order_by(Application.id)):
            found.setdefault(person, []).append(number)
    return found


def _entry(uow: UnitOfWork, row: IncidentEntry, names: Mapping[int, str], taken_back: bool) -> Entry:
    try:
        words = uow.vault.open_text(row.words_sealed, WORDS)
    except Erased:  # its time was over
        words = ""
    about = _object(uow, row, names) if row.kind == "touched" else ""
    who = names.get(row.staff_id, "") if row.staff_id else ""
    return Entry(
        id=row.id,
        kind=row.kind,
        code=row.code,
        words=words,
        by=row.by,
        object=about,
        since=row.since,
        until=row.until,
        count=row.count,
        happened_at=row.happened_at,
        at=row.at,
        who=who,
        taken_back=taken_back,
    )


def _object(uow: UnitOfWork, row: IncidentEntry, names: Mapping[int, str]) -> str:
    """Whom an entry means, by name: a colleague, a centre, a partner's organization, a telephone of ours."""
    number = int(row.object_id or 0)
    if row.by == "staff":
        return names.get(number, str(number))
    if row.by == "partner":
        owner = select(Organization.name).join(Partner, Partner.organization_id == Organization.id)
        return uow.connection.execute(owner.where(Partner.id == number)).scalar() or str(number)
    if row.by not in ("place", "app_user"):
        return ""
    record = Location if row.by == "place" else AppUser
    return uow.connection.execute(select(record.name).where(record.id == number)).scalar() or str(number)


def _colleagues(uow: UnitOfWork, entries: Sequence[IncidentEntry]) -> dict[int, str]:
    ids = {each.staff_id for each in entries} | {each.object_id for each in entries if each.by == "staff"}
    rows = uow.connection.execute(select(Staff.id, Staff.name).where(Staff.id.in_({each for each in ids if each})))
    return {row.id: row.name for row in rows}
