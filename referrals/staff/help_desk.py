"""The help queue: what families asked a person, and the danger that only some may read."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.conversations.records import HelpRequest
from referrals.conversations.stages.helping import TEXT
from referrals.families.identities import data_key_of
from referrals.families.records import Person
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.staff.contact import Contact, contact_in
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

ANSWER = "help_request.answer"
MOST_ROWS = 200


def open_requests(uow: UnitOfWork, member: Member, *, danger: bool = False) -> list[HelpRequest]:
    """What waits for an answer, the nearest deadline first; `danger` gives the restricted queue and nothing else."""
    permission = Permission.READ_DANGER if danger else Permission.READ_HELP
    query = (
        select(HelpRequest)
        .where(HelpRequest.state == "open", HelpRequest.restricted.is_(danger))
        .order_by(HelpRequest.due_at, HelpRequest.id)
        .limit(MOST_ROWS)
    )
    return list(uow.session.scalars(visible_to(member, query, HelpRequest, permission)))


def how_many_open(uow: UnitOfWork, member: Member, *, danger: bool = False) -> int:
    """How many wait."""
    permission = Permission.READ_DANGER if danger else Permission.READ_HELP
    query = select(func.count()).select_from(HelpRequest)
    query = query.where(HelpRequest.state == "open", HelpRequest.restricted.is_(danger))
    return int(uow.session.execute(visible_to(member, query, HelpRequest, permission)).scalar_one())


def one_request(uow: UnitOfWork, member: Member, request_id: int) -> HelpRequest | None:
    """The request when it is the member's to read; None otherwise, and for a restricted one without the permission."""
    request = uow.session.get(HelpRequest, request_id)
    if request is None:
        return None
    permission = Permission.READ_DANGER if request.restricted else Permission.READ_HELP
    query = select(HelpRequest).where(HelpRequest.id == request_id)
    return uow.session.scalar(visible_to(member, query, HelpRequest, permission))


def read_words(uow: UnitOfWork, member: Member, request: HelpRequest, at: datetime) -> tuple[str, str]:
    """What they wrote and what was answered; the reading is audited."""
    _note(uow, member, request, "read", at)
    try:
        return uow.vault.open_text(request.text_sealed, TEXT), uow.vault.open_text(request.answer_sealed, ANSWER)
    except Erased:
        return "", ""


def contact_of(uow: UnitOfWork, member: Member, request: HelpRequest, at: datetime) -> Contact | None:
    """Name and phone as the latest application has them, audited; None without the permission or an application."""
    if not member.may(Permission.READ_IDENTITY):
        return None
    query = select(Application).where(
        Application.person_id == request.person_id, Application.programme_id.in_(member.programmes)
    )
    application = uow.session.scalar(query.order_by(Application.id.desc()).limit(1))
    return contact_in(uow, member, application, at) if application is not None else None


def settle(uow: UnitOfWork, member: Member, request: HelpRequest, words: str, state: str, at: datetime) -> None:
    """Keeps what was answered or done, and takes the request off the queue as `answered` or `closed`."""
    person = uow.session.get_one(Person, request.person_id)
    if words and person.erased_at is None:
        request.answer_sealed = uow.vault.seal_text(data_key_of(uow, person.id), words, ANSWER)
    request.state, request.answered_by_id, request.answered_at = state, member.staff_id, at
    uow.flush()
    _note(uow, member, request, state, at)


def _note(uow: UnitOfWork, member: Member, request: HelpRequest, action: str, at: datetime) -> None:
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action=f"help_request.{action}",
        object_kind="help_request",
        object_id=request.id,
    )
