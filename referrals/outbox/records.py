"""Messages owed, what was tried with them, the buckets that pace them, and the mark of the clock."""

from __future__ import annotations

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, Sealed, refers

ARRIVED = ("delivered", "read")  # words of a platform: the message is on their telephone


def _where(name: str, *columns: str, state: str) -> Index:
    """An index of the rows in some states only: most rows of a service that has run for long are in none of them."""
    return Index(name, *columns, sqlite_where=text(state), postgresql_where=text(state))


class OutboxMessage(Record):
    """A message that is owed, and what became of it. `key` says why it exists; a second one is not written."""

    __tablename__ = "outbox_message"
    __table_args__ = (
        # the next to send of a sender's lane: one range, however many wait in the others
        _where("ix_outbox_message_due", "sender_id", "lane", "due_at", "id", state="state = 'waiting'"),
        # what is under way, or nobody knows of: looked over every second
        _where("ix_outbox_message_leased", "sender_id", "leased_until", state="state IN ('leased', 'uncertain')"),
        # what is past its time, found without reading what is not
        _where("ix_outbox_message_expiring", "sender_id", "expires_at", state="state = 'waiting'"),
        # what staff have to look at, and what was closed: the few beside what was sent
        _where("ix_outbox_message_parked", "sender_id", "id", state="state = 'parked'"),
        _where("ix_outbox_message_closed", "sender_id", "state", state="state IN ('expired', 'cancelled')"),
        # an identity's earlier message goes first
        Index("ix_outbox_message_in_order", "identity_id", "state", "id"),
        # a status webhook names the platform's id
        Index("ix_outbox_message_external", "sender_id", "external_id"),
        # the books of an account by hour, state and delivery, read from this alone
        Index("ix_outbox_message_books", "sender_id", "created_at", "state", "delivery"),
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
    attempts: Mapped[int] = mapped_column(Integer, default=0)  # since it was owed, or since staff tried it again
    # its turn had come and was put off: what the same person is owed after it waits behind it
    deferred: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    # pieces of it that are in the chat already: what is tried again begins with the next
    gone: Mapped[int] = mapped_column(Integer, default=0, server_default=text("0"))
    external_id: Mapped[str] = mapped_column(String(200), default="")
    delivery: Mapped[str] = mapped_column(String(10), default="")  # accepted sent delivered read failed
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[At]
    sent_at: Mapped[MaybeAt]


class OutboxAttempt(Record):
    """What became of one attempt that did not simply succeed, and every new beginning that staff gave a message."""

    __tablename__ = "outbox_attempt"
    id: Mapped[Key]
    outbox_id: Mapped[int] = refers("outbox_message.id", index=True)
    number: Mapped[int] = mapped_column(Integer)
    outcome: Mapped[str] = mapped_column(String(20))  # sent retried parked uncertain held elsewhere stopped lost again
    reason: Mapped[str] = mapped_column(String(400), default="")
    at: Mapped[At]
    by: Mapped[str] = mapped_column(String(80), default="")  # the worker, or `staff:<id>`


class Bucket(Record):
    """How much an account may send now, shared by all workers. `key` is `sender:<id>`."""

    __tablename__ = "bucket"
    key: Mapped[str] = mapped_column(String(120), primary_key=True)
    full_at: Mapped[float] = mapped_column(Float, default=0.0)  # Unix seconds: when all its tokens are back
    recent: Mapped[str] = mapped_column(Text, default="[]")  # how many were sent in each slot of the last second
    blocked_until: Mapped[MaybeAt]  # the platform said when to come back


class ChatBucket(Record):
    """The same for one chat (Telegram) or one pair of number and person (WhatsApp)."""

    __tablename__ = "chat_bucket"
    identity_id: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)
    full_at: Mapped[float] = mapped_column(Float)


class ClockMark(Record):
    """The latest time that any clock of ours showed; an earlier one means that it was set back."""

    __tablename__ = "clock_mark"
    id: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    at: Mapped[At]
