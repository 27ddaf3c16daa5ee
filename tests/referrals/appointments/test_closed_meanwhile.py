"""A day that closed while its time went by: no family missed it, and each hears so and chooses again, however late."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

from sqlalchemy import select

from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.calendar_staff import add_day
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.closing import Span, close, reopen
from referrals.appointments.missing import owe_missed
from referrals.appointments.records import Appointment
from referrals.clockwork import tick
from referrals.conversations.records import HelpRequest
from referrals.directory.hours.calendar_days import CalendarDay
from referrals.directory.records import Location
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.centres import at_hour, location_of, promises_kept, states

KUWAIT = ZoneInfo("Asia/Kuwait")
WAS_CLOSED = "كان المكان مغلقاً"


def day_of(at: datetime) -> date:
    return at.astimezone(KUWAIT).date()


def shut(families: Families, at: datetime) -> int:
    """The whole day of that moment, declared now."""
    place, span = location_of(families, 1), Span(day_of(at))
    return families.store.transact(lambda uow: close(uow, "kuwait", place, span, "storm", families.clock(), 1).id)


def hears_it_and_chooses(families: Families) -> None:
    told = families.read("501")
    assert WAS_CLOSED in told[0].text and "أي موعد يناسبكم" in told[1].text
    assert not any("فات موعد" in each.text for each in told)
    families.say("501", choice=told[1].choices[0].id)
    assert states(families) == ["cancelled", "booked"]
    with families.store.reading() as uow:
        promises_kept(uow)


def test_a_clock_that_was_away_for_a_day_tells_late_that_it_was_closed(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.clock.now = begins - timedelta(hours=2)
    shut(families, begins)
    families.clock.now = begins + timedelta(days=1, hours=2)
    tick(families.store, families.clock())
    hears_it_and_chooses(families)


def test_a_clock_that_comes_back_at_night_tells_it_in_the_morning(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.clock.now = begins - timedelta(hours=2)
    shut(families, begins)
    families.clock.now = begins.replace(hour=20)  # eleven at night
    tick(families.store, families.clock())
    assert not families.read("501") and states(families) == ["booked"]
    families.clock.forward(hours=12)
    tick(families.store, families.clock())
    hears_it_and_chooses(families)


def test_a_day_that_closes_after_a_booking_is_over_leaves_it_to_the_desk_until_the_evening(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.clock.now = begins + timedelta(hours=3)
    shut(families, begins)
    tell_closures(families.store, families.clock())
    assert states(families) == ["booked"]  # they may have been received, and not checked in yet
    families.clock.now = begins.replace(hour=16)
    assert owe_missed(families.store, families.clock()) == 1
    hears_it_and_chooses(families)


def test_a_day_that_was_opened_again_is_asked_about_as_any_other(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.clock.now = begins + timedelta(hours=3)
    number = shut(families, begins)
    families.store.transact(lambda uow: reopen(uow, uow.session.get_one(Closure, number), families.clock(), 1))
    families.clock.now = begins.replace(hour=16)
    owe_missed(families.store, families.clock())
    assert states(families) == ["noshow"] and "هل نحجز موعداً آخر" in families.read("501")[-1].text


def test_nobody_missed_a_holiday_that_the_clock_slept_through_unless_its_moon_was_not_sighted(
    families: Families,
) -> None:
    begins = at_hour(families, 4, 7)
    families.booked("501", begins)
    families.booked("502", begins + timedelta(days=1))
    for at, estimated in ((begins, False), (begins + timedelta(days=1), True)):
        day = CalendarDay(day_of(at), "holiday", estimated, "عيد")
        families.store.transact(partial(add_day, programme_id="kuwait", day=day, at=families.clock(), staff_id=1))
    families.clock.now = begins + timedelta(days=2)
    tick(families.store, families.clock())
    assert states(families)[:2] == ["cancelled", "noshow"]
    assert WAS_CLOSED in families.read("501")[0].text
    assert "هل نحجز موعداً آخر" in families.heard["502"][-1].text


def test_nobody_missed_an_appointment_at_a_place_that_was_gone(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)

    def goes(uow: UnitOfWork) -> None:
        uow.session.get_one(Location, location_of(families, 1)).gone_at = begins - timedelta(hours=1)

    families.store.transact(goes)
    families.clock.now = begins + timedelta(days=1, hours=2)
    tick(families.store, families.clock())
    assert states(families) == ["cancelled"]
    assert WAS_CLOSED in families.read("501")[0].text
    with families.store.reading() as uow:
        (call,) = uow.session.scalars(select(HelpRequest).where(HelpRequest.kind == "closed_day")).all()
        assert call.location_id is None  # nobody is there to call them: the programme does


def test_who_may_be_in_danger_hears_nothing_late_and_a_person_decides(families: Families) -> None:
    begins = at_hour(families, 3, 7)
    families.booked("501", begins)
    families.say("501", "زوجي يضربني")
    families.clock.now = begins - timedelta(hours=2)
    shut(families, begins)
    families.clock.now = begins + timedelta(days=1, hours=2)
    tick(families.store, families.clock())
    tick(families.store, families.clock())
    assert not families.read("501") and states(families) == ["cancelled"]
    with families.store.reading() as uow:
        calls = uow.session.scalars(select(HelpRequest).where(HelpRequest.kind == "closed_day")).all()
        assert [each.restricted for each in calls] == [True]
        assert uow.session.scalars(select(Appointment.reason)).one().startswith("closed:")
