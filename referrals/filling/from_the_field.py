"""An application from a researcher's phone at a desk: the family agrees, then chooses its centre as others do there."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from referrals.applications.filing import facts_of
from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.definitions.settings import Settings
from referrals.families.consents import record_consent, who_agrees
from referrals.families.records import Person
from referrals.filling.records import DeskFilling
from referrals.filling.starting import READ_ALOUD, note, notice_of
from referrals.staff.help_desk import settle
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission

FROM_THE_FIELD = "from_the_field"
"""The kind of the request for staff: an application came from a researcher's phone."""
FILED = "filed"
ORIGIN = "odk"


def submission_asked_about(uow: UnitOfWork, request: HelpRequest) -> ReceivedSubmission | None:
    """The filed intake that a request speaks of; None for a request of another kind."""
    if request.kind != FROM_THE_FIELD:
        return None
    query = select(ReceivedSubmission).filter_by(
        person_id=request.person_id, programme_id=request.programme_id, state=FILED
    )
    return uow.session.scalar(query.order_by(ReceivedSubmission.id.desc()).limit(1))


def choosing_for(uow: UnitOfWork, member: Member, row: ReceivedSubmission, at: datetime) -> DeskFilling | None:
    """The desk's row of a filed intake, made when it is first asked for; it belongs to the place of the phone.

    None where nothing was filed, where the family was erased, and where the place is not the member's.
    """
    if row.state != FILED or row.application_id is None:
        return None
    # Two members who open it at once wait for each other here, so that there is one row.
    application = uow.session.get_one(Application, row.application_id, with_for_update=True)
    if uow.session.get_one(Person, application.person_id).erased_at is not None:
        return None
    mine = select(DeskFilling).filter_by(application_id=application.id, form_name="intake")
    if uow.session.scalar(mine) is None:
        _add(uow, member, row, application, at)
    return uow.session.scalar(visible_to(member, mine, DeskFilling, Permission.FILL_FORM))


def keep_consent(
    uow: UnitOfWork, member: Member, settings: Settings, filling: DeskFilling, agreed: bool, at: datetime
) -> None:
    """What the family said to the words that were read to it; a refusal is kept too, and nothing is sent anywhere."""
    given_by, relation = _who(uow, filling, at)
    filling.consent_id = record_consent(
        uow,
        person_id=filling.person_id,
        programme_id=settings.id,
        purpose="intake",
        text_id=notice_of(uow, settings.id, settings.default_language).consent_id,
        language=settings.default_language,
        at=at,
        agreed=agreed,
        method=READ_ALOUD,
        given_by=given_by,
        on_behalf_relation=relation,
        evidence_filling_id=filling.id,
        evidence_submission_id=_submission_of(uow, filling),
        actor=f"staff:{member.staff_id}",
    )
    note(uow, member, filling, "agreed" if agreed else "not_agreed", at)
    uow.flush()


def _who(uow: UnitOfWork, filling: DeskFilling, at: datetime) -> tuple[str, str]:
    application = uow.session.get(Application, filling.application_id) if filling.application_id else None
    facts = facts_of(uow, application) if application else {}
    return who_agrees(uow, facts, filling.person_id, filling.programme_id, at)


def _submission_of(uow: UnitOfWork, filling: DeskFilling) -> int | None:
    """What the researcher's phone sent, of which this application was made."""
    mine = select(ReceivedSubmission.id).where(ReceivedSubmission.application_id == filling.application_id)
    return uow.session.scalar(mine.order_by(ReceivedSubmission.id.desc()).limit(1))


def settle_request(uow: UnitOfWork, member: Member, filling: DeskFilling, at: datetime) -> None:
    """Staff spoke with the family: the request leaves the queue."""
    standing = select(HelpRequest).filter_by(
        person_id=filling.person_id, programme_id=filling.programme_id, kind=FROM_THE_FIELD, state="open"
    )
    for request in uow.session.scalars(standing).all():
        settle(uow, member, request, "", "closed", at)


def _add(uow: UnitOfWork, member: Member, row: ReceivedSubmission, application: Application, at: datetime) -> None:
    filling = DeskFilling(
        programme_id=row.programme_id,
        organization_id=row.organization_id,
        location_id=row.location_id,
        staff_id=member.staff_id,
        form_name="intake",
        person_id=application.person_id,
        application_id=application.id,
        origin=ORIGIN,
        state=FILED,
        danger=False,
        settled=0,
        asked=0,
        created_at=at,
        updated_at=at,
        ended_at=at,
    )
    uow.session.add(filling)
    uow.flush()
    note(uow, member, filling, "taken_from_the_field", at)
