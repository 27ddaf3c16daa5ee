"""What was said on both sides, in order: for the web chat's page and for the clerk who reads along."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.conversations.inbox.waiting import PAYLOAD, from_json
from referrals.conversations.records import InboxMessage
from referrals.families.owed import keys_of_others
from referrals.inbound import Content
from referrals.messages import Message
from referrals.outbox.noting import note_sent
from referrals.outbox.owe import BODY
from referrals.outbox.owe import from_json as message_from_json
from referrals.outbox.records import OutboxMessage
from referrals.protection.vault import Erased, sealed_under
from referrals.store.unit_of_work import UnitOfWork

SHOWN = 200
ON_PAGE = ("waiting", "leased", "uncertain", "sent")


@dataclass(frozen=True)
class Line:
    """One bubble: theirs (`said`) or ours (`message`). `id` is the row's, `at` when it came or was owed."""

    id: int
    at: datetime
    said: Content | None = None
    message: Message | None = None


def transcript(uow: UnitOfWork, identity_id: int, at: datetime) -> list[Line]:
    """The last lines of both sides, oldest first; what was erased is left out, and what is of others of a telephone."""
    others = keys_of_others(uow, identity_id)
    inbound = [row for row in _inbound(uow, identity_id) if sealed_under(row.payload_sealed) not in others]
    said = [line for row in inbound if (line := _said(uow, row)) is not None]
    return sorted(
        [*said, *messages_after(uow, identity_id, 0, at, without=others)],
        key=lambda line: (line.at, line.message is not None, line.id),
    )


def messages_after(
    uow: UnitOfWork, identity_id: int, after: int, at: datetime, *, without: Collection[int] = ()
) -> list[Line]:
    """What was owed to the page after the row `after` and is due; not what was sealed under the keys `without`."""
    rows = uow.connection.execute(
        select(OutboxMessage.id, OutboxMessage.created_at, OutboxMessage.due_at, OutboxMessage.body_sealed)
        .where(
            OutboxMessage.identity_id == identity_id,
            OutboxMessage.id > after,
            OutboxMessage.state.in_(ON_PAGE),
            OutboxMessage.due_at <= at,
        )
        .order_by(OutboxMessage.id.desc())
        .limit(SHOWN)
    ).all()
    lines = []
    for row in reversed(rows):
        if sealed_under(row.body_sealed) in without:
            continue
        try:
            message = message_from_json(uow.vault.open_json(row.body_sealed, BODY))
        except Erased:
            continue
        lines.append(Line(row.id, max(row.created_at, row.due_at), message=message))
    return lines


def note_shown(uow: UnitOfWork, identity_id: int, up_to: int, at: datetime) -> None:
    """The page has them: a message of the web chat is sent when it was shown."""
    waiting = uow.connection.execute(
        select(OutboxMessage.id).where(
            OutboxMessage.identity_id == identity_id,
            OutboxMessage.id <= up_to,
            OutboxMessage.state.in_(("waiting", "leased")),
            OutboxMessage.due_at <= at,
        )
    ).scalars()
    for row_id in waiting.all():
        note_sent(uow, row_id, f"web:{row_id}", at)


def _inbound(uow: UnitOfWork, identity_id: int) -> list[InboxMessage]:
    query = select(InboxMessage).where(InboxMessage.identity_id == identity_id).order_by(InboxMessage.id.desc())
    return list(uow.session.scalars(query.limit(SHOWN)))


def _said(uow: UnitOfWork, row: InboxMessage) -> Line | None:
    try:
        event = from_json(uow.vault.open(row.payload_sealed, PAYLOAD))
    except Erased:
        return None
    return Line(row.id, row.received_at, said=event.content)
