"""A person as retention sees them, read from the database: what was filed, what runs, what was said, what protects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, exists, func, or_, select

from referrals.applications.records import Application, ApplicationEvent
from referrals.appointments.booking import ACTIVE
from referrals.appointments.records import Appointment
from referrals.conversations.records import Conversation, HelpRequest, InboxMessage, InterviewSession
from referrals.families.people import everyone_as
from referrals.families.records import Claim, Consent, Identity, Person
from referrals.filling.records import DeskFilling
from referrals.media.records import Media
from referrals.outbox.records import OutboxMessage
from referrals.protection.retention.rules import Filed, Standing
from referrals.protection.rights_records import ErasureRequest, LegalHold
from referrals.referral.records import Referral
from referrals.referral.sending import OPEN
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission

OVER = ("sent", "expired", "cancelled")  # messages that nothing more is done with
CLAIMED = ("code_sent", "asked", "approved")  # claims that are not decided, or not carried out
APPEALED = ("duplicate_review", "under_review", "info_requested", "accepted")  # somebody has it in hand


def standing_of(uow: UnitOfWork, person_id: int, people: Sequence[int]) -> Standing:
    """How a person stands, with everybody who turned out to be them (`people`)."""
    said = uow.connection.execute(
        select(Conversation.programme_id, Conversation.identity_id, Conversation.updated_at)
        .where(Conversation.person_id.in_(people))
        .order_by(Conversation.updated_at.desc())
    ).all()
    identities = identities_of(uow, people)
    filed = _filed(uow, people)
    consents = uow.connection.execute(
        select(Consent.purpose, Consent.programme_id, Consent.given_at, Consent.refused, Consent.withdrawn_at).where(
            Consent.person_id.in_(people)
        )
    ).all()
    born = select(func.max(Person.created_at)).where(Person.id.in_(people))
    moments = [uow.connection.execute(born).scalar_one(), *(row.updated_at for row in said)]
    moments += [each.last_at for each in filed] + [row.given_at for row in consents]
    programme_id = (
        filed[-1].programme_id if filed else next((row.programme_id for row in said if row.programme_id), None)
    )
    return Standing(
        person_id=person_id,
        programme_id=programme_id or next((row.programme_id for row in consents), None),
        consented=any(row.purpose == "intake" and not row.refused for row in consents) or _sent_a_form(uow, people),
        last_at=max(_later(uow, people), *moments),
        oldest_message_at=_earlier(oldest_message_at(uow, identities), _oldest_file_at(uow, people, filed)),
        filed=tuple(filed),
        kept_by=_kept_by(uow, person_id, people),
        campaign_at=_campaign_at(uow, identities, consents),
    )


def identities_of(uow: UnitOfWork, people: Sequence[int]) -> list[int]:
    """Where these people speak or spoke."""
    talking = select(Conversation.identity_id).where(Conversation.person_id.in_(people))
    rows = select(Identity.id).where(or_(Identity.person_id.in_(people), Identity.id.in_(talking)))
    return list(uow.connection.execute(rows).scalars())


def oldest_message_at(uow: UnitOfWork, identities: Sequence[int]) -> datetime | None:
    """Of what was said there and is over and still has its words, the oldest; of whoever speaks there."""
    if not identities:
        return None
    came = select(func.min(InboxMessage.received_at)).where(
        InboxMessage.identity_id.in_(identities),
        InboxMessage.state == "handled",
        func.length(InboxMessage.payload_sealed) > 0,
    )
    went = select(func.min(OutboxMessage.created_at)).where(
        OutboxMessage.identity_id.in_(identities),
        OutboxMessage.state.in_(OVER),
        func.length(OutboxMessage.body_sealed) > 0,
    )
    found = [uow.connection.execute(each).scalar() for each in (came, went)]
    return min((moment for moment in found if moment is not None), default=None)


def _oldest_file_at(uow: UnitOfWork, people: Sequence[int], filed: Sequence[Filed]) -> datetime | None:
    """Of the files that still have their content; none while a centre has to do with them."""
    if any(each.open for each in filed):
        return None
    kept = select(func.min(Media.created_at)).where(Media.person_id.in_(people), Media.content_sealed.is_not(None))
    oldest: datetime | None = uow.connection.execute(kept).scalar()
    return oldest


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


def _filed(uow: UnitOfWork, people: Sequence[int]) -> list[Filed]:
    rows = uow.connection.execute(
        select(
            Application.id,
            Application.programme_id,
            Application.submitted_at,
            Application.state,
            Application.anonymised_at,
        )
        .where(Application.person_id.in_(people))
        .order_by(Application.id)
    ).all()
    return [_one_filed(uow, row) for row in rows]


def _one_filed(uow: UnitOfWork, row: Any) -> Filed:
    mine = Referral.application_id == row.id
    booked = Appointment.referral_id.in_(select(Referral.id).where(mine))
    runs = or_(exists().where(mine, Referral.state.in_(OPEN)), exists().where(booked, Appointment.state.in_(ACTIVE)))
    latest = (
        select(func.max(ApplicationEvent.at)).where(ApplicationEvent.application_id == row.id),
        select(func.max(func.coalesce(Referral.closed_at, Referral.requested_at))).where(mine),
        select(func.max(Appointment.updated_at)).where(booked),
    )
    moments = [uow.connection.execute(each).scalar() for each in latest]
    return Filed(
        id=row.id,
        programme_id=row.programme_id,
        filed_at=row.submitted_at,
        last_at=max([row.submitted_at, *(moment for moment in moments if moment is not None)]),
        open=row.state in APPEALED or bool(uow.connection.execute(select(runs)).scalar_one()),
        anonymised=row.anonymised_at is not None,
    )


def _later(uow: UnitOfWork, people: Sequence[int]) -> datetime:
    """The last word of an interview, at a desk too, and the last answer of staff."""
    latest = (
        select(func.max(InterviewSession.updated_at)).where(InterviewSession.person_id.in_(people)),
        select(func.max(DeskFilling.updated_at)).where(DeskFilling.person_id.in_(people)),
        select(func.max(func.coalesce(HelpRequest.answered_at, HelpRequest.created_at))).where(
            HelpRequest.person_id.in_(people)
        ),
        select(func.min(Person.created_at)).where(Person.id.in_(people)),
    )
    return max(moment for each in latest if (moment := uow.connection.execute(each).scalar()) is not None)


def _sent_a_form(uow: UnitOfWork, people: Sequence[int]) -> bool:
    """A form from a phone in the field was agreed to there."""
    sent = select(ReceivedSubmission.id).where(ReceivedSubmission.person_id.in_(people))
    return uow.connection.execute(sent.limit(1)).first() is not None


def _kept_by(uow: UnitOfWork, person_id: int, people: Sequence[int]) -> frozenset[str]:
    """Why nothing of theirs may go now; empty where nothing speaks against it."""
    everyone = everyone_as(uow, person_id)
    identities = select(Identity.id).where(Identity.person_id.in_(people))
    reasons = {
        "hold": and_(LegalHold.person_id.in_(everyone), LegalHold.ended_at.is_(None)),
        "request": and_(HelpRequest.person_id.in_(people), HelpRequest.state == "open"),
        "claim": and_(or_(Claim.person_id.in_(people), Claim.identity_id.in_(identities)), Claim.state.in_(CLAIMED)),
        "erasure": and_(ErasureRequest.person_id.in_(people), ErasureRequest.state == "open"),
        "message": and_(InboxMessage.identity_id.in_(identities), InboxMessage.state.in_(("waiting", "parked"))),
    }
    asked = select(*(exists().where(reason).label(name) for name, reason in reasons.items()))
    found = uow.connection.execute(asked).one()._mapping
    return frozenset(name for name, stands in found.items() if stands)


def _campaign_at(uow: UnitOfWork, identities: Sequence[int], consents: Sequence[Any]) -> datetime | None:
    given = [row.withdrawn_at or row.given_at for row in consents if row.purpose == "campaign"]
    if not given:
        return None
    sent = select(func.max(OutboxMessage.sent_at)).where(
        OutboxMessage.identity_id.in_(identities), OutboxMessage.purpose == "campaign"
    )
    last: datetime | None = uow.connection.execute(sent).scalar()
    moments: list[datetime] = [*given, *([last] if last is not None else [])]
    return max(moments)
