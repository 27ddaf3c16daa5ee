"""The files of a submission: named by its answers, told by their content, sealed as media of whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.media.keeping import LARGEST, NAME, is_of_person, store_content
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.content_types import content_type_of
from referrals.submissions.reading import base_name
from referrals.submissions.records import ReceivedSubmission, SubmissionFile
from referrals.submissions.refusals import Conflict, TooBig

FILE_NAME = "submission_file.name"


@dataclass(frozen=True)
class NewFiles:
    """What came with a post, by the name that the answers use; and every name that they use, with its kind."""

    contents: Mapping[str, bytes]
    named: Mapping[str, str]


def new_files(files: Mapping[str, bytes], named: Mapping[str, str]) -> NewFiles:
    """The files that the answers name. Others are left out, as ODK Central does, and so are empty ones: a recording
    that failed must not keep the answers beside it on the phone. Raises `TooBig`."""
    kept: dict[str, bytes] = {}
    for name, content in files.items():
        own = base_name(name)
        if own not in named or not content:
            continue
        if len(content) > LARGEST:
            raise TooBig("too_big_file", megabytes=LARGEST // (1024 * 1024))
        kept[own] = content
    return NewFiles(kept, named)


def attach(
    uow: UnitOfWork,
    row: ReceivedSubmission,
    arrived: NewFiles,
    at: datetime,
    *,
    inherits_from: ReceivedSubmission | None = None,
) -> int:
    """Adds what is new and returns how many files that were. Raises `Conflict` for another file of the same name.

    A correction keeps the files of what it corrects where its answers still name them.
    """
    there = {found.name_digest: found for found in _files(uow, row.id)}
    before = {found.name_digest: found for found in _files(uow, inherits_from.id)} if inherits_from else {}
    added = 0
    for name, kind in arrived.named.items():
        digest = uow.vault.digest(name.encode())
        file = there.get(digest) or _expected(uow, row, name, digest)
        content = arrived.contents.get(name)
        if content is None:
            old = before.get(digest)
            if file.media_id is None and old is not None:
                file.media_id, file.content_digest = old.media_id, old.content_digest
            continue
        added += _put(uow, row, file, name, kind, content, at)
    uow.flush()
    return added


def adopt(uow: UnitOfWork, row: ReceivedSubmission, named: Mapping[str, str]) -> None:
    """Files that were stored before the submission: a form that was filled here names them by their row (`17`)."""
    for name in named:
        if name.isascii() and name.isdigit() and is_of_person(uow, int(name), row.person_id):
            file = _expected(uow, row, name, uow.vault.digest(name.encode()))
            file.media_id = int(name)
    uow.flush()


def names_and_media(uow: UnitOfWork, row: ReceivedSubmission) -> list[tuple[SubmissionFile, str]]:
    """The files that a submission names, with their names; those without a media id have not arrived."""
    return [(file, uow.vault.open_text(file.name_sealed, FILE_NAME)) for file in _files(uow, row.id)]


def _files(uow: UnitOfWork, submission_id: int) -> list[SubmissionFile]:
    query = select(SubmissionFile).filter_by(submission_id=submission_id).order_by(SubmissionFile.id)
    return list(uow.session.scalars(query))


def _expected(uow: UnitOfWork, row: ReceivedSubmission, name: str, digest: str) -> SubmissionFile:
    file = SubmissionFile(
        submission_id=row.id,
        name_digest=digest,
        name_sealed=uow.vault.seal_text(row.data_key_id, name, FILE_NAME),
        content_digest="",
    )
    uow.session.add(file)
    return file


def _put(
    uow: UnitOfWork,
    row: ReceivedSubmission,
    file: SubmissionFile,
    name: str,
    kind: str,
    content: bytes,
    at: datetime,
) -> int:
    """1 when the file is new, 0 when the very same one is there. Raises `Conflict`."""
    digest = uow.vault.digest(content)
    if file.media_id is not None:
        if file.content_digest == digest:
            return 0
        raise Conflict("other_file", name=name)
    media = Media(
        person_id=row.person_id,
        kind=kind if kind in ("image", "audio", "video") else "file",
        content_type=content_type_of(content),
        file_name_sealed=uow.vault.seal_text(row.data_key_id, name, NAME),
        state="owed",
        due_at=at,
        created_at=at,
    )
    uow.session.add(media)
    uow.flush()
    store_content(uow, media.id, row.data_key_id, content)
    file.media_id, file.content_digest = media.id, digest
    return 1
