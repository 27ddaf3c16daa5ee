"""The appointment that a step gave up is booked again, where that step is taken back and its time is still free."""

from __future__ import annotations

from datetime import datetime

from referrals.appointments.booking import SlotTaken, book, confirm, offer_times, withdraw
from referrals.appointments.records import Appointment, Slot
from referrals.referral.before import Before
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor
from referrals.store.unit_of_work import UnitOfWork


def keep_appointment(uow: UnitOfWork, referral: Referral, before: Before, at: datetime, actor: Actor) -> int | None:
    """The appointment that the step gave up is booked again where its time is still free; its id, negative where the
    time is gone, None where there was none."""
    for appointment_id, state in before.booked:
        old = uow.session.get_one(Appointment, appointment_id, populate_existing=True)
        if old.state != "cancelled" or old.starts_at is None or old.slot_id is None:
            continue
        status = referral.business_status
        again = _book_again(uow, referral, old, at, actor)
        if again is not None and state == "confirmed":
            confirm(uow, again, at)
        lost = again is None and status == "appointment-set"
        referral.business_status = "" if lost else status
        uow.flush()
        return again.id if again is not None else -old.id
    return None


def _book_again(
    uow: UnitOfWork, referral: Referral, old: Appointment, at: datetime, actor: Actor
) -> Appointment | None:
    """The same time once more; None where it has passed, is closed, or somebody else has it by now."""
    if old.starts_at is None or old.slot_id is None or old.starts_at <= at:
        return None
    again = offer_times(uow, referral, [old.starts_at], at, actor.staff_id)
    again.moves = old.moves
    try:
        book(uow, again, uow.session.get_one(Slot, old.slot_id), at, "desk")
    except SlotTaken:
        withdraw(uow, again, at, "taken", "desk")
        return None
    return again
