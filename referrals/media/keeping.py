"""Files of a person: noted in the turn, fetched later, sealed, kept once and found again by a keyed hash."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select, update
from sqlalchemy.orm import aliased

from referrals.conversations.desk import Desk
from referrals.families.records import Person
from referrals.inbound import MediaKind, MediaRef
from referrals.media.kinds import UNKNOWN, mark_of, type_of
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork

CONTENT, NAME, REMOTE = "media.content", "media.file_name", "media.remote"
HERE = "media:"  # a `file_id` that begins so names a file that is stored already (an upload of the web chat)
LARGEST = 20 * 1024 * 1024  # bytes; Telegram lets bots fetch no more, and nobody needs a larger photograph


class TooLarge(ValueError):
    """A file may have at most 20 MB."""


def keep_remote(desk: Desk, ref: MediaRef) -> int:
    """Notes a file that is still at the platform; delivery's fetcher brings it. Returns its id.

    A file that the page brought along is here already: it only joins the interview.
    """
    here = _stored_upload(desk, ref)
    if here is not None:
        return here
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


def _stored_upload(desk: Desk, ref: MediaRef) -> int | None:
    number = ref.file_id.removeprefix(HERE)
    if not ref.file_id.startswith(HERE) or not number.isdigit():
        return None
    if not is_of_person(desk.uow, int(number), desk.person_id):
        return None
    desk.uow.connection.execute(update(Media).where(Media.id == int(number)).values(session_id=desk.session_id))
    return int(number)


def keep_upload(
    uow: UnitOfWork,
    owner: tuple[int, int],
    sender_id: int | None,
    kind: MediaKind,
    content: bytes,
    content_type: str,
    file_name: str,
    at: datetime,
) -> MediaRef:
    """Stores a file that came with its bytes, once; `owner` is the person and that person's data key.

    Returns what the desk is handed. Raises `TooLarge`.
    """
    person_id, data_key_id = owner
    content_type = _told_type(content, content_type)
    media_id = _same_content(uow, person_id, content)
    if media_id is None:
        media = Media(
            person_id=person_id,
            sender_id=sender_id,
            kind=kind,
            content_type=content_type[:100],
            file_name_sealed=uow.vault.seal_text(data_key_id, file_name, NAME) if file_name else None,
            state="owed",
            due_at=at,
            created_at=at,
        )
        uow.session.add(media)
        uow.flush()
        media_id = media.id
        store_content(uow, media_id, data_key_id, content)
    return MediaRef(kind, f"{HERE}{media_id}", content_type[:100], file_name, len(content))


def is_of_person(uow: UnitOfWork, media_id: int, person_id: int) -> bool:
    """Whether a stored file is this person's, or of somebody who turned out to be this person."""
    found = (
        select(Media.id)
        .join(Person, Person.id == Media.person_id)
        .where(
            Media.id == media_id,
            Media.state == "stored",
            or_(Person.id == person_id, Person.merged_into_id == person_id),
        )
    )
    return uow.connection.execute(found).first() is not None


def store_content(uow: UnitOfWork, media_id: int, data_key_id: int, content: bytes, content_type: str = "") -> None:
    """Seals what was fetched; bytes that this person sent before are kept once. Raises `TooLarge`.

    Its type is what the bytes are, where they tell; where they are something else than was said, or something that
    runs when it is opened, it is marked.
    """
    if len(content) > LARGEST:
        raise TooLarge(TooLarge.__doc__)
    row = uow.connection.execute(
        select(Media.person_id, Media.kind, Media.content_type).where(Media.id == media_id)
    ).one()
    uow.connection.execute(select(Person.id).where(Person.id == row.person_id).with_for_update())  # one at a time
    said = content_type or row.content_type
    before = _same_content(uow, row.person_id, content)
    values = {
        "content_sealed": None if before else uow.vault.seal(data_key_id, content, CONTENT),
        "same_as_id": before,
        "content_type": _told_type(content, said)[:100],
        "marked": mark_of(content, said, row.kind),
        "digest": uow.vault.digest(content),
        "size": len(content),
        "state": "stored",
        "reason": "",
    }
    uow.connection.execute(update(Media).where(Media.id == media_id).values(**values))


def _told_type(content: bytes, said: str) -> str:
    found = type_of(content)
    return said if found == UNKNOWN else found


def add_drawing(uow: UnitOfWork, person_id: int, data_key_id: int, content: bytes, at: datetime) -> int:
    """A card that we drew; the same one is kept once."""
    known = _same_content(uow, person_id, content)
    if known is not None:
        return known
    media = Media(
        person_id=person_id,
        kind="card",
        content_type="image/png",
        size=len(content),
        digest=uow.vault.digest(content),
        content_sealed=uow.vault.seal(data_key_id, content, CONTENT),
        state="stored",
        due_at=at,
        created_at=at,
    )
    uow.session.add(media)
    uow.flush()
    return media.id


def _same_content(uow: UnitOfWork, person_id: int, content: bytes) -> int | None:
    digest = uow.vault.digest(content)
    same = select(Media.id).where(
        Media.person_id == person_id, Media.digest == digest, Media.state == "stored", Media.same_as_id.is_(None)
    )
    return uow.connection.execute(same.order_by(Media.id).limit(1)).scalar()


def content_of(uow: UnitOfWork, media_id: int) -> tuple[bytes, str] | None:
    """The plain bytes and their type, that of nothing a page would show for a marked one; None while it is not here."""
    kept = aliased(Media)
    row = uow.connection.execute(
        select(func.coalesce(Media.content_sealed, kept.content_sealed), Media.content_type, Media.marked)
        .outerjoin(kept, kept.id == Media.same_as_id)
        .where(Media.id == media_id, Media.state == "stored")
    ).one_or_none()
    if row is None or row[0] is None:
        return None
    return uow.vault.open(row[0], CONTENT), UNKNOWN if row.marked else row.content_type or UNKNOWN
