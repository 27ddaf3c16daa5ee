"""The interview behind an application: as it was answered, also where it came as a file; opened and closed again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from dialogs.interview import session_from_submission
from dialogs.interview.reopening import put_back
from referrals.applications.amending import amend_application
from referrals.applications.filing import SUBMISSION
from referrals.applications.records import Application
from referrals.conversations.interviews.sessions import UNFINISHED, StoredSession
from referrals.conversations.records import InterviewSession
from referrals.definitions.in_force import form_by_id, settings_of
from referrals.definitions.records import Definition
from referrals.families.identities import data_key_of
from referrals.filling.sessions import insert_session, save_session, stored_session
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import UnitOfWork


def interview_of(uow: UnitOfWork, application: Application, at: datetime) -> StoredSession | None:
    """The interview; one that came as a file gets its row now. None where there is no form to ask from, or the family
    was erased."""
    try:
        if application.session_id is None and not _from_file(uow, application, at):
            return None
        return stored_session(uow, int(application.session_id or 0))
    except Erased:
        return None


def close_again(uow: UnitOfWork, application: Application, at: datetime, actor: str, *, amend: bool = True) -> None:
    """What was opened for questions is done again; what they had answered by then counts. Raises `TwoTurnsAtOnce` when
    the family answers at this moment."""
    try:
        stored = stored_session(uow, application.session_id) if application.session_id is not None else None
    except Erased:
        return
    if stored is None or stored.session.status not in UNFINISHED:
        return
    row = uow.session.scalars(select(InterviewSession).filter_by(id=stored.id)).one()
    save_session(uow, data_key_of(uow, row.person_id), stored, put_back(stored.session), stored.updated_at)
    now = stored_session(uow, stored.id)
    if amend and now is not None:
        amend_application(uow, application, now, at, actor=actor, role="system")


def _from_file(uow: UnitOfWork, application: Application, at: datetime) -> bool:
    """Makes the interview of an application that was filled in the field, from its XML."""
    definition = uow.session.get_one(Definition, application.form_id)
    xml = uow.vault.open_text(application.submission_sealed, SUBMISSION)
    if definition.kind != "form" or not xml:
        return False
    settings, form = settings_of(uow, application.programme_id), form_by_id(uow, application.form_id)
    session, _ = session_from_submission(
        form,
        xml,
        id=f"application-{application.number}",
        now=application.submitted_at,
        time_zone=settings.time_zone,
        language=settings.default_language,
        country=settings.country,
    )
    person = (application.person_id, data_key_of(uow, application.person_id))
    done = put_back(session)
    application.session_id = insert_session(uow, person, application.programme_id, application.form_id, done, at)
    uow.flush()
    return True
