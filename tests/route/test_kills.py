"""kill -9 at any instant, during interviews, reminders and a campaign: nothing lost, at most one repeat a kill."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.clock import move_clock
from referrals.books import Books, books
from tests.platforms.telegram_family import TelegramFamily
from tests.route.crowd import CAMPAIGN, Crowd, Persistent
from tests.route.running import Site, eventually, free_port, texts
from tests.stores import BOTH, Databases

KILLS = 20
INTERVIEWS, REMINDED, INVITED = 4, 4, 300
# Slow enough that the campaign lasts for all kills, with the real engine's way of pacing.
PACED = (
    "import sys; from referrals.outbox.buckets import PACES, Pace, Paces; "
    "PACES.update(telegram=Paces(Pace(15, 1), Pace(1000, 1000))); "
    "from bot.cli import main; sys.exit(main())"
)


@contextmanager
def crowded(databases: Databases, kind: str, folder: Path) -> Iterator[tuple[Crowd, Persistent, int]]:
    """A site with everybody in it, not started yet, and the port it is to listen on."""
    with Persistent() as api:
        site, port = Site(databases.address(kind), folder, program=PACED), free_port()
        site.telegram(api, "webhook", port)
        crowd = Crowd(site, api)
        try:
            crowd.set_the_clock()
            crowd.book(REMINDED, due_within=20)
            crowd.invite(INVITED)
            yield crowd, api, port
        finally:
            crowd.stop.set()
            site.end()
            databases.drop(site.url)


@pytest.mark.parametrize("kind", BOTH)
def test_killing_the_service_at_any_instant_loses_nothing(kind: str, databases: Databases, tmp_path: Path) -> None:
    with crowded(databases, kind, tmp_path) as (crowd, api, port):
        parts = ["run"] if kind == "sqlite" else ["web", "worker"]
        running = {part: crowd.site.start(part, port=port) for part in parts}
        api.wait_until(lambda: api.webhook.get("url"), "the webhook")
        crowd.walk(INTERVIEWS)
        chance = random.Random(5)
        for kill in range(KILLS):
            time.sleep(0.8 + 3 * chance.random())
            part = parts[kill % len(parts)]
            running[part].kill()
            only_starting = kill % 5 == 4  # the next kill meets it before it can do anything
            running[part] = crowd.site.start(part, port=port, wait=not only_starting)
        crowd.everybody_arrived(900)
        api.settle()
        _a_while_passes(crowd.site)
        eventually(lambda: _rests(crowd.site), f"everything is handled and sent: {_books(crowd.site)}")
        _nothing_was_lost(crowd, api)


def _nothing_was_lost(crowd: Crowd, api: Persistent) -> None:
    """What the platform posted is handled; what was owed arrived, and no more often than kills explain."""
    stand = _books(crowd.site)
    delivered = api.deliveries()
    assert all(post.statuses[-1] == 200 for post in delivered)
    assert not [status for status in api.answered if status not in (0, 200, 503)], api.answered
    assert stand.balance
    assert stand.inbox == {"handled": len(delivered) + crowd.written}
    assert not stand.outbox.get("parked", 0)
    walked = [walker.family for walker in crowd.walkers]
    repeated = crowd.copies(walked) + crowd.copies(crowd.reminded) + crowd.read
    assert 0 <= repeated <= KILLS, "a kill repeats at most the one message on its way"
    assert [_reminders(family) for family in crowd.reminded] == [1] * REMINDED, "each reminder arrived"
    _the_campaign_arrived(crowd)


def _reminders(family: TelegramFamily) -> int:
    return len({text for text in texts(family) if "هل ستحضرون" in text})


def _the_campaign_arrived(crowd: Crowd) -> None:
    """Once or, where a kill met the very message that was on its way, perhaps not: then its row says so."""
    came = Counter(text for family in crowd.invited for text in texts(family) if CAMPAIGN in text)
    unknown = [row for row in crowd.sent_to(crowd.invited) if row.reason]
    assert not [text for text, times in came.items() if times > 1], "a campaign is never repeated"
    assert len(came) >= INVITED - len(unknown)
    assert len(unknown) <= KILLS


def _a_while_passes(site: Site) -> None:
    """Two minutes: the leases of the dead are over."""
    with site.store() as store:
        store.transact(lambda uow: move_clock(uow.session, timedelta(minutes=2)))


def _books(site: Site) -> Books:
    with site.store() as store, store.reading() as uow:
        return books(uow)


def _rests(site: Site) -> bool:
    stand = _books(site)
    return set(stand.inbox) <= {"handled", "parked"} and not set(stand.outbox) & {"waiting", "leased", "uncertain"}
