"""The books and the way of a message as staff see them: their own programmes, audited, without a word of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.books.balancing import Line, days
from referrals.books.references import Reference, find
from referrals.books.tracing import Trace, trace
from referrals.conversations.records import Conversation, InboxMessage
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit import audit
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.record import Record
from referrals.store.unit_of_work import UnitOfWork

RECORDS: Mapping[str, Any] = {"in": InboxMessage, "out": OutboxMessage, "ap": Application}
KINDS = {"in": "inbox_message", "out": "outbox_message", "ap": "application"}


def lines_of(uow: UnitOfWork, member: Member, first: date, last: date, channel: str = "") -> list[Line]:
    """The books' lines of these days, of the accounts that speak for the member's programmes."""
    mine = {each.programme_id for each in member.holding(Permission.SEE_PARKED)}
    return [line for line in days(uow, first, last, channel) if mine & set(line.account.programmes)]


def found_by(uow: UnitOfWork, member: Member, typed: str) -> list[Reference]:
    """What somebody may have meant by a reference, of what they may see; empty when there is no such thing."""
    return find(uow, typed, _narrowed(member))


def way_of(uow: UnitOfWork, member: Member, reference: Reference, at: datetime) -> Trace | None:
    """The way of a message, or of everything of an application; that it was looked at is audited. None: not theirs."""
    found = trace(uow, reference, _narrowed(member))
    if found is not None:
        note_traced(uow, f"staff:{member.staff_id}", reference, at)
    return found


def note_traced(uow: UnitOfWork, actor: str, reference: Reference, at: datetime) -> None:
    """That the way of a message, or of an application, was looked at is audited as a look at whoever it is of."""
    audit(
        uow,
        at=at,
        actor=actor,
        action="message.traced",
        object_kind=KINDS[reference.kind],
        object_id=reference.id,
        people=people_behind(uow, RECORDS[reference.kind], reference.id),
    )


def people_behind(uow: UnitOfWork, record: Any, row_id: int) -> list[int]:
    """Whose a message is, in or out: everybody who has a conversation at the identity that it came from or goes to."""
    if record not in (InboxMessage, OutboxMessage):
        return []  # an application is found by itself
    query = select(Conversation.person_id).join(record, record.identity_id == Conversation.identity_id)
    return list(uow.session.scalars(query.where(record.id == row_id)))


def _narrowed(member: Member) -> Any:
    def narrow(query: Any, record: type[Record]) -> Any:
        if record is Application:
            programmes = [each.programme_id for each in member.holding(Permission.SEE_PARKED) if each.whole_programme]
            return query.where(Application.programme_id.in_(programmes))
        return visible_to(member, query, record, Permission.SEE_PARKED)

    return narrow
