"""Senders, the programmes that each may speak for, and what their platforms tell of them."""

from __future__ import annotations

from sqlalchemy import Boolean, Float, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, refers


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
    per_second: Mapped[float | None] = mapped_column(Float)  # the account's own pace; the channel's where there is none
    created_at: Mapped[At]


class SenderProgramme(Record):
    """A programme that a sender may speak for."""

    __tablename__ = "sender_programme"
    sender_id: Mapped[int] = mapped_column(ForeignKey("sender.id"), primary_key=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)


class MessageTemplate(Record):
    """A template of a sender as its platform knows it now; one that is not approved cannot be sent."""

    __tablename__ = "message_template"
    __table_args__ = (UniqueConstraint("sender_id", "name", "language"),)  # what is looked up before sending
    id: Mapped[Key]
    sender_id: Mapped[int] = refers("sender.id")
    name: Mapped[str] = mapped_column(String(512))  # Meta allows 512 characters
    language: Mapped[str] = mapped_column(String(20))
    status: Mapped[str] = mapped_column(String(40), default="")  # APPROVED, PAUSED, … in the platform's words
    category: Mapped[str] = mapped_column(String(40), default="")  # UTILITY, MARKETING, AUTHENTICATION
    quality: Mapped[str] = mapped_column(String(20), default="")  # GREEN, YELLOW, RED, UNKNOWN
    reason: Mapped[str] = mapped_column(String(400), default="")
    parameters: Mapped[int | None] = mapped_column(Integer)  # how many its body has, once it was listed
    quick_replies: Mapped[int | None] = mapped_column(Integer)
    status_at: Mapped[MaybeAt]  # news come out of order: an older one changes nothing
    category_at: Mapped[MaybeAt]
    quality_at: Mapped[MaybeAt]
    updated_at: Mapped[At]


class AccountNotice(Record):
    """What a platform told of an account of ours; `open` until it is mended, or a member of staff has seen it."""

    __tablename__ = "account_notice"
    __table_args__ = (Index("ix_account_notice_open", "state", "sender_id", "subject"),)
    id: Mapped[Key]
    sender_id: Mapped[int] = refers("sender.id")
    about: Mapped[Code]  # template | number | account | limit | security | flow | payment | call | error | other
    subject: Mapped[str] = mapped_column(String(120), default="")  # a later notice of the same one closes this
    event: Mapped[str] = mapped_column(String(80), default="")  # the platform's own word
    facts: Mapped[str] = mapped_column(Text, default="{}")  # JSON object of short texts; nothing of a family
    state: Mapped[str] = mapped_column(String(10))  # open | closed
    inbox_id: Mapped[int | None] = refers("inbox_message.id", unique=True)  # the whole of it, sealed; once each
    told_at: Mapped[At]
    created_at: Mapped[At]
    closed_at: Mapped[MaybeAt]
    closed_by_id: Mapped[int | None] = mapped_column(Identifier64)


class ContactSource(Record):
    """Where an identity first came from: the code of a poster, a volunteer or an advertisement."""

    __tablename__ = "contact_source"
    id: Mapped[Key]
    identity_id: Mapped[int] = refers("identity.id", index=True)  # two that prove to be one account bring two
    code: Mapped[str] = mapped_column(String(80), index=True)  # counted by code
    created_at: Mapped[At]
