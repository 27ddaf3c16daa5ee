"""A word to a family about its application, where it can be reached; never to who may be in danger."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Literal

from sqlalchemy import update

from referrals.applications.records import Application
from referrals.appointments.calling import ask_to_call
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.outbox.records import OutboxMessage
from referrals.referral.telling import in_danger
from referrals.store.unit_of_work import UnitOfWork

Told = Literal["told", "call", "withheld"]
"""It is on its way; a person calls instead; only who may read of a danger decides."""


def tell(
    uow: UnitOfWork, application: Application, at: datetime, *, reason: str, compose: Callable[[Desk], None]
) -> Told:
    """Lets `compose` speak at their desk; what came of it."""
    if in_danger(uow, application.person_id):
        ask_to_call(uow, application.person_id, application.programme_id, at, restricted=True)
        return "withheld"
    reached = reach(uow, application.person_id, application.programme_id, at, reason=reason, compose=compose)
    return "told" if reached else "call"


def untell(uow: UnitOfWork, reason: str, at: datetime) -> None:
    """What was owed for that reason and has not left yet is not said any more; its button says nothing by then."""
    mine = OutboxMessage.key.in_([f"{reason}:{position}" for position in range(3)])
    uow.flush()
    uow.connection.execute(
        update(OutboxMessage)
        .where(mine, OutboxMessage.state == "waiting")
        .values(state="cancelled", reason="taken back")
    )
