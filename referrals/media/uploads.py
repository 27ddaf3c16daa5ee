"""Which of our files stand at a platform already: one is uploaded once, and shown to many."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import delete, select

from referrals.media.records import Upload
from referrals.store.unit_of_work import UnitOfWork

KEPT_FOR = timedelta(days=25)  # WhatsApp keeps an upload for 30 days
LONGEST_ID = 200


def uploaded_as(uow: UnitOfWork, sender_id: int, content: bytes, at: datetime) -> str:
    """The platform's id of that file; blank where it does not stand there, or not for long any more."""
    found = uow.connection.execute(
        select(Upload.remote_id).where(
            Upload.sender_id == sender_id,
            Upload.digest == uow.vault.digest(content),
            Upload.uploaded_at > at - KEPT_FOR,
        )
    ).scalar()
    return found or ""


def note_upload(uow: UnitOfWork, sender_id: int, content: bytes, remote_id: str, at: datetime) -> None:
    """The file stands at the platform under that id, or, with a blank id, no longer does; forgets what is old."""
    digest = uow.vault.digest(content)
    this_one = (Upload.sender_id == sender_id) & (Upload.digest == digest)
    uow.connection.execute(delete(Upload).where(this_one | (Upload.uploaded_at <= at - KEPT_FOR)))
    if remote_id and len(remote_id) <= LONGEST_ID:
        uow.session.add(Upload(sender_id=sender_id, digest=digest, remote_id=remote_id, uploaded_at=at))
        uow.flush()
