"""What staff do with what is parked: try it again, or close it because it was told by telephone. Both are audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select, update

from referrals.books.records import Settled
from referrals.conversations.records import InboxMessage
from referrals.conversations.turns import retry_parked
from referrals.families.identities import data_key_of
from referrals.families.records import Identity
from referrals.outbox.records import OutboxMessage
from referrals.outbox.retrying import retry_parked_message
from referrals.protection.audit import audit
from referrals.senders.records import Sender
from referrals.staff.following import people_behind
from referrals.staff.parked import IS_PARKED, RECORDS, Book, Sought, ids_of
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.pushing import try_again

NOTE = "settled.note"
HOWS = ("told_by_phone", "not_needed")
TOGETHER = 100  # rows that are tried again in one transaction: whoever else has to write waits no longer
KINDS = {"in": "inbox_message", "out": "outbox_message", "pushes": "outgoing_submission"}
LEDGER_BOOK = {"in": "inbox", "out": "outbox", "pushes": "push"}


@dataclass(frozen=True)
class Retried:
    """How many go out again, and how many cannot: their time is past, or nobody can read them."""

    again: int
    refused: int


def retry(uow: UnitOfWork, member: Member, book: Book, row_id: int, at: datetime) -> bool:
    """One parked row is tried anew from now on; False when there is none of the member's to try."""
    record = RECORDS[book]
    query = select(record.id).where(record.id == row_id, record.state == IS_PARKED)
    if uow.session.scalar(visible_to(member, query, record, Permission.SEE_PARKED)) is None:
        return False
    return _retry(uow, f"staff:{member.staff_id}", book, row_id, at)


def retry_all(store: Store, member: Member, book: Book, sought: Sought, at: datetime) -> Retried:
    """Everything that is sought is tried anew, a hundred in a transaction."""
    actor, after, again, seen = f"staff:{member.staff_id}", 0, 0, 0
    while True:

        def work(uow: UnitOfWork, after: int = after) -> tuple[list[int], int]:
            ids = ids_of(uow, member, book, sought, TOGETHER, after)
            return ids, sum(_retry(uow, actor, book, each, at) for each in ids)

        ids, done = store.transact(work)
        if not ids:
            return Retried(again, seen - again)
        after, again, seen = ids[-1], again + done, seen + len(ids)


def settle(uow: UnitOfWork, member: Member, book: Book, row_id: int, at: datetime, *, how: str, note: str) -> bool:
    """Closes a parked row by hand, with a note that is sealed; False when there is none of the member's to close.

    What came in counts as handled and what was owed as cancelled, with how it was settled as the reason.
    """
    record = RECORDS[book]
    query = select(record.id).where(record.id == row_id, record.state == IS_PARKED)
    if uow.session.scalar(visible_to(member, query, record, Permission.SEE_PARKED)) is None:
        return False
    reason = f"settled: {how}"
    closed = {"state": "handled", "handled_at": at} if book == "in" else {"state": "cancelled"}
    uow.session.execute(update(record).where(record.id == row_id).values(**closed, reason=reason))
    sealed = uow.vault.seal_text(_key(uow, book, row_id), note, NOTE)
    uow.session.execute(
        insert(Settled).values(
            book=LEDGER_BOOK[book], row_id=row_id, how=how, note_sealed=sealed, staff_id=member.staff_id, at=at
        )
    )
    actor = f"staff:{member.staff_id}"
    _note(uow, at, actor, "message.settled", book, row_id)
    return True


def _retry(uow: UnitOfWork, actor: str, book: Book, row_id: int, at: datetime) -> bool:
    if not _put_back(uow, actor, book, row_id, at):
        return False
    action = "push.tried_again" if book == "pushes" else "message.tried_again"
    _note(uow, at, actor, action, book, row_id)
    return True


def _note(uow: UnitOfWork, at: datetime, actor: str, action: str, book: Book, row_id: int) -> None:
    people = people_behind(uow, RECORDS[book], row_id)
    audit(uow, at=at, actor=actor, action=action, object_kind=KINDS[book], object_id=row_id, people=people)


def _put_back(uow: UnitOfWork, actor: str, book: Book, row_id: int, at: datetime) -> bool:
    if book == "out":
        return retry_parked_message(uow, row_id, at, actor)
    if book == "pushes":
        return bool(try_again(uow, at, row_id=row_id))
    if uow.session.scalar(select(InboxMessage.kind).where(InboxMessage.id == row_id)) == "unread":
        return False  # no reader understood it: a turn cannot either
    retry_parked(uow, row_id, at)
    return True


def _key(uow: UnitOfWork, book: Book, row_id: int) -> int:
    """The data key of whom the row is about: their erasure takes the note along; else of the sender."""
    record = InboxMessage if book == "in" else OutboxMessage
    person = select(Identity.person_id).join(record, record.identity_id == Identity.id).where(record.id == row_id)
    person_id = uow.session.scalar(person)
    if person_id is not None:
        return data_key_of(uow, person_id)
    sender = select(Sender.data_key_id).join(record, record.sender_id == Sender.id).where(record.id == row_id)
    return uow.session.scalars(sender).one()
