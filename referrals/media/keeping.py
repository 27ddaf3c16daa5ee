"""Files of a person: noted in the turn, fetched later, sealed, found again by a keyed hash."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy import select, update

from referrals.inbound import MediaRef
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork

if TYPE_CHECKING:
    from referrals.conversations.desk import Desk

CONTENT, NAME, REMOTE = "media.content", "media.file_name", "media.remote"
LARGEST = 20 * 1024 * 1024  # bytes; Telegram lets bots fetch no more, and nobody needs a larger photograph


class TooLarge(ValueError):
    """A file may have at most 20 MB."""


def keep_remote(desk: Desk, ref: MediaRef) -> int:
    """Notes a file that is still at the platform; delivery's fetcher brings it. Returns its id."""
    media = Media(
        person_id=desk.person_id,
        sender_id=desk.sender_id,
        kind=ref.kind,
        content_type=ref.content_type[:100],
        file_name_sealed=desk.uow.vault.seal_text(desk.data_key_id, ref.file_name, NAME) if ref.file_name else None,
        size=ref.size,
        state="owed",
        remote_sealed=desk.uow.vault.seal_text(desk.data_key_id, ref.file_id, REMOTE),
        due_at=desk.at,
        session_id=desk.session_id,
        created_at=desk.at,
    )
    desk.uow.session.add(media)
    desk.uow.flush()
    return media.id


def store_content(uow: UnitOfWork, media_id: int, data_key_id: int, content: bytes, content_type: str = "") -> None:
    """Seals what was fetched. Raises `TooLarge`."""
    if len(content) > LARGEST:
        raise TooLarge(TooLarge.__doc__)
    values = {
        "content_sealed": uow.vault.seal(data_key_id, content, CONTENT),
        "digest": uow.vault.digest(content),
        "size": len(content),
        "state": "stored",
        "reason": "",
    }
    if content_type:
        values["content_type"] = content_type[:100]
    uow.connection.execute(update(Media).where(Media.id == media_id).values(**values))


def add_drawing(uow: UnitOfWork, person_id: int, data_key_id: int, content: bytes, at: datetime) -> int:
    """A card that we drew; the same one is kept once."""
    digest = uow.vault.digest(content)
    known = uow.connection.execute(
        select(Media.id).where(Media.person_id == person_id, Media.digest == digest, Media.state == "stored")
    ).scalar()
    if known is not None:
        return int(known)
    media = Media(
        person_id=person_id,
        kind="card",
        content_type="image/png",
        size=len(content),
        digest=digest,
        content_sealed=uow.vault.seal(data_key_id, content, CONTENT),
        state="stored",
        due_at=at,
        created_at=at,
    )
    uow.session.add(media)
    uow.flush()
    return media.id


def content_of(uow: UnitOfWork, media_id: int) -> tuple[bytes, str] | None:
    """The plain bytes and their type; None while it is not here."""
    row = uow.connection.execute(
        select(Media.content_sealed, Media.content_type).where(Media.id == media_id, Media.state == "stored")
    ).one_or_none()
    if row is None or row.content_sealed is None:
        return None
    return uow.vault.open(row.content_sealed, CONTENT), row.content_type or "application/octet-stream"
