"""A desk and a family put one referral on the waiting list at one moment: it waits there once, and neither fails."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from referrals.appointments import waitlist
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.times.looking import wish_of
from referrals.appointments.waitlist import join
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.two_workers import Paused, one_then_the_other


def test_two_who_put_a_referral_on_the_list_at_one_moment_make_one_entry(
    postgres_store: Store, clock: FrozenClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On PostgreSQL: only there is there more than one connection that writes."""
    families = Families(postgres_store, clock)
    referral_id = families.refer("501")
    paused = Paused(wish_of)
    monkeypatch.setattr(waitlist, "wish_of", paused)

    def wait(uow: UnitOfWork) -> None:
        join(uow, uow.session.get_one(Referral, referral_id), families.clock())

    one, other = one_then_the_other(
        paused, lambda: families.store.transact(wait), lambda: families.store.transact(wait)
    )
    assert one.failure is None and other.failure is None
    with families.store.reading() as uow:
        assert uow.session.scalar(select(func.count()).select_from(WaitlistEntry)) == 1
