"""Notes what became of a message that was sent or tried; each attempt that did not simply succeed leaves a row."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, insert, literal_column, null, select, update

from referrals.outbox.batches import DIALECTS, rows_of
from referrals.outbox.records import OutboxAttempt, OutboxMessage
from referrals.protection.external_ids import kept_id
from referrals.store.compiled import Ready
from referrals.store.unit_of_work import UnitOfWork

BACKOFF_SECONDS = (5, 30, 120, 600, 3600)  # then it is parked, where staff see it
JITTER = 0.2  # of a pause, more or less: what failed together does not come back together
STATUS_SECONDS = 10  # a platform with statuses tells within seconds whether a message arrived
UNSETTLED = ("leased", "uncertain", "waiting")
REASON = 400  # characters that are kept of a reason


@dataclass(frozen=True)
class Sent:
    """A message that the platform took; `attempts` is how often it was tried."""

    row_id: int
    external_id: str
    attempts: int = 1


def backoff_seconds(attempts: int, chance: float) -> float:
    """How long to wait after the so-manyeth failure; `chance` from 0 to 1 spreads it."""
    pause = BACKOFF_SECONDS[min(max(attempts, 1), len(BACKOFF_SECONDS)) - 1]
    return pause * (1 - JITTER + 2 * JITTER * chance)


def note_all_sent(uow: UnitOfWork, sent: Sequence[Sent], at: datetime, by: str = "") -> None:
    """The platform took them: one statement for all. What was tried before is told by rows of its own."""
    if not sent:
        return
    rows = [{"row_id": each.row_id, "external_id": kept_id(uow, each.external_id)} for each in sent]
    _ALL_SENT.all(uow.connection, rows=json.dumps(rows), at=at)
    for each in sent:
        if each.attempts > 1:
            note_attempt(uow, each.row_id, "sent", "", at, by)


def note_sent(uow: UnitOfWork, row_id: int, external_id: str, at: datetime) -> None:
    """The platform took it."""
    note_all_sent(uow, [Sent(row_id, external_id)], at)


def note_gone(uow: UnitOfWork, row_id: int, attempts: int, gone: int) -> None:
    """So many of its pieces are in the chat: what is tried again begins with the next, and repeats none."""
    uow.connection.execute(
        update(OutboxMessage)
        .where(OutboxMessage.id == row_id, OutboxMessage.state == "leased", OutboxMessage.attempts == attempts)
        .values(gone=gone)
    )


def note_retry(
    uow: UnitOfWork,
    row_id: int,
    attempts: int,
    reason: str,
    at: datetime,
    after: float | None = None,
    *,
    chance: float = 0.5,
    by: str = "",
    of: tuple[str, ...] = ("leased",),
) -> None:
    """It did not go; again later, or parked when it was tried often enough.

    `after` is the platform's own word: being told to wait is no failed attempt.
    """
    if after is None and attempts > len(BACKOFF_SECONDS):
        note_parked(uow, row_id, reason, at, by=by, of=of)
        return
    seconds = after if after is not None else backoff_seconds(attempts, chance)
    values: dict[str, Any] = {"state": "waiting", "due_at": at + timedelta(seconds=seconds), "deferred": True}
    if after is not None:
        values["attempts"] = max(0, attempts - 1)
    if _moved(uow, row_id, of, attempts, {**values, "delivery": "", "reason": reason[:REASON]}):
        note_attempt(uow, row_id, "retried", reason, at, by)


def note_parked(
    uow: UnitOfWork,
    row_id: int,
    reason: str,
    at: datetime,
    *,
    attempts: int | None = None,
    by: str = "",
    of: tuple[str, ...] = ("leased",),
) -> None:
    """It can never go; staff see it with its reason."""
    if _moved(uow, row_id, of, attempts, {"state": "parked", "delivery": "failed", "reason": reason[:REASON]}):
        note_attempt(uow, row_id, "parked", reason, at, by)


def note_stopped(
    uow: UnitOfWork, row_id: int, reason: str, at: datetime, *, by: str = "", of: tuple[str, ...] = ("leased",)
) -> None:
    """The person wants no such message, or has had as many as the platform allows: nobody has to look at it."""
    if _moved(uow, row_id, of, None, {"state": "cancelled", "delivery": "failed", "reason": reason[:REASON]}):
        note_attempt(uow, row_id, "stopped", reason, at, by)


def note_uncertain(
    uow: UnitOfWork,
    row_id: int,
    attempts: int,
    reason: str,
    at: datetime,
    *,
    statuses: bool,
    chance: float = 0.5,
    by: str = "",
) -> None:
    """The answer was lost: a status settles it where the channel has `statuses`, else time does (see `settling`)."""
    seconds = backoff_seconds(attempts, chance)
    until = at + timedelta(seconds=max(seconds, STATUS_SECONDS) if statuses else seconds)
    values = {"state": "uncertain", "reason": reason[:REASON], "leased_until": until}
    if _moved(uow, row_id, ("leased",), attempts, values):
        note_attempt(uow, row_id, "uncertain", reason, at, by)


def note_attempt(uow: UnitOfWork, row_id: int, outcome: str, reason: str, at: datetime, by: str) -> None:
    """One more attempt at a message, by number."""
    _ATTEMPT.all(uow.connection, row=row_id, outcome=outcome, reason=reason[:REASON], at=at, by=by[:80])


def _moved(uow: UnitOfWork, row_id: int, of: tuple[str, ...], attempts: int | None, values: Mapping[str, Any]) -> bool:
    """Whether the row stood where it was thought to stand; a worker that comes late changes nothing."""
    move = update(OutboxMessage).where(OutboxMessage.id == row_id, OutboxMessage.state.in_(of))
    if attempts is not None and of == ("leased",):
        move = move.where(OutboxMessage.attempts == attempts)
    return (
        uow.connection.execute(move.values({"leased_until": None, **values}).returning(OutboxMessage.id)).first()
        is not None
    )


def _all_sent(dialect: str) -> Any:
    given = rows_of(dialect, row_id=int, external_id=str)
    unsettled: list[Any] = [literal_column(f"'{state}'") for state in UNSETTLED]
    return (
        update(OutboxMessage)
        .where(OutboxMessage.id == given.c.row_id, OutboxMessage.state.in_(unsettled))
        .values(
            state="sent",
            external_id=given.c.external_id,
            delivery="accepted",
            reason="",
            sent_at=bindparam("at"),
            leased_until=null(),
            gone=0,
        )
    )


_ALL_SENT = Ready({dialect: _all_sent(dialect) for dialect in DIALECTS})
_ATTEMPT = Ready(
    insert(OutboxAttempt).from_select(
        ["outbox_id", "number", "outcome", "reason", "at", "by"],
        select(
            bindparam("row", type_=OutboxAttempt.outbox_id.type),
            select(func.count() + 1).where(OutboxAttempt.outbox_id == bindparam("row")).scalar_subquery(),
            bindparam("outcome", type_=OutboxAttempt.outcome.type),
            bindparam("reason", type_=OutboxAttempt.reason.type),
            bindparam("at", type_=OutboxAttempt.at.type),
            bindparam("by", type_=OutboxAttempt.by.type),
        ),
    )
)
