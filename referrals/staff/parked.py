"""Messages and forms that could not be handled or sent, with the reason; never dropped, so somebody has to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from referrals.conversations.records import InboxMessage
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit import audit
from referrals.senders.records import Sender
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.pushing import try_again
from referrals.submissions.records import OutgoingSubmission, PushTarget

MOST_ROWS = 200


@dataclass(frozen=True)
class Parked:
    """One parked message or form; what it says stays sealed."""

    id: int
    channel: str
    reason: str
    attempts: int
    at: datetime


def parked_inbound(uow: UnitOfWork, member: Member) -> list[Parked]:
    """What reached us and could not be handled, the latest first."""
    query = (
        select(InboxMessage, Sender.channel)
        .join(Sender, Sender.id == InboxMessage.sender_id)
        .where(InboxMessage.state == "parked")
        .order_by(InboxMessage.id.desc())
        .limit(MOST_ROWS)
    )
    found = uow.session.execute(visible_to(member, query, InboxMessage, Permission.SEE_PARKED))
    return [Parked(row.id, channel, row.reason, row.attempts, row.received_at) for row, channel in found]


def parked_outbound(uow: UnitOfWork, member: Member) -> list[Parked]:
    """What we owe a family and could not send, the latest first."""
    query = (
        select(OutboxMessage, Sender.channel)
        .join(Sender, Sender.id == OutboxMessage.sender_id)
        .where(OutboxMessage.state == "parked")
        .order_by(OutboxMessage.id.desc())
        .limit(MOST_ROWS)
    )
    found = uow.session.execute(visible_to(member, query, OutboxMessage, Permission.SEE_PARKED))
    return [Parked(row.id, channel, row.reason, row.attempts, row.created_at) for row, channel in found]


def parked_pushes(uow: UnitOfWork, member: Member) -> list[Parked]:
    """Forms that another server did not take, the latest first; the channel is the kind of server."""
    query = (
        select(OutgoingSubmission, PushTarget.kind)
        .join(PushTarget, PushTarget.id == OutgoingSubmission.target_id)
        .where(OutgoingSubmission.state == "parked")
        .order_by(OutgoingSubmission.id.desc())
        .limit(MOST_ROWS)
    )
    found = uow.session.execute(visible_to(member, query, OutgoingSubmission, Permission.SEE_PARKED))
    return [Parked(row.id, kind, row.reason, row.attempts, row.created_at) for row, kind in found]


def push_again(uow: UnitOfWork, member: Member, row_id: int, at: datetime) -> bool:
    """A parked form is tried anew from now on, audited; False when there is none of the member's to try."""
    query = select(OutgoingSubmission.id).where(OutgoingSubmission.id == row_id)
    if uow.session.scalar(visible_to(member, query, OutgoingSubmission, Permission.SEE_PARKED)) is None:
        return False
    if not try_again(uow, at, row_id=row_id):
        return False
    actor = f"staff:{member.staff_id}"
    audit(uow, at=at, actor=actor, action="push.tried_again", object_kind="outgoing_submission", object_id=row_id)
    return True


def how_many_parked(uow: UnitOfWork, member: Member) -> int:
    """How many messages are parked in both directions, and how many forms on their way to other servers."""
    inbound = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == "parked")
    outbound = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "parked")
    pushes = select(func.count()).select_from(OutgoingSubmission).where(OutgoingSubmission.state == "parked")
    return sum(
        int(uow.session.execute(visible_to(member, query, record, Permission.SEE_PARKED)).scalar_one())
        for query, record in ((inbound, InboxMessage), (outbound, OutboxMessage), (pushes, OutgoingSubmission))
    )
