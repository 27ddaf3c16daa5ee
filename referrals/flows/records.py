"""Groups that a platform knows as screens, and each time that one was put before somebody."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Identifier64, Key, MaybeAt, Record, refers


class PublishedFlow(Record):
    """A group of one version of a form as a sender's platform knows it; only what is published is offered."""

    __tablename__ = "published_flow"
    __table_args__ = (UniqueConstraint("sender_id", "form_id", "container", "language"),)  # what is looked up at a turn
    id: Mapped[Key]
    sender_id: Mapped[int] = refers("sender.id")
    form_id: Mapped[int] = refers("definition.id")
    container: Mapped[str] = mapped_column(String(200))  # the group's ref
    language: Mapped[str] = mapped_column(String(10))
    flow_id: Mapped[str] = mapped_column(String(40))  # the platform's id
    state: Mapped[str] = mapped_column(String(10))  # published | stopped
    told_at: Mapped[MaybeAt]  # news come out of order: an older one changes nothing
    created_at: Mapped[At]


class FlowOffer(Record):
    """Screens that were offered in one interview. Whoever has the token fills them, until `expires_at`."""

    __tablename__ = "flow_offer"
    __table_args__ = (Index("ix_flow_offer_of_session", "session_id", "published_id"),)
    id: Mapped[Key]
    published_id: Mapped[int] = refers("published_flow.id")
    session_id: Mapped[int] = refers("interview_session.id")
    sender_id: Mapped[int] = refers("sender.id")
    identity_id: Mapped[int] = mapped_column(Identifier64)  # two identities may become one: then it is nobody's
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)  # keyed: the token itself stands nowhere
    state: Mapped[str] = mapped_column(String(10))  # open | done | closed
    kept: Mapped[int] = mapped_column(Integer, default=0)  # answers that the chat has not told of yet
    moved: Mapped[bool] = mapped_column(Boolean, default=False)  # the chat's last question may not be the open one
    last_digest: Mapped[str] = mapped_column(String(64), default="")  # the same thing sent twice is taken once
    expires_at: Mapped[At]
    created_at: Mapped[At]
