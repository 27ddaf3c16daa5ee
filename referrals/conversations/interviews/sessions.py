"""Interview sessions as they are stored: sealed journals, pinned to a form's version."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert

from dialogs.form import Form
from dialogs.interview import (
    Event,
    ReviewLine,
    Said,
    Session,
    answers,
    ask_again,
    resume,
    session_from_json,
    session_to_json,
)
from referrals.conversations import statements
from referrals.conversations.desk import Desk
from referrals.conversations.records import InterviewSession
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.definitions.in_force import definition_id, form_by_id
from referrals.transcribing.following import follow

UNDER_WAY = ("asking", "editing", "reviewing")  # states of a session that takes answers
UNFINISHED = (*UNDER_WAY, "stopped")

JOURNAL = "interview_session.journal"


class NoIntakeForm(LookupError):
    """The programme has no intake form: import its folder once more with `sanad programme import`."""


@dataclass(frozen=True)
class StoredSession:
    """A session with what is needed to write it back."""

    id: int
    version: int
    form_id: int
    form: Form
    session: Session
    updated_at: datetime


def load_session(desk: Desk) -> StoredSession | None:
    """The conversation's interview, None when it has none."""
    if desk.session_id is None:
        return None
    row = statements.SESSION.all(desk.uow.connection, session_id=desk.session_id)[0]
    session = session_from_json(desk.uow.vault.open_json(row.journal_sealed, JOURNAL))
    form = form_by_id(desk.uow, row.form_id)
    desk.form_id = row.form_id
    return StoredSession(row.id, row.version, row.form_id, form, session, row.updated_at)


def packs(desk: Desk) -> bool:
    """Whether questions that belong together are asked in one message: where each message costs."""
    return desk.capabilities.billed_per_message


def ask_once_more(desk: Desk, stored: StoredSession) -> tuple[Event, ...]:
    """The pending question, or the review, again."""
    return ask_again(stored.form, stored.session, now=desk.at, pack=packs(desk))


def run_turn(desk: Desk, stored: StoredSession, said: Said) -> tuple[Session, tuple[Event, ...]]:
    """The session after what was said, not saved yet, and what happened."""
    return resume(stored.form, stored.session, said, now=desk.at, pack=packs(desk))


def review_lines_of(desk: Desk, stored: StoredSession) -> tuple[ReviewLine, ...]:
    """Every answer so far, as the review numbers them."""
    return answers(stored.form, stored.session, now=desk.at).shown


def new_session_id(desk: Desk) -> str:
    """The instance id of a new interview; the inbox row makes it, so that a turn that runs again makes the same."""
    return str(uuid.uuid5(uuid.NAMESPACE_OID, f"sanad:{desk.sender_id}:{desk.reason}:{desk.at.isoformat()}"))


def intake_form(desk: Desk) -> tuple[int, Form]:
    """The programme's intake form in force. Raises `NoIntakeForm`."""
    found = definition_id(desk.uow, str(desk.programme_id), "form", "intake")
    if found is None:
        raise NoIntakeForm(f"the programme {desk.programme_id} has no intake form")
    return found, form_by_id(desk.uow, found)


def insert_session(desk: Desk, form_id: int, session: Session) -> None:
    """Stores a new interview and makes it the conversation's."""
    desk.form_id = form_id
    desk.session_id = desk.uow.connection.execute(
        insert(InterviewSession)
        .values(
            uuid=session.id,
            person_id=desk.person_id,
            programme_id=desk.programme_id,
            form_id=form_id,
            status=session.status,
            journal_sealed=desk.uow.vault.seal_json(desk.data_key_id, session_to_json(session), JOURNAL),
            version=0,
            started_at=desk.at,
            updated_at=desk.at,
        )
        .returning(InterviewSession.id)
    ).scalar_one()


def save_session(desk: Desk, stored: StoredSession, session: Session) -> None:
    """Writes an interview back; raises `TwoTurnsAtOnce` when another turn did so meanwhile."""
    if session == stored.session:
        return
    row = {
        "row_id": stored.id,
        "seen_version": stored.version,
        "status": session.status,
        "journal_sealed": desk.uow.vault.seal_json(desk.data_key_id, session_to_json(session), JOURNAL),
        "updated_at": desk.at,
    }
    if statements.SAVE_SESSION.value(desk.uow.connection, **row) is None:
        raise TwoTurnsAtOnce(TwoTurnsAtOnce.__doc__)
    follow(desk.uow, stored.id, stored.form, stored.session, session, desk.at)
