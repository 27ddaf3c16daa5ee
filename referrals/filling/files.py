"""Files of a form that is filled at a desk: sealed like those that a phone sends, read back only by that desk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select, update

from dialogs.interview import answers
from referrals.definitions.records import DefinitionAttachment
from referrals.filling.starting import note
from referrals.filling.working import AtDesk
from referrals.inbound import MediaKind
from referrals.media.keeping import HERE, content_of, is_of_person, keep_upload
from referrals.media.kinds import SHOWN, type_of
from referrals.media.records import Media
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

__all__ = ["SHOWN", "Uploaded", "WrongKind", "attachment_of", "keep_file", "read_file", "type_of"]


class WrongKind(ValueError):
    """The file is not what the question asks for: a picture, a sound, a film."""


@dataclass(frozen=True)
class Uploaded:
    """A file as a page sent it."""

    name: str
    content: bytes


def keep_file(uow: UnitOfWork, at_desk: AtDesk, kind: str, file: Uploaded, at: datetime) -> str:
    """Stores a file for a question of that kind; the name that the answer holds. Raises `WrongKind`, `TooLarge`."""
    content_type = type_of(file.content)
    family = content_type.partition("/")[0]
    if kind not in ("file", family) and not (kind == "audio" and content_type in ("video/webm", "video/mp4")):
        raise WrongKind(WrongKind.__doc__)
    media_kind: MediaKind = kind if kind in ("image", "audio", "video") else "file"  # type: ignore[assignment] # one of the four
    owner = (at_desk.filling.person_id, at_desk.data_key_id)
    ref = keep_upload(uow, owner, None, media_kind, file.content, content_type, file.name[:200], at)
    media_id = int(ref.file_id.removeprefix(HERE))
    uow.connection.execute(update(Media).where(Media.id == media_id).values(session_id=at_desk.stored.id))
    return str(media_id)


def attachment_of(uow: UnitOfWork, form_id: int, name: str) -> bytes | None:
    """A file that stands beside a form's questions, as the author named it; None when there is none."""
    found = select(DefinitionAttachment.content).filter_by(definition_id=form_id, name=name)
    content = uow.session.scalar(found)
    return None if content is None else bytes(content)


def read_file(
    uow: UnitOfWork, member: Member, at_desk: AtDesk, media_id: int, at: datetime
) -> tuple[bytes, str] | None:
    """A file that an answer of this form names, with its type; None for any other one. Reading it is audited."""
    named = (answers(at_desk.stored.form, at_desk.session, now=at).media or {}).values()
    if str(media_id) not in named or not is_of_person(uow, media_id, at_desk.filling.person_id):
        return None
    note(uow, member, at_desk.filling, "file_read", at, media=media_id)
    return content_of(uow, media_id)
