"""Messages that could not be handled or sent, with the reason; never dropped, so somebody has to look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select

from referrals.conversations.records import InboxMessage
from referrals.outbox.records import OutboxMessage
from referrals.senders.records import Sender
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

MOST_ROWS = 200


@dataclass(frozen=True)
class Parked:
    """One parked message; what it says stays sealed."""

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


def how_many_parked(uow: UnitOfWork, member: Member) -> int:
    """How many messages are parked in both directions."""
    inbound = select(func.count()).select_from(InboxMessage).where(InboxMessage.state == "parked")
    outbound = select(func.count()).select_from(OutboxMessage).where(OutboxMessage.state == "parked")
    return sum(
        int(uow.session.execute(visible_to(member, query, record, Permission.SEE_PARKED)).scalar_one())
        for query, record in ((inbound, InboxMessage), (outbound, OutboxMessage))
    )
