"""Stored files."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeSealed, Record, refers


class Media(Record):
    """A file of a person: owed (still at the platform), stored, or failed with its reason."""

    __tablename__ = "media"
    __table_args__ = (Index("ix_media_by_content", "person_id", "digest"), Index("ix_media_owed", "state", "due_at"))
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id")
    sender_id: Mapped[int | None] = refers("sender.id")
    kind: Mapped[Code]  # image | audio | video | file | sticker | card
    content_type: Mapped[str] = mapped_column(String(100))
    file_name_sealed: Mapped[MaybeSealed]
    size: Mapped[int] = mapped_column(Integer, default=0)
    digest: Mapped[str] = mapped_column(String(64), default="")
    content_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    state: Mapped[str] = mapped_column(String(10))  # owed | stored | failed
    remote_sealed: Mapped[MaybeSealed]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[At]
    reason: Mapped[str] = mapped_column(String(200), default="")
    session_id: Mapped[int | None] = mapped_column(Identifier64)
    created_at: Mapped[At]
