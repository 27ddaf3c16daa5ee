"""Appointments: the desk offers times, the family picks one, moves it or gives it up; no seat is held twice."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from referrals.appointments.attending import arrive, fulfil, miss
from referrals.appointments.moving import drop_offer, standing_of
from referrals.appointments.records import Appointment, OfferedSlot, Slot
from referrals.appointments.reminders.planning import let_go, plan_reminders
from referrals.appointments.times.looking import free_for, own_desk, wish_of
from referrals.appointments.times.place_time import wall_time_of, zone_of
from referrals.appointments.times.seats import STANDING, alone_at, busy_then, free_seat, is_shut, slot_at
from referrals.appointments.visits.endings import end_visits
from referrals.appointments.waking import settle_wait, wake
from referrals.lifecycles import APPOINTMENT, advance
from referrals.protection.audit import audit
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

__all__ = [
    "ACTIVE",
    "NothingOffered",
    "SlotTaken",
    "active_appointments",
    "arrive",
    "book",
    "book_at",
    "cancel",
    "confirm",
    "free_seat",
    "fulfil",
    "give_up_all",
    "give_way",
    "miss",
    "offer_times",
    "offered_slots",
    "slot_at",
    "withdraw",
]
A_DAY = timedelta(days=1)
ACTIVE = ("proposed", "booked", "confirmed")


class SlotTaken(RuntimeError):
    """Somebody else has just taken this time. Offer or choose another one."""


class NothingOffered(ValueError):
    """Offer at least one time that is still ahead, for a referral that has not ended."""


def offer_times(
    uow: UnitOfWork,
    referral: Referral,
    starts: Sequence[datetime],
    at: datetime,
    staff_id: int | None,
    *,
    beside: bool = False,
) -> Appointment:
    """An appointment with up to three times to choose from; an earlier offer of the same referral is withdrawn, and so
    is what is booked for it, unless these are offered `beside` it: then it stands until one of them is taken."""
    ahead = [start for start in dict.fromkeys(starts) if start > at][:3]
    uow.session.refresh(referral, with_for_update=True)  # nobody ends it while it gets an appointment
    if not ahead or referral.closed_at is not None:
        raise NothingOffered(NothingOffered.__doc__)
    alone_at(uow, [referral.to_location_id])
    for earlier in active_appointments(uow, referral.id):
        if not (beside and earlier.state in STANDING):
            _release(uow, earlier, "reschedule", "reoffered", at, "desk")
    appointment = Appointment(
        referral_id=referral.id,
        person_id=referral.person_id,
        location_id=referral.to_location_id,
        state=APPOINTMENT.initial,
        created_at=at,
        updated_at=at,
    )
    uow.session.add(appointment)
    uow.flush()
    given_id = own_desk(uow, referral.to_location_id, referral.to_service_at_location_id)
    for position, start in enumerate(ahead):
        slot = slot_at(uow, referral.to_location_id, start, given_id)
        uow.session.add(OfferedSlot(appointment_id=appointment.id, slot_id=slot.id, position=position))
    uow.flush()
    actor = f"staff:{staff_id}" if staff_id else "system"
    audit(uow, at=at, actor=actor, action="appointment.offered", object_kind="appointment", object_id=appointment.id)
    return appointment


def offered_slots(uow: UnitOfWork, appointment_id: int, at: datetime) -> list[Slot]:
    """The offered times that are still ahead and free, or held for this very family, and when it has to be nowhere
    else."""
    held = uow.session.get_one(Appointment, appointment_id)
    query = (
        select(Slot)
        .join(OfferedSlot, OfferedSlot.slot_id == Slot.id)
        .where(OfferedSlot.appointment_id == appointment_id, Slot.starts_at > at)
        .order_by(OfferedSlot.position)
    )
    return [
        slot
        for slot in uow.session.scalars(query)
        if (
            (slot.id == held.slot_id and held.seat is not None and not is_shut(uow, slot))
            or free_seat(uow, slot) is not None
        )
        and not busy_then(uow, held.person_id, slot.starts_at, slot.ends_at, held.referral_id)
    ]


def book(uow: UnitOfWork, appointment: Appointment, slot: Slot, at: datetime, actor: str) -> None:
    """Takes a seat of the slot (the one that is held for them, where one is), or raises `SlotTaken`, also where the
    family has to be elsewhere then; the reminders that become due are written down. What stood for this referral
    until now gives way in the same breath, or stands where the seat is lost."""
    places = {
        each.location_id for each in (appointment, *standing_of(uow, [appointment.referral_id], [appointment.id]))
    }
    alone_at(uow, places, appointment.person_id)
    referral = uow.session.get_one(Referral, appointment.referral_id)
    zone = zone_of(uow, appointment.location_id, referral.programme_id)
    try:
        with uow.session.begin_nested():
            give_way(uow, {referral.id}, at, actor, but=[appointment.id])
            held = appointment.seat if appointment.slot_id == slot.id and not is_shut(uow, slot) else None
            seat = held if held is not None else free_seat(uow, slot)
            if seat is None or busy_then(uow, appointment.person_id, slot.starts_at, slot.ends_at, referral.id):
                raise SlotTaken(SlotTaken.__doc__)
            appointment.state = advance(APPOINTMENT, appointment.state, "book", actor)
            appointment.slot_id, appointment.seat, appointment.held_until = slot.id, seat, None
            appointment.starts_at, appointment.ends_at, appointment.updated_at = slot.starts_at, slot.ends_at, at
            appointment.wall_time, appointment.zone = wall_time_of(slot.starts_at, zone), zone
            uow.session.flush()
    except IntegrityError as clash:  # the unique (slot, seat) decides between two families at the same moment
        uow.session.refresh(appointment)
        raise SlotTaken(SlotTaken.__doc__) from clash
    referral.business_status = "appointment-set"
    uow.flush()
    settle_wait(uow, referral.id, "booked", at)
    plan_reminders(uow, appointment, referral.programme_id, at)
    audit(uow, at=at, actor=actor, action="appointment.booked", object_kind="appointment", object_id=appointment.id)


def give_way(
    uow: UnitOfWork,
    referrals: Collection[int],
    at: datetime,
    actor: str,
    reason: str = "other-time",
    but: Collection[int] = (),
) -> None:
    """What stands for these referrals is moved away, but not what is taken instead; the caller holds their places."""
    for each in standing_of(uow, referrals, but):
        _release(uow, each, "reschedule", reason, at, "family" if actor == "family" else "desk")


def book_at(uow: UnitOfWork, appointment: Appointment, start: datetime, at: datetime, actor: str) -> None:
    """Books the time that begins then, found by day and not among the offered ones. Raises `SlotTaken` where it is
    not free, or not open to this family."""
    wish = wish_of(uow, uow.session.get_one(Referral, appointment.referral_id))
    if not any(slot.starts_at == start for slot in free_for(uow, wish, at, start - at + A_DAY)):
        raise SlotTaken(SlotTaken.__doc__)
    book(uow, appointment, slot_at(uow, appointment.location_id, start, wish.given_id), at, actor)


def confirm(uow: UnitOfWork, appointment: Appointment, at: datetime) -> None:
    """The family will come, and wants no other time."""
    if appointment.state == "booked":
        appointment.state, appointment.updated_at = advance(APPOINTMENT, "booked", "confirm", "family"), at
        uow.flush()
    if appointment.state in STANDING:
        drop_offer(uow, appointment.referral_id, at, "kept", "family")


def cancel(uow: UnitOfWork, appointment: Appointment, at: datetime, reason: str, actor: str = "family") -> None:
    """The appointment is given up and its seat is free again."""
    if appointment.state in ACTIVE:
        stood = appointment.state in STANDING
        _release(uow, appointment, "cancel", reason, at, actor)
        if stood:
            drop_offer(uow, appointment.referral_id, at, reason, actor)
        audit(
            uow,
            at=at,
            actor=actor,
            action="appointment.cancelled",
            object_kind="appointment",
            object_id=appointment.id,
        )


def withdraw(uow: UnitOfWork, appointment: Appointment, at: datetime, reason: str, actor: str) -> None:
    """What was only proposed, or held, is so no longer."""
    if appointment.state == APPOINTMENT.initial:
        _release(uow, appointment, "withdraw", reason, at, actor)
        uow.flush()


def give_up_all(uow: UnitOfWork, referral_id: int, at: datetime, reason: str, actor: str) -> None:
    """The referral ended: what was proposed or booked for it ends with it, and so do the reminders."""
    uow.flush()
    for appointment in active_appointments(uow, referral_id):
        _release(uow, appointment, "cancel", reason, at, actor)
    settle_wait(uow, referral_id, "left", at)
    end_visits(uow, referral_id, at, reason)


def active_appointments(uow: UnitOfWork, referral_id: int) -> list[Appointment]:
    """The appointment of a referral that is proposed, booked or confirmed (one, unless something went wrong)."""
    query = select(Appointment).where(Appointment.referral_id == referral_id, Appointment.state.in_(ACTIVE))
    return list(uow.session.scalars(query.order_by(Appointment.id)))


def _release(uow: UnitOfWork, appointment: Appointment, event: str, reason: str, at: datetime, actor: str) -> None:
    """Frees the seat and lets the reminders go; what was only offered is withdrawn."""
    if appointment.seat is not None:
        with uow.session.no_autoflush:
            alone_at(uow, [appointment.location_id])
    event = "withdraw" if appointment.state == APPOINTMENT.initial else event
    appointment.state = advance(APPOINTMENT, appointment.state, event, actor)
    freed = appointment.seat is not None
    appointment.reason, appointment.seat, appointment.updated_at = reason, None, at
    appointment.held_until = None
    if freed:
        uow.flush()
        wake(uow, appointment.location_id, at)
    let_go(uow, appointment.id, "supersede" if event == "reschedule" else "cancel", reason, at, actor)
