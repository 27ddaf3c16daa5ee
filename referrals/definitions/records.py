"""Programmes, their definitions (immutable, by hash) and which of them is in force."""

from __future__ import annotations

from sqlalchemy import Boolean, ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from referrals.store.record import At, Code, Key, Record, refers

COMPILED = "form.xml"  # the attachment that holds a form as pyxform compiled it


class Programme(Record):
    """A programme that people apply to; everything else about it stands in its definitions."""

    __tablename__ = "programme"
    id: Mapped[str] = mapped_column(String(40), primary_key=True)
    name_ar: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))
    country: Mapped[str] = mapped_column(String(2))
    time_zone: Mapped[str] = mapped_column(String(60))
    active: Mapped[bool] = mapped_column(Boolean, default=True)


class Definition(Record):
    """One version of one thing a programme decided. Never changed: a correction is another row."""

    __tablename__ = "definition"
    __table_args__ = (UniqueConstraint("programme_id", "kind", "name", "sha256"),)
    id: Mapped[Key]
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"))
    kind: Mapped[Code]  # settings | form | rules | consent | catalogue | directory | places
    name: Mapped[Code]
    version: Mapped[Code]
    sha256: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[At]


class DefinitionAttachment(Record):
    """A file that belongs to a definition: the compiled form, a form's CSV."""

    __tablename__ = "definition_attachment"
    __table_args__ = (UniqueConstraint("definition_id", "name"),)
    id: Mapped[Key]
    definition_id: Mapped[int] = refers("definition.id", index=True)
    name: Mapped[str] = mapped_column(String(200))
    content: Mapped[bytes] = mapped_column(LargeBinary)


class DefinitionInForce(Record):
    """Which version new sessions, scores, consents and messages use."""

    __tablename__ = "definition_in_force"
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    definition_id: Mapped[int] = refers("definition.id")
    since: Mapped[At]
