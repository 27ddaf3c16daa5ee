"""One turn in one transaction: claim what came in, let the front desk answer, keep everything, mark it done."""

from __future__ import annotations

import traceback
from datetime import datetime

from sqlalchemy import update

from referrals.conversations import statements
from referrals.conversations.desk import open_desk
from referrals.conversations.front_desk import respond
from referrals.conversations.inbox import Claimed, claim_next, failed, handled
from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity
from referrals.outbox.lease import note_delivery
from referrals.store.unit_of_work import Store, UnitOfWork

TURNS_IN_ONE_COMMIT = 32
STATUS_KEPT_FOR = 5  # attempts: a status may arrive before our own note that the message was sent


class StatusTooEarly(LookupError):
    """A platform told of a message before we had noted its id; the row waits and is looked at again."""


def take_turns(store: Store, at: datetime) -> int:
    """Handles what is waiting and due, at most a commit's worth; returns how many rows were looked at.

    On SQLite all of them share one commit, each in its own savepoint; on PostgreSQL each commits alone.
    A turn that fails is undone by itself, put back with its reason and, in the end, parked.
    """
    if not store.is_sqlite:
        return sum(1 for _ in range(TURNS_IN_ONE_COMMIT) if _take_one(store, at))
    return store.transact(lambda uow: _take_several(uow, at))


def _take_one(store: Store, at: datetime) -> bool:
    return store.transact(lambda uow: _next(uow, at))


def _take_several(uow: UnitOfWork, at: datetime) -> int:
    taken = 0
    while taken < TURNS_IN_ONE_COMMIT and _next(uow, at):
        taken += 1
    return taken


def _next(uow: UnitOfWork, at: datetime) -> bool:
    claimed = claim_next(uow, at)
    if claimed is None:
        return False
    try:
        with uow.nested():
            take_turn(uow, claimed, at)
    except Exception as failure:  # the loop of the service: whatever a turn raises is kept with the row, never lost
        reason = f"{type(failure).__name__}: {failure} ({_where(failure)})"
        failed(uow, claimed.id, claimed.attempts, reason, at)
    return True


def take_turn(uow: UnitOfWork, claimed: Claimed, at: datetime) -> None:
    """Answers one inbound event within the open transaction."""
    if claimed.event.kind == "status":
        _note_status(uow, claimed, at)
    else:
        desk = open_desk(uow, claimed.identity_id, at, reason=f"turn:{claimed.id}", inbox_id=claimed.id)
        uow.connection.execute(statements.HEARD_FROM, {"row_id": claimed.identity_id, "at": claimed.received_at})
        respond(desk, claimed.event.content)
        uow.flush()
        desk.save()
    handled(uow, claimed.id, at)


def _note_status(uow: UnitOfWork, claimed: Claimed, at: datetime) -> None:
    event = claimed.event
    known = note_delivery(uow, claimed.sender_id, event.external_id, event.status, event.status_reason, at)
    if not known and claimed.attempts < STATUS_KEPT_FOR - 1:
        raise StatusTooEarly(StatusTooEarly.__doc__)


def retry_parked(uow: UnitOfWork, row_id: int, at: datetime) -> None:
    """Somebody mended the cause: the parked row has its turn again."""
    uow.connection.execute(
        update(InboxMessage)
        .where(InboxMessage.id == row_id, InboxMessage.state == "parked")
        .values(state="waiting", attempts=0, due_at=at, reason="")
    )


def mark_blocked(uow: UnitOfWork, identity_id: int, at: datetime) -> None:
    """The platform says that this person does not want to hear from us, or cannot."""
    uow.connection.execute(update(Identity).where(Identity.id == identity_id).values(blocked_at=at))


def _where(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    last = frames[-1] if frames else None
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else ""
