"""One family's thing by itself: what fails with one is told and tried again, and keeps nothing from the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from functools import partial

from referrals.store.unit_of_work import UnitOfWork

log = logging.getLogger("sanad")

# Seconds of one commit. On SQLite an answer to somebody who writes waits that long at most; elsewhere only who writes
# to one of these very families does, and a commit costs as many round trips as a family.
LONGEST_COMMIT, LONGEST_BESIDE_OTHERS = 0.02, 0.25


def until_when(uow: UnitOfWork) -> float:
    """By `time.monotonic()`: when this unit of work has taken on enough, and the rest is for the next one."""
    return time.monotonic() + (LONGEST_COMMIT if uow.on_sqlite else LONGEST_BESIDE_OTHERS)


def owe_together(
    uow: UnitOfWork, rows: Sequence[int], owe: Callable[[int], None], put_off: Callable[[int], None], what: str
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

    def alone(row: int) -> None:
        if not by_itself(uow, partial(owe, row), f"{what} {row}"):
            put_off(row)

    return _until_enough(uow, rows, alone)


def _until_enough(uow: UnitOfWork, rows: Sequence[int], owe: Callable[[int], None]) -> int:
    until = until_when(uow)
    for looked_at, row in enumerate(rows, 1):
        owe(row)
        if time.monotonic() > until:
            return looked_at
    return len(rows)


def by_itself(uow: UnitOfWork, owe: Callable[[], None], what: str) -> bool:
    """Owes one thing in a savepoint; False when that failed, which must not keep the others from being owed."""
    try:
        with uow.nested():
            owe()
    except Exception:  # whatever one family's thing raises is told and tried again; the others go on
        log.exception("%s could not be owed; trying again later", what)
        return False
    return True
