"""A day or hours closed: those who were booked are told in neutral words and asked; nobody books it; it opens again."""

from __future__ import annotations

from datetime import date, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select

from referrals.applications.records import Application
from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.calendar_staff import add_day, confirm_day, days_of, drop_day, move_day
from referrals.appointments.closures.closed_to import IN_A_COMMIT, _tell_some, tell_closures
from referrals.appointments.closures.closing import (
    ClosureRefused,
    Span,
    affected,
    close,
    reopen,
)
from referrals.appointments.closures.holidays import notice_holidays
from referrals.appointments.missing import owe_missed
from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.times.slots_at import free_slots
from referrals.conversations.records import HelpRequest
from referrals.directory.hours.calendar_days import CalendarDay
from referrals.directory.importing.beside import replace_beside
from referrals.directory.tables.rows import Complaints
from referrals.protection.records import AuditEvent
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, location_of, promises_kept, second_referral, states

KUWAIT = ZoneInfo("Asia/Kuwait")


def day_of(families: Families, days: int) -> date:
    return at_hour(families, days, 7).astimezone(KUWAIT).date()


def place(families: Families) -> int:
    return location_of(families, 1)


def shut(families: Families, span: Span, reason: str = "storm") -> int:
    return families.store.transact(
        lambda uow: close(uow, "kuwait", place(families), span, reason, families.clock(), 1).id
    )


def free_days(families: Families) -> set[date]:
    with families.store.reading() as uow:
        found = free_slots(uow, place(families), families.clock(), "Asia/Kuwait")
        return {slot.starts_at.astimezone(KUWAIT).date() for slot in found}


def test_who_is_booked_on_a_closed_day_is_told_and_chooses_another_time(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.booked("502", at_hour(families, 3, 7))
    span = Span(day_of(families, 3))
    with families.store.reading() as uow:
        assert len(affected(uow, "kuwait", place(families), span.between(KUWAIT))) == 2
    shut(families, span)
    assert day_of(families, 3) not in free_days(families)
    assert tell_closures(families.store, families.clock()) == 2
    told = families.read("501")
    assert "المكان مغلق" in told[0].text and "أي موعد يناسبكم" in told[1].text
    assert len(told[1].choices) >= 4
    families.say("501", choice=told[1].choices[0].id)
    assert sorted(states(families)) == ["booked", "cancelled", "cancelled", "proposed"]
    assert tell_closures(families.store, families.clock()) == 0
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Closure.state)).all() == ["closed"]
        promises_kept(uow)


def test_a_time_that_was_offered_before_is_not_booked_once_its_day_is_closed(families: Families) -> None:
    families.offer(families.refer("501"), [at_hour(families, 3, 7)])
    offer = families.read("501")[-1]
    shut(families, Span(day_of(families, 3)))
    families.say("501", choice=offer.choices[0].id)
    assert "booked" not in states(families)


def test_hours_alone_are_closed_and_the_rest_of_the_day_stays(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))  # ten o'clock
    families.booked("502", at_hour(families, 3, 10))  # one o'clock
    shut(families, Span(day_of(families, 3), time(9), time(12)), "building")
    assert tell_closures(families.store, families.clock()) == 1
    assert sorted(states(families)) == ["booked", "cancelled", "proposed"]
    with families.store.reading() as uow:
        free = free_slots(uow, place(families), families.clock(), "Asia/Kuwait")
    hours = {
        s.starts_at.astimezone(KUWAIT).hour
        for s in free
        if s.starts_at.astimezone(KUWAIT).date() == day_of(families, 3)
    }
    assert hours and not hours & {9, 10, 11}


def test_it_opens_again_and_the_day_is_free_again(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    number = shut(families, Span(day_of(families, 3)))
    families.store.transact(lambda uow: reopen(uow, uow.session.get_one(Closure, number), families.clock(), 1))
    assert day_of(families, 3) in free_days(families)
    assert tell_closures(families.store, families.clock()) == 0
    assert states(families) == ["booked"]  # nobody was told yet: nothing changed for them


def test_the_same_closing_twice_is_one_and_a_wrong_one_is_refused(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    span = Span(day_of(families, 3))
    assert shut(families, span) == shut(families, span)
    for wrong in (Span(day_of(families, -3)), Span(day_of(families, 3), time(12), time(9))):
        with pytest.raises(ClosureRefused):
            shut(families, wrong)
    with pytest.raises(ClosureRefused):
        shut(families, span, "because")


def test_nobody_is_told_at_night_of_a_day_that_is_far_off(families: Families) -> None:
    families.booked("501", at_hour(families, 6, 7))
    families.clock.now = families.clock.now.replace(hour=20)  # eleven at night
    shut(families, Span(day_of(families, 6)))
    assert tell_closures(families.store, families.clock()) == 0
    families.clock.forward(hours=12)
    assert tell_closures(families.store, families.clock()) == 1


def test_who_may_be_in_danger_is_left_to_a_person(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.say("501", "زوجي يضربني")
    shut(families, Span(day_of(families, 3)))
    assert tell_closures(families.store, families.clock()) == 1
    assert not families.read("501")
    assert states(families) == ["booked"]
    with families.store.reading() as uow:
        (call,) = uow.session.scalars(select(HelpRequest).where(HelpRequest.kind == "closed_day")).all()
        assert call.restricted and call.due_at == call.created_at == families.clock()
        assert set(uow.session.scalars(select(Reminder.state))) == {"cancelled"}


def test_a_day_that_is_closed_at_night_reaches_a_person_at_night_for_who_is_in_danger(families: Families) -> None:
    families.booked("501", at_hour(families, 6, 7))
    families.say("501", "زوجي يضربني")
    families.clock.now = families.clock.now.replace(hour=20)  # eleven at night
    shut(families, Span(day_of(families, 6)))
    assert tell_closures(families.store, families.clock()) == 1
    assert tell_closures(families.store, families.clock()) == 0
    with families.store.reading() as uow:
        assert uow.session.scalars(select(HelpRequest.kind).where(HelpRequest.kind == "closed_day")).all()


def test_nobody_missed_an_appointment_of_a_closed_day(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.say("501", "زوجي يضربني")
    shut(families, Span(day_of(families, 3)))
    tell_closures(families.store, families.clock())
    families.clock.now = at_hour(families, 3, 16)
    owe_missed(families.store, families.clock())
    assert states(families) == ["cancelled"] and not families.read("501")


def test_what_waited_for_a_person_stands_with_its_reminders_once_the_day_is_open_again(families: Families) -> None:
    families.booked("501", at_hour(families, 3, 7))
    families.say("501", "زوجي يضربني")
    number = shut(families, Span(day_of(families, 3)))
    tell_closures(families.store, families.clock())
    families.store.transact(lambda uow: reopen(uow, uow.session.get_one(Closure, number), families.clock(), 1))
    with families.store.reading() as uow:
        assert uow.session.scalars(select(Appointment.reason)).all() == [""]
        assert set(uow.session.scalars(select(Reminder.state))) == {"planned"}


def test_a_day_that_becomes_a_holiday_is_asked_about_once_it_is_sure(families: Families) -> None:
    families.booked("501", at_hour(families, 4, 7))
    day = day_of(families, 4)

    def add(uow: UnitOfWork) -> None:
        add_day(uow, "kuwait", CalendarDay(day, "holiday", True, "عيد"), families.clock(), 1)

    def sight(uow: UnitOfWork) -> None:
        (row,) = days_of(uow, "kuwait", day, day)
        confirm_day(uow, row, families.clock(), 1)

    families.store.transact(add)
    assert notice_holidays(families.store, families.clock()) == 0  # the moon is yet to be sighted
    families.store.transact(sight)
    assert notice_holidays(families.store, families.clock()) == 1
    assert notice_holidays(families.store, families.clock()) == 0
    assert tell_closures(families.store, families.clock()) == 1
    assert "المكان مغلق" in families.read("501")[0].text


def test_a_moon_sighted_day_moves_and_the_day_it_left_is_free_again(families: Families) -> None:
    families.refer("501")
    day = day_of(families, 4)

    def work(uow: UnitOfWork) -> None:
        row = add_day(uow, "kuwait", CalendarDay(day, "holiday", True, "عيد"), families.clock(), 1)
        move_day(uow, row, day + timedelta(days=1), families.clock(), 1)
        (moved,) = [each for each in days_of(uow, "kuwait", day, day + timedelta(days=1)) if each.source == "staff"]
        assert (moved.day, moved.estimated) == (day + timedelta(days=1), False)

    families.store.transact(work)
    assert day in free_days(families) and day + timedelta(days=1) not in free_days(families)


def test_an_import_of_the_directory_leaves_what_staff_said_as_they_said_it(families: Families) -> None:
    families.refer("501")
    first, second, third = (day_of(families, each) for each in (20, 21, 22))
    theirs = f"date,kind,estimated,name_ar\n{first},holiday,yes,أ\n{second},holiday,yes,ب\n".encode()

    def work(uow: UnitOfWork) -> dict[date, tuple[bool, str]]:
        replace_beside(uow, "kuwait", (), theirs, Complaints())
        rows = {each.day: each for each in days_of(uow, "kuwait", first, third)}
        confirm_day(uow, rows[first], families.clock(), 1)
        drop_day(uow, rows[second], families.clock(), 1)
        add_day(uow, "kuwait", CalendarDay(third, "holiday", False, "ج"), families.clock(), 1)
        replace_beside(uow, "kuwait", (), theirs, Complaints())
        return {each.day: (each.estimated, each.source) for each in days_of(uow, "kuwait", first, third)}

    assert families.store.transact(work) == {first: (False, "staff"), third: (False, "staff")}


def crowd(families: Families, first: int, others: list[int]) -> None:
    """As many more are booked at the very time of the first."""

    def work(uow: UnitOfWork) -> None:
        one = uow.session.get_one(Appointment, first)
        for number in others:
            uow.session.add(
                Appointment(
                    referral_id=number,
                    person_id=uow.session.get_one(Referral, number).person_id,
                    location_id=one.location_id,
                    state="booked",
                    starts_at=one.starts_at,
                    ends_at=one.ends_at,
                    zone="Asia/Kuwait",
                    created_at=families.clock(),
                    updated_at=families.clock(),
                )
            )

    families.store.transact(work)


def test_a_crowd_on_a_closed_day_is_told_in_portions_each_once(families: Families) -> None:
    first = families.booked("501", at_hour(families, 3, 7))
    crowd(families, first, [second_referral(families, 1) for _ in range(45)])
    shut(families, Span(day_of(families, 3)))
    assert tell_closures(families.store, families.clock()) == 46
    assert "booked" not in states(families)
    assert tell_closures(families.store, families.clock()) == 0
    assert sum("المكان مغلق" in each.text for each in families.read("501")) == 46


def test_a_service_that_dies_between_two_portions_tells_the_rest_and_nobody_twice(families: Families) -> None:
    first = families.booked("501", at_hour(families, 3, 7))
    crowd(families, first, [second_referral(families, 1) for _ in range(45)])
    number = shut(families, Span(day_of(families, 3)))
    at = families.clock()
    with pytest.raises(KeyboardInterrupt), families.store.unit_of_work() as uow:
        _tell_some(uow, number, at, set())
        raise KeyboardInterrupt  # killed before the commit: nothing of it happened
    assert families.store.transact(lambda uow: _tell_some(uow, number, at, set())) == IN_A_COMMIT
    assert tell_closures(families.store, at) == 46 - IN_A_COMMIT
    assert sum("المكان مغلق" in each.text for each in families.read("501")) == 46


def test_families_whose_booking_cannot_be_read_keep_nothing_from_the_others(families: Families) -> None:
    broken = families.booked("502", at_hour(families, 3, 7))
    more = [second_referral(families, 1) for _ in range(24)]  # more than a commit's worth, and the first in the row
    first = families.booked("501", at_hour(families, 3, 7))
    crowd(families, broken, more)
    with families.store.reading() as uow:
        theirs = uow.session.get_one(Appointment, first).referral_id
    crowd(families, first, [second_referral(families, theirs) for _ in range(5)])

    def spoil(uow: UnitOfWork) -> None:
        application = uow.session.get_one(Application, uow.session.get_one(Referral, 1).application_id)
        application.facts_sealed = b"not what was sealed"

    families.store.transact(spoil)
    families.read()
    number = shut(families, Span(day_of(families, 3)))
    assert tell_closures(families.store, families.clock()) == 6
    assert states(families).count("booked") == 25
    with families.store.reading() as uow:
        closure = uow.session.get_one(Closure, number)
        assert (closure.told, closure.state) == (6, "telling")
        assert closure.next_at is not None and closure.next_at > families.clock()
        cancelled = select(func.count()).where(AuditEvent.action == "appointment.cancelled")
        assert uow.session.scalar(cancelled) == 6
    assert sum("المكان مغلق" in each.text for each in families.read("501")) == 6


def test_a_day_of_ramadan_that_is_taken_out_opens_nothing_that_was_closed(families: Families) -> None:
    families.booked("501", at_hour(families, 4, 7))
    day = day_of(families, 4)

    def work(uow: UnitOfWork) -> str:
        closed = close(uow, "kuwait", None, Span(day), "storm", families.clock(), 1)
        ramadan = add_day(uow, "kuwait", CalendarDay(day, "ramadan"), families.clock(), 1)
        drop_day(uow, ramadan, families.clock(), 1)
        return closed.state

    assert families.store.transact(work) == "telling"
    assert day not in free_days(families)


def test_a_holiday_on_which_only_people_may_tell_somebody_is_looked_at_once(families: Families) -> None:
    families.booked("501", at_hour(families, 4, 7))
    families.say("501", "زوجي يضربني")
    day = CalendarDay(day_of(families, 4), "holiday", False, "عيد")
    families.store.transact(lambda uow: add_day(uow, "kuwait", day, families.clock(), 1).id)
    assert notice_holidays(families.store, families.clock()) == 1
    assert tell_closures(families.store, families.clock()) == 1
    assert notice_holidays(families.store, families.clock()) == 0
