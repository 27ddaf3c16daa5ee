"""Writes off what does not balance, once somebody looked into it: the books balance again, and the audit says so."""

from __future__ import annotations

from datetime import UTC, datetime, time

from referrals.books.balancing import Line, books, differences
from referrals.books.counting import count_one
from referrals.books.watching import Difference, difference_of
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

WRITTEN_OFF = "written off"


def write_off(uow: UnitOfWork, at: datetime, *, because: str, actor: str) -> list[Difference]:
    """Takes the counts to what is there, day by day, each audited with the reason; returns what differed.

    Rows in a state that a book does not have are left: they are there, and have to be put right by hand.
    """
    done = []
    for line in differences(uow, at, books(uow)):
        off = line.counted - line.found - sum(line.strays.values())
        if not off:
            continue
        count_one(uow, line.book, line.account.id, WRITTEN_OFF, _within(line, at), removed=off)
        found = difference_of(line)
        details = {**vars(found), "because": because}
        audit(
            uow,
            at=at,
            actor=actor,
            action="books.written_off",
            object_kind="tally",
            object_id=f"{line.book}:{line.account.id}:{found.day or 'all'}",
            details=details,
        )
        done.append(found)
    return done


def _within(line: Line, at: datetime) -> datetime:
    """A moment of the line's day."""
    if line.day is None:
        return at
    return datetime.combine(line.day, time(12), line.account.zone).astimezone(UTC)
