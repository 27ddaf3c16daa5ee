"""Times that are free at a place, for tests that book one and care for nothing else."""

from __future__ import annotations

from datetime import datetime

from referrals.appointments.times.slots import Slot, Spread, offer_three
from referrals.appointments.times.slots_at import NOTICE_HOURS, free_slots
from referrals.store.unit_of_work import UnitOfWork


def three_slots(uow: UnitOfWork, location_id: int, at: datetime, zone: str) -> tuple[Slot, ...]:
    """Three of them, on different days and at different times of day."""
    return offer_three(free_slots(uow, location_id, at, zone), at, Spread(zone=zone, notice_hours=NOTICE_HOURS))
