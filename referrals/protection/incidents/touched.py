"""Whom an incident touched: computed from the audit chain and from rows, never typed by hand."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, cast, literal, or_, select, true

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.conversations.records import Conversation
from referrals.families.people import now_known_as
from referrals.families.records import Consent, Identity, Person
from referrals.filling.records import DeskFilling
from referrals.partners.records import WebhookDelivery
from referrals.protection.audit_trail.who_saw import OF_A_PERSON
from referrals.protection.incidents.records import Incident, IncidentEntry
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral, ReferralTransfer
from referrals.staff.records import StaffMembership
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission

AT_ONCE = 400  # bound values in one statement
READ_ON = timedelta(days=30)  # so long a centre still reads a referral that was closed


@dataclass(frozen=True)
class Touched:
    """The people of an incident's programme, each with the entries that they were found by.

    `erased` were erased since: they count, and nobody can tell them. `elsewhere` are of other programmes, which are to
    hear of it from who keeps this register.
    """

    people: dict[int, frozenset[int]]
    erased: frozenset[int]
    elsewhere: int

    @property
    def count(self) -> int:
        """How many people of this programme, those who were erased among them."""
        return len(self.people) + len(self.erased)


def touched_by(uow: UnitOfWork, incident: Incident) -> Touched:
    """Everybody whom the entries find now. An entry that was taken back finds nobody."""
    entries = uow.session.scalars(select(IncidentEntry).filter_by(incident_id=incident.id).order_by(IncidentEntry.id))
    rows = list(entries)
    gone = {each.object_id for each in rows if each.kind == "untouched"}
    found: dict[int, set[int]] = {}
    for entry in rows:
        if entry.kind == "touched" and entry.id not in gone:
            for person in people_of(uow, incident, entry):
                found.setdefault(person, set()).add(entry.id)
    return _sorted_out(uow, incident.programme_id, found)


def people_of(uow: UnitOfWork, incident: Incident, entry: IncidentEntry) -> set[int]:
    """Whom one entry finds, of whichever programme: by what was audited, and by the rows that were there."""
    since, until = entry.since, entry.until
    within = _within(AuditEvent.at, since, until)
    if entry.by == "staff":
        return _audited(uow, and_(AuditEvent.actor == f"staff:{entry.object_id}", within))
    if entry.by == "app_user":
        sent = select(ReceivedSubmission.person_id).where(
            ReceivedSubmission.app_user_id == entry.object_id, _within(ReceivedSubmission.received_at, since, until)
        )
        actor = f"app_user:{entry.object_id}"
        return _audited(uow, and_(AuditEvent.actor == actor, within)) | _ids(uow, sent)
    if entry.by == "partner":
        owed = select(Referral.person_id).join(WebhookDelivery, WebhookDelivery.referral_id == Referral.id)
        owed = owed.where(
            WebhookDelivery.partner_id == entry.object_id, _within(WebhookDelivery.created_at, since, until)
        )
        actor = f"partner:{entry.object_id}"
        return _audited(uow, and_(AuditEvent.actor == actor, within)) | _ids(uow, owed)
    if entry.by == "place":
        return _of_place(uow, int(entry.object_id or 0), since, until)
    if entry.by == "period":
        return _audited(uow, within)
    return _all_there(uow, incident.programme_id, since, until)


def _of_place(uow: UnitOfWork, location_id: int, since: datetime | None, until: datetime | None) -> set[int]:
    """What its staff looked at, and everything that stood with it in that time."""
    there = StaffMembership.location_id == location_id
    staff = select(literal("staff:") + cast(StaffMembership.staff_id, String)).where(there)
    found = _audited(uow, and_(AuditEvent.actor.in_(staff), _within(AuditEvent.at, since, until)))
    here = Referral.to_location_id == location_id
    passed = Referral.id.in_(
        select(ReferralTransfer.referral_id).where(ReferralTransfer.from_location_id == location_id)
    )
    stood = [
        select(Referral.person_id).where(
            or_(here, passed),
            Referral.state != "draft",
            _before(Referral.requested_at, until),
            or_(Referral.closed_at.is_(None), _after(Referral.closed_at, since - READ_ON if since else None)),
        ),
        select(Appointment.person_id).where(
            Appointment.location_id == location_id,
            _before(Appointment.created_at, until),
            or_(Appointment.starts_at.is_(None), _after(Appointment.starts_at, since)),
        ),
        select(DeskFilling.person_id).where(
            DeskFilling.location_id == location_id,
            _before(DeskFilling.created_at, until),
            _after(DeskFilling.updated_at, since),
        ),
        select(ReceivedSubmission.person_id).where(
            ReceivedSubmission.location_id == location_id, _within(ReceivedSubmission.received_at, since, until)
        ),
    ]
    return found.union(*(_ids(uow, each) for each in stood))


def _all_there(uow: UnitOfWork, programme_id: str, since: datetime | None, until: datetime | None) -> set[int]:
    """Everybody of whom the programme held something then: a copy of the database that was lost."""
    then = _before(Person.created_at, until)
    still = or_(Person.erased_at.is_(None), _after(Person.erased_at, since))
    people = _ids(uow, select(Person.id).where(then, still))
    return people & _of_programme(uow, programme_id, people)


def _audited(uow: UnitOfWork, condition: ColumnElement[bool]) -> set[int]:
    """The people of the events: of the rows that they name, and of the lists that they showed."""
    query = select(AuditEvent.object_kind, AuditEvent.object_id, AuditEvent.people).where(condition)
    found, rows = set[int](), dict[str, set[int]]()
    for kind, object_id, people in uow.connection.execute(query):
        found.update(int(each) for each in people.split(",") if each)
        if object_id.isdigit() and (kind in _PEOPLE or kind == "person"):
            rows.setdefault(kind, set()).add(int(object_id))
    known = rows.pop("person", set())
    found |= _ids_of(uow, Person.id, Person.id, known)
    for kind, ids in rows.items():
        record = _PEOPLE[kind]
        found |= _ids_of(uow, record.person_id, record.id, ids)
    return found


_PEOPLE: dict[str, Any] = {**OF_A_PERSON, "identity": Identity}


def _ids_of(uow: UnitOfWork, column: Any, key: Any, ids: Collection[int]) -> set[int]:
    found = set[int]()
    for part in _parts(sorted(ids)):
        found |= _ids(uow, select(column).where(key.in_(part)))
    return found


def _ids(uow: UnitOfWork, query: Any) -> set[int]:
    return {each for each in uow.connection.execute(query).scalars() if each is not None}


def _sorted_out(uow: UnitOfWork, programme_id: str, found: dict[int, set[int]]) -> Touched:
    """Once each as who they are now; those of other programmes and those who were erased counted apart."""
    erased, merged = _erased(uow, found), _merged(uow, found)
    theirs = _of_programme(uow, programme_id, found)
    people: dict[int, set[int]] = {}
    gone, elsewhere = set[int](), set[int]()
    for person, entries in sorted(found.items()):
        now = now_known_as(uow, person) if person in merged else person
        if person in erased:
            gone.add(now)
        elif person in theirs:
            people.setdefault(now, set()).update(entries)
        else:
            elsewhere.add(now)
    return Touched(
        {person: frozenset(entries) for person, entries in people.items()},
        frozenset(gone - set(people)),
        len(elsewhere - set(people) - gone),
    )


def _of_programme(uow: UnitOfWork, programme_id: str, people: Iterable[int]) -> set[int]:
    """Those with something in this programme, and those with nothing in any: they are everybody's, never nobody's."""
    mine, anywhere = set[int](), set[int]()
    for part in _parts(sorted(people)):
        for record in _BELONGS:
            query = select(record.person_id, record.programme_id).where(record.person_id.in_(part))
            for person, programme in uow.connection.execute(query.distinct()):
                if programme is not None:
                    anywhere.add(person)
                if programme == programme_id:
                    mine.add(person)
    return mine | (set(people) - anywhere)


_BELONGS: Sequence[Any] = (Application, Conversation, Consent, Referral, ReceivedSubmission, DeskFilling)


def _erased(uow: UnitOfWork, people: Iterable[int]) -> set[int]:
    return _those(uow, people, Person.erased_at.is_not(None))


def _merged(uow: UnitOfWork, people: Iterable[int]) -> set[int]:
    return _those(uow, people, Person.merged_into_id.is_not(None))


def _those(uow: UnitOfWork, people: Iterable[int], so: ColumnElement[bool]) -> set[int]:
    found = set[int]()
    for part in _parts(sorted(people)):
        found |= _ids(uow, select(Person.id).where(Person.id.in_(part), so))
    return found


def _parts(ids: Sequence[int]) -> Iterator[Sequence[int]]:
    return (ids[start : start + AT_ONCE] for start in range(0, len(ids), AT_ONCE))


def _within(column: Any, since: datetime | None, until: datetime | None) -> ColumnElement[bool]:
    return and_(_after(column, since), _before(column, until))


def _after(column: Any, since: datetime | None) -> ColumnElement[bool]:
    return column >= since if since is not None else true()


def _before(column: Any, until: datetime | None) -> ColumnElement[bool]:
    return column <= until if until is not None else true()
