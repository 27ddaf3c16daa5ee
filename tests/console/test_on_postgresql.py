"""The console's own statements on PostgreSQL, where the queue and the sign-in are counted by another engine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from referrals.protection.vault import MasterKeys
from referrals.referral.disclosed import read_disclosed
from referrals.referral.in_sight import referral_by_number
from referrals.referral.queue import QueueFilter, counts, queue
from referrals.staff.agenda import visits_between
from referrals.staff.help_desk import how_many_open, open_requests
from referrals.staff.parked import how_many_parked, parked
from referrals.staff.scope import Member, member_of
from referrals.staff.sessions import end_session, open_session
from referrals.staff.sign_in_links import LinkSpent, make_sign_in_link, use_sign_in_link
from referrals.staff.signing_in import SignInRefused, TooManyTries, sign_in
from referrals.staff.tokens import token_hash
from referrals.store.engine import open_engine
from referrals.store.schema import migrate
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.console.conftest import QUICK
from tests.console.world import PASSWORD, World


@pytest.fixture
def large_world(postgres_url: str, clock: FrozenClock) -> Iterator[World]:
    """The sample world on PostgreSQL."""
    engine = open_engine(postgres_url)
    migrate(engine)
    store = Store(engine, MasterKeys.parse(MasterKeys.new()))
    store.transact(lambda uow: uow.vault.make_system_keys())
    yield World.made(store, clock, QUICK)
    engine.dispose()


def member(world: World, email: str) -> Member:
    with world.store.reading() as uow:
        found = member_of(uow, world.staff[email])
    assert found is not None
    return found


def test_the_queue_is_the_same(large_world: World, clock: FrozenClock) -> None:
    mine, theirs = large_world.family(due_hours=2), large_world.family("qift")
    large_world.question(mine, "متى يفتح المركز؟")
    desk, supervisor = (member(large_world, f"{name}.invalid") for name in ("desk@qous", "supervisor@sanad"))
    at = clock.forward(hours=2)
    with large_world.store.unit_of_work() as uow:
        rows = queue(uow, desk, QueueFilter("open", at), at).rows
        assert [row.id for row in rows] == [mine]
        assert counts(uow, desk, at, at).overdue == 1
        assert counts(uow, supervisor, at, at).open == 2
        assert referral_by_number(uow, desk, large_world.number(theirs)) is None
        assert read_disclosed(uow, supervisor, large_world.referral(mine), at)
        assert visits_between(uow, desk, at, at, at) == []
        assert (how_many_open(uow, supervisor), len(open_requests(uow, desk))) == (1, 0)
        assert how_many_parked(uow, supervisor) == len([*parked(uow, supervisor, "in"), *parked(uow, desk, "out")])


def test_signing_in_is_the_same(large_world: World, clock: FrozenClock) -> None:
    def tries(password: str) -> str:
        return sign_in(
            large_world.store,
            QUICK,
            email="desk@qous.invalid",
            password=password,
            address="127.0.0.1",
            user_agent="",
            at=clock(),
        ).token

    token = tries(PASSWORD)
    staff_id = large_world.staff["desk@qous.invalid"]
    with large_world.store.unit_of_work() as uow:
        assert open_session(uow, token, clock()) is not None
        assert end_session(uow, token_hash(token), clock(), staff_id=staff_id)
        link = make_sign_in_link(uow, staff_id, clock())
        assert use_sign_in_link(uow, link, clock()) == staff_id
        with pytest.raises(LinkSpent):
            use_sign_in_link(uow, link, clock())
    for _ in range(10):
        with pytest.raises(SignInRefused):
            tries("wrong")
    with pytest.raises(TooManyTries):
        tries(PASSWORD)
