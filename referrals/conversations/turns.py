"""One turn in one transaction: claim what came in, let the front desk answer, keep everything, mark it done."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from referrals.conversations import statements
from referrals.conversations.beside import take_beside
from referrals.conversations.faults import reason_of
from referrals.conversations.front_desk.responding import respond
from referrals.conversations.inbox.statuses import take_statuses
from referrals.conversations.inbox.waiting import Claimed, claim_next, event_of, failed, handled, is_any_due
from referrals.conversations.outreach.knocking import release_held
from referrals.conversations.records import InboxMessage
from referrals.conversations.rewording import was_edited_ahead
from referrals.conversations.tardiness import apologise, spoken_at
from referrals.conversations.threads import open_desk, save_desk
from referrals.inbound import Inbound
from referrals.outbox.blocked import release_blocked
from referrals.protection.vault import Erased
from referrals.store.unit_of_work import Store, UnitOfWork

__all__ = ["is_turn_due", "reason_of", "retry_parked", "take_turn", "take_turns"]

TURNS_IN_ONE_COMMIT = 16  # a webhook that comes meanwhile waits for so many on SQLite: some 40 ms


def take_turns(store: Store, at: datetime) -> int:
    """Handles what is waiting and due, at most a commit's worth; returns how many rows were looked at.

    On SQLite all of them share one commit, each in its own savepoint; on PostgreSQL each commits alone. A turn that
    fails is undone by itself, put back with its reason and, in the end, parked. Statuses have a share of their own.
    """
    if store.is_sqlite:
        return store.transact(lambda uow: _take_several(uow, at) + take_statuses(uow, at))
    taken = 0
    while taken < TURNS_IN_ONE_COMMIT and store.transact(lambda uow: _next(uow, at)):
        taken += 1
    return taken + store.transact(lambda uow: take_statuses(uow, at))


def is_turn_due(store: Store, at: datetime) -> bool:
    """Whether `take_turns` would find something: a look that locks nothing, for who only looks from time to time."""
    with store.reading() as uow:
        return is_any_due(uow, at)


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
        with uow.apart() as turn:
            take_turn(turn, claimed, at)
    except Erased:  # said before they asked us to forget them: nothing of it can be read, nothing is owed for it
        handled(uow, claimed.id, at, "erased")
    except Exception as failure:  # the loop of the service: whatever a turn raises is kept with the row, never lost
        failed(uow, claimed.id, claimed.attempts, reason_of(failure), at)
    return True


def take_turn(uow: UnitOfWork, claimed: Claimed, at: datetime) -> None:
    """Handles one inbound event within the open transaction."""
    event = event_of(uow, claimed)
    if event.kind in ("message", "tap"):
        _answer(uow, claimed, event, at)
        handled(uow, claimed.id, at)
    else:
        handled(uow, claimed.id, at, take_beside(uow, claimed, event, at)[:400])


def _answer(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> None:
    desk = open_desk(uow, claimed.identity_id, at, reason=f"turn:{claimed.id}", inbox_id=claimed.id)
    if was_edited_ahead(desk, event):
        save_desk(desk)
        return
    spoken = spoken_at(event, claimed.received_at)
    statements.HEARD_FROM.all(uow.connection, row_id=claimed.identity_id, at=spoken)
    release_blocked(uow, claimed.identity_id, at)
    if desk.channel == "whatsapp":  # the one platform whose window closes
        desk.released = release_held(uow, claimed.identity_id, at)
    desk.answered = event.reply_to
    if event.kind == "tap" and desk.capabilities.can_edit:
        desk.touched = event.reply_to
    respond(desk, event.content)
    apologise(desk, spoken)
    uow.flush()
    save_desk(desk)


def retry_parked(uow: UnitOfWork, row_id: int, at: datetime) -> None:
    """Somebody mended the cause: the parked row has its turn again."""
    uow.connection.execute(
        update(InboxMessage)
        .where(InboxMessage.id == row_id, InboxMessage.state == "parked")
        .values(state="waiting", attempts=0, due_at=at, reason="")
    )
