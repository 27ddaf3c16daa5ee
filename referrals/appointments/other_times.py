"""A family asks for another time: others are proposed, at most twice, and what it has stands until one is taken."""

from __future__ import annotations

from datetime import datetime

from referrals.appointments.booking import give_way, offer_times, offered_slots
from referrals.appointments.moving import offered_beside
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import refused_by, three_for, wish_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

MOVES_BY_FAMILY = 2


def ask_other_time(uow: UnitOfWork, appointment: Appointment, at: datetime) -> Appointment | None:
    """Proposes other times while the seat stays theirs, and counts as a move once one of them is taken; those that are
    proposed already stay so. None when the family moved it twice (the desk calls), or nothing else is free."""
    if appointment.moves >= MOVES_BY_FAMILY:
        return None
    referral = uow.session.get_one(Referral, appointment.referral_id)
    open_already = offered_beside(uow, referral.id)
    if open_already is not None and offered_slots(uow, open_already.id, at):
        return open_already
    free = three_for(uow, wish_of(uow, referral), at, refused_by(uow, referral.id))
    if not free:
        return None
    again = offer_times(uow, referral, [slot.starts_at for slot in free], at, None, beside=True)
    again.moves = appointment.moves + 1
    uow.flush()
    return again


def misread(uow: UnitOfWork, appointment: Appointment, at: datetime) -> Appointment | None:
    """What we took for their word was none: the seat is given back and the same times are offered again, which is no
    move of theirs. None where none of them is free any more. Who had moved is not left without any: it stays booked
    until they choose."""
    referral = uow.session.get_one(Referral, appointment.referral_id)
    offered = [slot.starts_at for slot in offered_slots(uow, appointment.id, at)]
    if moved := appointment.moves > 0:
        offered = [start for start in offered if start != appointment.starts_at]
    free = offered or [slot.starts_at for slot in three_for(uow, wish_of(uow, referral), at)]
    if not free:
        return None
    moves = appointment.moves
    if not moved:
        give_way(uow, {referral.id}, at, "family", "misread")
    again = offer_times(uow, referral, free, at, None, beside=moved)
    again.moves = moves
    uow.flush()
    return again
