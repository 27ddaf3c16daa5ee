"""Keys and the audit chain."""

from __future__ import annotations

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record


class DataKey(Record):
    """The key that seals one person's fields, wrapped by the master key; destroying it erases the person everywhere."""

    __tablename__ = "data_key"
    id: Mapped[Key]
    person_id: Mapped[int | None] = mapped_column(Identifier64, index=True)  # for erasure: all keys of a person
    master_key_id: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[MaybeSealed]
    created_at: Mapped[At]
    destroyed_at: Mapped[MaybeAt]


class SystemKey(Record):
    """A key that is nobody's: the blind index, the numbers' scramble."""

    __tablename__ = "system_key"
    kind: Mapped[str] = mapped_column(String(40), primary_key=True)
    master_key_id: Mapped[str] = mapped_column(String(16))
    wrapped: Mapped[bytes] = mapped_column(LargeBinary)


class AuditEvent(Record):
    """Who did what to which row, chained by hashes. Holds ids and hashes only, so erasure never touches it."""

    __tablename__ = "audit_event"
    seq: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)
    at: Mapped[At]
    actor: Mapped[Code]
    action: Mapped[Code]
    object_kind: Mapped[Code]
    object_id: Mapped[str] = mapped_column(String(80), index=True)  # "who saw this file"
    details_sha256: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
