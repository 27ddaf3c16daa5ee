"""The service was down for a day or more: what went by is said kindly, once and in decent hours, or not at all."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.freed_times import give_freed_times
from referrals.appointments.records import Appointment
from referrals.appointments.visits.agreed_hours import keep_agreed_hours
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.reminding import remind_of_visits
from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, second_referral, states, waiting
from tests.referrals.appointments.test_home_visits import agreed, alone_and_old, the_visit
from tests.referrals.appointments.test_waitlist import held


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def test_who_missed_several_meanwhile_hears_one_word_and_is_called_once(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    for day in (1, 2):
        another_booked(families, begins + timedelta(days=day))
    families.clock.now = begins + timedelta(days=3)
    tick(families.store, families.clock())
    (told,) = families.read("501")
    assert "فات موعد" in told.text and not told.choices
    assert set(states(families)) == {"noshow"}
    with families.store.reading() as uow:
        assert uow.session.scalars(select(HelpRequest.kind)).all() == ["missed_again"]


def another_booked(families: Families, begins: datetime) -> None:
    """A further need of the same family, booked then at the same place."""
    number = second_referral(families, 1)

    def work(uow: UnitOfWork) -> None:
        first = uow.session.get_one(Appointment, 1)
        at = families.clock()
        uow.session.add(
            Appointment(
                referral_id=number,
                person_id=first.person_id,
                location_id=first.location_id,
                starts_at=begins,
                ends_at=begins + timedelta(minutes=30),
                state="booked",
                zone="Asia/Kuwait",
                created_at=at,
                updated_at=at,
            )
        )

    families.store.transact(work)


def test_an_old_reminder_is_no_promise_of_a_day_that_is_gone(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.clock.now = begins - timedelta(hours=48)
    tick(families.store, families.clock())
    assert "هل ستحضرون" in families.read("501")[-1].text
    families.clock.now = begins + timedelta(days=1)  # and no clock since
    for said in (families.tap("501", "سأحضر"), families.say("501", "مواعيدي")):
        assert "فات موعد يوم" in said[-1].text and "وقت آخر" in said[-1].choices[0].label
    assert states(families) == ["booked"]
    assert "أي موعد يناسبكم" in families.tap("501", "وقت آخر")[-1].text


def test_who_was_told_nothing_of_a_seat_that_was_held_keeps_the_place_in_the_row(families: Families) -> None:
    number = held(families)
    with families.store.reading() as uow:
        since = uow.session.scalars(select(WaitlistEntry.since)).one()
        slot_id = uow.session.scalars(select(Appointment.slot_id).filter_by(referral_id=number)).one()
    families.clock.now = families.clock.now + timedelta(days=1)  # nothing was sent meanwhile
    for _ in range(2):  # one look ends it, the next asks again
        give_freed_times(families.store, families.clock())
    with families.store.reading() as uow:
        entry = uow.session.scalars(select(WaitlistEntry)).one()
        assert (entry.state, entry.since, entry.passes) == ("offered", since, 0)
        again = uow.session.get_one(Appointment, entry.appointment_id)
        assert (again.slot_id, again.state) == (slot_id, "proposed")
    (told,) = families.read("501")
    assert "وجدنا لكم وقتاً" in told.text
    families.tap("501", "نعم، احجزوه")
    assert waiting(families) == ["booked"]


def test_a_seat_is_not_held_for_ever_for_whom_nothing_reaches(families: Families) -> None:
    held(families)
    for _ in range(4):
        families.clock.now = families.clock.now + timedelta(days=1)
        for _ in range(2):
            give_freed_times(families.store, families.clock())
    with families.store.reading() as uow:
        assert uow.session.scalars(select(WaitlistEntry.passes)).one() == 1


def test_nobody_is_woken_by_the_reminder_of_a_visit(families: Families) -> None:
    alone_and_old(families)
    (when,) = families.tap("501", "زيارة في البيت")
    families.say("501", choice=when.choices[1].id)  # from noon on
    visit = the_visit(families)
    assert visit.starts_at is not None
    families.clock.now = visit.starts_at.replace(hour=0)  # three in the morning
    assert remind_of_visits(families.store, families.clock()) == 0 and not families.read("501")
    due = the_visit(families).remind_at
    assert due is not None and due < visit.starts_at
    families.clock.now = due
    assert remind_of_visits(families.store, families.clock()) == 1 and families.read("501")
    assert remind_of_visits(families.store, families.clock()) == 0


def test_the_hours_of_a_visit_stay_what_the_wall_shows_when_a_country_changes_its_clocks(families: Families) -> None:
    """As if it had been agreed under rules that put the same wall time an hour earlier."""
    visit = agreed(families)
    assert visit.starts_at is not None and visit.ends_at is not None and visit.remind_at is not None

    def under_old_rules(uow: UnitOfWork) -> None:
        mine = uow.session.get_one(HomeVisit, visit.id)
        hour = int(mine.wall_time[11:13])
        mine.wall_time = f"{mine.wall_time[:11]}{hour + 1:02}{mine.wall_time[13:]}"

    families.store.transact(under_old_rules)
    assert keep_agreed_hours(families.store, families.clock()) == 1
    assert keep_agreed_hours(families.store, families.clock()) == 0
    moved, hour = the_visit(families), timedelta(hours=1)
    assert (moved.starts_at, moved.ends_at) == (visit.starts_at + hour, visit.ends_at + hour)
    assert moved.remind_at == visit.remind_at + hour
