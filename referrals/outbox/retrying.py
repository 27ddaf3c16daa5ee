"""Staff try a parked message again: somebody mended what kept it from going."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import or_, update

from referrals.outbox.noting import note_attempt
from referrals.outbox.records import OutboxMessage
from referrals.outbox.waking import tell_owed
from referrals.store.unit_of_work import UnitOfWork


def retry_parked_message(uow: UnitOfWork, row_id: int, at: datetime, by: str) -> bool:
    """Puts a parked message back with a fresh backoff, as an attempt of its own; False where it is not parked, or past
    its time. `by` is who did it: `staff:<id>` or `command`."""
    again = (
        update(OutboxMessage)
        .where(
            OutboxMessage.id == row_id,
            OutboxMessage.state == "parked",
            or_(OutboxMessage.expires_at.is_(None), OutboxMessage.expires_at > at),
        )
        .values(state="waiting", due_at=at, attempts=0, deferred=False, delivery="", reason="", leased_until=None)
        .returning(OutboxMessage.id)
    )
    if uow.connection.execute(again).first() is None:
        return False
    note_attempt(uow, row_id, "again", "", at, by)
    tell_owed(uow)
    return True
