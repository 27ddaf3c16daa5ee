"""A long waiting list: all on it are looked at, in order, some in each commit; a full centre costs one look."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import event, select

from referrals.appointments import freed_times
from referrals.appointments.booking import cancel, slot_at
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.freed_times import give_freed_times
from referrals.appointments.records import Appointment, OfferedSlot
from referrals.appointments.waitlist import join
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import NOT_COPIED, location_of
from tests.referrals.appointments.test_waitlist import all_taken

MANY = 130


@pytest.fixture
def families(sqlite_store: Store, clock: FrozenClock) -> Families:
    return Families(sqlite_store, clock)


def waiting_line(families: Families, refusing: int) -> tuple[int, list[int]]:
    """A booked appointment of a full centre, and the referrals that wait there; the first so many do not want its
    time."""
    taken = all_taken(families, first := families.refer("500"))

    def work(uow: UnitOfWork) -> list[int]:
        one = uow.session.get_one(Referral, first)
        values = {c.name: getattr(one, c.name) for c in Referral.__table__.columns if c.name not in NOT_COPIED}
        start = uow.session.get_one(Appointment, taken).starts_at
        assert start is not None
        ids = []
        for number in range(MANY):
            referral = Referral(**values | {"need_code": f"need{number}", "version": 0, "holds_place": False})
            uow.session.add(referral)
            uow.flush()
            join(uow, referral, families.clock() + timedelta(seconds=number))
            if number < refusing:
                refuse(uow, referral, start, families.clock())
            ids.append(referral.id)
        return ids

    return taken, families.store.transact(work)


def refuse(uow: UnitOfWork, referral: Referral, start: datetime, at: datetime) -> None:
    """They were offered that time once and did not want it."""
    mine = Appointment(
        referral_id=referral.id,
        person_id=referral.person_id,
        location_id=referral.to_location_id,
        state="cancelled",
        created_at=at,
        updated_at=at,
    )
    uow.session.add(mine)
    uow.flush()
    slot = slot_at(uow, referral.to_location_id, start)
    uow.session.add(OfferedSlot(appointment_id=mine.id, slot_id=slot.id, position=0))
    uow.flush()


def offered(families: Families) -> list[int]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(WaitlistEntry.referral_id).where(WaitlistEntry.state == "offered")))


def test_the_first_whom_it_suits_is_asked_however_many_are_before(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freed_times, "MOST_A_TICK", 60)
    taken, line = waiting_line(families, refusing=101)
    families.clock.forward(minutes=5)
    while give_freed_times(families.store, families.clock()):
        pass
    families.store.transact(
        lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
    )
    ticks = 0
    while not offered(families) and ticks < 5:
        families.clock.forward(seconds=5)
        give_freed_times(families.store, families.clock())
        ticks += 1
    assert offered(families) == [line[101]]
    assert ticks == 2  # sixty in a tick, the rest with the next one


def test_who_comes_later_is_not_asked_before_who_waits_already(families: Families) -> None:
    taken, line = waiting_line(families, refusing=1)
    families.clock.forward(minutes=5)
    give_freed_times(families.store, families.clock())
    with families.store.reading() as uow:
        assert set(uow.session.scalars(select(WaitlistEntry.look_at > families.clock()))) == {True}
    # a time comes free that nobody says so of, and just then somebody joins
    place = location_of(families, line[0])

    def quietly(uow: UnitOfWork) -> None:
        appointment = uow.session.get_one(Appointment, taken)
        appointment.state, appointment.seat = "cancelled", None
        late = uow.session.get_one(Referral, line[0])
        values = {c.name: getattr(late, c.name) for c in Referral.__table__.columns if c.name not in NOT_COPIED}
        last = Referral(**values | {"need_code": "last", "version": 0, "to_location_id": place})
        uow.session.add(last)
        uow.flush()
        join(uow, last, families.clock())

    families.store.transact(quietly)
    assert give_freed_times(families.store, families.clock()) == 1
    assert offered(families) == [line[1]]


def test_a_full_centre_is_one_look_for_all_who_wait(families: Families) -> None:
    waiting_line(families, refusing=0)
    families.clock.forward(minutes=5)
    count = 0

    def counted(*_: object) -> None:
        nonlocal count
        count += 1

    engine = families.store.engine
    event.listen(engine, "before_cursor_execute", counted)
    try:
        assert give_freed_times(families.store, families.clock()) == 0
    finally:
        event.remove(engine, "before_cursor_execute", counted)
    assert count < 40, count
