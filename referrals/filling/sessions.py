"""The interview's row as a desk reads and writes it: the very row that a family's phone goes on with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import insert

from dialogs.interview import Session, session_from_json, session_to_json
from referrals.conversations import statements
from referrals.conversations.interviews.sessions import JOURNAL, StoredSession
from referrals.conversations.records import InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import form_by_id
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.following import follow


def stored_session(uow: UnitOfWork, session_id: int) -> StoredSession | None:
    """The interview with its form; None when there is none, or its person asked us to forget them.

    Raises `Erased` where the key is destroyed already.
    """
    row = next(iter(statements.SESSION.all(uow.connection, session_id=session_id)), None)
    if row is None or not row.journal_sealed:
        return None
    session = session_from_json(uow.vault.open_json(row.journal_sealed, JOURNAL))
    return StoredSession(row.id, row.version, row.form_id, form_by_id(uow, row.form_id), session, row.updated_at)


def insert_session(
    uow: UnitOfWork, person: tuple[int, int], programme_id: str, form_id: int, session: Session, at: datetime
) -> int:
    """A new interview's row; `person` is their id and their data key. Returns the row's id."""
    person_id, data_key_id = person
    row = (
        insert(InterviewSession)
        .values(
            uuid=session.id,
            person_id=person_id,
            programme_id=programme_id,
            form_id=form_id,
            status=session.status,
            journal_sealed=uow.vault.seal_json(data_key_id, session_to_json(session), JOURNAL),
            version=0,
            started_at=at,
            updated_at=at,
        )
        .returning(InterviewSession.id)
    )
    return uow.connection.execute(row).scalar_one()


def save_session(uow: UnitOfWork, data_key_id: int, stored: StoredSession, session: Session, at: datetime) -> int:
    """Writes it back; the row's version from now on. Raises `TwoTurnsAtOnce` when a turn was faster."""
    if session == stored.session:
        return stored.version
    row = {
        "row_id": stored.id,
        "seen_version": stored.version,
        "status": session.status,
        "journal_sealed": uow.vault.seal_json(data_key_id, session_to_json(session), JOURNAL),
        "updated_at": at,
    }
    if statements.SAVE_SESSION.value(uow.connection, **row) is None:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    follow(uow, stored.id, stored.form, stored.session, session, at)
    return stored.version + 1
