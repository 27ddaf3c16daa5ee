"""A ferry that runs for some hours: times that a family beyond the river cannot come to are not offered first."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, update

from referrals.applications.records import Application
from referrals.appointments.holding_seats import hold_first
from referrals.appointments.records import Slot
from referrals.appointments.times.crossing_hours import River
from referrals.appointments.times.looking import free_for, three_for, wish_of
from referrals.directory.records import AdminArea, Crossing, Location
from referrals.matching.rules.values import Crossing as Way
from referrals.matching.rules.values import Point
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import at_hour

KUWAIT = ZoneInfo("Asia/Kuwait")


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def a_river(families: Families, opens: str, closes: str) -> int:
    """A family on the one bank, its centre on the other, and one ferry between them; the referral's id."""
    number = families.refer("501")

    def work(uow: UnitOfWork) -> None:
        referral = uow.session.get_one(Referral, number)
        area = uow.session.get_one(Application, referral.application_id).area_code
        uow.connection.execute(update(AdminArea).where(AdminArea.code == area).values(bank="west"))
        uow.connection.execute(update(Location).values(bank="east"))
        uow.connection.execute(delete(Crossing))
        hours = {"opens": opens, "closes": closes}
        more = {"programme_id": "kuwait", "external_id": "ferry", "kind": "ferry", "name": "معدية عيّنة"}
        uow.session.add(Crossing(**more, **hours, lat=29.3, lon=47.6))

    families.store.transact(work)
    return number


def hours_offered(families: Families, number: int) -> list[float]:
    with families.store.reading() as uow:
        wish = wish_of(uow, uow.session.get_one(Referral, number))
        walls = [slot.starts_at.astimezone(KUWAIT) for slot in three_for(uow, wish, families.clock())]
    return [wall.hour + wall.minute / 60 for wall in walls]


def test_only_times_between_the_first_ferry_and_the_last_one_back_are_offered(families: Families) -> None:
    number = a_river(families, "10:00", "12:00")
    offered = hours_offered(families, number)
    assert len(offered) == 3 and all(10 <= hour < 11 for hour in offered)


def test_who_waits_is_held_no_time_to_which_no_ferry_goes(families: Families) -> None:
    number = a_river(families, "10:00", "12:00")

    def hold(uow: UnitOfWork) -> int:
        wish, at = wish_of(uow, uow.session.get_one(Referral, number)), families.clock()
        free = free_for(uow, wish, at)
        early = [slot for slot in free if slot.starts_at.astimezone(KUWAIT).hour < 10]
        assert early and hold_first(uow, wish, early, at, at + timedelta(hours=4)) is None
        held = hold_first(uow, wish, free[len(free) // 2 :], at, at + timedelta(hours=4))
        assert held is not None
        return uow.session.get_one(Slot, held.slot_id).starts_at.astimezone(KUWAIT).hour

    assert families.store.transact(hold) == 10


def test_where_no_ferry_goes_at_any_free_time_they_are_offered_and_it_is_said(families: Families) -> None:
    number = a_river(families, "02:00", "03:00")
    assert len(hours_offered(families, number)) == 3
    families.offer(number, [at_hour(families, 3, 7)])
    assert "قد لا تعمل المعدية" in families.read("501")[-1].text


def test_nothing_is_said_of_a_ferry_that_goes_then(families: Families) -> None:
    number = a_river(families, "06:00", "18:00")
    families.offer(number, [at_hour(families, 3, 7)])
    assert "المعدية" not in families.read("501")[-1].text


@pytest.mark.parametrize(
    ("opens", "closes", "hour", "minutes", "reached"),
    [(10, 15, 9, 30, False), (10, 15, 10, 30, True), (10, 15, 13, 30, True), (10, 15, 13, 120, False)],
)
def test_one_gets_there_and_back(opens: int, closes: int, hour: int, minutes: int, reached: bool) -> None:
    at = datetime(2026, 11, 5, hour, tzinfo=KUWAIT)
    ferry = Way("ferry", Point(26.0, 32.7), at.replace(hour=opens).time(), at.replace(hour=closes).time())
    assert River((ferry,), "Asia/Kuwait").lets(at, at + timedelta(minutes=minutes)) is reached
    assert River().lets(at, at)
