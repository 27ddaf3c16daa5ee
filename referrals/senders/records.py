"""Senders and the programmes that each may speak for."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeSealed, Record


class Sender(Record):
    """An account on a channel. Its secrets are sealed under a key of its own."""

    __tablename__ = "sender"
    __table_args__ = (UniqueConstraint("channel", "account"),)
    id: Mapped[Key]
    channel: Mapped[Code]  # telegram | whatsapp | web
    account: Mapped[str] = mapped_column(String(120))  # the bot's id, the phone number id, "web"
    name: Mapped[str] = mapped_column(String(120), default="")
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    secrets_sealed: Mapped[MaybeSealed]
    active: Mapped[bool] = mapped_column(Boolean, default=True)
    created_at: Mapped[At]


class SenderProgramme(Record):
    """A programme that a sender may speak for."""

    __tablename__ = "sender_programme"
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
