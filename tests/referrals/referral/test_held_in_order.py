"""Two connections at rows of the same referrals: each takes them in one order, and none has to be run again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from referrals.matching.reserving import reserve
from referrals.referral import rerouting, stepping
from referrals.referral.handling import accept, reject
from referrals.referral.holding import hold_referral
from referrals.referral.records import Referral
from referrals.referral.stepping import leave_clock_and_place
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transferring import accept_transfer, agree, ask_transfer
from referrals.referral.transfers_asked import hold_transfer, open_transfer
from referrals.referral.waiting import give_back, offer_freed
from referrals.store.unit_of_work import Store, UnitOfWork
from tests.conftest import FrozenClock
from tests.families import Families
from tests.referrals.referral.at_the_centre import DESK, changes, referral, room
from tests.referrals.referral.sent_on import goes_on
from tests.referrals.referral.test_waiting import a_service
from tests.referrals.referral.two_workers import SOON, Paused, Worker


@pytest.fixture
def families(postgres_store: Store, clock: FrozenClock) -> Families:
    """On PostgreSQL: only there is there more than one connection that writes."""
    return Families(postgres_store, clock)


class Step:
    """A desk's step on one referral in a worker of its own, and how often it was run."""

    def __init__(self, families: Families, work: Callable[[UnitOfWork], Any]) -> None:
        self.runs = 0

        def counted(uow: UnitOfWork) -> None:
            self.runs += 1
            work(uow)

        self.worker = Worker(lambda: families.store.transact(counted))


def at_the_desk(families: Families, number: int, step: Callable[..., Any], *more: Any) -> Step:
    def work(uow: UnitOfWork) -> None:
        held = hold_referral(uow, number)
        assert held is not None
        step(uow, held, DESK, families.clock(), *more)

    return Step(families, work)


def ended(*steps: Step) -> None:
    for each in steps:
        each.worker.join(120)
        assert not each.worker.is_alive()
        assert each.runs == 1, "the other one did not stand across it"


def one_holds_and_one_waits(families: Families) -> tuple[int, int]:
    """The only place of a service is held by one family's referral, and another family's waits for it."""
    holds, next_one = families.refer("501"), families.refer("502")

    def work(uow: UnitOfWork) -> int:
        given = a_service(uow, uow.session.get_one(Referral, holds), "room", capacity=1)
        assert reserve(uow, given, families.clock())
        return given

    given = families.store.transact(work)
    changes(families, holds, to_service_at_location_id=given)
    waits = {"business_status": "waitlisted", "holds_place": False, "next_rung_at": None}
    changes(families, next_one, to_service_at_location_id=given, **waits)
    return holds, next_one


def test_a_place_that_comes_free_waits_for_nobody_who_is_at_the_next_ones_referral(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    holds, next_one = one_holds_and_one_waits(families)
    paused = Paused(reserve)
    monkeypatch.setattr("referrals.referral.handling.reserve", paused)
    accepts = at_the_desk(families, next_one, accept)
    assert paused.there.wait(120)
    rejects = at_the_desk(families, holds, reject, "outside-area")
    rejects.worker.join(120)
    assert not rejects.worker.is_alive()
    paused.go_on.set()
    ended(rejects, accepts)
    assert (referral(families, holds).state, referral(families, next_one).state) == ("rejected", "accepted")
    assert referral(families, next_one).holds_place, "the place that came free is theirs"


def test_a_place_that_was_left_free_so_is_given_by_the_clock(families: Families) -> None:
    holds, next_one = one_holds_and_one_waits(families)

    def looks_at_it(uow: UnitOfWork) -> None:
        hold_referral(uow, next_one)
        rejects = at_the_desk(families, holds, reject, "outside-area")
        ended(rejects)

    families.store.transact(looks_at_it)
    assert not referral(families, next_one).holds_place
    assert offer_freed(families.store, families.clock()) == 1
    assert referral(families, next_one).holds_place


def test_two_centres_that_accept_at_one_moment_come_one_after_the_other(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = families.refer("501")
    second = goes_on(families, first)
    paused = Paused(rerouting._asked_beside)
    monkeypatch.setattr(rerouting, "_asked_beside", paused)
    one = at_the_desk(families, first, accept)
    assert paused.there.wait(120)
    other = at_the_desk(families, second, accept)
    other.worker.join(SOON)
    paused.go_on.set()
    ended(one, other)
    assert (referral(families, first).state, referral(families, second).state) == ("accepted", "cancelled")
    assert other.worker.failure is not None, "somebody was faster"


def asked_for(families: Families, number: int) -> int:
    """A transfer of that referral to which the family agreed; its id."""

    def work(uow: UnitOfWork) -> int:
        row = uow.session.get_one(Referral, number)
        given, _ = next(iter(places_for_transfer(uow, row)))
        transfer = ask_transfer(uow, row, DESK, given.id, "other", families.clock())
        agree(uow, transfer, families.clock(), agreed=True, text_id=None, language="ar")
        return transfer.id

    return families.store.transact(work)


def test_a_transfer_that_is_taken_on_while_the_referral_ends(
    families: Families, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = families.refer("501")
    transfer_id = asked_for(families, number)
    paused = Paused(leave_clock_and_place)
    monkeypatch.setattr(stepping, "leave_clock_and_place", paused)
    rejects = at_the_desk(families, number, reject, "outside-area")
    assert paused.there.wait(120)

    def take_on(uow: UnitOfWork) -> None:
        transfer = hold_transfer(uow, transfer_id)
        assert transfer is not None
        accept_transfer(uow, transfer, DESK, families.clock())

    other = Step(families, take_on)
    other.worker.join(SOON)
    paused.go_on.set()
    ended(rejects, other)
    assert referral(families, number).state == "rejected"
    assert other.worker.failure is not None, "there is nothing to take on any more"


def test_two_centres_that_take_on_from_each_other(families: Families, monkeypatch: pytest.MonkeyPatch) -> None:
    here, there = families.refer("501"), families.refer("502")
    one = asked_for(families, here)
    with families.store.reading() as uow:
        transfer = open_transfer(uow, here)
        assert transfer is not None
        target = (transfer.to_service_at_location_id, transfer.to_location_id, transfer.to_organization_id)
    old = referral(families, here)
    changes(
        families,
        there,
        to_service_at_location_id=target[0],
        to_location_id=target[1],
        to_organization_id=target[2],
    )
    room(families, old.to_service_at_location_id, capacity=None)
    room(families, target[0], capacity=None)

    def back(uow: UnitOfWork) -> int:
        row = uow.session.get_one(Referral, there)
        mine = next(given for given, _ in places_for_transfer(uow, row) if given.id == old.to_service_at_location_id)
        asked = ask_transfer(uow, row, DESK, mine.id, "other", families.clock())
        agree(uow, asked, families.clock(), agreed=True, text_id=None, language="ar")
        return asked.id

    other = families.store.transact(back)
    paused = Paused(give_back)
    monkeypatch.setattr("referrals.referral.transferring.give_back", paused)

    def taking(number: int) -> Callable[[UnitOfWork], None]:
        def work(uow: UnitOfWork) -> None:
            transfer = hold_transfer(uow, number)
            assert transfer is not None
            accept_transfer(uow, transfer, DESK, families.clock())

        return work

    first = Step(families, taking(one))
    assert paused.there.wait(120)
    second = Step(families, taking(other))
    second.worker.join(SOON)
    paused.go_on.set()
    ended(first, second)
    with families.store.reading() as uow:
        at = dict(uow.session.execute(select(Referral.id, Referral.to_service_at_location_id)).all())
    assert (at[here], at[there]) == (target[0], old.to_service_at_location_id)
