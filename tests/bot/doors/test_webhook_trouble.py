"""Partners that are away for days, hang, or come back; clocks that are set back; and the check that we ask of them."""

from __future__ import annotations

import asyncio
import json
import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aiohttp import ClientTimeout

from bot.clock import Clock
from bot.doors.webhook_loop import make_webhook_loop
from bot.doors.webhooks import signed
from bot.settings import ROOT
from referrals.outbox.stepping import after_step
from referrals.partners.delivering import BACKOFF_SECONDS, LEASE_SECONDS, lease_delivery
from referrals.partners.handling import feed
from referrals.partners.managing import disable, enable
from referrals.partners.records import Partner
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.partnered import Partnered
from tests.platforms.local_server import Fault
from tests.platforms.partner_server import PartnerServer

HOURS_AWAY = 72


@pytest.fixture
def partnered(store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(store, clock)


@pytest.fixture
def quick(sqlite_store: Store, clock: FrozenClock) -> Partnered:
    return Partnered(sqlite_store, clock)


@pytest.fixture
def server() -> Iterator[PartnerServer]:
    with PartnerServer() as running:
        yield running


def connected(partnered: Partnered, server: PartnerServer) -> int:
    partner, given = partnered.partner(server.address)
    server.secret = given.secret
    return partner


def steps(server: PartnerServer, referral: int) -> list[str]:
    return [each.body["type"] for each in server.heard if each.body["data"]["referral"] == str(referral)]


def test_a_partner_that_is_away_for_three_days_hears_everything_in_its_order_once_it_is_back(
    quick: Partnered, server: PartnerServer
) -> None:
    partner = connected(quick, server)
    first, second = quick.world.family(), quick.world.family()
    quick.accept(first)
    server.fail_next("events", Fault("status", 503), times=1000)
    quick.send()
    for _ in range(HOURS_AWAY):
        quick.later(hours=1)
    assert {row.state for row in quick.rows(partner)} == {"waiting"}, "nobody has to look at it"
    server._faults.clear()
    for _ in range(30):
        if not server.heard:
            quick.later(hours=1)
    assert steps(server, first) == ["referral.send", "referral.acknowledge", "referral.accept"]
    assert steps(server, second) == ["referral.send"], "the first that goes through brings the others along"
    assert {row.state for row in quick.rows(partner)} == {"sent"}
    assert sum(BACKOFF_SECONDS) > (HOURS_AWAY + 12) * 3600


def test_a_retry_has_the_same_body_and_id_and_a_signature_of_its_own_moment(
    quick: Partnered, server: PartnerServer
) -> None:
    partner = connected(quick, server)
    referral = quick.world.family()
    before = quick.rows(partner)[0].body
    server.fail_next("events", Fault("status", 500))
    quick.send()
    quick.accept(referral)  # what it says is what happened then, not what stands now
    quick.later(seconds=BACKOFF_SECONDS[0] * 1.3)
    assert server.refused == [] and len(set(server.tries[:2])) == 1
    assert server.heard[0].body == json.loads(before)


def test_one_that_hangs_keeps_no_other_partner_waiting(quick: Partnered, server: PartnerServer) -> None:
    slow = connected(quick, server)
    server.fail_next("events", Fault("slow", seconds=60), times=9)
    with PartnerServer() as other:
        partner, given = quick.partner(other.address, centre="qift")
        other.secret = given.secret
        step = make_webhook_loop(quick.store, Clock(quick.store, movable=False, real=quick.clock), "127.0.0.0/8")

        async def loop() -> float:
            quick.world.family()
            began = time.monotonic()
            await step()
            quick.world.family("qift")  # it comes while the slow one is still under way
            while not other.heard and time.monotonic() - began < 18:  # after 20 seconds the slow one is given up
                await step()
            return time.monotonic() - began

        asyncio.run(loop())
        assert len(other.heard) == 1
        assert [row.state for row in quick.rows(partner)] == ["sent"]
    assert quick.rows(slow)[0].state in ("leased", "waiting")


def test_a_clock_that_is_set_back_keeps_no_event_of_a_worker_that_was_killed(
    partnered: Partnered, server: PartnerServer
) -> None:
    partner = connected(partnered, server)
    partnered.world.family()
    partnered.store.transact(lambda uow: after_step(uow, partnered.clock()))
    assert partnered.store.transact(lambda uow: lease_delivery(uow, partner, partnered.clock())) is not None
    for seconds in (-40, 30, -3 * 3600):  # back, forth, and back by hours, all within the minute
        partnered.clock.forward(seconds=seconds)
        partnered.store.transact(lambda uow: after_step(uow, partnered.clock()))
    assert partnered.later(seconds=LEASE_SECONDS + 1) == 1
    assert len(server.heard) == 1


def test_a_clock_that_is_set_back_puts_no_retry_off(quick: Partnered, server: PartnerServer) -> None:
    connected(quick, server)
    quick.world.family()
    quick.store.transact(lambda uow: after_step(uow, quick.clock()))
    server.fail_next("events", Fault("status", 500))
    quick.send()
    quick.clock.forward(hours=-2)
    quick.store.transact(lambda uow: after_step(uow, quick.clock()))
    assert quick.later(seconds=BACKOFF_SECONDS[0] * 1.3) == 1


def test_what_happened_while_a_partner_was_disabled_stands_in_its_feed(partnered: Partnered) -> None:
    partner, _ = partnered.partner()
    known = partnered.world.family()

    def look(after: int) -> tuple[list[tuple[int, str]], int]:
        with partnered.store.reading() as uow:
            found = feed(uow, uow.session.get_one(Partner, partner), after, 50)
        return [(each.referral_id, each.state) for each in found.listed], found.cursor

    _, cursor = look(0)

    def change(work: Any, *more: str) -> None:
        partnered.store.transact(lambda uow: work(uow, uow.session.get_one(Partner, partner), *more, partnered.clock()))

    change(disable, "sample")
    partnered.accept(known)
    new = partnered.world.family()
    assert look(cursor)[0] == []
    change(enable)
    listed, cursor = look(cursor)
    assert listed == [(known, "accepted"), (new, "requested")]
    change(enable)
    assert look(cursor)[0] == [], "once"


def test_the_check_that_we_ask_of_partners_is_the_one_that_stands_in_the_guide(
    quick: Partnered, server: PartnerServer
) -> None:
    guide = (ROOT / "docs/how-to/connect-a-partner.md").read_text()
    (written,) = re.findall(r"```python\n(.*?)```", guide, re.DOTALL)
    known: dict[str, Any] = {}
    exec(written, known)
    partner = connected(quick, server)
    quick.world.family()
    row = quick.store.transact(lambda uow: lease_delivery(uow, partner, quick.clock()))
    assert row is not None
    one = quick.deliverer._open(row)
    now, body = datetime.now(UTC), one.body.encode()
    headers = signed(one, body, now)
    check = known["is_from_sanad"]
    assert check(headers, body, server.secret)
    assert not check(headers, body + b" ", server.secret)
    assert not check(headers | {"webhook-id": "msg_other"}, body, server.secret)
    assert not check(headers, body, "whsec_" + "QUJD" * 8)
    for moment in (now - timedelta(minutes=6), now + timedelta(minutes=6)):
        assert not check(signed(one, body, moment), body, server.secret), "what is older than five minutes is a replay"
    assert check(signed(one, body, now - timedelta(minutes=4)), body, server.secret)
    two = headers["webhook-signature"] + " v1,bm90IHRoaXMgb25l"
    assert check(headers | {"webhook-signature": two}, body, server.secret)


@pytest.mark.parametrize("status", [301, 308, 404, 410, 418, 500])
def test_no_answer_of_a_partner_loses_an_event(quick: Partnered, server: PartnerServer, status: int) -> None:
    partner = connected(quick, server)
    quick.deliverer.timeout = ClientTimeout(total=5)
    quick.world.family()
    server.fail_next("events", Fault("status", status))
    quick.send()
    (row,) = quick.rows(partner)
    assert row.state == ("cancelled" if status == 410 else "waiting")
    assert row.body and row.last_status in (status, None)
