"""One turn in one transaction: claim what came in, let the front desk answer, keep everything, mark it done."""

from __future__ import annotations

import re
import traceback
from datetime import datetime

from sqlalchemy import update

from referrals.conversations import statements
from referrals.conversations.desk import open_desk
from referrals.conversations.front_desk import respond
from referrals.conversations.inbox import Claimed, claim_next, event_of, failed, handled
from referrals.conversations.knocking import release_held
from referrals.conversations.records import InboxMessage
from referrals.families.records import Identity
from referrals.inbound import Inbound
from referrals.outbox.lease import note_delivery
from referrals.protection.vault import Erased
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
        taken = 0
        while taken < TURNS_IN_ONE_COMMIT and store.transact(lambda uow: _next(uow, at)):
            taken += 1
        return taken
    return store.transact(lambda uow: _take_several(uow, at))


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
    except Erased:  # said before they asked us to forget them: nothing of it can be read, nothing is owed for it
        handled(uow, claimed.id, at, "erased")
    except Exception as failure:  # the loop of the service: whatever a turn raises is kept with the row, never lost
        failed(uow, claimed.id, claimed.attempts, reason_of(failure), at)
    return True


def take_turn(uow: UnitOfWork, claimed: Claimed, at: datetime) -> None:
    """Answers one inbound event within the open transaction."""
    event = event_of(uow, claimed)
    if event.kind == "status":
        _note_status(uow, claimed, event, at)
    else:
        desk = open_desk(uow, claimed.identity_id, at, reason=f"turn:{claimed.id}", inbox_id=claimed.id)
        statements.HEARD_FROM.all(uow.connection, row_id=claimed.identity_id, at=claimed.received_at)
        if desk.channel == "whatsapp":  # the one platform whose window closes
            desk.released = release_held(uow, claimed.identity_id, at)
        if event.kind == "tap" and desk.capabilities.can_edit:
            desk.touched = event.reply_to
        respond(desk, event.content)
        uow.flush()
        desk.save()
    handled(uow, claimed.id, at)


def _note_status(uow: UnitOfWork, claimed: Claimed, event: Inbound, at: datetime) -> None:
    known = note_delivery(
        uow, claimed.sender_id, event.external_id, event.status, event.status_reason, at, key=event.reply_to
    )
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


def reason_of(failure: BaseException) -> str:
    """Why something failed, for staff: what was raised and where. Its message only where it cannot be a family's words:
    this stands unsealed, so nothing in Arabic and no longer number is kept of it."""
    said = next(iter(str(failure).splitlines()), "")  # a database's further lines name values
    told = f": {said}" if said.isascii() and not re.search(r"\d{4}", said) else ""
    return f"{type(failure).__name__}{told} ({_where(failure)})"


def _where(failure: BaseException) -> str:
    frames = traceback.extract_tb(failure.__traceback__)
    last = frames[-1] if frames else None
    return f"{last.filename.rsplit('/', 1)[-1]}:{last.lineno}" if last else ""
