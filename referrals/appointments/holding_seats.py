"""A seat that is held for a family of the waiting list, at the first time that suits it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, func, or_, select

from referrals.appointments.booking import ACTIVE, slot_at, withdraw
from referrals.appointments.records import Appointment, OfferedSlot
from referrals.appointments.times.looking import Wish, busy_times, refused_by
from referrals.appointments.times.seats import alone_at, free_seat
from referrals.appointments.times.slots import Slot
from referrals.conversations.outreach.knocking import HELD, HELD_FOR
from referrals.lifecycles import APPOINTMENT
from referrals.outbox.records import OutboxMessage
from referrals.protection.audit import audit
from referrals.store.unit_of_work import UnitOfWork

UNHEARD = "hold-unheard"
MOST_UNHEARD = 3  # so often in a row nothing reached them: then it counts like a hold that nobody answered


def has_one(uow: UnitOfWork, referral_id: int) -> bool:
    """Whether an appointment of the referral stands, or a seat is held for it."""
    standing = select(Appointment.id).where(
        Appointment.referral_id == referral_id,
        or_(Appointment.state.in_(ACTIVE[1:]), Appointment.seat.is_not(None) & (Appointment.state == "proposed")),
    )
    return uow.session.scalar(standing.limit(1)) is not None


def hold_first(uow: UnitOfWork, wish: Wish, free: Sequence[Slot], at: datetime, until: datetime) -> Appointment | None:
    """A proposed appointment that holds a seat at the first time they did not refuse before; None: nothing is free."""
    refused, busy = set(refused_by(uow, wish.referral_id)), busy_times(uow, wish.person_id, at)
    alone_at(uow, [wish.location_id], wish.person_id)
    for found in free:
        clashes = any(found.starts_at < ends and starts < found.ends_at for starts, ends in busy)
        if clashes or found.starts_at in refused or (found.for_women and not wish.woman):
            continue
        if not wish.river.lets(found.starts_at, found.ends_at):  # no ferry then: the next one may live on this bank
            continue
        slot = slot_at(uow, wish.location_id, found.starts_at, wish.given_id)
        seat = free_seat(uow, slot)
        if seat is None:
            continue
        appointment = Appointment(
            referral_id=wish.referral_id,
            person_id=wish.person_id,
            location_id=wish.location_id,
            state=APPOINTMENT.initial,
            slot_id=slot.id,
            seat=seat,
            held_until=until,
            created_at=at,
            updated_at=at,
        )
        uow.session.add(appointment)
        uow.flush()
        uow.session.add(OfferedSlot(appointment_id=appointment.id, slot_id=slot.id, position=0))
        uow.flush()
        audit(
            uow, at=at, actor="system", action="appointment.held", object_kind="appointment", object_id=appointment.id
        )
        return appointment
    return None


def never_heard(uow: UnitOfWork, appointment: Appointment) -> bool:
    """Whether the word about the seat was never sent, since nothing went out while it was held; not where it waits
    behind a knock that they did not answer, nor where that happens again and again."""
    mine = select(OutboxMessage.state, OutboxMessage.reason, OutboxMessage.due_at).where(
        OutboxMessage.key == f"held:{appointment.id}:0"  # uq_outbox_message_key: the one word, of an outbox of millions
    )
    row = uow.connection.execute(mine).first()
    if row is None or row.state not in ("waiting", "expired"):
        return False
    if row.reason == HELD or row.due_at > appointment.created_at + HELD_FOR / 2:
        return False
    before = select(func.count()).where(
        Appointment.referral_id == appointment.referral_id, Appointment.reason == UNHEARD
    )
    return int(uow.session.scalar(before) or 0) < MOST_UNHEARD


def take_back_unheard(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    """The seat is held no longer, and its time counts as none that they were offered."""
    withdraw(uow, appointment, at, UNHEARD, "system")
    uow.session.execute(delete(OfferedSlot).where(OfferedSlot.appointment_id == appointment.id))
