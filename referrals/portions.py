"""What becomes due row by row: a portion a commit, for a while at a stretch; what fails with one row is told and tried
again, and keeps nothing from the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any, TypeVar

from referrals.store.compiled import Ready
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

LONGEST_TURN = 2.0  # seconds of a duty at a stretch: then the others have their turn, and the next tick goes on with it
AFTER_A_FAULT = timedelta(minutes=5)  # so long a row that failed is put off

# Seconds of one commit. On SQLite an answer to somebody who writes waits that long at most; elsewhere only who writes
# to one of these very families does, and a commit costs as many round trips as a family.
LONGEST_COMMIT, LONGEST_BESIDE_OTHERS = 0.02, 0.25

Row = TypeVar("Row")


def by_portions(store: Store, at: datetime, soonest: Ready, some: Callable[[UnitOfWork, datetime], int]) -> int:
    """Does `some` of what is due, a commit at a time and one at least, until nothing is due or the time is over; how
    many rows it looked at in all. `soonest` reads the moment from which on the first one is due."""
    done, until = 0, end_of_turn()
    while (looked_at := one_portion(store, at, soonest, some)) > 0:
        done += looked_at
        if time.monotonic() > until:
            break
    return done


def end_of_turn() -> float:
    """By `time.monotonic()`: when a duty that begins now leaves the clock to the others."""
    return time.monotonic() + LONGEST_TURN


def one_portion(store: Store, at: datetime, soonest: Ready, some: Callable[[UnitOfWork, datetime], int]) -> int:
    """A commit's worth of it. One probe of an index, and no lock, where nothing is due."""
    with store.reading() as uow:
        first = soonest.value(uow.connection)
    if first is None or first > at:
        return 0
    return store.transact(lambda uow: some(uow, at))


def owe_together(
    uow: UnitOfWork, rows: Sequence[Row], owe: Callable[[Row], None], put_off: Callable[[Row], None], what: str
) -> int:
    """Owes for one row after the other until this unit of work has taken on enough; how many were looked at.

    All share one savepoint; where one fails nothing of it is kept, each is owed by itself, and what fails again is put
    off. What they look up and none of them changes is read once (`uow.once`).
    """
    uow.once = {}
    try:
        with uow.nested():
            return _until_enough(uow, rows, owe)
    except Exception as failure:  # whose it was is told below, where it fails again
        log.info("one of several could not be owed (%s); each by itself", type(failure).__name__)
    finally:
        uow.once = None
    return owe_each(uow, rows, owe, put_off, what)


def owe_each(
    uow: UnitOfWork, rows: Sequence[Row], owe: Callable[[Row], None], put_off: Callable[[Row], None], what: str
) -> int:
    """The same with a savepoint for each row."""

    def alone(row: Row) -> None:
        if not by_itself(uow, partial(owe, row), f"{what} {_name(row)}"):
            put_off(row)

    return _until_enough(uow, rows, alone)


def by_itself(uow: UnitOfWork, owe: Callable[[], None], what: str) -> bool:
    """Owes one thing in a savepoint; False when that failed, which must not keep the others from being owed."""
    try:
        with uow.nested():
            owe()
    except Exception:  # whatever one family's thing raises is told and tried again; the others go on
        log.exception("%s could not be owed; trying again later", what)
        return False
    return True


def _until_enough(uow: UnitOfWork, rows: Sequence[Row], owe: Callable[[Row], None]) -> int:
    until = time.monotonic() + (LONGEST_COMMIT if uow.on_sqlite else LONGEST_BESIDE_OTHERS)
    for looked_at, row in enumerate(rows, 1):
        owe(row)
        if time.monotonic() > until:
            return looked_at
    return len(rows)


def _name(row: Any) -> Any:
    """What the log calls a row: its id, never what stands in it."""
    return getattr(row, "id", row)
