"""What a monitoring system is told, read in milliseconds from small indexes and tallies, however long the books are."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, func, select, text

from referrals.books.counting import hour_of
from referrals.books.records import Tally
from referrals.books.tracing import lane_name
from referrals.books.watching import last_checks, last_differences
from referrals.outbox.outcomes import name_of
from referrals.outbox.records import Bucket
from referrals.senders.records import AccountNotice, MessageTemplate, Sender
from referrals.store.unit_of_work import UnitOfWork

# The states of these stand in the statements as they stand in the indexes: SQLite takes no bound value for one. And
# `+sender_id`, lest it read a large index in the order of senders where a small one holds the few rows that are asked.
_INBOX_WAITING = text(
    "select +sender_id, 'message', count(*), min(received_at) from inbox_message"
    " where state = 'waiting' and kind <> 'status' group by 1 union all "
    "select +sender_id, 'status', count(*), min(received_at) from inbox_message"
    " where state = 'waiting' and kind = 'status' group by 1"
)
_INBOX_PARKED = text("select +sender_id, reason, count(*) from inbox_message where state = 'parked' group by 1, 2")
_OUTBOX_WAITING = text(
    "select lane, count(*) from outbox_message where state = 'waiting' and sender_id = :sender group by 1"
)
_OUTBOX_OLDEST = text(
    "select due_at from outbox_message where state = 'waiting' and sender_id = :sender and lane = :lane"
    " and due_at <= :at order by due_at, id limit 1"
)
_OUTBOX_UNDER_WAY = text(
    "select sender_id, state, count(*) from outbox_message where state IN ('leased', 'uncertain') group by 1, 2"
)
_OUTBOX_CLOSED = text(
    "select sender_id, state, count(*) from outbox_message where state IN ('expired', 'cancelled') group by 1, 2"
)
_OUTBOX_PARKED = text("select +sender_id, reason, count(*) from outbox_message where state = 'parked' group by 1, 2")
REMOVED = "-"  # before a book's name: what was taken out of it
_PUSHES = text("select state, count(*) from outgoing_submission group by 1")


@dataclass(frozen=True)
class OfSender:
    """What is told of one account that speaks."""

    id: int
    channel: str
    inbox: Counter[str] = field(default_factory=Counter)
    """handled | waiting | parked"""
    outbox: Counter[str] = field(default_factory=Counter)
    """by state; `sent` is what is left of everything owed"""
    accepted: Counter[str] = field(default_factory=Counter)
    """by kind: message, tap, delivered, …; counted as they came in"""
    owed: Counter[str] = field(default_factory=Counter)
    """by lane: reply, reminder, campaign"""
    removed: Counter[str] = field(default_factory=Counter)
    """by book: booked out since, by retention or as written off"""
    lanes: Counter[str] = field(default_factory=Counter)
    """waiting, by lane"""
    oldest_in: dict[str, float] = field(default_factory=dict)
    """`message` and `status`: seconds that the oldest has waited for its turn"""
    oldest_out: dict[str, float] = field(default_factory=dict)
    """by lane: seconds that the oldest is due"""
    attempts: Counter[str] = field(default_factory=Counter)
    """by outcome; those that simply succeeded have none"""
    parked: Counter[tuple[str, str]] = field(default_factory=Counter)
    """by book and reason"""
    bans: int = 0
    blocked_seconds: float = 0.0
    notices: int = 0
    templates: Counter[str] = field(default_factory=Counter)
    """by the platform's word for where they stand, those that cannot be used"""


@dataclass(frozen=True)
class Measures:
    senders: tuple[OfSender, ...]
    pushes: dict[str, int]
    checks: dict[str, tuple[datetime, bool]]
    differences: int


@dataclass
class Past:
    """What tallies of hours that are long over add up to: they do not change, so a process reads them once a day.
    What is booked out of them since is told a day later."""

    until: str = ""
    sums: Counter[tuple[str, int, str]] = field(default_factory=Counter)

    def all(self, uow: UnitOfWork, at: datetime) -> Counter[tuple[str, int, str]]:
        """What was counted up to now, by book, account and kind."""
        until = hour_of(at - timedelta(days=2))[:10]
        if self.until != until:
            self.sums, self.until = _sums(uow, Tally.hour < until), until
        found = Counter(self.sums)
        found.update(_sums(uow, Tally.hour >= until))  # and not `+`, which would drop what was written off as too many
        return found


def _sums(uow: UnitOfWork, hours: ColumnElement[bool]) -> Counter[tuple[str, int, str]]:
    known = uow.connection.execute(select(Tally.book, Tally.account_id).distinct()).all()
    sums: Counter[tuple[str, int, str]] = Counter()
    for book, account_id in known:  # each a range of the primary key
        counted = (
            select(Tally.what, func.sum(Tally.counted), func.sum(Tally.removed))
            .where(Tally.book == book, Tally.account_id == account_id, hours)
            .group_by(Tally.what)
        )
        for what, count, removed in uow.connection.execute(counted):
            if count:
                sums[book, account_id, what] += int(count)
            if removed:
                sums[f"{REMOVED}{book}", account_id, what] += int(removed)
    return sums


def measure(uow: UnitOfWork, at: datetime, past: Past) -> Measures:
    """Everything, as it stands now."""
    rows = uow.connection.execute(select(Sender.id, Sender.channel).order_by(Sender.id))
    senders = {row.id: OfSender(row.id, row.channel) for row in rows}
    if senders:
        sums = past.all(uow, at)
        _fill(senders, sums)
        _inbox(uow, senders, at)
        _outbox(uow, senders, at)
        _platforms(uow, senders, sums, at)
    pushes: dict[str, int] = dict(uow.connection.execute(_PUSHES).all())
    return Measures(tuple(senders.values()), pushes, last_checks(uow), len(last_differences(uow)))


def parked_for(reason: str) -> str:
    """The stable name that a parked inbox row's reason begins with; nothing of the rest, which may be anything."""
    name = reason.partition(":")[0].partition("(")[0].strip()
    return name if name.isascii() and name.replace("_", "").isalnum() and len(name) <= 40 else "other"


def _fill(senders: dict[int, OfSender], sums: Counter[tuple[str, int, str]]) -> None:
    for (book, account_id, what), count in sums.items():
        sender = senders.get(account_id)
        if sender is None:
            continue
        if book == "inbox":
            sender.accepted[what] += count
        elif book == "outbox":
            sender.owed[lane_name(what)] += count
        elif book.startswith(REMOVED):
            sender.removed[book.removeprefix(REMOVED)] += count
        elif book == "attempt":
            sender.attempts[what] += count


def _inbox(uow: UnitOfWork, senders: dict[int, OfSender], at: datetime) -> None:
    for sender_id, kind, count, oldest in uow.connection.execute(_INBOX_WAITING):
        sender = senders[sender_id]
        sender.inbox["waiting"] += count
        sender.oldest_in["status" if kind == "status" else "message"] = _age(oldest, at)
    for sender_id, reason, count in uow.connection.execute(_INBOX_PARKED):
        senders[sender_id].inbox["parked"] += count
        senders[sender_id].parked["inbox", parked_for(reason)] += count
    for sender in senders.values():
        sender.inbox["handled"] = max(
            0, sum(sender.accepted.values()) - sender.removed["inbox"] - sum(sender.inbox.values())
        )


def _outbox(uow: UnitOfWork, senders: dict[int, OfSender], at: datetime) -> None:
    for sender in senders.values():
        for lane, count in uow.connection.execute(_OUTBOX_WAITING, {"sender": sender.id}):
            sender.lanes[lane_name(lane)] += count
            sender.outbox["waiting"] += count
            oldest = uow.connection.execute(
                _OUTBOX_OLDEST, {"sender": sender.id, "lane": lane, "at": _bound(uow, at)}
            ).scalar()
            if oldest is not None:
                sender.oldest_out[lane_name(lane)] = _age(oldest, at)
    for query in (_OUTBOX_UNDER_WAY, _OUTBOX_CLOSED):
        for sender_id, state, count in uow.connection.execute(query):
            senders[sender_id].outbox[state] += count
    for sender_id, reason, count in uow.connection.execute(_OUTBOX_PARKED):
        senders[sender_id].outbox["parked"] += count
        senders[sender_id].parked["outbox", name_of(reason)] += count
    for sender in senders.values():
        here = sum(sender.owed.values()) - sender.removed["outbox"]
        sender.outbox["sent"] = max(0, here - sum(sender.outbox.values()))


def _platforms(
    uow: UnitOfWork, senders: dict[int, OfSender], sums: Counter[tuple[str, int, str]], at: datetime
) -> None:
    """Bans, notices and templates: what an account's platform says of it."""
    told: dict[int, dict[str, Any]] = {
        account_id: {"bans": count} for (book, account_id, _), count in sums.items() if book == "ban"
    }
    keys = {f"sender:{sender_id}": sender_id for sender_id in senders}
    blocked = select(Bucket.key, Bucket.blocked_until).where(Bucket.key.in_(keys), Bucket.blocked_until > at)
    for key, until in uow.connection.execute(blocked):
        if until is not None:
            told.setdefault(keys[key], {})["blocked_seconds"] = (until - at).total_seconds()
    notices = (
        select(AccountNotice.sender_id, func.count())
        .where(AccountNotice.state == "open")
        .group_by(AccountNotice.sender_id)
    )
    for sender_id, count in uow.connection.execute(notices):
        told.setdefault(sender_id, {})["notices"] = count
    for sender_id, more in told.items():
        if sender_id in senders:
            senders[sender_id] = OfSender(**{**vars(senders[sender_id]), **more})
    templates = (
        select(MessageTemplate.sender_id, MessageTemplate.status, func.count())
        .where(MessageTemplate.status.not_in(("APPROVED", "")))
        .group_by(MessageTemplate.sender_id, MessageTemplate.status)
    )
    for sender_id, status, count in uow.connection.execute(templates):
        senders[sender_id].templates[status] += count


def _age(oldest: Any, at: datetime) -> float:
    """Seconds since a stored time; SQLite gives it as the text that it keeps."""
    moment = datetime.fromisoformat(oldest) if isinstance(oldest, str) else oldest
    moment = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
    return max(0.0, (at - moment).total_seconds())


def _bound(uow: UnitOfWork, at: datetime) -> Any:
    """A time as a textual statement takes it."""
    if uow.connection.dialect.name == "postgresql":
        return at
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")
