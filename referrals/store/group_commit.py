"""SQLite's one writer: whoever holds it takes along every unit of work that waits, and commits once for all."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager
from typing import Any, Generic, Protocol, TypeVar

from sqlalchemy import Connection

MOST_IN_ONE_COMMIT = 64


class Part(Protocol):
    """What a group needs to know of a unit of work."""

    after_commit: list[Callable[[], None]]


P = TypeVar("P", bound=Part)
T = TypeVar("T")


class TransactionLost(RuntimeError):
    """SQLite undid the whole transaction (a full disk, a failed read): nothing of it was kept. Look at the disk."""


class GroupCommit(Generic[P]):
    """The works that wait for SQLite's writer, and the commit they share: one `fsync` for up to 64.

    `alone` opens a unit of work that commits at the end of its block, `begun` a transaction that does, and `within` a
    unit of work in a savepoint of such a transaction: one that fails is undone by itself, and the others go on.
    """

    def __init__(
        self,
        alone: Callable[[], AbstractContextManager[P]],
        begun: Callable[[], AbstractContextManager[Connection]],
        within: Callable[[Connection], AbstractContextManager[P]],
    ) -> None:
        self._alone, self._begun, self._within = alone, begun, within
        self.writer = threading.Lock()
        """Held by whoever writes, also by one who takes nobody along."""
        self.waiting: deque[tuple[Callable[[P], Any], Future[Any]]] = deque()

    def transact(self, work: Callable[[P], T]) -> T:
        """What `work` returned, once that is on disk; another who waits may have run it, on a thread of its own."""
        mine: Future[T] = Future()
        self.waiting.append((work, mine))
        while not mine.done():
            with self.writer:
                if not mine.done():
                    self._commit_who_waits()
        return mine.result()

    def _commit_who_waits(self) -> None:
        group = [self.waiting.popleft() for _ in range(min(len(self.waiting), MOST_IN_ONE_COMMIT))]
        if len(group) == 1:
            self._commit_alone(*group[0])
        else:
            self._commit_together(group)

    def _commit_alone(self, work: Callable[[P], Any], future: Future[Any]) -> None:
        try:
            with self._alone() as uow:
                result = work(uow)
        except BaseException as failure:  # whatever it was belongs to the caller who waits for this future
            future.set_exception(failure)
        else:
            future.set_result(result)

    def _commit_together(self, group: list[tuple[Callable[[P], Any], Future[Any]]]) -> None:
        done: list[tuple[Future[Any], Any, list[Callable[[], None]]]] = []
        try:
            with self._begun() as connection:
                for work, future in group:
                    try:
                        with self._within(connection) as uow:
                            result = work(uow)
                    except BaseException as failure:  # as above; the savepoint is undone and the others go on
                        future.set_exception(failure)
                    else:
                        done.append((future, result, uow.after_commit))
                    check_still_open(connection)
        except BaseException as lost:
            for _, future in group:
                if not future.done():
                    future.set_exception(lost)
            raise
        for future, result, _ in done:
            future.set_result(result)
        for _, _, calls in done:
            for call in calls:
                call()


def check_still_open(connection: Connection) -> None:
    """Raises `TransactionLost` where SQLite rolled back by itself; the driver would then commit nothing, silently."""
    if connection.dialect.name == "sqlite":
        driver: Any = connection.connection.dbapi_connection
        if not driver.in_transaction:
            raise TransactionLost(TransactionLost.__doc__)
