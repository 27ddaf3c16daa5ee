"""Keys and the audit chain."""

from __future__ import annotations

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, MaybeSealed, Record

DESTROYED = text("destroyed_at IS NOT NULL")


class DataKey(Record):
    """The key that seals one person's fields, wrapped by the master key; destroying it erases the person everywhere."""

    __tablename__ = "data_key"
    __table_args__ = (
        # what was destroyed since the file of keys beside the backups was written
        Index("ix_data_key_destroyed", "destroyed_at", sqlite_where=DESTROYED, postgresql_where=DESTROYED),
    )
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
    __table_args__ = (Index("ix_audit_event_of_actor", "actor", "seq"),)  # what one member of staff did
    seq: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)
    at: Mapped[At]
    actor: Mapped[Code]
    action: Mapped[Code]
    object_kind: Mapped[Code]
    object_id: Mapped[str] = mapped_column(String(80), index=True)  # "who saw this file"
    people: Mapped[str] = mapped_column(Text, default="")  # ids of those whom a list showed, part of what is hashed
    details_sha256: Mapped[str] = mapped_column(String(64))
    previous: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))


class AuditedPerson(Record):
    """The events that showed a list with this person in it: found by person, made from the events' own `people`."""

    __tablename__ = "audited_person"
    person_id: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)
    seq: Mapped[int] = mapped_column(Identifier64, primary_key=True, autoincrement=False)


class AuditAnchor(Record):
    """Where the chain ends now (`head`), and where it was cut when its time was over (`cut`), sealed by a key that is
    not in the database: whoever takes rows off either end cannot say so here."""

    __tablename__ = "audit_anchor"
    id: Mapped[Key]
    kind: Mapped[Code]  # head | cut
    seq: Mapped[int] = mapped_column(Identifier64)
    hash: Mapped[str] = mapped_column(String(64))
    seal: Mapped[str] = mapped_column(String(64), default="")  # blank: written by somebody else
    at: Mapped[MaybeAt]


class OpenedAgain(Record):
    """A closed file that somebody looked into all the same, once, with the reason they wrote."""

    __tablename__ = "opened_again"
    __table_args__ = (Index("ix_opened_again_of_programme", "programme_id", "at"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(String(40))
    referral_id: Mapped[int] = mapped_column(Identifier64)
    person_id: Mapped[int] = mapped_column(Identifier64, index=True)
    staff_id: Mapped[int] = mapped_column(Identifier64)
    reason_sealed: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[At]
