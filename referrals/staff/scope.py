"""Whose rows a member of staff may see: the one place that narrows a query by programme, organization and location."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, Select, and_, false, or_, select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.records import Conversation, HelpRequest, InboxMessage
from referrals.directory.records import Location, ServiceAtLocation
from referrals.families.records import Claim, Consent, DuplicatePair
from referrals.filling.records import DeskFilling
from referrals.outbox.records import OutboxMessage
from referrals.partners.records import Partner
from referrals.protection.incidents.records import Incident
from referrals.protection.rights_records import ErasureNotice, ErasureRequest
from referrals.referral.records import Referral, ReferralTransfer
from referrals.senders.records import SenderProgramme
from referrals.staff.records import Staff, StaffMembership
from referrals.staff.roles import CENTRE_ROLES, Permission, permissions_of
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser, OutgoingSubmission, ReceivedSubmission
from referrals.transcribing.records import Transcription

AnySelect = Select[*tuple[Any, ...]]
Query = TypeVar("Query", bound=AnySelect)


@dataclass(frozen=True)
class Membership:
    """A role in a programme, narrowed to an organization or a location where it is a centre's."""

    programme_id: str
    role: str
    organization_id: int | None = None
    location_id: int | None = None

    @property
    def whole_programme(self) -> bool:
        """Whether it reaches every row of its programme."""
        return self.organization_id is None and self.location_id is None and self.role not in CENTRE_ROLES


@dataclass(frozen=True)
class Member:
    """A signed-in member of staff with the memberships that count."""

    staff_id: int
    name: str
    email: str
    memberships: tuple[Membership, ...]

    def may(self, permission: Permission) -> bool:
        """Whether any membership carries the permission."""
        return bool(self.holding(permission))

    def holding(self, permission: Permission) -> tuple[Membership, ...]:
        """The memberships that carry the permission."""
        return tuple(each for each in self.memberships if permission in permissions_of(each.role))

    @property
    def programmes(self) -> tuple[str, ...]:
        """The programmes they work in, each once, in the order of their memberships."""
        return tuple(dict.fromkeys(each.programme_id for each in self.memberships))

    def within(self, programme_id: str) -> Member:
        """The same person as far as one programme goes."""
        return replace(self, memberships=tuple(m for m in self.memberships if m.programme_id == programme_id))


def member_of(uow: UnitOfWork, staff_id: int) -> Member | None:
    """The member as they stand now; None when the account is disabled or gone."""
    staff = uow.session.get(Staff, staff_id)
    if staff is None or staff.disabled_at is not None:
        return None
    rows = uow.session.scalars(
        select(StaffMembership).filter_by(staff_id=staff_id, ended_at=None).order_by(StaffMembership.id)
    )
    memberships = tuple(Membership(row.programme_id, row.role, row.organization_id, row.location_id) for row in rows)
    return Member(staff.id, staff.name, staff.email, memberships)


def visible_to(member: Member, query: Query, record: type[Record], permission: Permission) -> Query:
    """The query with only those rows of `record` that the member may see with this permission."""
    reached = [_rows_of(record, membership) for membership in member.holding(permission)]
    return query.where(or_(*reached) if reached else false())


def reach_of(record: type[Record], memberships: Iterable[Membership]) -> list[ColumnElement[bool]]:
    """The rows of each membership, whatever its permissions: for the second lock (`fence.py`)."""
    return [_rows_of(record, each) for each in memberships]


def _rows_of(record: type[Record], membership: Membership) -> ColumnElement[bool]:
    if membership.role in CENTRE_ROLES and membership.organization_id is None and membership.location_id is None:
        return false()
    if record is Referral:
        return _referrals(membership)
    if record is ReferralTransfer:
        return _transfers(membership)
    if record is Appointment:
        return Appointment.referral_id.in_(select(Referral.id).where(_referrals(membership)))
    if record is ServiceAtLocation:
        return _services(membership)
    if record is Location:
        return _places(membership)
    if record is HomeVisit:
        return HomeVisit.referral_id.in_(select(Referral.id).where(_referrals(membership)))
    if record is HelpRequest:
        return _help_requests(membership)
    if record is DeskFilling:
        return _fillings(membership)
    if record is Application:
        return Application.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is Consent:
        return Consent.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is ReceivedSubmission:
        return _of_place(ReceivedSubmission, membership)
    if record is AppUser:
        return _of_place(AppUser, membership)
    if record is Transcription:
        return _transcriptions(membership)
    if record is OutboxMessage:
        return _outbox(membership) if membership.whole_programme else false()
    if record is Partner:
        return Partner.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is OutgoingSubmission:
        return OutgoingSubmission.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is Claim:
        return Claim.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is ErasureRequest:
        return _erasures(membership)
    if record is Incident:
        return Incident.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is ErasureNotice:
        return _of_place(ErasureNotice, membership)
    if record is DuplicatePair:
        return DuplicatePair.programme_id == membership.programme_id if membership.whole_programme else false()
    if record is InboxMessage:
        # + 0: or SQLite finds the few that are parked among all that a sender ever took in, instead of by their index
        return (InboxMessage.sender_id + 0).in_(_senders(membership)) if membership.whole_programme else false()
    raise TypeError(f"nobody said whose the rows of {record.__name__} are; say it here")


def _within(membership: Membership, programme: Any, organization: Any, location: Any) -> ColumnElement[bool]:
    """Rows of the programme, narrowed to the organization and the location where the membership is one's."""
    rows: ColumnElement[bool] = programme == membership.programme_id
    if membership.organization_id is not None:
        rows = and_(rows, organization == membership.organization_id)
    if membership.location_id is not None:
        rows = and_(rows, location == membership.location_id)
    return rows


def _services(membership: Membership) -> ColumnElement[bool]:
    """The services at their own centres."""
    return ServiceAtLocation.location_id.in_(select(Location.id).where(_places(membership)))


def _places(membership: Membership) -> ColumnElement[bool]:
    """Their own centres; of a whole programme, all of its."""
    return _within(membership, Location.programme_id, Location.organization_id, Location.id)


def _transfers(membership: Membership) -> ColumnElement[bool]:
    """What another centre asks of this one; before the family has agreed it has nothing to know."""
    return _within(
        membership, ReferralTransfer.programme_id, ReferralTransfer.to_organization_id, ReferralTransfer.to_location_id
    )


def _referrals(membership: Membership) -> ColumnElement[bool]:
    return _within(membership, Referral.programme_id, Referral.to_organization_id, Referral.to_location_id)


def _fillings(membership: Membership) -> ColumnElement[bool]:
    """What is filled at their own desk; of a whole programme, at any of its desks."""
    return _within(membership, DeskFilling.programme_id, DeskFilling.organization_id, DeskFilling.location_id)


def _erasures(membership: Membership) -> ColumnElement[bool]:
    """Who asked before a programme was known is everybody's who decides such requests, never nobody's."""
    if not membership.whole_programme:
        return false()
    return or_(ErasureRequest.programme_id == membership.programme_id, ErasureRequest.programme_id.is_(None))


def _of_place(
    record: type[ReceivedSubmission] | type[AppUser] | type[ErasureNotice], membership: Membership
) -> ColumnElement[bool]:
    """A phone, or what it sent, belongs to the centre or organization it was given for."""
    return _within(membership, record.programme_id, record.organization_id, record.location_id)


def _transcriptions(membership: Membership) -> ColumnElement[bool]:
    """A centre hears of an interview only what stands on a desk of its own; what was disclosed is on the referral."""
    mine: ColumnElement[bool] = Transcription.programme_id == membership.programme_id
    if membership.whole_programme:
        return mine
    at_its_desk = select(DeskFilling.session_id).where(_fillings(membership), DeskFilling.state == "open")
    return and_(mine, Transcription.session_id.in_(at_its_desk))


def _help_requests(membership: Membership) -> ColumnElement[bool]:
    mine: ColumnElement[bool] = HelpRequest.programme_id == membership.programme_id
    if membership.whole_programme:
        # Somebody who asked before a programme was known is everybody's whose sender they wrote to, never nobody's.
        spoken_to = select(Conversation.id).where(Conversation.sender_id.in_(_senders(membership)))
        return or_(mine, and_(HelpRequest.programme_id.is_(None), HelpRequest.conversation_id.in_(spoken_to)))
    if membership.location_id is not None:
        return and_(mine, HelpRequest.location_id == membership.location_id)
    places = select(Location.id).where(Location.organization_id == membership.organization_id)
    return and_(mine, HelpRequest.location_id.in_(places))


def _outbox(membership: Membership) -> ColumnElement[bool]:
    """What is owed before a programme is known is everybody's whose sender owes it, never nobody's."""
    nobodys = and_(OutboxMessage.programme_id.is_(None), OutboxMessage.sender_id.in_(_senders(membership)))
    return or_(OutboxMessage.programme_id == membership.programme_id, nobodys)


def _senders(membership: Membership) -> Select[Any]:
    return select(SenderProgramme.sender_id).where(SenderProgramme.programme_id == membership.programme_id)
