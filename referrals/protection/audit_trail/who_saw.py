"""Who saw a family's file: read out of the audit chain for the family itself, by role and centre and never by name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.records import Conversation, HelpRequest, InterviewSession
from referrals.directory.records import Location, Organization
from referrals.families.records import Claim, Consent
from referrals.partners.records import Partner
from referrals.protection.records import AuditedPerson, AuditEvent
from referrals.protection.rights_records import ErasureRequest
from referrals.referral.records import Referral
from referrals.staff.records import StaffMembership
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser, ReceivedSubmission
from referrals.transcribing.records import Transcription

OF_A_PERSON: dict[str, Any] = {
    "application": Application,
    "referral": Referral,
    "appointment": Appointment,
    "help_request": HelpRequest,
    "claim": Claim,
    "consent": Consent,
    "interview_session": InterviewSession,
    "conversation": Conversation,
    "submission": ReceivedSubmission,
    "transcription": Transcription,
    "visit": HomeVisit,
    "erasure_request": ErasureRequest,
}
"""What the audit speaks of that belongs to one person, and where its rows are."""
LISTS = frozenset(
    {"queue", "appointments", "claims", "help_requests", "transcriptions", "submissions", "fillings", "incident"}
)
FILES = frozenset({"person", "application", "referral", "interview_session", "submission", "appointment", "consent"})
READS = ("read", "listened", "file_read", "printed", "revealed", "searched", "traced", "exported", "file_shown")
AT_ONCE = 400  # bound values in one statement


@dataclass(frozen=True)
class Seen:
    """One look at, or change of, a person's data.

    `role_word` is the role's code (`desk`, `supervisor`, …), or `operator`, `app_user`, `partner`; `place` the name of
    its centre or organization, blank for who works for the whole programme; `what` one of `list`, `file`, `recording`,
    `request`, `message` and `changed`.
    """

    at: datetime
    role_word: str
    place: str
    what: str


def who_saw(uow: UnitOfWork, person_ids: Iterable[int], *, most: int = 500) -> list[Seen]:
    """Everybody but the family itself and the clock who read or changed something of these people, the latest first."""
    events = _events(uow, sorted(set(person_ids)), most)
    return [
        Seen(event.at, role, place, what_of(event.action, event.object_kind))
        for event in events
        for role, place in [role_of(uow, event.actor, event.at)]
        if role
    ]


def what_of(action: str, object_kind: str) -> str:
    """What somebody did, in one of six words that name no need and no danger."""
    verb = action.rpartition(".")[2]
    if verb not in READS:
        return "changed"
    if object_kind in LISTS:
        return "list"
    if object_kind in ("transcription", "media"):
        return "recording"
    if object_kind in ("help_request", "claim"):
        return "request"
    return "file" if object_kind in FILES else "message"


def events_of(uow: UnitOfWork, people: Sequence[int]) -> ColumnElement[bool]:
    """The condition for every event about these people: of their rows, and of the lists that they stood in."""
    shown = select(AuditedPerson.seq).where(AuditedPerson.person_id.in_(people))
    found: list[ColumnElement[bool]] = [AuditEvent.seq.in_(shown), _of("person", map(str, people))]
    for kind, record in OF_A_PERSON.items():
        ids = uow.connection.execute(select(record.id).where(record.person_id.in_(people))).scalars().all()
        found += [_of(kind, map(str, ids[n : n + AT_ONCE])) for n in range(0, len(ids), AT_ONCE)]
    return or_(*found)


def _events(uow: UnitOfWork, people: Sequence[int], most: int) -> Sequence[Any]:
    if not people:
        return []
    columns = (AuditEvent.at, AuditEvent.actor, AuditEvent.action, AuditEvent.object_kind)
    others = or_(*(AuditEvent.actor.startswith(who) for who in ("staff:", "app_user:", "partner:", "operator")))
    query = select(*columns).where(events_of(uow, people), others)
    return uow.connection.execute(query.order_by(AuditEvent.seq.desc()).limit(most)).all()


def _of(kind: str, ids: Iterable[str]) -> ColumnElement[bool]:
    return and_(AuditEvent.object_kind == kind, AuditEvent.object_id.in_(list(ids)))


def role_of(uow: UnitOfWork, actor: str, at: datetime) -> tuple[str, str]:
    """The role and the place of an actor as they were then; a blank role for whom nobody needs to be told of."""
    kind, _, number = actor.partition(":")
    if kind == "staff" and number.isdigit():
        return _member(uow, int(number), at)
    if kind == "app_user" and number.isdigit():
        place = select(Location.name).join(AppUser, AppUser.location_id == Location.id).where(AppUser.id == int(number))
        return kind, uow.connection.execute(place).scalar() or ""
    if kind == "partner" and number.isdigit():
        owner = select(Organization.name).join(Partner, Partner.organization_id == Organization.id)
        return kind, uow.connection.execute(owner.where(Partner.id == int(number))).scalar() or ""
    return (kind, "") if kind in ("operator", "partner") else ("", "")


def _member(uow: UnitOfWork, staff_id: int, at: datetime) -> tuple[str, str]:
    query = (
        select(StaffMembership.role, Location.name, Organization.name)
        .outerjoin(Location, Location.id == StaffMembership.location_id)
        .outerjoin(Organization, Organization.id == StaffMembership.organization_id)
        .where(StaffMembership.staff_id == staff_id)
    )
    then = query.where(
        StaffMembership.created_at <= at, or_(StaffMembership.ended_at.is_(None), StaffMembership.ended_at > at)
    )
    for each in (then, query):
        found = uow.connection.execute(each.order_by(StaffMembership.id).limit(1)).one_or_none()
        if found is not None:
            return found[0], found[1] or found[2] or ""
    return "staff", ""
