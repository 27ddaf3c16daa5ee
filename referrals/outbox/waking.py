"""Whoever delivers in this process hears at once that something is owed, and need not look for it again and again."""

from __future__ import annotations

from collections.abc import Callable

from referrals.store.unit_of_work import UnitOfWork

_listening: set[Callable[[], None]] = set()


def on_owed(hear: Callable[[], None]) -> Callable[[], None]:
    """Calls `hear`, on any thread, whenever something was owed and is on disk; returns what ends that."""
    _listening.add(hear)
    return lambda: _listening.discard(hear)


def tell_owed(uow: UnitOfWork) -> None:
    """Something is owed as soon as this unit of work is kept."""
    if _tell not in uow.after_commit:
        uow.after_commit.append(_tell)


def _tell() -> None:
    for hear in tuple(_listening):
        hear()
