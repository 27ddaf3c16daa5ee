"""The books by account and day: what was counted as it came in, beside the rows that are there, by their state."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import case, func, literal_column, select

from referrals.books.accounts import Account, accounts
from referrals.books.counting import BOOKS, COUNTED, HOUR, hour_in, hour_of, uncounted
from referrals.books.records import Tally
from referrals.conversations.records import InboxMessage
from referrals.outbox.records import ARRIVED, OutboxMessage
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import OutgoingSubmission

INBOX_STATES = ("handled", "waiting", "parked")
OUTBOX_STATES = ("waiting", "leased", "uncertain", "sent", "parked", "expired", "cancelled")
PUSH_STATES = ("waiting", "leased", "sent", "parked", "cancelled")
STATES: Mapping[str, tuple[str, ...]] = {"inbox": INBOX_STATES, "outbox": OUTBOX_STATES, "push": PUSH_STATES}
ROWS: Mapping[str, Any] = {"inbox": InboxMessage, "outbox": OutboxMessage, "push": OutgoingSubmission}
ACCOUNT_OF: Mapping[str, Any] = {
    "inbox": InboxMessage.sender_id,
    "outbox": OutboxMessage.sender_id,
    "push": OutgoingSubmission.target_id,
}
AT_OF: Mapping[str, Any] = {
    "inbox": InboxMessage.received_at,
    "outbox": OutboxMessage.created_at,
    "push": OutgoingSubmission.created_at,
}


@dataclass(frozen=True)
class Line:
    """One account in one book, of one local day or of all time: what was counted, and the rows by state."""

    book: str
    account: Account
    day: date | None
    counted: int
    states: Mapping[str, int]
    delivered: int = 0
    """Of those sent, how many arrived by the platform's word; `read` is a part of it."""
    read: int = 0

    @property
    def found(self) -> int:
        """How many rows are there in a state of this book."""
        return sum(self.states.get(state, 0) for state in STATES[self.book])

    @property
    def strays(self) -> dict[str, int]:
        """Rows in a state that this book does not have."""
        return {state: count for state, count in self.states.items() if state not in STATES[self.book]}

    @property
    def balance(self) -> bool:
        """accepted = handled + waiting + parked; owed = the sum of its seven states; a push is in one of its five."""
        return self.counted == self.found and not self.strays


@dataclass(frozen=True)
class Books:
    """All of the books by state, with the line of each account."""

    inbox: dict[str, int]
    outbox: dict[str, int]
    pushes: dict[str, int]
    """Submissions for ODK Central or KoboToolbox; empty where none was ever owed."""
    accepted: int
    owed: int
    lines: tuple[Line, ...] = ()
    uncounted: tuple[str, ...] = field(default=())
    """Books whose inserts the database does not count: what they hold can be compared with nothing."""

    @property
    def balance(self) -> bool:
        """Whether every account's line balances, and every book is counted."""
        return all(line.balance for line in self.lines) and not self.uncounted


def books(uow: UnitOfWork) -> Books:
    """The books of all time as they stand. On a million rows about 0.2 s."""
    lines = tuple(line for book in BOOKS for line in _totals(uow, book))
    inbox, outbox, pushes = (_sum(lines, book) for book in BOOKS)
    accepted, owed = (sum(line.counted for line in lines if line.book == book) for book in ("inbox", "outbox"))
    return Books(inbox, outbox, pushes, accepted, owed, lines, tuple(uncounted(uow.connection)))


def days(uow: UnitOfWork, first: date, last: date, channel: str = "") -> list[Line]:
    """The lines of these local days, the latest first; only one channel's where it is named."""
    lines = [
        line
        for book in BOOKS
        for account in accounts(uow, book).values()
        if not channel or account.channel == channel
        for line in _days_of(uow, book, account, first, last)
    ]
    return sorted(
        lines, key=lambda line: (-(line.day or date.min).toordinal(), BOOKS.index(line.book), line.account.id)
    )


def today(uow: UnitOfWork, at: datetime, account: Account | None = None) -> date:
    """The local day of an account; without one, of the first programme."""
    zone = account.zone if account else next((each.zone for each in accounts(uow, "inbox").values()), UTC)
    return at.astimezone(zone).date()


def differences(uow: UnitOfWork, at: datetime, whole: Books, *, every_day: bool = False) -> list[Line]:
    """The days whose lines do not balance, the latest first; an account's whole line where no day of it tells why.

    Empty when the books balance. Every day is only looked through where they do not, or where that is asked.
    """
    wrong = [line for line in whole.lines if not line.balance]
    begun = first_day(uow)
    if begun is None or not (wrong or every_day):
        return wrong
    by_day = [line for line in days(uow, begun, at.date() + timedelta(days=1)) if not line.balance]
    told = {(line.book, line.account.id) for line in by_day}
    return [*by_day, *(line for line in wrong if (line.book, line.account.id) not in told)]


def first_day(uow: UnitOfWork) -> date | None:
    """The day before the first thing that was ever counted; None where nothing was."""
    hour = uow.connection.execute(select(func.min(Tally.hour)).where(Tally.book.in_(BOOKS))).scalar()
    return None if hour is None else _moment(hour).date() - timedelta(days=1)


def bounds(first: date, last: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """From when until when these local days last. An hour is the day's in which it begins: a tally has whole hours."""
    start, end = (datetime.combine(day, datetime.min.time(), zone) for day in (first, last + timedelta(days=1)))
    return _hour_up(start), _hour_up(end)


def _hour_up(at: datetime) -> datetime:
    moment = at.astimezone(UTC)
    whole = moment.replace(minute=0, second=0, microsecond=0)
    return whole if whole == moment else whole + timedelta(hours=1)


def _moment(hour: str) -> datetime:
    return datetime.strptime(hour, HOUR).replace(tzinfo=UTC)


def _totals(uow: UnitOfWork, book: str) -> Iterator[Line]:
    by_account = _by_account(uow, book)
    counted = dict(
        uow.connection.execute(
            select(Tally.account_id, func.sum(Tally.counted - Tally.removed))
            .where(Tally.book == book)
            .group_by(Tally.account_id)
        ).all()
    )
    known = accounts(uow, book)
    for account_id in sorted({*by_account, *counted}):
        mine = known.get(account_id) or Account(account_id, "?", str(account_id), ZoneInfo("UTC"))
        yield Line(book, mine, None, int(counted.get(account_id, 0)), by_account.get(account_id, {}))


def _by_account(uow: UnitOfWork, book: str) -> dict[int, dict[str, int]]:
    """The rows of each account by state, in one reading of its index: a GROUP BY of both would sort a million rows."""
    account, state = ACCOUNT_OF[book], ROWS[book].state
    sums = [func.sum(case((state == name, 1), else_=0)) for name in STATES[book]]
    found: dict[int, dict[str, int]] = {}
    for account_id, count, *known in uow.connection.execute(select(account, func.count(), *sums).group_by(account)):
        found[account_id] = {name: int(n) for name, n in zip(STATES[book], known, strict=True) if n}
        if sum(map(int, known)) != count:  # some are in a state that nobody expected: only now it is asked which
            each = select(state, func.count()).where(account == account_id).group_by(state)
            found[account_id] = dict(uow.connection.execute(each).all())
    return found


def _days_of(uow: UnitOfWork, book: str, account: Account, first: date, last: date) -> list[Line]:
    start, end = bounds(first, last, account.zone)
    counted: dict[date, int] = {}
    tallied = (
        select(Tally.hour, func.sum(Tally.counted - Tally.removed))
        .where(Tally.book == book, Tally.account_id == account.id)
        .where(Tally.hour >= hour_of(start), Tally.hour < hour_of(end))
        .group_by(Tally.hour)
    )
    for hour, count in uow.connection.execute(tallied):
        day = _moment(hour).astimezone(account.zone).date()
        counted[day] = counted.get(day, 0) + int(count)
    states: dict[date, dict[tuple[str, str], int]] = {}
    for hour, state, delivery, count in uow.connection.execute(_by_hour(uow, book, account.id, start, end)):
        of_day = states.setdefault(_moment(hour).astimezone(account.zone).date(), {})
        of_day[state, delivery] = of_day.get((state, delivery), 0) + count
    return [_line(book, account, day, counted.get(day, 0), states.get(day, {})) for day in {*counted, *states}]


def _line(book: str, account: Account, day: date, counted: int, found: Mapping[tuple[str, str], int]) -> Line:
    states: dict[str, int] = {}
    for (state, _), count in found.items():
        states[state] = states.get(state, 0) + count
    arrived = {name: found.get(("sent", name), 0) for name in ARRIVED}
    return Line(book, account, day, counted, states, sum(arrived.values()), arrived["read"])


def _by_hour(uow: UnitOfWork, book: str, account_id: int, start: datetime, end: datetime) -> Any:
    row, at = ROWS[book], AT_OF[book]
    hour: Any = literal_column(hour_in(uow.connection.dialect.name, f"{COUNTED[book].table}.{COUNTED[book].at}"))
    delivery: Any = OutboxMessage.delivery if book == "outbox" else literal_column("''")
    groups = [hour, row.state, delivery] if book == "outbox" else [hour, row.state]
    return (
        select(hour, row.state, delivery, func.count())
        .where(ACCOUNT_OF[book] == account_id, at >= start, at < end)
        .group_by(*groups)
    )


def _sum(lines: tuple[Line, ...], book: str) -> dict[str, int]:
    summed: dict[str, int] = {}
    for line in lines:
        if line.book == book:
            for state, count in line.states.items():
                summed[state] = summed.get(state, 0) + count
    return summed
