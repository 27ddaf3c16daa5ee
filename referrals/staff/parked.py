"""Messages and forms that could not be handled or sent, with the reason; never dropped, so somebody has to look."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, Select, func, literal_column, select

from referrals.conversations.records import InboxMessage
from referrals.outbox.outcomes import name_of
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.senders.records import Sender
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.pushing import waiting_behind
from referrals.submissions.records import OutgoingSubmission, PushTarget

Book = Literal["in", "out", "pushes"]
BOOKS: tuple[Book, ...] = ("in", "out", "pushes")
RECORDS: Mapping[Book, Any] = {"in": InboxMessage, "out": OutboxMessage, "pushes": OutgoingSubmission}
CHANNELS: Mapping[Book, Any] = {"in": Sender.channel, "out": Sender.channel, "pushes": PushTarget.kind}
ROWS_A_PAGE = 50
NOT_BY_INDEX = 0  # added to a column, lest SQLite read a million others in its order to find these few
IS_PARKED: ColumnElement[str] = literal_column(
    "'parked'"
)  # as the small indexes have it: SQLite takes no bound value for that


@dataclass(frozen=True)
class Parked:
    """One parked message or form; what it says stays sealed."""

    id: int
    book: Book
    channel: str
    name: str
    """What the reason begins with, a stable name: of `sending.reason.<name>` for messages to families, else of
    `parked.reason.<name>`."""
    reason: str
    attempts: int
    at: datetime
    """When it came in, or was owed."""
    since: datetime
    """When it was parked."""
    behind: int = 0
    """How many amendments of a form wait until it went; they follow by themselves."""
    may_retry: bool = True
    """False where trying again can change nothing: its time is past, or nobody can read it."""


@dataclass(frozen=True)
class Group:
    """How many of a book are parked on one channel for one reason."""

    channel: str
    name: str
    count: int


@dataclass(frozen=True)
class Sought:
    """Which of them are shown: all of a book, or of one channel, or for one reason."""

    channel: str = ""
    name: str = ""


EVERYTHING = Sought()


def parked(
    uow: UnitOfWork,
    member: Member,
    book: Book,
    at: datetime | None = None,
    sought: Sought = EVERYTHING,
    *,
    skip: int = 0,
    most: int = ROWS_A_PAGE,
) -> list[Parked]:
    """The parked rows of a book, the latest first, after the first `skip` of them."""
    record, channel = RECORDS[book], CHANNELS[book]
    query = _of(book, select(record, channel), member)
    query = _only(uow, query, member, book, sought).order_by((record.id + NOT_BY_INDEX).desc()).offset(skip).limit(most)
    rows = uow.session.execute(query).all()
    since = _parked_since(uow, [row.id for row, _ in rows]) if book == "out" else {}
    behind = waiting_behind(uow, [row.id for row, _ in rows]) if book == "pushes" and rows else {}
    found = [_parked(book, row, kind, since.get(row.id), at) for row, kind in rows]
    return [replace(each, behind=behind.get(each.id, 0)) for each in found]


def groups(uow: UnitOfWork, member: Member, book: Book) -> list[Group]:
    """Channels and reasons of what is parked, the most frequent first."""
    counted: dict[tuple[str, str], int] = {}
    for channel, reason, kind, count in _reasons(uow, member, book):
        key = (channel, reason_name(book, reason, kind))
        counted[key] = counted.get(key, 0) + count
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return [Group(channel, name, count) for (channel, name), count in ordered]


def how_many_parked(uow: UnitOfWork, member: Member) -> int:
    """How many messages are parked in both directions, and how many forms on their way to other servers."""
    # reasons are counted, not ids: no large index holds them, so that the small one is read
    return sum(
        int(uow.session.execute(_of(each, select(func.count(RECORDS[each].reason)), member)).scalar_one())
        for each in BOOKS
    )


def ids_of(uow: UnitOfWork, member: Member, book: Book, sought: Sought, most: int, after: int = 0) -> list[int]:
    """The ids of parked rows beyond `after`, in order."""
    record = RECORDS[book]
    query = _only(uow, _of(book, select(record.id), member), member, book, sought)
    return list(uow.session.scalars(query.where(record.id > after).order_by(record.id).limit(most)))


def reason_name(book: Book, reason: str, kind: str = "") -> str:
    """The stable name of why a row of this book is parked."""
    if book == "out":
        return name_of(reason)
    if "key that is not here" in reason or reason.startswith("WrongKey"):
        return "wrong_key"
    if book == "pushes":
        return "not_taken"
    return "unread" if kind == "unread" else "fault"


def _of(book: Book, query: Select[Any], member: Member) -> Select[Any]:
    """What is parked in a book and this member may see, with the channel joined to it."""
    record = RECORDS[book]
    if book == "pushes":
        query = query.join(PushTarget, PushTarget.id == OutgoingSubmission.target_id)
    else:
        query = query.join(Sender, Sender.id == record.sender_id + NOT_BY_INDEX)
    return visible_to(member, query.where(record.state == IS_PARKED), record, Permission.SEE_PARKED)


def _only(uow: UnitOfWork, query: Select[Any], member: Member, book: Book, sought: Sought) -> Select[Any]:
    if sought.channel:
        query = query.where(CHANNELS[book] == sought.channel)
    if not sought.name:
        return query
    kinds = _reasons(uow, member, book)
    meant = {reason for _, reason, kind, _ in kinds if reason_name(book, reason, kind) == sought.name}
    query = query.where(RECORDS[book].reason.in_(sorted(meant)))
    if book == "in":
        query = query.where((InboxMessage.kind == "unread") == (sought.name == "unread"))
    return query


def _reasons(uow: UnitOfWork, member: Member, book: Book) -> list[Any]:
    """Channel, reason as it stands, kind and count of what is parked."""
    record = RECORDS[book]
    kind: Any = InboxMessage.kind if book == "in" else literal_column("''")
    columns = (CHANNELS[book], record.reason, kind) if book == "in" else (CHANNELS[book], record.reason)
    query = _of(book, select(CHANNELS[book], record.reason, kind, func.count()), member)
    return list(uow.session.execute(query.group_by(*columns)).all())


def _parked_since(uow: UnitOfWork, ids: list[int]) -> dict[int, datetime]:
    """When the last attempt of each was over."""
    query = (
        select(OutboxAttempt.outbox_id, func.max(OutboxAttempt.at))
        .where(OutboxAttempt.outbox_id.in_(ids))
        .group_by(OutboxAttempt.outbox_id)
    )
    return dict(uow.session.execute(query).all())


def _parked(book: Book, row: Any, channel: str, since: datetime | None, at: datetime | None) -> Parked:
    came = row.received_at if book == "in" else row.created_at
    kind = row.kind if book == "in" else ""
    over = book == "out" and at is not None and row.expires_at is not None and row.expires_at <= at
    return Parked(
        row.id,
        book,
        channel,
        reason_name(book, row.reason, kind),
        row.reason,
        row.attempts,
        came,
        since or (row.due_at if book == "in" else came),
        may_retry=not over and kind != "unread",
    )
