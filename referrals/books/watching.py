"""Compares the books by itself, their sums every few minutes and each day's by night, and says so when they differ."""

from __future__ import annotations

import json
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, or_, select, update
from sqlalchemy.exc import IntegrityError

from referrals.books.balancing import Line, books, differences
from referrals.books.counting import uncounted
from referrals.books.records import BooksCheck
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

SUMS, DAYS = "sums", "days"
EVERY = {SUMS: timedelta(minutes=3), DAYS: timedelta(hours=24)}
NIGHT_HOUR = 1  # UTC: three or four in the morning where our programmes are
LONGEST = 2000  # characters of what differs that are kept


@dataclass(frozen=True)
class Difference:
    """A line that does not balance: whose, of which day, and how many rows are missing (fewer than none: too many)."""

    book: str
    channel: str
    account: str
    day: str
    counted: int
    found: int
    strays: int

    @property
    def missing(self) -> int:
        return self.counted - self.found - self.strays


def watch_books(store: Store, at: datetime) -> bool:
    """Compares what is due to be compared; tells whether anything was. One process of several does it."""
    due = [scope for scope in (SUMS, DAYS) if _claim(store, scope, at)]
    for scope in due:
        with store.reading() as uow:
            found = compare(uow, at, everything=scope == DAYS)
        _note(store, scope, found, at)
    return bool(due)


def compare(uow: UnitOfWork, at: datetime, *, everything: bool) -> list[Difference]:
    """What does not balance: in the sums of all time, or on any day. Empty is good. Seconds on a million rows."""
    lines = differences(uow, at, books(uow), every_day=everything)
    return [*map(nobody_counts, uncounted(uow.connection)), *map(difference_of, lines)]


def last_differences(uow: UnitOfWork) -> list[Difference]:
    """What the last comparisons found: empty while the books balance."""
    rows = uow.connection.execute(select(BooksCheck.found).where(BooksCheck.balanced.is_(False))).scalars()
    told = [Difference(**each) for row in rows for each in json.loads(row)]
    return list(dict.fromkeys(told))


def last_checks(uow: UnitOfWork) -> dict[str, tuple[datetime, bool]]:
    """By scope: when it was compared last, and whether it balanced."""
    rows = uow.connection.execute(select(BooksCheck.scope, BooksCheck.checked_at, BooksCheck.balanced))
    return {row.scope: (row.checked_at, row.balanced) for row in rows}


def difference_of(line: Line) -> Difference:
    """A line that does not balance, as it is kept and told."""
    return Difference(
        line.book,
        line.account.channel,
        line.account.name,
        line.day.isoformat() if line.day else "",
        line.counted,
        line.found,
        sum(line.strays.values()),
    )


def nobody_counts(book: str) -> Difference:
    """A book that can be compared with nothing."""
    return Difference(book, "", "", "", 0, 0, 0)


def _claim(store: Store, scope: str, at: datetime) -> bool:
    """Whether it is this process that compares now. A clock that was set back does not put it off for long."""
    with store.reading() as uow:
        planned = uow.connection.execute(select(BooksCheck.next_at).where(BooksCheck.scope == scope)).scalar()
    if planned is not None and at < planned <= at + EVERY[scope]:
        return False
    try:
        return store.transact(lambda uow: _take(uow, scope, at))
    except IntegrityError:  # another process wrote the first row
        return False


def _take(uow: UnitOfWork, scope: str, at: datetime) -> bool:
    later = _next(scope, at)
    due = or_(BooksCheck.next_at <= at, BooksCheck.next_at > at + EVERY[scope])
    taken = update(BooksCheck).where(BooksCheck.scope == scope, due).values(next_at=later).returning(BooksCheck.scope)
    if uow.connection.execute(taken).first() is not None:
        return True
    known = uow.connection.execute(select(BooksCheck.scope).where(BooksCheck.scope == scope)).first()
    if known is not None:
        return False
    first = {"scope": scope, "checked_at": at, "next_at": later, "balanced": True, "found": "[]"}
    uow.connection.execute(insert(BooksCheck).values(**first))
    return True


def _next(scope: str, at: datetime) -> datetime:
    if scope == SUMS:
        return at + EVERY[SUMS]
    night = at.replace(hour=NIGHT_HOUR, minute=0, second=0, microsecond=0)
    return night if night > at else night + timedelta(days=1)


def _note(store: Store, scope: str, found: list[Difference], at: datetime) -> None:
    before = store.transact(lambda uow: _write(uow, scope, found, at))
    for each in found:
        log.error("ALERT: the books do not balance: %s", told(each))
    if before and not found:
        log.info("the books balance again (%s)", scope)


def _write(uow: UnitOfWork, scope: str, found: list[Difference], at: datetime) -> bool:
    """Keeps what was found; tells whether something had been found before."""
    before = uow.connection.execute(select(BooksCheck.balanced).where(BooksCheck.scope == scope)).scalar_one()
    kept: list[dict[str, Any]] = []
    for each in found:
        if len(json.dumps([*kept, vars(each)])) > LONGEST:
            break
        kept.append(vars(each))
    uow.connection.execute(
        update(BooksCheck)
        .where(BooksCheck.scope == scope)
        .values(checked_at=at, balanced=not found, found=json.dumps(kept))
    )
    return not before


def told(each: Difference) -> str:
    """One line for an operator."""
    if not each.channel:
        return f"nobody counts the {each.book} any more: its trigger is missing"
    day = f" on {each.day}" if each.day else ""
    return f"{each.book} of {each.channel} {each.account}{day}: {what_is_wrong(each)}"


def what_is_wrong(each: Difference) -> str:
    """What is wrong with a line, in words."""
    parts = [f"{each.strays} in no state of this book"] if each.strays else []
    if each.missing > 0:
        parts.append(f"{each.missing} of {each.counted} gone")
    if each.missing < 0:
        parts.append(f"{-each.missing} more than were ever counted")
    return "; ".join(parts)
