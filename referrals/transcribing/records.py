"""Files that somebody has to listen to or read."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record, refers


class Transcription(Record):
    """A file that a family sent in an interview, until somebody wrote down what it says, and who did.

    Which question it answers stands in the interview's journal, by the file's id.
    """

    __tablename__ = "transcription"
    __table_args__ = (
        # a programme's queue, the oldest first
        Index("ix_transcription_waiting", "programme_id", "state", "created_at"),
    )
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    session_id: Mapped[int] = refers("interview_session.id", index=True)
    person_id: Mapped[int] = refers("person.id", index=True)
    media_id: Mapped[int] = refers("media.id", unique=True)
    kind: Mapped[str] = mapped_column(String(10))  # voice | film | picture | paper
    beside: Mapped[bool] = mapped_column(Boolean, default=False)  # sent beside a question, as no answer of it
    restricted: Mapped[bool] = mapped_column(Boolean, default=False)  # its question is for those who may read danger
    state: Mapped[Code]  # waiting | written | unheard | answered (otherwise since) | kept (nothing to write)
    caption_sealed: Mapped[MaybeSealed]
    words_sealed: Mapped[MaybeSealed]  # what it says, as it was written down
    claimed_by_id: Mapped[int | None] = mapped_column(Identifier64)
    claimed_at: Mapped[MaybeAt]
    written_by_id: Mapped[int | None] = mapped_column(Identifier64)
    written_at: Mapped[MaybeAt]
    version: Mapped[int] = mapped_column(Integer, default=0)
    created_at: Mapped[At]
