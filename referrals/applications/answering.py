"""The answers to what staff asked go into the application, from a chat or from a desk, once."""

from __future__ import annotations

from datetime import datetime

from referrals.applications.amending import amend_application
from referrals.applications.asking_info import ANSWERED, request_to_answer, settle
from referrals.applications.filing import answer_due
from referrals.applications.records import Application
from referrals.applications.stepping import Actor, locked, take_step
from referrals.conversations.interviews.sessions import StoredSession
from referrals.definitions.in_force import settings_of
from referrals.filling.records import DeskFilling
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork


def answer_request(
    uow: UnitOfWork, application_id: int, stored: StoredSession, actor: Actor, at: datetime
) -> Application | None:
    """Amends the application, which is read again from now on; None where nothing waits for an answer any more."""
    application = locked(uow, application_id)
    request = request_to_answer(uow, application)
    if request is None:
        return None
    amend_application(uow, application, stored, at, actor=actor.named, role=actor.role)
    take_step(uow, application, "answer", actor, at)
    settle(uow, request, ANSWERED, at)
    application.answer_due = answer_due(at, settings_of(uow, application.programme_id))
    uow.flush()
    return application


def take_answers(uow: UnitOfWork, member: Member, filling: DeskFilling, stored: StoredSession, at: datetime) -> None:
    """The same from a desk: the family answered, this member wrote it down."""
    actor = Actor("family", staff_id=member.staff_id, person_id=filling.person_id)
    if answer_request(uow, int(filling.application_id or 0), stored, actor, at) is None:
        application = locked(uow, int(filling.application_id or 0))
        amend_application(uow, application, stored, at, actor=actor.named, role="clerk")
