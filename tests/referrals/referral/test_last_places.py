"""Many families claim the last places of one service at the same moment: as many succeed as there are places."""

from __future__ import annotations

import threading
from datetime import timedelta

from sqlalchemy import func, select, update

from bot.benches.referral_crowd import families_who_agreed, place_with
from referrals.directory.records import ServiceAtLocation
from referrals.referral.answering import response_rates
from referrals.referral.records import Referral
from referrals.referral.sending import Chosen, PlaceGone, send_referral
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock

PLACES, FAMILIES = 3, 24


def test_exactly_as_many_as_there_are_places(store: Store, clock: FrozenClock) -> None:
    place = place_with(store, PLACES)
    families = families_who_agreed(store, place, FAMILIES, clock())
    succeeded, gone = list[int](), list[int]()
    gate = threading.Barrier(FAMILIES)

    def claim(application_id: int, chosen: Chosen) -> None:
        gate.wait()
        try:
            succeeded.append(store.transact(lambda uow: send_referral(uow, application_id, chosen, clock()).id))
        except PlaceGone:
            gone.append(application_id)

    threads = [threading.Thread(target=claim, args=each) for each in families]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(succeeded), len(gone)) == (PLACES, FAMILIES - PLACES)
    with store.reading() as uow:
        assert uow.session.get_one(ServiceAtLocation, place.given_id).used == PLACES
        assert uow.session.scalar(select(func.count()).select_from(Referral)) == PLACES


def test_how_reliably_a_service_answers_is_the_share_of_90_days(store: Store, clock: FrozenClock) -> None:
    place = place_with(store, None)
    at = clock()

    def work(uow: UnitOfWork) -> None:
        ids = [send_referral(uow, *each, at - timedelta(days=30)).id for each in families]
        in_time, late, silent, long_ago, open_still = ids
        for referral_id, days in ((in_time, 29), (late, 1)):
            answered = {"state": "accepted", "answered_at": at - timedelta(days=days)}
            uow.connection.execute(update(Referral).where(Referral.id == referral_id).values(**answered))
        uow.connection.execute(
            update(Referral).where(Referral.id == long_ago).values(requested_at=at - timedelta(days=120))
        )
        ahead = {"requested_at": at, "respond_due": at + timedelta(days=1)}
        uow.connection.execute(update(Referral).where(Referral.id == open_still).values(**ahead))
        assert silent

    families = families_who_agreed(store, place, 5, at - timedelta(days=30))
    store.transact(work)
    with store.reading() as uow:
        rates = response_rates(uow, [place.given_id, 999_999], at)
    assert rates == {place.given_id: 1 / 3}
