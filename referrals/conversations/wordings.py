"""What somebody said lately, wording by wording: how a channel's news of a message is told which one it was."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.conversations.desk import Desk
from referrals.conversations.inbox.stored_events import PAYLOAD, from_json
from referrals.conversations.records import InboxMessage
from referrals.inbound import Inbound
from referrals.protection.vault import Erased

LOOKED_BACK = 100  # messages: whoever changes an older one is told kindly that it is past


@dataclass(frozen=True)
class Wording:
    """One wording of a message, as it came in: the message itself, or an edit of it."""

    row_id: int
    state: str
    handled_at: datetime | None
    event: Inbound
    is_last_said: bool
    """Whether they have said or tapped nothing since."""

    @property
    def name(self) -> str:
        """What the channel calls the message; blank of an edit."""
        return "" if self.event.revises else self.event.said_as or self.event.external_id


def history_of(desk: Desk) -> list[Wording]:
    """What they said and changed lately, the oldest first; taps are counted and not opened."""
    rows = desk.uow.connection.execute(
        select(
            InboxMessage.id,
            InboxMessage.kind,
            InboxMessage.state,
            InboxMessage.handled_at,
            InboxMessage.payload_sealed,
        )
        .where(
            InboxMessage.identity_id == desk.identity_id,
            InboxMessage.kind.in_(("message", "edit", "tap")),
            InboxMessage.id < (desk.inbox_id or 0),
        )
        .order_by(InboxMessage.id.desc())
        .limit(LOOKED_BACK)
    ).all()
    newest = next((row.id for row in rows if row.kind != "edit"), 0)
    found: list[Wording] = []
    for row in rows:
        if row.kind == "tap":
            continue
        try:
            said = from_json(desk.uow.vault.open(row.payload_sealed, PAYLOAD))
        except Erased:  # said before they asked us to forget them
            break
        found.append(Wording(row.id, row.state, row.handled_at, said, row.id == newest))
    return found[::-1]


def is_ahead(name: str, history: Sequence[Wording]) -> bool:
    """Whether the message is still to come. Telegram counts its messages up; WhatsApp lets change only what is new."""
    if len(history) >= LOOKED_BACK:
        return False
    if not name.isdecimal() or not history:
        return True
    known = [int(each.name) for each in history if each.event.said_as.isdecimal()]
    return bool(known) and int(name) > max(known)
