"""Whether somebody may be written to, and how: the one place that says so."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from sqlalchemy import bindparam, func, select, update

from referrals.conversations.records import Conversation
from referrals.families.people import now_known_as
from referrals.families.records import Identity
from referrals.outbox.blocked import release_blocked
from referrals.senders.records import Sender
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

WhyNot = Literal["", "asked_for_none", "silent", "blocked", "moved"]
How = Literal["", "free", "template", "page"]
MOVED = "moved"  # the stage of a conversation that goes on elsewhere
# WhatsApp takes free text for 24 hours after their last message, then only templates; a few minutes are spare.
WINDOW = timedelta(hours=24) - timedelta(minutes=5)


_SEVERAL = (
    select(func.count())
    .select_from(Conversation)
    .where(Conversation.identity_id == Identity.id)
    .correlate(Identity)
    .scalar_subquery()
)
_WAYS = Ready(  # for every reminder; ix_conversation_person_id
    select(
        Identity.id,
        Identity.kind,
        Identity.sender_id,
        Identity.may_message,
        Identity.silent_until_written,
        Identity.blocked_at,
        Identity.last_inbound_at,
        Conversation.id.label("thread_id"),
        Conversation.stage,
        Conversation.may_message.label("own_word"),
        Sender.channel,
        _SEVERAL.label("several"),
    )
    .select_from(Conversation)
    .join(Identity, Identity.id == Conversation.identity_id)
    .join(Sender, Sender.id == Identity.sender_id)
    .where(Conversation.person_id == bindparam("person"))
    .order_by(Identity.last_inbound_at.desc().nulls_last(), Identity.id.desc())
)


@dataclass(frozen=True)
class Way:
    """A person's thread at one identity, and whether we may write there unasked: `why_not` is blank where we may."""

    identity_id: int
    person_id: int
    conversation_id: int
    sender_id: int
    channel: str
    kind: str
    shared: bool
    last_inbound_at: datetime | None
    why_not: WhyNot

    @property
    def open(self) -> bool:
        return not self.why_not

    def how(self, at: datetime) -> How:
        """In free words, by an approved template, on a page that they have to open; blank where not at all."""
        if self.why_not:
            return ""
        if self.channel == "web":
            return "page"
        if self.channel != "whatsapp":
            return "free"
        written = self.last_inbound_at
        return "free" if written is not None and at - written < WINDOW else "template"


def ways_to(uow: UnitOfWork, person_id: int) -> list[Way]:
    """Where a person has a conversation, the best first: open ones, those who come to them before pages, the one they
    wrote in last. Empty for who was never in a chat."""
    person_id = now_known_as(uow, person_id)
    rows = _WAYS.all(uow.connection, person=person_id)
    ways = [
        Way(
            identity_id=row.id,
            person_id=person_id,
            conversation_id=row.thread_id,
            sender_id=row.sender_id,
            channel=row.channel,
            kind=row.kind,
            shared=row.several > 1,
            last_inbound_at=row.last_inbound_at,
            why_not=_why_not(
                blocked=row.blocked_at is not None,
                silent=row.silent_until_written,
                moved=row.stage == MOVED,
                wanted=row.may_message if row.own_word is None else row.own_word,
            ),
        )
        for row in rows
    ]
    return sorted(ways, key=lambda way: (not way.open, way.channel == "web"))  # stable: else in the order found


def note_presence(uow: UnitOfWork, identity_id: int, *, blocked: bool, at: datetime) -> None:
    """The platform says that they blocked us, or that they no longer do."""
    uow.connection.execute(
        update(Identity).where(Identity.id == identity_id).values(blocked_at=at if blocked else None)
    )
    if not blocked:
        release_blocked(uow, identity_id, at)


def _why_not(*, blocked: bool, silent: bool, moved: bool, wanted: bool) -> WhyNot:
    if blocked:
        return "blocked"
    if silent:
        return "silent"
    if moved:
        return "moved"
    return "" if wanted else "asked_for_none"
