"""Reads definitions: the one in force, or the very one that a session, consent or score names. Parsed once each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

from sqlalchemy import bindparam, select

from dialogs.form import Form, load_xform
from referrals.definitions.records import COMPILED, Definition, DefinitionAttachment, DefinitionInForce, Programme
from referrals.definitions.settings import Settings, read_settings
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

T = TypeVar("T")

_IN_FORCE = Ready(  # once in a unit of work; the three columns are the primary key
    select(DefinitionInForce.definition_id).where(
        DefinitionInForce.programme_id == bindparam("programme"),
        DefinitionInForce.kind == bindparam("kind"),
        DefinitionInForce.name == bindparam("name"),
    )
)


def definition_id(uow: UnitOfWork, programme_id: str, kind: str, name: str) -> int | None:
    """The id of the version in force; None when the programme has no such definition."""
    asked = (programme_id, kind, name)
    if asked not in uow.in_force:
        uow.in_force[asked] = _IN_FORCE.value(uow.connection, programme=programme_id, kind=kind, name=name)
    return uow.in_force[asked]


def settings_of(uow: UnitOfWork, programme_id: str) -> Settings:
    """The programme's settings in force."""
    found = definition_id(uow, programme_id, "settings", "programme")
    if found is None:
        raise LookupError(f"the programme {programme_id!r} is not in this database; run: sanad programme import")
    return _once(uow, found, "settings", lambda row: read_settings(row.content.decode()))


def form_by_id(uow: UnitOfWork, form_id: int) -> Form:
    """A compiled form, of whichever version a session is pinned to."""
    return _once(uow, form_id, "form", lambda row: _form(uow, row))


def minutes_of(uow: UnitOfWork, form_id: int) -> int:
    """About how many minutes the interview of a form takes; worked out once a version."""
    from dialogs.checking import estimated_minutes  # only who begins an interview needs it

    known = uow.parsed.get((form_id, "minutes"))
    if known is None:
        known = uow.parsed[form_id, "minutes"] = estimated_minutes(form_by_id(uow, form_id)).typical
    return int(cast(int, known))


def text_of(uow: UnitOfWork, programme_id: str, kind: str, name: str) -> tuple[int | None, str]:
    """A text in force and the id of its version; blank when there is none."""
    found = definition_id(uow, programme_id, kind, name)
    if found is None:
        return None, ""
    return found, _once(uow, found, "text", lambda row: row.content.decode().strip())


def content_of(uow: UnitOfWork, found: int) -> bytes:
    """The bytes of one version."""
    content: bytes = _once(uow, found, "content", lambda row: row.content)
    return content


def programmes(uow: UnitOfWork) -> list[Programme]:
    """The programmes that people can apply to, by id."""
    return list(uow.session.scalars(select(Programme).where(Programme.active).order_by(Programme.id)))


def _form(uow: UnitOfWork, row: Any) -> Form:
    files = uow.connection.execute(
        select(DefinitionAttachment.name, DefinitionAttachment.content).filter_by(definition_id=row.id)
    )
    attachments = {name: bytes(content) for name, content in files}
    return load_xform(attachments.pop(COMPILED).decode(), attachments)


def _once(uow: UnitOfWork, found: int, shape: str, parse: Callable[[Any], T]) -> T:
    known = uow.parsed.get((found, shape))
    if known is None:
        known = parse(uow.connection.execute(select(Definition.__table__).where(Definition.id == found)).one())
        uow.parsed[found, shape] = known
    return cast(T, known)
