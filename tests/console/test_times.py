"""A centre's week, its times, days that are closed, the calendar, and visits at home: for its own staff alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from sqlalchemy import select

from referrals.appointments.booking import book, offer_times, offered_slots
from referrals.appointments.booking_rules import Rule, rule_of
from referrals.appointments.centre_records import Closure, WaitlistEntry
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.directory.records import CalendarDay, Location
from referrals.referral.handling import Actor, accept
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.console.conftest import Visitor
from tests.console.world import World

Visiting = Callable[..., Visitor]


def booked(world: World, referral_id: int) -> datetime:
    """An appointment tomorrow week at ten in the morning, by the wall in Cairo; when it is."""
    start = (world.clock() + timedelta(days=7)).replace(hour=8, minute=0, second=0, microsecond=0)

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, referral_id)
        accept(uow, referral, Actor(world.staff["desk@qous.invalid"]), world.clock())
        appointment = offer_times(uow, referral, [start], world.clock(), 1)
        (slot,) = offered_slots(uow, appointment.id, world.clock())
        book(uow, appointment, slot, world.clock(), "family")

    world.store.transact(work)
    return start


def visited(world: World, referral_id: int, *, by_woman: bool = True, days: int = 1) -> int:
    """A visit that was agreed for tomorrow, or so many days on; its id."""
    starts_at = world.clock() + timedelta(days=days)

    def work(uow: UnitOfWork) -> int:
        referral = uow.session.get_one(Referral, referral_id)
        visit = HomeVisit(
            referral_id=referral.id,
            person_id=referral.person_id,
            programme_id=referral.programme_id,
            location_id=referral.to_location_id,
            state="planned",
            why="elderly_alone",
            by_woman=by_woman,
            starts_at=starts_at,
            ends_at=starts_at + timedelta(hours=3),
            wall_time="2026-11-02T10:00",
            zone="Africa/Cairo",
            attempts=0,
            created_at=world.clock(),
            updated_at=world.clock(),
        )
        uow.session.add(visit)
        uow.flush()
        return visit.id

    return world.store.transact(work)


def test_the_week_shows_what_is_booked_and_free_and_nobodys_name(world: World, desk: Visitor) -> None:
    start = booked(world, world.family(name="فاطمة الأسبوع (عيّنة)"))
    place = world.places["qous"]
    page = desk.opens(f"/console/week/{place}/{start.date().isoformat()}")
    assert "محجوز" in page and "خال" in page
    assert "فاطمة الأسبوع" not in page


def test_another_centres_week_times_and_closing_are_not_there(world: World, desk: Visitor) -> None:
    other = world.places["qift"]
    assert desk.get(f"/console/week/{other}/2026-11-02").status_code == 404
    assert desk.get(f"/console/times/{other}").status_code == 404
    desk.opens(f"/console/times/{world.places['qous']}")
    assert desk.sends(f"/console/times/{other}/rule", minutes="20", seats="1", ramadan_percent="50")[0] == 404
    assert desk.sends(f"/console/times/{other}/closed", day="2026-12-06", reason="storm")[0] == 404


def test_a_desk_says_how_long_and_how_many(world: World, desk: Visitor) -> None:
    place = world.places["qous"]
    desk.opens(f"/console/times/{place}")
    assert desk.sends(f"/console/times/{place}/rule", minutes="٢٠", seats="3", ramadan_percent="50")[0] == 303
    with world.store.reading() as uow:
        assert rule_of(uow, place) == Rule(20, 3, 50)
    assert desk.sends(f"/console/times/{place}/rule", minutes="0", seats="3", ramadan_percent="50")[0] == 422


def test_a_day_is_closed_only_after_it_was_seen_who_is_booked(world: World, desk: Visitor, visitor: Visiting) -> None:
    start = booked(world, world.family(name="فاطمة اليوم (عيّنة)"))
    place, day = world.places["qous"], start.date().isoformat()
    desk.opens(f"/console/times/{place}")
    form = {"csrf": desk.csrf, "day": day, "starts": "", "ends": "", "reason": "storm"}
    shown = desk.post(f"/console/times/{place}/closing", data=form).text
    assert "فاطمة اليوم" in shown and "أسرة واحدة عندها موعد" in shown
    assert world.count(Closure) == 0
    assert desk.sends(f"/console/times/{place}/closed", day=day, reason="storm")[0] == 303
    assert tell_closures(world.store, world.clock()) == 1
    assert any("المكان مغلق" in text for text in world.owed())
    page = desk.opens(f"/console/times/{place}")
    assert "عاصفة" in page and "أخبرنا أسرة واحدة" in page
    calendar = visitor("supervisor@sanad.invalid").opens("/console/calendar")
    assert "أيام مغلقة في مركز واحد" in calendar and "قوص" in calendar
    with world.store.reading() as uow:
        number = uow.session.scalars(select(Closure.id)).one()
    assert desk.sends(f"/console/times/{place}/closures/{number}/reopen")[0] == 303
    assert world.count(CalendarDay, kind="closure") == 0


def test_who_is_booked_at_another_centre_of_the_same_name_is_not_shown(world: World, visitor: Visiting) -> None:
    start = booked(world, world.family(name="فاطمة الأولى (عيّنة)"))
    place = world.places["qous"]

    def namesake(uow: UnitOfWork) -> None:
        here = uow.session.get_one(Location, place)
        values = {c.name: getattr(here, c.name) for c in Location.__table__.columns if c.name != "id"}
        other = Location(**values | {"external_id": "namesake", "public_id": "namesake"})
        uow.session.add(other)
        uow.flush()
        moved = uow.session.scalars(select(Appointment)).one()
        moved.location_id = other.id

    world.store.transact(namesake)
    boss = visitor("supervisor@sanad.invalid")
    boss.opens(f"/console/times/{place}")
    form = {"csrf": boss.csrf, "day": start.date().isoformat(), "starts": "", "ends": "", "reason": "storm"}
    shown = boss.post(f"/console/times/{place}/closing", data=form)
    assert shown.status_code == 200 and "فاطمة الأولى" not in shown.text


def test_a_closing_that_makes_no_sense_is_said_back(world: World, desk: Visitor) -> None:
    place = world.places["qous"]
    desk.opens(f"/console/times/{place}")
    for wrong in ({"day": "2020-01-01"}, {"day": "2026-12-06", "starts": "12:00", "ends": "09:00"}, {"day": "soon"}):
        assert desk.sends(f"/console/times/{place}/closing", reason="storm", **wrong)[0] == 422
    assert desk.sends(f"/console/times/{place}/closing", day="2026-12-06", reason="whim")[0] == 422


def test_a_supervisor_keeps_the_calendar(world: World, visitor: Visiting) -> None:
    boss = visitor("supervisor@sanad.invalid")
    boss.opens("/console/calendar")
    assert boss.sends("/console/calendar", day="2026-12-20", kind="holiday", name="عيد (عيّنة)")[0] == 303
    page = boss.opens("/console/calendar")
    assert "أيام تنتظر رؤية الهلال" in page and "عيد (عيّنة)" in page
    with world.store.reading() as uow:
        row = uow.session.scalars(select(CalendarDay)).one()
        assert (row.estimated, row.source) == (True, "staff")
    assert boss.sends(f"/console/calendar/{row.id}/confirm")[0] == 303
    assert boss.sends(f"/console/calendar/{row.id}/move", day="2026-12-21")[0] == 303
    with world.store.reading() as uow:
        moved = uow.session.scalars(select(CalendarDay)).one()
        assert (moved.day.isoformat(), moved.estimated) == ("2026-12-21", False)
    assert boss.sends(f"/console/calendar/{moved.id}/drop")[0] == 303
    assert world.count(CalendarDay) == 0
    assert boss.sends("/console/calendar", day="1999-01-01", kind="holiday")[0] == 422


def test_who_is_to_be_visited_is_counted_and_told_when_the_day_closes(world: World, desk: Visitor) -> None:
    number = visited(world, world.family(name="فاطمة البيت (عيّنة)"))
    place, day = world.places["qous"], (world.clock() + timedelta(days=1)).date().isoformat()
    desk.opens(f"/console/times/{place}")
    form = {"csrf": desk.csrf, "day": day, "starts": "", "ends": "", "reason": "storm"}
    shown = desk.post(f"/console/times/{place}/closing", data=form).text
    assert "وأسرة واحدة تُزار في البيت" in shown and "فاطمة البيت" not in shown
    assert desk.sends(f"/console/times/{place}/closed", day=day, reason="storm")[0] == 303
    assert tell_closures(world.store, world.clock()) == 1
    assert any("لا نستطيع الحضور" in text for text in world.owed())
    with world.store.reading() as uow:
        assert uow.session.get_one(HomeVisit, number).starts_at is None


def test_visits_are_given_to_a_woman_where_a_woman_lives_alone(world: World, desk: Visitor) -> None:
    number = visited(world, world.family(name="فاطمة البيت (عيّنة)"))
    page = desk.opens("/console/visits")
    assert "فاطمة البيت" in page and "تزورها امرأة" in page
    assert desk.sends(f"/console/visits/{number}/assign")[0] == 422
    assert desk.sends(f"/console/visits/{number}/assign", woman="yes")[0] == 303
    assert desk.sends(f"/console/visits/{number}/not-home")[0] == 303
    assert any("لم نجد أحداً" in text for text in world.owed())
    with world.store.reading() as uow:
        visit = uow.session.get_one(HomeVisit, number)
        assert (visit.state, visit.attempts, visit.starts_at) == ("planned", 1, None)


def test_another_centres_visit_is_not_there(world: World, visitor: Visiting) -> None:
    number = visited(world, world.family(name="فاطمة البيت (عيّنة)"))
    other = visitor("desk@qift.invalid")
    assert "فاطمة البيت" not in other.opens("/console/visits")
    assert other.sends(f"/console/visits/{number}/done")[0] == 404


def test_who_was_received_is_noted(world: World, visitor: Visiting) -> None:
    start = booked(world, world.family())
    with world.store.reading() as uow:
        number = uow.session.scalars(select(Appointment.id)).one()
    world.clock.now = start
    desk = visitor("desk@qous.invalid")
    desk.opens("/console/appointments")
    assert desk.sends(f"/console/appointments/{number}/arrive", back=start.date().isoformat())[0] == 303
    assert "استقبلناهم" in desk.opens(f"/console/appointments/{start.date().isoformat()}")
    assert desk.sends(f"/console/appointments/{number}/fulfil", back="")[0] == 303
    with world.store.reading() as uow:
        assert uow.session.get_one(Appointment, number).state == "fulfilled"


def test_a_desk_lets_a_family_wait(world: World, desk: Visitor) -> None:
    referral = world.family()
    desk.opens(f"/console/referrals/{referral}")
    assert desk.sends(f"/console/referrals/{referral}/waitlist")[0] == 303
    assert world.count(WaitlistEntry, state="waiting") == 1
    assert any("أول من ينتظر" in text for text in world.owed())
