"""One thread that stores what all requests brought meanwhile, in one transaction, and then answers them all at once."""

from __future__ import annotations

import asyncio
import hashlib
import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sqlalchemy.exc import DBAPIError, InterfaceError, InternalError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from referrals.conversations.faults import reason_of
from referrals.conversations.inbox.stored_events import to_json
from referrals.conversations.inbox.taking_in import Arrived, Piece, Unread, take_in
from referrals.store.group_commit import TransactionLost
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

PIECES_IN_ONE_COMMIT = 256
MOST_WAITING_PIECES = 8192  # some seconds of what one process can store
MOST_WAITING_BYTES = 64 * 1024 * 1024
ANSWER_WITHIN = 10.0  # seconds; a platform gives up soon after, and delivers again


class InboxUnavailable(RuntimeError):
    """Nothing can be stored now: the database does not answer, or more comes than it takes. Deliver it again."""


@dataclass(eq=False)
class _Delivery:
    """What one request brought: stored together or not at all."""

    pieces: Sequence[Piece]
    size: int
    loop: asyncio.AbstractEventLoop
    stored: asyncio.Future[list[int | None]]
    outcome: list[int | None] | Exception | None = None

    def give_up(self) -> None:
        """Waits no longer: what is stored after all is no loss, it comes again and changes nothing."""
        if not self.stored.done():
            late = f"not stored within {ANSWER_WITHIN:.0f} seconds. {InboxUnavailable.__doc__}"
            self.stored.set_exception(InboxUnavailable(late))

    def settle(self) -> None:
        """Tells whoever waits; to be called in their loop."""
        if self.stored.done():  # they went away, or gave up waiting
            return
        if isinstance(self.outcome, list):
            self.stored.set_result(self.outcome)
        else:
            self.stored.set_exception(self.outcome or InboxUnavailable(InboxUnavailable.__doc__))


@dataclass
class Written:
    """What a writer did since the process began, for its numbers."""

    commits: int = 0
    pieces: int = 0
    refused: int = 0
    largest: int = 0


@dataclass(eq=False)
class InboxWriter:
    """Deliveries wait in a bounded queue; whatever waits when the thread looks goes into one commit."""

    store: Store
    clock: Callable[[], datetime]
    wake: Callable[[], None]
    written: Written = field(default_factory=Written)

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._queue: deque[_Delivery] = deque()
        self._pieces = self._bytes = 0
        self._writing = False
        self._thread: ThreadPoolExecutor | None = None

    @property
    def waiting(self) -> int:
        """How many pieces wait to be stored."""
        return self._pieces

    async def write(self, pieces: Sequence[Piece], size: int = 0) -> list[int | None]:
        """The new row's id for each piece, None where it stood already, once all of them are on disk.

        Raises `InboxUnavailable`: nothing is half stored; what was not answered in time may have been stored whole.
        """
        loop = asyncio.get_running_loop()
        delivery = _Delivery(pieces, size, loop, loop.create_future())
        self._put(delivery)
        patience = loop.call_later(ANSWER_WITHIN, delivery.give_up)
        try:
            return await delivery.stored
        finally:
            patience.cancel()

    def _put(self, delivery: _Delivery) -> None:
        with self._lock:
            full = self._pieces + len(delivery.pieces) > MOST_WAITING_PIECES and self._pieces > 0
            if full or self._bytes + delivery.size > MOST_WAITING_BYTES:
                self.written.refused += 1
                raise InboxUnavailable(f"{self._pieces} events wait to be stored. {InboxUnavailable.__doc__}")
            self._queue.append(delivery)
            self._pieces += len(delivery.pieces)
            self._bytes += delivery.size
            begin, self._writing = not self._writing, True
        if begin:
            if self._thread is None:
                self._thread = ThreadPoolExecutor(1, thread_name_prefix="inbox")
            self._thread.submit(self._write)

    def _write(self) -> None:
        """Stores until nothing waits; the thread is there for whoever comes next."""
        while some := self._taken():
            try:
                self._store(some)
            except Exception:  # the loop of this thread: those who wait are told, and the next ones have their turn
                log.exception("the inbox failed")
            self._tell(some)

    def _taken(self) -> list[_Delivery]:
        with self._lock:
            some: list[_Delivery] = []
            count = 0
            while self._queue and (not some or count + len(self._queue[0].pieces) <= PIECES_IN_ONE_COMMIT):
                some.append(self._queue.popleft())
                count += len(some[-1].pieces)
            self._writing = bool(some)
            return some

    def _store(self, some: Sequence[_Delivery]) -> None:
        pieces = [piece for delivery in some for piece in delivery.pieces]
        at = self.clock()
        try:
            ids = self.store.transact(lambda uow: take_in(uow, pieces, at))
        except Exception as failure:  # the database's, or of one piece: the next step tells them apart
            self._store_apart(some, failure, at)
            return
        done = 0
        for delivery in some:
            delivery.outcome = ids[done : done + len(delivery.pieces)]
            done += len(delivery.pieces)
        self._count(len(pieces))
        if any(row_id is not None for row_id in ids):
            self.wake()

    def _store_apart(self, some: Sequence[_Delivery], failure: Exception, at: datetime) -> None:
        """Each delivery by itself, and piece by piece where it fails again: a bad piece takes nobody along."""
        if is_unavailable(failure):
            log.warning("nothing can be stored: %s", reason_of(failure))
            return
        for delivery in some:
            try:
                delivery.outcome = self.store.transact(partial(_piece_by_piece, pieces=delivery.pieces, at=at))
            except Exception as worse:  # even its bad pieces cannot be parked: the platform keeps it and comes again
                log.error("a delivery cannot be stored: %s", reason_of(worse))
                if is_unavailable(worse):
                    return
                continue
            self._count(len(delivery.pieces))
            self.wake()

    def _count(self, pieces: int) -> None:
        self.written.commits += 1
        self.written.pieces += pieces
        self.written.largest = max(self.written.largest, pieces)

    def _tell(self, some: Sequence[_Delivery]) -> None:
        with self._lock:
            self._pieces -= sum(len(delivery.pieces) for delivery in some)
            self._bytes -= sum(delivery.size for delivery in some)
        loops: dict[asyncio.AbstractEventLoop, list[_Delivery]] = {}
        for delivery in some:
            loops.setdefault(delivery.loop, []).append(delivery)
        for loop, theirs in loops.items():
            if not loop.is_closed():
                loop.call_soon_threadsafe(_settle, theirs)


def _settle(deliveries: Sequence[_Delivery]) -> None:
    for delivery in deliveries:
        delivery.settle()


def is_unavailable(failure: BaseException) -> bool:
    """Whether it is the database that fails, and not what was to be stored."""
    if isinstance(failure, DBAPIError) and failure.connection_invalidated:
        return True
    return isinstance(
        failure, OperationalError | InterfaceError | InternalError | PoolTimeout | TransactionLost | OSError
    )


def _piece_by_piece(uow: UnitOfWork, pieces: Sequence[Piece], at: datetime) -> list[int | None]:
    stored: list[int | None] = []
    for piece in pieces:
        try:
            with uow.nested():
                stored += take_in(uow, [piece], at)
        except Exception as failure:  # whatever is wrong with it, it is kept where staff see it
            if is_unavailable(failure):
                raise
            with uow.nested():
                stored += take_in(uow, [_unstorable(piece, reason_of(failure))], at)
    return stored


def _unstorable(piece: Piece, reason: str) -> Unread:
    content = to_json(piece.event) if isinstance(piece, Arrived) else piece.piece
    return Unread(piece.sender_id, name_of(content), content, reason)


def name_of(content: bytes) -> str:
    """The same piece delivered again is the same row."""
    return "sha256:" + hashlib.sha256(content).hexdigest()
