"""The last seat among forty, the third move, the last hour, a day open again, and a centre that is there no longer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from referrals.appointments.booking import SlotTaken, book, offered_slots, slot_at
from referrals.appointments.booking_rules import Rule, set_rule
from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.closing import Span, close, reopen
from referrals.appointments.closures.holidays import notice_holidays
from referrals.appointments.records import Appointment, OfferedSlot, Slot
from referrals.appointments.times.slots_at import free_slots
from referrals.conversations.records import HelpRequest
from referrals.directory.records import Location
from referrals.families.records import Person
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import NOT_COPIED, at_hour, location_of, promises_kept, states
from tests.referrals.appointments.test_closures import KUWAIT

CROWD = 40


@pytest.fixture
def one(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def crowd(families: Families, referral_id: int) -> tuple[int, list[int]]:
    """A time with a single seat, and as many people to whom it is offered: the slot's id, their appointments'."""

    def work(uow: UnitOfWork) -> tuple[int, list[int]]:
        first = uow.session.get_one(Referral, referral_id)
        values = {c.name: getattr(first, c.name) for c in Referral.__table__.columns if c.name not in NOT_COPIED}
        set_rule(uow, first.to_location_id, Rule(30, 1), "Asia/Kuwait", families.clock(), 1)
        slot = slot_at(uow, first.to_location_id, at_hour(families, 3, 7))
        ids = []
        for number in range(CROWD):
            key = uow.session.get_one(Person, first.person_id).data_key_id
            person = Person(data_key_id=key, created_at=families.clock())
            uow.session.add(person)
            uow.flush()
            referral = Referral(**values | {"person_id": person.id, "need_code": f"n{number}", "holds_place": False})
            uow.session.add(referral)
            uow.flush()
            mine = Appointment(
                referral_id=referral.id,
                person_id=person.id,
                location_id=first.to_location_id,
                state="proposed",
                created_at=families.clock(),
                updated_at=families.clock(),
            )
            uow.session.add(mine)
            uow.flush()
            uow.session.add(OfferedSlot(appointment_id=mine.id, slot_id=slot.id, position=0))
            ids.append(mine.id)
        return slot.id, ids

    return families.store.transact(work)


def test_of_forty_who_want_the_last_seat_at_once_one_has_it(families: Families) -> None:
    slot_id, ids = crowd(families, families.refer("501"))

    def attempt(number: int) -> bool:
        def work(uow: UnitOfWork) -> bool:
            mine, slot = uow.session.get_one(Appointment, number), uow.session.get_one(Slot, slot_id)
            try:
                book(uow, mine, slot, families.clock(), "family")
            except SlotTaken:
                return False
            return True

        return families.store.transact(work)

    with ThreadPoolExecutor(CROWD) as pool:
        assert sum(pool.map(attempt, ids)) == 1
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).where(Appointment.state == "booked")) == 1
        promises_kept(uow)


def test_seats_that_are_taken_away_while_offers_are_open_are_not_booked(one: Families) -> None:
    slot_id, ids = crowd(one, one.refer("501"))
    place = location_of(one, 1)

    def change(seats: int) -> None:
        one.store.transact(lambda uow: set_rule(uow, place, Rule(30, seats), "Asia/Kuwait", one.clock(), 1))

    def take(number: int) -> bool:
        def work(uow: UnitOfWork) -> bool:
            try:
                book(
                    uow,
                    uow.session.get_one(Appointment, number),
                    uow.session.get_one(Slot, slot_id),
                    one.clock(),
                    "family",
                )
            except SlotTaken:
                return False
            return True

        return one.store.transact(work)

    change(3)
    assert [take(number) for number in ids[:2]] == [True, True]
    change(1)
    assert not take(ids[2])
    change(4)
    assert [take(number) for number in ids[3:6]] == [True, True, False]


def test_a_third_move_is_for_a_person_and_the_appointment_stays(one: Families) -> None:
    one.booked("501", at_hour(one, 3, 7))
    for _ in range(2):
        one.say("501", "مواعيدي")
        one.tap("501", "وقت آخر")
        one.say("501", choice=one.heard["501"][-1].choices[0].id)
    booked = states(one)
    assert booked.count("booked") == 1
    one.say("501", "مواعيدي")
    told = one.tap("501", "وقت آخر")
    assert "يتصل" in told[-1].text or "الموظفون" in told[-1].text
    assert states(one) == booked
    with one.store.reading() as uow:
        assert "other_time" in uow.session.scalars(select(HelpRequest.kind)).all()


def test_it_can_be_given_up_in_the_last_hour_and_after_its_hour_it_is_over(one: Families) -> None:
    start = at_hour(one, 3, 7)
    one.booked("501", start)
    one.clock.now = start - timedelta(minutes=20)
    one.say("501", "مواعيدي")
    one.tap("501", "إلغاء الموعد")
    sure = one.button("501", "نعم، ألغوه")
    one.say("501", choice=sure.id)
    assert states(one) == ["cancelled"]
    with one.store.reading() as uow:
        seat = select(Appointment.seat)
        assert uow.session.scalars(seat).all() == [None]
        promises_kept(uow)


def test_a_day_that_is_open_again_while_they_answer_leaves_them_what_they_choose(one: Families) -> None:
    start = at_hour(one, 3, 7)
    one.booked("501", start)
    place, day = location_of(one, 1), start.astimezone(KUWAIT).date()
    number = one.store.transact(lambda uow: close(uow, "kuwait", place, Span(day), "storm", one.clock(), 1).id)
    tell_closures(one.store, one.clock())
    again = one.read("501")[-1]
    one.store.transact(lambda uow: reopen(uow, uow.session.get_one(Closure, number), one.clock(), 1))
    tell_closures(one.store, one.clock())
    assert not one.read("501")
    (booked,) = one.say("501", choice=again.choices[0].id)
    assert "هذه بطاقة الموعد" in booked.text
    assert states(one) == ["cancelled", "booked"]
    with one.store.reading() as uow:
        promises_kept(uow)


def gone(families: Families, place: int) -> None:
    """The directory's files no longer name the centre."""

    def work(uow: UnitOfWork) -> None:
        uow.session.get_one(Location, place).gone_at = families.clock()

    families.store.transact(work)


def test_nothing_is_booked_at_a_centre_that_is_there_no_longer(one: Families) -> None:
    appointment_id = one.offer(one.refer("501"), [at_hour(one, 3, 7)])
    offer = one.read("501")[-1]
    place = location_of(one, 1)
    gone(one, place)
    said = one.say("501", choice=offer.choices[0].id)
    assert "booked" not in states(one) and "هل تنتظرون" not in said[-1].text
    with one.store.reading() as uow:
        assert not free_slots(uow, place, one.clock(), "Asia/Kuwait")
        assert not offered_slots(uow, appointment_id, one.clock())
        assert uow.session.scalars(select(HelpRequest.kind)).all() == ["no_times"]


def test_who_is_booked_at_a_centre_that_is_there_no_longer_hears_it_and_is_called(one: Families) -> None:
    one.booked("501", at_hour(one, 3, 7))
    gone(one, location_of(one, 1))
    assert notice_holidays(one.store, one.clock()) == 1
    assert notice_holidays(one.store, one.clock()) == 0
    assert tell_closures(one.store, one.clock()) == 1
    assert "المكان مغلق" in one.read("501")[0].text
    assert states(one) == ["cancelled"]
    with one.store.reading() as uow:
        calls = uow.session.execute(select(HelpRequest.kind, HelpRequest.location_id)).all()
    assert ("closed_day", None) in [tuple(call) for call in calls]
