"""A freed time and two workers: one dies over it, a desk ends the referral over it, a clock is set back meanwhile."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from referrals.appointments.booking import cancel
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.freed_times import LOOK_EVERY, give_freed_times
from referrals.appointments.holding_seats import hold_first
from referrals.appointments.records import Appointment
from referrals.appointments.waitlist import join
from referrals.outbox.stepping import after_step
from referrals.referral.handling import reject
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.appointments.centres import promises_kept, waiting
from tests.referrals.appointments.test_waitlist import all_taken
from tests.referrals.referral.at_the_centre import does, referral
from tests.referrals.referral.two_workers import SOON, Paused, Worker, one_then_the_other


@pytest.fixture
def families(postgres_store: Store, clock: FrozenClock) -> Families:
    """On PostgreSQL: only there is there more than one worker."""
    return Families(postgres_store, clock)


def two_who_wait(families: Families, *, free: bool = True) -> list[int]:
    """Two families that wait for a time at a full centre, and one time that became free."""
    taken = all_taken(families, families.refer("500"))
    numbers = [families.refer(who) for who in ("501", "502")]
    for number in numbers:
        families.clock.forward(minutes=1)

        def joins(uow: Any, number: int = number) -> None:
            join(uow, uow.session.get_one(Referral, number), families.clock())

        families.store.transact(joins)
    if free:
        families.store.transact(
            lambda uow: cancel(uow, uow.session.get_one(Appointment, taken), families.clock(), "family")
        )
    return numbers


def seats_held(families: Families, number: int) -> int:
    with families.store.reading() as uow:
        mine = select(Appointment.id).where(Appointment.referral_id == number, Appointment.seat.is_not(None))
        return len(uow.session.scalars(mine).all())


def test_a_worker_that_is_killed_over_a_time_leaves_it_to_the_other_and_nobody_is_passed_over(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_who_wait(families)
    at, paused = families.clock(), Paused(hold_first)
    monkeypatch.setattr("referrals.appointments.freed_times.hold_first", paused)
    one = Worker(lambda: give_freed_times(families.store, at))
    assert paused.there.wait(120)
    other = Worker(lambda: give_freed_times(families.store, at))
    other.join(SOON)
    assert (seats_held(families, first), seats_held(families, second)) == (0, 0), "it is the first one's to give"
    with families.store.reading() as uow:  # as the server sees a process that is gone
        uow.connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": paused.backend})
    paused.go_on.set()
    one.join(120)
    other.join(120)
    give_freed_times(families.store, at)
    assert (seats_held(families, first), seats_held(families, second)) == (1, 0)
    assert waiting(families) == ["offered", "waiting"]
    with families.store.reading() as uow:
        promises_kept(uow)


def test_no_seat_is_held_for_a_referral_that_ends_at_that_moment(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = two_who_wait(families)
    at, paused = families.clock(), Paused(hold_first)
    monkeypatch.setattr("referrals.appointments.freed_times.hold_first", paused)
    one, other = one_then_the_other(
        paused, lambda: give_freed_times(families.store, at), lambda: does(families, first, reject, "outside-area")
    )
    assert (one.failure, other.failure) == (None, None)
    assert referral(families, first).state == "rejected"
    assert seats_held(families, first) == 0
    give_freed_times(families.store, at)
    assert seats_held(families, second) == 1
    assert waiting(families) == ["left", "offered"]


def test_a_clock_that_is_set_back_puts_off_nobody_who_waits(families: Families) -> None:
    two_who_wait(families, free=False)
    clock = families.clock
    families.store.transact(lambda uow: after_step(uow, clock()))
    give_freed_times(families.store, clock())
    for back in (timedelta(seconds=-40), timedelta(hours=-3)):
        clock.now += back
        families.store.transact(lambda uow: after_step(uow, clock()))
        with families.store.reading() as uow:
            looks = [each for each in uow.session.scalars(select(WaitlistEntry.look_at)) if each is not None]
        assert len(looks) == 2 and max(looks) <= clock() + LOOK_EVERY
