"""Partner systems, what is owed to them, and what they asked for once already."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, Sealed, refers


class Partner(Record):
    """The system of an organization that takes referrals: told by webhooks, let in to the partner API by its token."""

    __tablename__ = "partner"
    __table_args__ = (UniqueConstraint("organization_id", "url"),)  # also finds an organization's partners
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    organization_id: Mapped[int] = refers("organization.id")
    name: Mapped[str] = mapped_column(String(200))
    url: Mapped[str] = mapped_column(String(400), default="")  # blank: it asks, and is told nothing
    events: Mapped[str] = mapped_column(String(400), default="")  # comma separated; blank is every event
    state: Mapped[Code]  # active | disabled
    reason: Mapped[str] = mapped_column(String(200), default="")  # why it is disabled
    data_key_id: Mapped[int] = mapped_column(Identifier64)
    secret_sealed: Mapped[Sealed]  # signs what is sent
    older_secret_sealed: Mapped[MaybeSealed]  # signs too until `older_until`
    token_sha256: Mapped[str] = mapped_column(String(64), unique=True)
    older_token_sha256: Mapped[str | None] = mapped_column(String(64), unique=True)
    older_until: Mapped[MaybeAt]
    created_at: Mapped[At]
    last_used_at: Mapped[MaybeAt]
    sequence: Mapped[int] = mapped_column(Identifier64, default=0)  # of the last event; counted under the row's lock


class WebhookDelivery(Record):
    """One event of a partner's feed, written in the transaction of the event. `key` says why it exists.

    What a partner is told of by itself is `waiting` first; what it only lists is `listed` from the start.
    """

    __tablename__ = "webhook_delivery"
    __table_args__ = (
        Index("ix_webhook_delivery_due", "state", "due_at", "id"),
        Index("ix_webhook_delivery_of_referral", "partner_id", "referral_id", "id"),  # their order is kept
        UniqueConstraint("partner_id", "sequence"),  # also the feed: what came after a cursor
    )
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(120), unique=True)
    partner_id: Mapped[int] = refers("partner.id")
    referral_id: Mapped[int] = refers("referral.id")
    event: Mapped[Code]
    sequence: Mapped[int] = mapped_column(Identifier64)  # the partner's own count, in the order of commits
    body: Mapped[str] = mapped_column(Text)  # ids and codes, nothing of a person
    state: Mapped[str] = mapped_column(String(10))  # waiting | leased | sent | parked | cancelled | listed
    due_at: Mapped[At]
    leased_until: Mapped[MaybeAt]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    last_status: Mapped[int | None] = mapped_column(Integer)  # what the partner's server answered last
    reason: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[At]
    sent_at: Mapped[MaybeAt]


class PartnerRequest(Record):
    """What a partner asked for under an idempotency key, and how it was answered: asked again, it is said again."""

    __tablename__ = "partner_request"
    __table_args__ = (
        UniqueConstraint("partner_id", "idempotency_key"),
        Index("ix_partner_request_age", "created_at"),
    )
    id: Mapped[Key]
    partner_id: Mapped[int] = refers("partner.id")
    idempotency_key: Mapped[str] = mapped_column(String(120))
    request_sha256: Mapped[str] = mapped_column(String(64))
    status: Mapped[int] = mapped_column(Integer)
    answer: Mapped[str] = mapped_column(Text)  # states and codes, nothing of a person
    created_at: Mapped[At]
