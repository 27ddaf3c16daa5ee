"""Programmes, their definitions (immutable, by hash) and which of them is in force."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Boolean, Connection, ForeignKey, LargeBinary, String, UniqueConstraint, event
from sqlalchemy.orm import Mapped, Mapper, ORMExecuteState, Session, mapped_column

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


class Immutable(RuntimeError):
    """A definition never changes: sessions, scores and consents name the version they used. Store another version."""


@event.listens_for(Definition, "before_update")
@event.listens_for(Definition, "before_delete")
@event.listens_for(DefinitionAttachment, "before_update")
@event.listens_for(DefinitionAttachment, "before_delete")
def _refuse_change(_mapper: Mapper[Any], _connection: Connection, _target: object) -> None:
    raise Immutable(Immutable.__doc__)


@event.listens_for(Session, "do_orm_execute")
def _refuse_statement(state: ORMExecuteState) -> None:
    mapper = state.bind_mapper
    changes = state.is_update or state.is_delete
    if changes and mapper is not None and mapper.class_ in (Definition, DefinitionAttachment):
        raise Immutable(Immutable.__doc__)


class DefinitionInForce(Record):
    """Which version new sessions, scores, consents and messages use."""

    __tablename__ = "definition_in_force"
    programme_id: Mapped[str] = mapped_column(ForeignKey("programme.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(String(80), primary_key=True)
    name: Mapped[str] = mapped_column(String(80), primary_key=True)
    definition_id: Mapped[int] = refers("definition.id")
    since: Mapped[At]
