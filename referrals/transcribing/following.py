"""Keeps the queue in step with an interview: what stands unwritten in its journal waits, the rest waits no more."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update

from dialogs.form import Form
from dialogs.interview import Session
from dialogs.interview.session import UNWRITTEN
from dialogs.interview.transcribing import Unwritten, unwritten
from referrals.conversations.records import InterviewSession
from referrals.media.records import Media
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.records import Transcription

CAPTION = "transcription.caption"
KINDS = {"audio": "voice", "video": "film", "image": "picture", "file": "paper"}
AGAIN = ("answered", "written", "kept")  # what may have to be written once more
LONGEST_CAPTION = 1024  # characters, as Telegram allows


def follow(uow: UnitOfWork, session_id: int, form: Form, before: Session, session: Session, at: datetime) -> None:
    """Says in the queue what a turn or a desk changed. Nothing is asked of the database where nobody sent a file."""
    if not _has_files(before) and not _has_files(session):
        return
    wanted = by_file(unwritten(form, session, now=at))
    rows = uow.connection.execute(
        select(Transcription.media_id, Transcription.state, Transcription.restricted).where(
            Transcription.session_id == session_id
        )
    )
    known = {row.media_id: (row.state, row.restricted) for row in rows}
    for media_id, each in wanted.items():
        if media_id not in known:
            _wait(uow, session_id, media_id, each)
            continue
        state, for_few = known[media_id]
        if state in AGAIN or (state == "waiting" and each.restricted and not for_few):
            _turn(uow, media_id, "waiting", beside=False, restricted=each.restricted or for_few)
    for media_id, (state, _) in known.items():
        if state == "waiting" and media_id not in wanted:
            _turn_unless_beside(uow, media_id)


def keep_beside(
    uow: UnitOfWork, session_id: int, media_id: int, at: datetime, *, restricted: bool, alone: bool = True
) -> None:
    """A file that answers no question, to be looked at; one that is not `alone` is only kept with the one before it."""
    media = uow.connection.execute(select(Media.kind).where(Media.id == media_id)).scalar()
    kind = KINDS.get(media or "", "")
    standing = uow.connection.execute(select(Transcription.id).where(Transcription.media_id == media_id)).first()
    if not kind or standing is not None:
        return
    state = "waiting" if alone else "kept"
    values = {"kind": kind, "beside": True, "restricted": restricted, "state": state, "created_at": at}
    _insert(uow, session_id, media_id, values)


def let_go(uow: UnitOfWork, person_id: int) -> None:
    """Who stopped the whole application is listened to no more; what they sent stays until they ask to erase it."""
    uow.connection.execute(
        update(Transcription)
        .where(Transcription.person_id == person_id, Transcription.state == "waiting")
        .values(state="kept", version=Transcription.version + 1)
    )


def keep_caption(uow: UnitOfWork, media_id: int, data_key_id: int, caption: str) -> None:
    """The words that came with a file, for whoever reads it."""
    sealed = uow.vault.seal_text(data_key_id, caption[:LONGEST_CAPTION], CAPTION)
    uow.connection.execute(
        update(Transcription).where(Transcription.media_id == media_id).values(caption_sealed=sealed)
    )


def by_file(found: tuple[Unwritten, ...]) -> dict[int, Unwritten]:
    """What waits by the file's id; of one that was sent to several questions the first, for few if one of them is."""
    for_few = {each.media for each in found if each.restricted}
    return {
        int(each.media): replace(each, restricted=each.media in for_few)
        for each in reversed(found)
        if each.media.isdecimal()
    }


def _has_files(session: Session) -> bool:
    return any(entry.kind in UNWRITTEN for entry in session.journal)


def _wait(uow: UnitOfWork, session_id: int, media_id: int, each: Unwritten) -> None:
    values = {"kind": each.kind, "beside": False, "restricted": each.restricted, "state": "waiting"}
    _insert(uow, session_id, media_id, {**values, "created_at": datetime.fromisoformat(each.at)})


def _insert(uow: UnitOfWork, session_id: int, media_id: int, values: dict[str, Any]) -> None:
    whose = uow.connection.execute(
        select(InterviewSession.programme_id, InterviewSession.person_id).where(InterviewSession.id == session_id)
    ).one()
    row = {"programme_id": whose.programme_id, "person_id": whose.person_id, "version": 0, **values}
    uow.connection.execute(insert(Transcription).values(session_id=session_id, media_id=media_id, **row))


def _turn(uow: UnitOfWork, media_id: int, state: str, **more: bool) -> None:
    uow.connection.execute(
        update(Transcription)
        .where(Transcription.media_id == media_id)
        .values(state=state, version=Transcription.version + 1, **more)
    )


def _turn_unless_beside(uow: UnitOfWork, media_id: int) -> None:
    uow.connection.execute(
        update(Transcription)
        .where(Transcription.media_id == media_id, Transcription.beside.is_(False))
        .values(state="answered", version=Transcription.version + 1)
    )
