"""One family's thing by itself: what fails with one is told and tried again, and keeps nothing from the others."""

from __future__ import annotations

import logging
from collections.abc import Callable

from referrals.store.unit_of_work import UnitOfWork

log = logging.getLogger("sanad")


def by_itself(uow: UnitOfWork, owe: Callable[[], None], what: str) -> bool:
    """Owes one thing in a savepoint; False when that failed, which must not keep the others from being owed."""
    try:
        with uow.nested():
            owe()
    except Exception:  # whatever one family's thing raises is told and tried again; the others go on
        log.exception("%s could not be owed; trying again later", what)
        return False
    return True
