"""Takes rows out of a book for good and books them out in the same commit: for retention. Nothing else deletes them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import delete, func, select

from referrals.books.balancing import ACCOUNT_OF, AT_OF, ROWS
from referrals.books.counting import count_one
from referrals.store.unit_of_work import UnitOfWork

REMOVED = "removed"


def remove_rows(uow: UnitOfWork, book: str, ids: Sequence[int]) -> int:
    """Deletes these rows of the book `inbox`, `outbox` or `push`; returns how many there were.

    Whatever refers to a row (its attempts, for example) has to go first.
    """
    row, account, at = ROWS[book], ACCOUNT_OF[book], AT_OF[book]
    there = uow.connection.execute(select(account, at, func.count()).where(row.id.in_(ids)).group_by(account, at)).all()
    for account_id, moment, count in there:
        count_one(uow, book, account_id, REMOVED, moment, removed=count)
    uow.connection.execute(delete(row).where(row.id.in_(ids)))
    return sum(count for _, _, count in there)
