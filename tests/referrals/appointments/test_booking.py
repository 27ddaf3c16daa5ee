"""No seat is held twice, however many families tap at the same moment; a freed seat is free again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select, update

from referrals.appointments.booking import (
    NothingOffered,
    SlotTaken,
    active_appointments,
    arrive,
    book,
    cancel,
    confirm,
    free_seat,
    offer_times,
    offered_slots,
    slot_at,
)
from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment, Reminder, Slot
from referrals.lifecycles.table import TransitionRefused
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families


def wednesday(families: Families, hour: int = 9) -> datetime:
    """Noon in Kuwait, three days on."""
    return (families.clock.now + timedelta(days=3)).replace(hour=hour, minute=0, second=0, microsecond=0)


def one_seat(families: Families, appointment_id: int) -> int:
    """Makes the offered time a time for a single family; its id."""

    def work(uow: UnitOfWork) -> int:
        appointment = uow.session.get_one(Appointment, appointment_id)
        (slot,) = offered_slots(uow, appointment.id, families.clock())
        slot.seats = 1
        return slot.id

    return families.store.transact(work)


def test_two_bookings_of_one_seat_at_once_one_wins_and_the_other_is_told(families: Families) -> None:
    start = wednesday(families)
    ids = [families.offer(families.refer(who), [start]) for who in ("501", "502")]
    slot_id = one_seat(families, ids[0])
    both = Barrier(2, timeout=60)

    def attempt(appointment_id: int) -> str:
        def work(uow: UnitOfWork) -> str:
            appointment = uow.session.get_one(Appointment, appointment_id)
            slot = uow.session.get_one(Slot, slot_id)
            try:
                book(uow, appointment, slot, families.clock(), "family")
            except SlotTaken:
                return "taken"
            return "booked"

        both.wait()
        return families.store.transact(work)

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(attempt, ids))
    assert told == ["booked", "taken"]
    with families.store.reading() as uow:
        held = select(func.count()).where(Appointment.slot_id == slot_id, Appointment.seat == 1)
        assert uow.session.scalar(held) == 1


def test_two_families_who_tap_the_last_seat_in_their_chats_both_get_an_answer(families: Families) -> None:
    start = wednesday(families)
    people = ("501", "502")
    ids = [families.offer(families.refer(who), [start]) for who in people]
    one_seat(families, ids[0])
    buttons = {}
    for who in people:
        families.read(who)
        buttons[who] = next(m for m in reversed(families.heard[who]) if m.choices).choices[0]
    families.write(*(families.event(who, choice=buttons[who].id) for who in people))
    families.turns()
    families.all_handled()
    families.read()
    with families.store.reading() as uow:
        states = [uow.session.get_one(Appointment, each).state for each in ids]
    assert states == ["booked", "proposed"]
    assert families.heard["501"][-1].media, "the first gets the card"
    assert not families.heard["502"][-1].media


def test_the_same_tap_twice_books_once(families: Families) -> None:
    appointment_id = families.offer(families.refer("501"), [wednesday(families)])
    families.read("501")
    button = families.heard["501"][-1].choices[0]
    families.write(*(families.event("501", choice=button.id) for _ in range(3)))
    families.turns()
    families.all_handled()
    with families.store.reading() as uow:
        assert uow.session.get_one(Appointment, appointment_id).state == "booked"
        reminders = uow.session.scalars(select(Reminder.kind).filter_by(appointment_id=appointment_id)).all()
    assert sorted(reminders) == ["3h", "48h"]
    cards = [row for row in families.read("501") if row.media]
    assert len(cards) <= 1


def test_a_new_time_offered_by_two_desks_at_once_is_one_slot(families: Families) -> None:
    referral_id = families.refer("501")
    start = wednesday(families, 10)
    with families.store.reading() as uow:
        location = uow.session.get_one(Referral, referral_id).to_location_id
    both = Barrier(2, timeout=60)

    def make(_: int) -> int:
        both.wait()
        return families.store.transact(lambda uow: slot_at(uow, location, start).id)

    with ThreadPoolExecutor(2) as pool:
        assert len(set(pool.map(make, range(2)))) == 1


def test_a_seat_given_up_is_free_again_and_its_reminders_are_let_go(families: Families) -> None:
    appointment_id = families.booked("501", wednesday(families))

    def give_up(uow: UnitOfWork) -> Any:
        appointment = uow.session.get_one(Appointment, appointment_id)
        slot = uow.session.get_one(Slot, appointment.slot_id)
        before = free_seat(uow, slot)
        cancel(uow, appointment, families.clock(), "family")
        return before, free_seat(uow, slot), set(uow.session.scalars(select(Reminder.state)))

    assert families.store.transact(give_up) == (2, 1, {"cancelled"})


def test_offering_again_withdraws_what_was_offered_before(families: Families) -> None:
    referral_id = families.refer("501")
    first = families.offer(referral_id, [wednesday(families)])
    second = families.offer(referral_id, [wednesday(families, 8)])
    with families.store.reading() as uow:
        assert [each.id for each in active_appointments(uow, referral_id)] == [second]
        assert uow.session.get_one(Appointment, first).reason == "reoffered"


def test_only_times_that_are_still_ahead_can_be_offered(families: Families) -> None:
    referral_id = families.refer("501")

    def work(uow: UnitOfWork) -> None:
        offer_times(uow, uow.session.get_one(Referral, referral_id), [families.clock()], families.clock(), 1)

    with pytest.raises(NothingOffered):
        families.store.transact(work)


def test_a_family_moves_its_appointment_twice_and_then_the_desk_calls(families: Families) -> None:
    appointment_id = families.booked("501", wednesday(families))

    def move(uow: UnitOfWork, current: int) -> int | None:
        appointment = uow.session.get_one(Appointment, current)
        again = ask_other_time(uow, appointment, families.clock())
        if again is None:
            return None
        book(uow, again, offered_slots(uow, again.id, families.clock())[0], families.clock(), "family")
        return again.id

    moved = 0
    current: int | None = appointment_id
    while current is not None:
        last = current
        current = families.store.transact(lambda uow, c=last: move(uow, c))  # type: ignore[misc]  # bound at once
        moved += current is not None
    assert moved == 2
    with families.store.reading() as uow:
        assert uow.session.get_one(Appointment, last).state == "booked"


def test_an_appointment_that_was_given_up_cannot_be_checked_in(families: Families) -> None:
    appointment_id = families.booked("501", wednesday(families))

    def work(uow: UnitOfWork) -> None:
        appointment = uow.session.get_one(Appointment, appointment_id)
        cancel(uow, appointment, families.clock(), "family")
        arrive(uow, appointment, families.clock(), 1)

    with pytest.raises(TransitionRefused):
        families.store.transact(work)


def test_confirming_twice_is_confirming_once(families: Families) -> None:
    appointment_id = families.booked("501", wednesday(families))
    for _ in range(2):
        families.store.transact(
            lambda uow: confirm(uow, uow.session.get_one(Appointment, appointment_id), families.clock())
        )
    with families.store.reading() as uow:
        assert uow.session.get_one(Appointment, appointment_id).state == "confirmed"


def test_two_writers_of_one_appointment_meet_its_version(families: Families) -> None:
    appointment_id = families.booked("501", wednesday(families))

    def work(uow: UnitOfWork) -> None:
        appointment = uow.session.get_one(Appointment, appointment_id)
        uow.connection.execute(
            update(Appointment).where(Appointment.id == appointment_id).values(version=Appointment.version + 1)
        )
        confirm(uow, appointment, families.clock())

    with pytest.raises(Exception, match=r"0 were matched|expected to update 1"):
        families.store.transact(work)
