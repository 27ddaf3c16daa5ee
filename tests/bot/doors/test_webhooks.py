"""Webhooks reach a partner signed, in order and at least once, whatever its server or our process does meanwhile."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from datetime import timedelta

import pytest
from aiohttp import ClientTimeout

from bot.clock import Clock
from bot.doors.webhook_addresses import read_networks
from bot.doors.webhook_loop import make_webhook_loop, partners_stay_here
from bot.doors.webhooks import DEMONSTRATION, Deliverer, signature
from referrals.partners.delivering import (
    BACKOFF_SECONDS,
    KEPT,
    LEASE_SECONDS,
    give_back_deliveries,
    lease_delivery,
    sweep_old,
    try_again,
)
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.partnered import HERE, Partnered
from tests.platforms.local_server import Fault
from tests.platforms.partner_server import PartnerServer


@pytest.fixture
def partnered(store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Partnered:
    """On SQLite alone, where only the network makes a difference."""
    return Partnered(sqlite_store, clock)


@pytest.fixture
def server() -> Iterator[PartnerServer]:
    with PartnerServer() as running:
        yield running


def connected(partnered: Partnered, server: PartnerServer) -> int:
    partner, given = partnered.partner(server.address)
    server.secret = given.secret
    return partner


def test_a_partner_is_told_each_step_signed_and_in_order(partnered: Partnered, server: PartnerServer) -> None:
    partner = connected(partnered, server)
    referral = partnered.world.family()
    partnered.accept(referral)
    assert partnered.send() == 3
    assert [each.body["type"] for each in server.heard] == ["referral.send", "referral.acknowledge", "referral.accept"]
    assert [each.body["data"]["sequence"] for each in server.heard] == [1, 2, 3]
    assert {each.body["data"]["referral"] for each in server.heard} == {str(referral)}
    assert server.refused == []
    assert [row.state for row in partnered.rows(partner)] == ["sent"] * 3
    assert partnered.send() == 0


def test_the_signature_is_that_of_the_standard() -> None:
    # the example of the specification of Standard Webhooks
    content = b'msg_p5jXN8AQM9LWM0D4loKWxJek.1614265330.{"test": 2432232314}'
    expected = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    assert signature("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", content) == expected


def test_after_a_rotation_both_secrets_fit_for_a_day(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    older = server.secret
    newer = quick.rotated(partner).secret
    quick.world.family()
    quick.send()
    assert server.heard[0].signatures == 2, "the old secret still fits"
    server.secret = newer
    quick.world.family()
    quick.send()
    assert len(server.heard) == 2
    quick.clock.forward(hours=25)
    server.secret = older
    quick.world.family()
    quick.send()
    assert server.refused == ["no signature fits"]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("status", 500),
        Fault("status", 404),
        Fault("status", 400),
        Fault("reset"),
        Fault("reset_after_commit"),
    ],
    ids=lambda fault: f"{fault.kind} {fault.status}",
)
def test_what_did_not_go_is_sent_again_under_the_same_id(quick: Partnered, server: PartnerServer, fault: Fault) -> None:
    partner = connected(quick, server)
    quick.world.family()
    server.fail_next("events", fault)
    assert quick.send() == 1
    assert quick.send() == 0, "not at once"
    assert quick.rows(partner)[0].state == "waiting"
    assert quick.later(seconds=BACKOFF_SECONDS[0] * 1.3) == 1
    assert quick.rows(partner)[0].state == "sent"
    assert len(set(server.tries)) == 1 and len(server.tries) == 2


def test_a_slow_server_is_given_up_after_a_while_and_keeps_no_other_partner(
    quick: Partnered, server: PartnerServer
) -> None:
    slow = connected(quick, server)
    quick.deliverer.timeout = ClientTimeout(total=3)  # so long the other one has, too, on a busy machine
    with PartnerServer() as other:
        partner, given = quick.partner(other.address, centre="qift")
        other.secret = given.secret
        server.fail_next("events", Fault("slow", seconds=60))
        quick.world.family()
        quick.world.family("qift")
        quick.send()
        assert quick.rows(partner)[0].state == "sent"
    assert quick.rows(slow)[0].state == "waiting"
    assert "TimeoutError" in quick.rows(slow)[0].reason


def test_a_huge_answer_is_not_read(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    server.answers_hugely = True
    quick.world.family()
    quick.send()
    assert quick.rows(partner)[0].state == "sent"


def test_a_redirect_is_not_followed(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    server.leads_elsewhere = f"{server.url}/elsewhere"
    quick.world.family()
    quick.send()
    assert server.elsewhere == 0
    assert (quick.rows(partner)[0].state, quick.rows(partner)[0].last_status) == ("waiting", 307)


def test_a_server_that_is_gone_ends_the_telling(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    quick.accept(quick.world.family())
    server.fail_next("events", Fault("status", 410))
    quick.send()
    assert quick.state(partner) == ("disabled", "its server answered 410: gone")
    assert {row.state for row in quick.rows(partner)} == {"cancelled"}
    assert quick.later(days=1) == 0


def test_a_partner_that_asks_for_a_while_is_left_alone_for_it(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    server.fail_next("events", Fault("status", 429, body={"Retry-After": "600"}))
    quick.world.family()
    quick.send()
    assert quick.later(seconds=599) == 0
    assert quick.later(seconds=200) == 1
    assert quick.rows(partner)[0].state == "sent"


def test_after_the_last_try_it_is_parked_and_can_be_tried_by_hand(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    quick.world.family()
    server.fail_next("events", Fault("status", 503), times=len(BACKOFF_SECONDS) + 1)
    tried = quick.send()
    for seconds in BACKOFF_SECONDS:
        tried += quick.later(seconds=seconds * 1.3)
    row = quick.rows(partner)[0]
    assert (tried, row.state, row.reason) == (len(BACKOFF_SECONDS) + 1, "parked", "answered 503")
    assert quick.later(days=30) == 0
    assert quick.store.transact(lambda uow: try_again(uow, quick.clock(), partner)) == 1
    quick.send()
    assert quick.rows(partner)[0].state == "sent"


def test_events_of_one_referral_wait_for_each_other_and_hold_up_no_other(
    partnered: Partnered, server: PartnerServer
) -> None:
    connected(partnered, server)
    first = partnered.world.family()
    server.fail_next("events", Fault("status", 500))
    partnered.send()
    partnered.accept(first)
    second = partnered.world.family()
    partnered.send()
    assert [each.body["data"]["referral"] for each in server.heard] == [str(second)]
    partnered.later(seconds=BACKOFF_SECONDS[0] * 1.3)
    told = [each.body["type"] for each in server.heard if each.body["data"]["referral"] == str(first)]
    assert told == ["referral.send", "referral.acknowledge", "referral.accept"]


def test_a_kill_between_send_and_note_repeats_at_most_that_one_under_the_same_id(
    partnered: Partnered, server: PartnerServer
) -> None:
    connected(partnered, server)
    for _ in range(3):
        partnered.world.family()

    sent_before = len(server.heard)

    async def until_the_first_was_sent() -> None:
        async with partnered.deliverer._open_http() as http:
            row = await partnered.deliverer._lease(1)
            assert row is not None
            await partnered.deliverer._send(http, row)  # the note is lost with the process

    asyncio.run(until_the_first_was_sent())
    assert len(server.heard) == sent_before + 1
    assert partnered.send() == 0, "the lease of the dead keeps the partner for a while"
    partnered.later(seconds=LEASE_SECONDS + 1)
    ids = server.ids()
    assert len(ids) == 4 and len(set(ids)) == 3
    assert ids.count(ids[0]) == 2


def test_the_only_process_takes_leases_back_at_its_start(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    quick.world.family()
    assert quick.store.transact(lambda uow: lease_delivery(uow, partner, quick.clock())) is not None
    assert quick.send() == 0
    quick.store.transact(give_back_deliveries)
    assert quick.send() == 1


def test_two_workers_send_nothing_twice(partnered: Partnered, server: PartnerServer) -> None:
    connected(partnered, server)
    for _ in range(6):
        partnered.world.family()
    clock = Clock(partnered.store, movable=False, real=partnered.clock)
    other = Deliverer(partnered.store, clock, HERE)

    async def both() -> None:
        await asyncio.gather(partnered.deliverer.deliver(), other.deliver())

    asyncio.run(both())
    while partnered.send():
        pass
    assert len(server.ids()) == len(set(server.ids())) == 6


def test_a_private_address_is_not_spoken_to(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    quick.deliverer.networks = ()
    quick.world.family()
    quick.send()
    row = quick.rows(partner)[0]
    assert server.tries == []
    assert row.state == "parked" and "SANAD_PARTNER_NETWORKS" in row.reason


def test_a_demonstration_whose_clock_moved_speaks_to_nobody_else(quick: Partnered) -> None:
    partner, _ = quick.partner("https://partner.example.org/events")
    quick.world.family()
    moved = Clock(quick.store, movable=True, real=quick.clock)
    moved.move(timedelta(days=1))
    asyncio.run(Deliverer(quick.store, moved, HERE).deliver())
    assert quick.rows(partner)[0].reason == DEMONSTRATION
    assert not partners_stay_here(quick.store)


def test_the_loop_loads_what_speaks_http_only_when_something_is_owed(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    step = make_webhook_loop(quick.store, Clock(quick.store, movable=False, real=quick.clock), "127.0.0.0/8")
    quick.world.family()

    async def once() -> None:
        await step()

    asyncio.run(once())
    assert quick.rows(partner)[0].state == "sent"
    assert partners_stay_here(quick.store)


def test_what_went_long_ago_is_swept_away(quick: Partnered, server: PartnerServer) -> None:
    partner = connected(quick, server)
    quick.world.family()
    quick.send()
    at = quick.clock() + KEPT + timedelta(days=1)
    assert quick.store.transact(lambda uow: sweep_old(uow, quick.clock())) == 0
    assert quick.store.transact(lambda uow: sweep_old(uow, at)) == 1
    assert quick.rows(partner) == []


def test_networks_are_read() -> None:
    assert [str(each) for each in read_networks("10.0.0.0/8, fd00::/8")] == ["10.0.0.0/8", "fd00::/8"]
