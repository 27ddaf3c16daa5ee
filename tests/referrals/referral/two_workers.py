"""Two workers at one database: one that stops in the middle of its work, and what it did to the other."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

from sqlalchemy import text

from referrals.store.unit_of_work import UnitOfWork

SOON = 0.7  # seconds; a worker that has to wait for another one waits longer


class Paused:
    """A function that stops at its first call, in the middle of the work of whoever called it, until it may go on."""

    def __init__(self, real: Callable[..., Any]) -> None:
        self.real, self.calls = real, 0
        self.there, self.go_on = threading.Event(), threading.Event()
        self.backend = 0

    def __call__(self, uow: UnitOfWork, *given: Any, **named: Any) -> Any:
        self.calls += 1
        if self.calls == 1:
            self.backend = int(uow.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
            self.there.set()
            assert self.go_on.wait(120)
        return self.real(uow, *given, **named)


class Worker(threading.Thread):
    """Does one thing, and keeps what failed."""

    def __init__(self, work: Callable[[], Any]) -> None:
        super().__init__(daemon=True)
        self.work, self.failure = work, None
        self.start()

    failure: Exception | None

    def run(self) -> None:
        try:
            self.work()
        except Exception as failure:  # the test says what was expected of it
            self.failure = failure


def one_then_the_other(paused: Paused, first: Callable[[], Any], second: Callable[[], Any]) -> tuple[Worker, Worker]:
    """The first stops in the middle; the second has its time, or waits; then the first goes on, and both end."""
    one = Worker(first)
    assert paused.there.wait(120)
    other = Worker(second)
    other.join(SOON)
    paused.go_on.set()
    one.join(120)
    other.join(120)
    assert not one.is_alive() and not other.is_alive()
    return one, other
