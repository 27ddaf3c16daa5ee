"""One family's thing by itself: what fails with one is told and tried again, and keeps nothing from the others."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable

from referrals.store.unit_of_work import UnitOfWork

log = logging.getLogger("sanad")

# Seconds of one commit. On SQLite an answer to somebody who writes waits that long at most; elsewhere only who writes
# to one of these very families does, and a commit costs as many round trips as a family.
LONGEST_COMMIT, LONGEST_BESIDE_OTHERS = 0.02, 0.25


def until_when(uow: UnitOfWork) -> float:
    """By `time.monotonic()`: when this unit of work has taken on enough, and the rest is for the next one."""
    return time.monotonic() + (LONGEST_COMMIT if uow.on_sqlite else LONGEST_BESIDE_OTHERS)


def by_itself(uow: UnitOfWork, owe: Callable[[], None], what: str) -> bool:
    """Owes one thing in a savepoint; False when that failed, which must not keep the others from being owed."""
    try:
        with uow.nested():
            owe()
    except Exception:  # whatever one family's thing raises is told and tried again; the others go on
        log.exception("%s could not be owed; trying again later", what)
        return False
    return True
