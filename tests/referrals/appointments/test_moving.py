"""An appointment that a family wants to move stands until another time is taken; then both change at once."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from sqlalchemy import delete, select

from referrals.appointments.booking import SlotTaken, arrive, book, cancel, confirm, offered_slots, slot_at
from referrals.appointments.other_times import ask_other_time
from referrals.appointments.records import Appointment, Reminder
from referrals.conversations.records import HelpRequest
from referrals.directory.records import Schedule
from referrals.lifecycles import APPOINTMENT
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, location_of, promises_kept, rule, states


@pytest.fixture
def one(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def asked(families: Families, appointment_id: int) -> int:
    """They want another time; the id of what is offered."""

    def work(uow: UnitOfWork) -> int:
        again = ask_other_time(uow, uow.session.get_one(Appointment, appointment_id), families.clock())
        assert again is not None
        return again.id

    return families.store.transact(work)


def reminders(families: Families, appointment_id: int) -> set[str]:
    with families.store.reading() as uow:
        return set(uow.session.scalars(select(Reminder.state).where(Reminder.appointment_id == appointment_id)))


def seats(families: Families) -> list[int | None]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(Appointment.seat).order_by(Appointment.id)))


def asked_in_the_chat(families: Families) -> str:
    """A booked family that asks for another time in «مواعيدي»; what it is told."""
    families.booked("501", at_hour(families, 3, 7))
    families.say("501", "مواعيدي")
    return families.tap("501", "وقت آخر")[-1].text


def test_what_is_booked_stands_until_another_time_is_taken_and_then_both_change_at_once(one: Families) -> None:
    said = asked_in_the_chat(one)
    assert "باقٍ حتى تختاروا غيره" in said
    assert states(one) == ["booked", "proposed"] and seats(one) == [1, None]
    assert reminders(one, 1) == {"planned"}
    told = one.say("501", choice=one.heard["501"][-1].choices[0].id)
    assert "هذه بطاقة الموعد" in told[-1].text and "وألغينا موعد" in told[-1].text
    assert states(one) == ["cancelled", "booked"] and seats(one) == [None, 1]
    assert reminders(one, 1) == {"superseded"} and reminders(one, 2) == {"planned"}
    with one.store.reading() as uow:
        old, new = uow.session.scalars(select(Appointment).order_by(Appointment.id)).all()
        assert (old.reason, old.moves, new.moves) == ("other-time", 0, 1)
        promises_kept(uow)


@pytest.mark.parametrize("words", ["خلاص سيبوه", "خلوه مثل ما هو", "no other", "يبقى موعدنا"])
def test_who_keeps_the_old_time_hears_its_day_and_hour_and_nothing_is_offered_any_more(
    one: Families, words: str
) -> None:
    asked_in_the_chat(one)
    take = one.heard["501"][-1].choices[0]
    (told,) = one.say("501", words)
    assert "موعدكم باقٍ: يوم" in told.text and "الساعة" in told.text
    assert states(one) == ["booked", "cancelled"] and reminders(one, 1) == {"planned"}
    (old,) = one.say("501", choice=take.id)
    assert "موعدكم يوم" in old.text and states(one) == ["booked", "cancelled"], "an old button tells what stands"


def test_they_may_say_so_while_they_look_at_other_days(one: Families) -> None:
    asked_in_the_chat(one)
    one.tap("501", "يوم آخر")
    (told,) = one.say("501", "خلاص سيبوه زي ما هو")
    assert "موعدكم باقٍ" in told.text and states(one) == ["booked", "cancelled"]


def test_asking_twice_offers_the_same_times_and_asking_alone_is_no_move(one: Families) -> None:
    mine = one.booked("501", at_hour(one, 3, 7))
    assert asked(one, mine) == asked(one, mine)
    with one.store.reading() as uow:
        assert uow.session.get_one(Appointment, mine).moves == 0
    assert states(one) == ["booked", "proposed"]


def test_my_appointments_shows_what_stands_once(one: Families) -> None:
    asked_in_the_chat(one)
    (shown,) = one.say("501", "مواعيدي")
    assert "موعدكم يوم" in shown.text


def test_where_no_time_is_left_the_old_one_stands_and_staff_look_for_another(one: Families) -> None:
    asked_in_the_chat(one)
    take = one.heard["501"][-1].choices[0]

    def full(uow: UnitOfWork) -> None:
        for slot in offered_slots(uow, 2, one.clock()):
            slot.seats = 0
        uow.session.execute(delete(Schedule))

    one.store.transact(full)
    said = one.say("501", choice=take.id)
    assert "لم يعد" in said[0].text and "موعدكم باقٍ: يوم" in said[-1].text
    assert states(one) == ["booked", "cancelled"] and reminders(one, 1) == {"planned"}


@pytest.mark.parametrize("ends", ["confirm", "cancel", "arrive"])
def test_what_is_offered_beside_it_ends_with_what_they_do_about_the_old_one(one: Families, ends: str) -> None:
    mine = one.booked("501", at_hour(one, 3, 7))
    asked(one, mine)

    def work(uow: UnitOfWork) -> None:
        appointment = uow.session.get_one(Appointment, mine)
        if ends == "confirm":
            confirm(uow, appointment, one.clock())
        elif ends == "cancel":
            cancel(uow, appointment, one.clock(), "family")
        else:
            arrive(uow, appointment, one.clock(), 1)

    one.store.transact(work)
    first = {"confirm": "confirmed", "cancel": "cancelled", "arrive": "arrived"}[ends]
    assert states(one) == [first, "cancelled"]


def test_who_loses_the_new_seat_to_another_family_keeps_the_old_one(families: Families) -> None:
    olds = [families.booked(who, at_hour(families, 3, 7)) for who in ("501", "502")]
    news = [asked(families, each) for each in olds]
    rule(families, location_of(families, 1), 30, 1)
    start = at_hour(families, 8, 7)
    both = Barrier(2, timeout=60)

    def attempt(number: int) -> bool:
        def work(uow: UnitOfWork) -> bool:
            mine = uow.session.get_one(Appointment, number)
            try:
                book(uow, mine, slot_at(uow, mine.location_id, start), families.clock(), "family")
            except SlotTaken:
                return False
            return True

        both.wait()
        return families.store.transact(work)

    with ThreadPoolExecutor(2) as pool:
        won = list(pool.map(attempt, news))
    assert sorted(won) == [False, True]
    with families.store.reading() as uow:
        for old, new, has_it in zip(olds, news, won, strict=True):
            mine = [uow.session.get_one(Appointment, number) for number in (old, new)]
            assert [each.state for each in mine] == (["cancelled", "booked"] if has_it else ["booked", "proposed"])
        promises_kept(uow)
    for old, has_it in zip(olds, won, strict=True):
        assert reminders(families, old) == ({"superseded"} if has_it else {"planned"})


def test_a_new_time_may_reach_into_the_old_one(one: Families) -> None:
    mine = one.booked("501", at_hour(one, 3, 7))
    new = asked(one, mine)
    rule(one, location_of(one, 1), 20, 1)

    def work(uow: UnitOfWork) -> None:
        again = uow.session.get_one(Appointment, new)
        book(uow, again, slot_at(uow, again.location_id, at_hour(one, 3, 7, 20)), one.clock(), "family")

    one.store.transact(work)
    assert states(one) == ["cancelled", "booked"]


def test_after_two_moves_the_third_is_for_a_person_and_nothing_is_offered(one: Families) -> None:
    current = one.booked("501", at_hour(one, 3, 7))
    for _ in range(2):
        new = asked(one, current)

        def take(uow: UnitOfWork, number: int = new) -> None:
            mine = uow.session.get_one(Appointment, number)
            book(uow, mine, offered_slots(uow, number, one.clock())[0], one.clock(), "family")

        one.store.transact(take)
        current = new
    one.say("501", "مواعيدي")
    one.tap("501", "وقت آخر")
    assert states(one) == ["cancelled", "cancelled", "booked"]
    assert APPOINTMENT.initial not in states(one)
    with one.store.reading() as uow:
        assert "other_time" in uow.session.scalars(select(HelpRequest.kind)).all()
