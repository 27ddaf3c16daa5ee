"""Stored files."""

from __future__ import annotations

from sqlalchemy import Index, Integer, LargeBinary, String, UniqueConstraint
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
    same_as_id: Mapped[int | None] = refers("media.id")
    """The person's earlier file that holds these very bytes: content is kept once."""
    marked: Mapped[str] = mapped_column(String(12), default="")
    """mislabelled | dangerous, told by the bytes; such a file is kept, and handed out only to be saved."""
    state: Mapped[str] = mapped_column(String(10))  # owed | stored | failed
    remote_sealed: Mapped[MaybeSealed]
    attempts: Mapped[int] = mapped_column(Integer, default=0)
    due_at: Mapped[At]
    reason: Mapped[str] = mapped_column(String(200), default="")
    session_id: Mapped[int | None] = mapped_column(Identifier64)
    created_at: Mapped[At]


class Upload(Record):
    """A file of ours that stands at a sender's platform, under the platform's own id, until that forgets it."""

    __tablename__ = "upload"
    __table_args__ = (UniqueConstraint("sender_id", "digest"),)  # looked up before a file is sent again
    id: Mapped[Key]
    sender_id: Mapped[int] = refers("sender.id")
    digest: Mapped[str] = mapped_column(String(64))  # keyed: it tells nobody what the file shows
    remote_id: Mapped[str] = mapped_column(String(200))
    uploaded_at: Mapped[At] = mapped_column(index=True)  # old ones are removed
