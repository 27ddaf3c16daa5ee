"""What families asked to have erased, who is still to be told, what must be kept, and what the clock took away."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Identifier64, Key, MaybeAt, Record, refers

OPEN = text("state = 'open'")
HELD = text("ended_at IS NULL")


class ErasureRequest(Record):
    """Somebody asked to have everything of theirs erased: who asked where, and what became of it."""

    __tablename__ = "erasure_request"
    __table_args__ = (
        Index("ix_erasure_request_open", "programme_id", "asked_at", sqlite_where=OPEN, postgresql_where=OPEN),
    )
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id", index=True)
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    source: Mapped[Code]  # chat | desk | phone | letter | restore | same_person
    proved_by: Mapped[Code] = mapped_column(default="")  # how staff knew who asked: id_shown | called_back | known
    state: Mapped[str] = mapped_column(String(10))  # open | done | refused
    answer: Mapped[Code] = mapped_column(default="")  # erased | not_them | must_be_kept | taken_back
    counts: Mapped[str] = mapped_column(Text, default="{}")  # JSON: how many references of each kind are kept
    asked_at: Mapped[At]
    asked_by_id: Mapped[int | None] = mapped_column(Identifier64)
    decided_at: Mapped[MaybeAt]
    decided_by_id: Mapped[int | None] = mapped_column(Identifier64)


class ErasureNotice(Record):
    """Whoever was given something of an erased family, and has to delete it too. It says nothing of the family but the
    number that they were given it under."""

    __tablename__ = "erasure_notice"
    __table_args__ = (
        # what a centre still has to delete; what staff have to delete elsewhere
        Index("ix_erasure_notice_open", "location_id", "created_at", sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_erasure_notice_of_programme", "programme_id", "state"),
    )
    id: Mapped[Key]
    request_id: Mapped[int] = refers("erasure_request.id", index=True)
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[Code]  # centre | server
    organization_id: Mapped[int | None] = mapped_column(Identifier64)
    location_id: Mapped[int | None] = mapped_column(Identifier64)
    target_id: Mapped[int | None] = mapped_column(Identifier64)  # a project of ODK Central or KoboToolbox
    reference: Mapped[str] = mapped_column(String(160))  # an application's number; a submission's instance id
    state: Mapped[str] = mapped_column(String(10))  # open | done
    created_at: Mapped[At]
    done_at: Mapped[MaybeAt]
    done_by_id: Mapped[int | None] = mapped_column(Identifier64)


class LegalHold(Record):
    """Nothing of this person is removed by the clock until it is ended: a court, an inquiry, an appeal on paper."""

    __tablename__ = "legal_hold"
    __table_args__ = (Index("ix_legal_hold_standing", "person_id", sqlite_where=HELD, postgresql_where=HELD),)
    id: Mapped[Key]
    person_id: Mapped[int] = refers("person.id")
    reason: Mapped[Code]  # court | inquiry | appeal | audit
    set_by_id: Mapped[int | None] = mapped_column(Identifier64)
    set_at: Mapped[At]
    ended_by_id: Mapped[int | None] = mapped_column(Identifier64)
    ended_at: Mapped[MaybeAt]


class RetentionRun(Record):
    """What one portion of retention took away, by rule. Only ever added: the database refuses to change it."""

    __tablename__ = "retention_run"
    id: Mapped[Key]
    programme_id: Mapped[str | None] = mapped_column(ForeignKey("programme.id"))
    rule: Mapped[Code]
    rows: Mapped[int] = mapped_column(Integer)
    oldest_at: Mapped[MaybeAt]  # when the oldest of them was written
    by: Mapped[Code]  # clock | operator
    at: Mapped[At] = mapped_column(index=True)


class BackupRun(Record):
    """A backup that was begun; its number is in the copy, and in the file of keys that was written after it."""

    __tablename__ = "backup_run"
    id: Mapped[Key]
    database: Mapped[str] = mapped_column(String(64))  # which database this is; tells nothing of its keys
    keys_path: Mapped[str] = mapped_column(String(1000), default="")  # where the keys were written
    pruned_at: Mapped[MaybeAt]  # keys destroyed until then are gone from that file too
    at: Mapped[At]
