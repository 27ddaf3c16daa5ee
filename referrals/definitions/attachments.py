"""The files that came with a form: pictures and recordings of its questions, tables that it looks things up in."""

from __future__ import annotations

import mimetypes

from sqlalchemy import select

from referrals.definitions.records import COMPILED, DefinitionAttachment
from referrals.store.unit_of_work import UnitOfWork

# What telephones record and send, whatever the machine's own table of types says.
TYPES = {
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".mp3": "audio/mpeg",
    ".m4a": "audio/mp4",
    ".aac": "audio/aac",
    ".amr": "audio/amr",
    ".mp4": "video/mp4",
    ".3gp": "video/3gpp",
    ".webp": "image/webp",
}


def attachment_names(uow: UnitOfWork, definition_id: int) -> frozenset[str]:
    """The names of the files that came with one version, without the compiled form; a version never changes."""
    known = uow.parsed.get((definition_id, "attachment names"))
    if known is None:
        mine = select(DefinitionAttachment.name).filter_by(definition_id=definition_id)
        known = frozenset(uow.connection.execute(mine).scalars()) - {COMPILED}
        uow.parsed[definition_id, "attachment names"] = known
    assert isinstance(known, frozenset)
    return known


def attachment_of(uow: UnitOfWork, definition_id: int, name: str) -> tuple[bytes, str] | None:
    """One file and its content type; None where the version has none of that name."""
    mine = select(DefinitionAttachment.content).filter_by(definition_id=definition_id, name=name)
    content = uow.connection.execute(mine).scalar()
    return (bytes(content), content_type(name)) if content is not None else None


def content_type(name: str) -> str:
    """The content type that a file's name tells."""
    ending = name[name.rfind(".") :].lower() if "." in name else ""
    return TYPES.get(ending) or mimetypes.guess_type(name)[0] or "application/octet-stream"
