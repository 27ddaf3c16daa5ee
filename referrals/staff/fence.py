"""The second lock behind `visible_to`: no row of a scoped record outside a member's reach is met in their unit of work.

`visible_to` narrows what a query asks for, and every query has to call it. This one looks at what came: each instance
that a console's session loads, changes or deletes is held against the member's memberships, whoever asked for it and
however. What is outside stops the unit of work with `OutOfReach`, which the console answers as if the row were not
there. The pages of `console/` therefore read whole records; `tests/console/test_second_lock.py` sees to it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from sqlalchemy import ColumnElement, and_, event, or_, select
from sqlalchemy.orm import ORMExecuteState, Session
from sqlalchemy.orm.util import identity_key

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.records import HelpRequest
from referrals.families.records import Claim, DuplicatePair
from referrals.filling.records import DeskFilling
from referrals.partners.records import Partner
from referrals.protection.incidents.records import Incident
from referrals.protection.rights_records import ErasureNotice, ErasureRequest
from referrals.referral.records import Referral, ReferralTransfer
from referrals.staff.roles import Permission, permissions_of
from referrals.staff.scope import Member, Membership, reach_of
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser, OutgoingSubmission, ReceivedSubmission
from referrals.transcribing.records import Transcription

log = logging.getLogger("sanad.staff")
Place = tuple[str, str, str]
LIFTED = "fence.lifted"

# Where a row itself says whose it is: its programme, organization and location. Nothing is asked of the database then.
SAID_BY_THE_ROW: Mapping[type[Record], Place] = {
    Referral: ("programme_id", "to_organization_id", "to_location_id"),
    ReferralTransfer: ("programme_id", "to_organization_id", "to_location_id"),
    DeskFilling: ("programme_id", "organization_id", "location_id"),
    ReceivedSubmission: ("programme_id", "organization_id", "location_id"),
    AppUser: ("programme_id", "organization_id", "location_id"),
    ErasureNotice: ("programme_id", "organization_id", "location_id"),
    HelpRequest: ("programme_id", "", "location_id"),
    Application: ("programme_id", "", ""),
    Claim: ("programme_id", "", ""),
    Incident: ("programme_id", "", ""),
    DuplicatePair: ("programme_id", "", ""),
    ErasureRequest: ("programme_id", "", ""),
    OutgoingSubmission: ("programme_id", "", ""),
    Partner: ("programme_id", "", ""),
    Transcription: ("programme_id", "", ""),
    Appointment: ("", "", ""),
    HomeVisit: ("programme_id", "", ""),
}
# Whose a row is that belongs to a referral: where that one was looked at already, nothing is asked of the database.
BY_WAY_OF_A_REFERRAL = (Appointment, HomeVisit)

NO_FAMILYS = frozenset({AppUser, Partner, OutgoingSubmission, Incident})
"""Rows that say nothing of a family."""
_ABOUT_FAMILIES = frozenset(Permission) - {
    Permission.SEE_PARKED,
    Permission.MANAGE_APP_USERS,
    Permission.MAKE_POSTER,
    Permission.KEEP_CALENDAR,
    Permission.KEEP_TIMES,
    Permission.CHANGE_CAPACITY,
    Permission.SEE_COVERAGE,
    Permission.READ_AUDIT,
}

# Of what `visible_to` narrows, these have no second lock, and why.
UNFENCED: Mapping[str, str] = {
    "location": "the directory: whoever looks for a centre reads all of them, and families may too",
    "service_at_location": "the directory, as the places it is offered at",
    "consent": "what a family agreed to is asked before anything is disclosed, whoever asked for the page",
    "outbox_message": "the books: whatever is owed to a family is written and ended with what a page does for it",
    "inbox_message": "the books, as what is owed",
}


class OutOfReach(LookupError):
    """A row of somebody else's came into this member's unit of work: their page forgot `visible_to`. Add it there."""


class Fence:
    """What one member may meet. `watch` is for `Store.watched`."""

    def __init__(self, member: Member) -> None:
        self.member = member
        about = tuple(each for each in member.memberships if permissions_of(each.role) & _ABOUT_FAMILIES)
        self._reaching = {True: about, False: member.memberships}

    def _memberships(self, record: type[Any]) -> tuple[Membership, ...]:
        """Those that count: what is a family's is met by nobody whose role has nothing to do with families."""
        return self._reaching[record not in NO_FAMILYS]

    def watch(self, uow: UnitOfWork, session: Session) -> None:
        """From now on every row that is loaded, changed or deleted is looked at."""

        def loaded(_: Session, row: Any) -> None:
            self._look(uow, session, row)

        def executing(state: ORMExecuteState) -> None:
            # One statement changes rows that nobody looked at: that is for the casework, within `beyond`.
            if (state.is_update or state.is_delete) and _fenced(state) and not session.info.get(LIFTED):
                raise self._refused(f"{state.statement}")

        def flushing(_: Session, context: Any, instances: Any) -> None:
            for row in (*session.dirty, *session.deleted):
                self._look(uow, session, row)
            for row in session.new:
                self._look_at_new(session, row)

        event.listen(session, "loaded_as_persistent", loaded)
        event.listen(session, "do_orm_execute", executing)
        event.listen(session, "before_flush", flushing)

    def _look(self, uow: UnitOfWork, session: Session, row: Any) -> None:
        place = SAID_BY_THE_ROW.get(type(row))
        if place is None or session.info.get(LIFTED) or self._says_so(row, place):
            return
        if isinstance(row, BY_WAY_OF_A_REFERRAL) and self._looked_at(session, row):
            return
        if not self._reaches(uow, type(row), row.__dict__.get("id")):
            raise self._refused(f"{type(row).__tablename__} {row.__dict__.get('id')}")

    def _look_at_new(self, session: Session, row: Any) -> None:
        """A new row may be for another centre, which is what sending is for, and never for another programme."""
        place = SAID_BY_THE_ROW.get(type(row))
        if place is None or not place[0] or session.info.get(LIFTED):
            return
        programme = getattr(row, place[0])
        if programme is not None and programme not in {each.programme_id for each in self._memberships(type(row))}:
            raise self._refused(f"a new {type(row).__tablename__}")

    def _says_so(self, row: Any, place: Place) -> bool:
        """Whether the row's own columns put it within reach; one that was loaded without them does not."""
        programme, organization, location = (row.__dict__.get(name) if name else None for name in place)
        return any(
            _same(each.programme_id, programme)
            and (
                each.whole_programme
                or _same(each.location_id, location)
                or (each.location_id is None and _same(each.organization_id, organization))
            )
            for each in self._memberships(type(row))
        )

    def _looked_at(self, session: Session, row: Any) -> bool:
        """Whether its referral is loaded already, within reach."""
        whose = session.identity_map.get(identity_key(Referral, row.__dict__.get("referral_id")))
        return whose is not None and self._says_so(whose, SAID_BY_THE_ROW[Referral])

    def _reaches(self, uow: UnitOfWork, record: type[Any], row_id: int | None) -> bool:
        """The same asked of the database, where a row belongs to a place by way of another one."""
        if row_id is None:
            return False
        ways = _ways(record, self._memberships(record))
        if not ways:
            return False
        found = select(record.id).where(and_(record.id == row_id, or_(*ways)))
        return uow.connection.execute(found).first() is not None

    def _refused(self, what: str) -> OutOfReach:
        log.error("staff %s met %s, which is not theirs to see", self.member.staff_id, what)
        return OutOfReach(OutOfReach.__doc__)


def beyond(uow: UnitOfWork) -> AbstractContextManager[None]:
    """For a step of the casework that by its nature goes on to other rows than the one at hand: a transfer to another
    centre, an erasure in every programme. Whoever calls it has looked at the row at hand by `visible_to`."""
    return _Lifted(uow.session) if uow.watch is not None else nullcontext()


class _Lifted(AbstractContextManager[None]):
    def __init__(self, session: Session) -> None:
        self.session = session

    def __enter__(self) -> None:
        self.session.info[LIFTED] = self.session.info.get(LIFTED, 0) + 1

    def __exit__(self, *failure: object) -> None:
        if failure[0] is None:
            self.session.flush()  # what was changed within is written within
        self.session.info[LIFTED] -= 1


def _fenced(state: ORMExecuteState) -> bool:
    return any(mapper.class_ in SAID_BY_THE_ROW for mapper in state.all_mappers)


def _same(wanted: Any, found: Any) -> bool:
    return found is not None and wanted == found


def _ways(record: type[Record], memberships: tuple[Membership, ...]) -> list[ColumnElement[bool]]:
    """`visible_to` of any permission, and what is read beside a row that is theirs."""
    beside = _BESIDE.get(record)
    return [*reach_of(record, memberships), *(beside(memberships) if beside else ())]


def _applications_beside(memberships: tuple[Membership, ...]) -> list[ColumnElement[bool]]:
    """The application of a referral at their place, of what they fill or received."""
    return [
        Application.id.in_(select(column).where(way))
        for record, column in (
            (Referral, Referral.application_id),
            (DeskFilling, DeskFilling.application_id),
            (ReceivedSubmission, ReceivedSubmission.application_id),
        )
        for way in reach_of(record, memberships)
    ]


def _referrals_beside(memberships: tuple[Membership, ...]) -> list[ColumnElement[bool]]:
    """What another centre asks them to take, and where an application that was filled at their desk went."""
    asked = (select(ReferralTransfer.referral_id).where(way) for way in reach_of(ReferralTransfer, memberships))
    filled = (select(DeskFilling.application_id).where(way) for way in reach_of(DeskFilling, memberships))
    return [*(Referral.id.in_(each) for each in asked), *(Referral.application_id.in_(each) for each in filled)]


def _transfers_beside(memberships: tuple[Membership, ...]) -> list[ColumnElement[bool]]:
    """What they ask another centre to take."""
    theirs = (select(Referral.id).where(way) for way in reach_of(Referral, memberships))
    return [ReferralTransfer.referral_id.in_(each) for each in theirs]


def _recordings_beside(memberships: tuple[Membership, ...]) -> list[ColumnElement[bool]]:
    """Of a family that was sent to them: which of its recordings, the fields that were disclosed say."""
    sent = (select(Referral.person_id).where(way) for way in reach_of(Referral, memberships))
    return [Transcription.person_id.in_(each) for each in sent]


_BESIDE: Mapping[type[Record], Callable[[tuple[Membership, ...]], list[ColumnElement[bool]]]] = {
    Application: _applications_beside,
    Referral: _referrals_beside,
    ReferralTransfer: _transfers_beside,
    Transcription: _recordings_beside,
}
