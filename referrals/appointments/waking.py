"""A word to the waiting list of a place: something may have become free there, or somebody waits no longer."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from referrals.appointments.centre_records import WaitlistEntry
from referrals.store.unit_of_work import UnitOfWork


def wake(uow: UnitOfWork, location_id: int, at: datetime) -> None:
    """The clock looks at once whether there is a time for those who wait there."""
    waiting = update(WaitlistEntry).where(
        WaitlistEntry.location_id == location_id, WaitlistEntry.state == "waiting", WaitlistEntry.look_at > at
    )
    uow.connection.execute(waiting.values(look_at=at).execution_options(synchronize_session=False))


def settle_wait(uow: UnitOfWork, referral_id: int, state: str, at: datetime) -> bool:
    """They wait no longer: `booked`, or `left`. False when they did not wait."""
    uow.flush()
    standing = (
        update(WaitlistEntry)
        .where(WaitlistEntry.referral_id == referral_id, WaitlistEntry.state.in_(("waiting", "offered")))
        .values(state=state, settled_at=at, look_at=None, held_until=None)
        .returning(WaitlistEntry.id)
    )
    return bool(uow.connection.execute(standing.execution_options(synchronize_session=False)).all())
