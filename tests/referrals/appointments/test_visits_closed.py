"""Visits at home on a day that closes later: told in neutral words and asked for another day; danger first."""

from __future__ import annotations

from datetime import date, time, timedelta

from sqlalchemy import select

from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.calendar_staff import add_day, confirm_day, days_of, drop_day, move_day
from referrals.appointments.closures.closed_to import tell_closures
from referrals.appointments.closures.closing import Span, close, reopen
from referrals.appointments.closures.holidays import notice_holidays
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import assign_visit
from referrals.conversations.records import HelpRequest
from referrals.directory.hours.calendar_days import CalendarDay
from referrals.directory.records import Location
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families
from tests.referrals.appointments.test_closures import KUWAIT
from tests.referrals.appointments.test_home_visits import agreed, the_visit


def day_of(visit: HomeVisit) -> date:
    assert visit.starts_at is not None
    return visit.starts_at.astimezone(KUWAIT).date()


def moment_of(visit: HomeVisit) -> str:
    """As it stands in the id of a button."""
    assert visit.starts_at is not None
    return str(int(visit.starts_at.timestamp()))


def shut(families: Families, visit: HomeVisit, span: Span, *, all_places: bool = False) -> int:
    place = None if all_places else visit.location_id
    return families.store.transact(lambda uow: close(uow, "kuwait", place, span, "storm", families.clock(), 1).id)


def holiday(families: Families, day: date, *, estimated: bool) -> None:
    def work(uow: UnitOfWork) -> None:
        add_day(uow, "kuwait", CalendarDay(day, "holiday", estimated, "عيد"), families.clock(), 1)

    families.store.transact(work)


def told_and_asked(families: Families) -> None:
    assert notice_holidays(families.store, families.clock()) <= 1
    assert tell_closures(families.store, families.clock()) == 1
    told = families.read("501")
    assert "لا نستطيع الحضور" in told[0].text and "متى نزوركم" in told[1].text
    assert tell_closures(families.store, families.clock()) == 0 and not families.read("501")


def test_who_is_visited_on_a_closed_day_is_told_once_and_chooses_another(families: Families) -> None:
    visit = agreed(families)
    families.store.transact(
        lambda uow: assign_visit(uow, uow.session.get_one(HomeVisit, visit.id), 7, families.clock(), woman=True)
    )
    shut(families, visit, Span(day_of(visit)))
    assert tell_closures(families.store, families.clock()) == 1
    closed = the_visit(families)
    assert (closed.state, closed.starts_at, closed.remind_at, closed.staff_id) == ("planned", None, None, None)
    told = families.read("501")
    assert "لا نستطيع الحضور" in told[0].text and "متى نزوركم" in told[1].text
    assert "متى نزوركم" in families.say("501", "مواعيدي")[-1].text
    families.say("501", choice=told[1].choices[0].id)
    again = the_visit(families)
    assert again.starts_at is not None and day_of(again) != day_of(visit) and again.reason == ""
    assert again.remind_at is not None
    assert tell_closures(families.store, families.clock()) == 0


def test_hours_of_another_part_of_the_day_leave_the_visit_alone(families: Families) -> None:
    visit = agreed(families)
    shut(families, visit, Span(day_of(visit), time(20), time(21)))
    assert tell_closures(families.store, families.clock()) == 0
    assert the_visit(families).starts_at == visit.starts_at


def test_all_places_of_the_programme_closed_put_off_visits_too(families: Families) -> None:
    visit = agreed(families)
    shut(families, visit, Span(day_of(visit)), all_places=True)
    told_and_asked(families)


def test_a_moon_sighted_day_that_is_confirmed_on_the_day_of_a_visit(families: Families) -> None:
    visit = agreed(families)
    holiday(families, day_of(visit), estimated=True)
    assert notice_holidays(families.store, families.clock()) == 0  # the moon is yet to be sighted

    def sight(uow: UnitOfWork) -> None:
        (row,) = days_of(uow, "kuwait", day_of(visit), day_of(visit))
        confirm_day(uow, row, families.clock(), 1)

    families.store.transact(sight)
    told_and_asked(families)


def test_a_holiday_that_moves_onto_the_day_of_a_visit(families: Families) -> None:
    visit = agreed(families)
    before = day_of(visit) - timedelta(days=1)
    holiday(families, before, estimated=True)

    def move(uow: UnitOfWork) -> None:
        (row,) = days_of(uow, "kuwait", before, before)
        move_day(uow, row, day_of(visit), families.clock(), 1)

    families.store.transact(move)
    told_and_asked(families)


def test_a_place_that_is_gone_from_the_directory_visits_nobody(families: Families) -> None:
    visit = agreed(families)

    def go(uow: UnitOfWork) -> None:
        uow.session.get_one(Location, visit.location_id).gone_at = families.clock()

    families.store.transact(go)
    assert notice_holidays(families.store, families.clock()) == 1
    assert tell_closures(families.store, families.clock()) == 1
    assert "لا نستطيع الحضور" in families.read("501")[0].text


def test_who_may_be_in_danger_is_left_to_a_person_until_it_opens_again(families: Families) -> None:
    visit = agreed(families)
    families.say("501", "زوجي يضربني")
    number = shut(families, visit, Span(day_of(visit)))
    assert tell_closures(families.store, families.clock()) == 1
    assert tell_closures(families.store, families.clock()) == 0 and not families.read("501")
    left = the_visit(families)
    assert (left.state, left.starts_at, left.remind_at) == ("planned", visit.starts_at, None)
    with families.store.reading() as uow:
        (call,) = uow.session.scalars(select(HelpRequest).where(HelpRequest.kind == "closed_day")).all()
        assert call.restricted
    families.store.transact(lambda uow: reopen(uow, uow.session.get_one(Closure, number), families.clock(), 1))
    again = the_visit(families)
    assert again.reason == "" and again.remind_at == visit.remind_at


def test_a_day_taken_out_of_the_calendar_may_be_chosen_again(families: Families) -> None:
    visit = agreed(families)
    holiday(families, day_of(visit), estimated=False)
    notice_holidays(families.store, families.clock())
    tell_closures(families.store, families.clock())
    day = day_of(visit)
    assert all(moment_of(visit) not in choice.id for choice in families.read("501")[-1].choices)

    def drop(uow: UnitOfWork) -> None:
        (row,) = days_of(uow, "kuwait", day, day)
        drop_day(uow, row, families.clock(), 1)

    families.store.transact(drop)
    asked = families.say("501", "مواعيدي")[-1]
    assert any(moment_of(visit) in choice.id for choice in asked.choices)


def test_nobody_is_woken_for_a_visit_of_the_next_afternoon(families: Families) -> None:
    visit = agreed(families)
    assert visit.starts_at is not None
    families.clock.now = visit.starts_at.replace(hour=1)  # four in the morning
    shut(families, visit, Span(day_of(visit)))
    assert tell_closures(families.store, families.clock()) == 0
    families.clock.forward(hours=6)
    assert tell_closures(families.store, families.clock()) == 1
    assert "لا نستطيع الحضور" in families.read("501")[0].text
