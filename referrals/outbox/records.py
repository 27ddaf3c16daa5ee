"""Messages owed and the buckets that pace them."""

from __future__ import annotations

from sqlalchemy import Float, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Key, MaybeAt, Record, Sealed, refers


class OutboxMessage(Record):
    """A message that is owed, and what became of it. `key` says why it exists; a second one is not written."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        # the next to send of a sender: by state, lane and due time
        Index("ix_outbox_message_due", "sender_id", "state", "lane", "due_at", "id"),
        # an identity's earlier message goes first
        Index("ix_outbox_message_in_order", "identity_id", "state", "id"),
        # a status webhook names the platform's id
        Index("ix_outbox_message_external", "sender_id", "external_id"),
    )
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    sender_id: Mapped[int] = refers("sender.id")
    identity_id: Mapped[int] = refers("identity.id")
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    lane: Mapped[int] = mapped_column(Integer)  # 0 reply, 1 reminder, 2 campaign
    purpose: Mapped[Code]
    body_sealed: Mapped[Sealed]
    state: Mapped[str] = mapped_column(String(10))  # waiting leased uncertain sent parked expired cancelled
    due_at: Mapped[At]
    expires_at: Mapped[MaybeAt]
    leased_until: Mapped[MaybeAt]
    leased_by: Mapped[str] = mapped_column(String(60), default="")
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    external_id: Mapped[str] = mapped_column(String(200), default="")
    delivery: Mapped[str] = mapped_column(String(10), default="")  # accepted sent delivered read failed
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[At]
    sent_at: Mapped[MaybeAt]


class Bucket(Record):
    """How much may be sent now, shared by all workers: `tokens` as of `at`."""

    __tablename__ = "bucket"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    tokens: Mapped[float] = mapped_column(Float)
    at: Mapped[At]
    blocked_until: Mapped[MaybeAt]  # the platform said when to come back
