"""Processes as they are in life: killed at any instant, several side by side, a platform that is not there."""

from __future__ import annotations

import asyncio
import random
import subprocess
import sys
import threading
import time
import urllib.error
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout

from bot.clock import move_clock
from referrals.books import Books, books
from referrals.protection.vault import MasterKeys
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import GraphApi
from tests.platforms.local_server import Fault, Posted
from tests.platforms.telegram_family import TelegramFamily
from tests.route.running import AS_IT_IS, Site, free_port, labels, offer, texts, walk
from tests.stores import BOTH, ROOT, Databases

KILLS = 5


@contextmanager
def site_of(databases: Databases, kind: str, folder: Path) -> Iterator[Site]:
    site = Site(databases.address(kind), folder)
    try:
        yield site
    finally:
        site.end()
        databases.drop(site.url)


def stand(site: Site) -> Books:
    with site.store() as store, store.reading() as uow:
        return books(uow)


def eventually(holds: Callable[[], object], what: str, seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, what
        time.sleep(0.1)


def test_telegram_by_long_polling_and_what_was_owed_while_it_was_away(databases: Databases, tmp_path: Path) -> None:
    with BotApi() as api, site_of(databases, "sqlite", tmp_path) as site:
        site.telegram(api, "polling")
        family = api.family()
        family.say("السلام عليكم")
        site.start()
        family.wait_for("بماذا نبدأ", 20)
        family.tap("تقديم طلب")
        family.wait_for("بأي لغة")
        families = [api.family() for _ in range(5)]
        api.fail_next("sendMessage", Fault("status", 503), times=5)
        for each in families:
            each.say("السلام عليكم")
        for each in families:
            each.wait_for("بماذا نبدأ", 20)
        assert all(len(each.shown) == 1 for each in families)
        assert list(stand(site).inbox) == ["handled"]


def test_a_platform_that_is_away_does_not_stop_the_start(databases: Databases, tmp_path: Path) -> None:
    nobody = free_port()
    with BotApi() as api, GraphApi() as graph, site_of(databases, "sqlite", tmp_path) as site:
        site.telegram(api, "webhook", free_port())
        site.whatsapp(graph)
        site.settings |= {
            "SANAD_TELEGRAM_API_BASE": f"http://127.0.0.1:{nobody}",
            "SANAD_WHATSAPP_API_BASE": f"http://127.0.0.1:{nobody}",
        }
        running = site.start()
        assert running.get("/readyz")[0] == 200
        assert running.get("/chat")[0] == 200


def test_the_flood_limits_of_telegram_are_never_met(databases: Databases, tmp_path: Path) -> None:
    """With the paces as they are: 12 families at once, each with several messages, and not one 429."""
    with BotApi(per_second=30) as api, site_of(databases, "sqlite", tmp_path) as site:
        site.program = AS_IT_IS
        site.telegram(api, "polling")
        site.start()
        families = [api.family() for _ in range(12)]
        for text in ("السلام عليكم", "تقديم طلب", "العربية"):
            for family in families:
                family.say(text)
        for family in families:
            family.wait_for("هل توافقون", 20)
        assert api.banned_until == 0.0


def test_on_sqlite_web_and_worker_refuse_and_name_run(databases: Databases, tmp_path: Path) -> None:
    with site_of(databases, "sqlite", tmp_path) as site:
        for command in ("web", "worker"):
            done = subprocess.run(
                [sys.executable, "-c", AS_IT_IS, command],
                check=False,
                env=site.environment(),
                capture_output=True,
                text=True,
                timeout=60,
                cwd=ROOT,
            )
            assert done.returncode != 0
            assert "sanad run" in done.stderr
            assert "one writer" in done.stderr
            assert "Traceback" not in done.stderr


def test_a_second_run_on_the_same_data_refuses(databases: Databases, tmp_path: Path) -> None:
    with site_of(databases, "sqlite", tmp_path) as site:
        site.start()
        second = site.start(wait=False)
        assert second.process.wait(60) != 0
        assert "another sanad serves" in second.log.read_text()


def test_the_wrong_key_is_told_at_the_start(databases: Databases, tmp_path: Path) -> None:
    with site_of(databases, "sqlite", tmp_path) as site:
        site.settings["SANAD_SECRET_KEY"] = MasterKeys.new()
        refused = site.start(wait=False)
        assert refused.process.wait(60) != 0
        said = refused.log.read_text()
        assert "SANAD_SECRET_KEY" in said
        assert "Traceback" not in said


@pytest.mark.parametrize("kind", BOTH)
def test_killing_a_process_at_any_instant_loses_no_accepted_message(
    kind: str, databases: Databases, tmp_path: Path
) -> None:
    """kill -9, five times, while six families write: all that was accepted is handled, at most one copy more a kill."""
    with Persistent() as api, site_of(databases, kind, tmp_path) as site:
        port = free_port()
        site.telegram(api, "webhook", port)
        parts = ["run"] if kind == "sqlite" else ["web", "worker"]
        killed = parts[-1]
        running = {part: site.start(part, port=port) for part in parts}
        api.wait_until(lambda: api.webhook.get("url"), "the webhook", 20)
        families = [api.family() for _ in range(6)]
        stop = threading.Event()
        writer = threading.Thread(target=_keep_writing, args=(families, stop))
        writer.start()
        chance = random.Random(4)
        for _ in range(KILLS):
            time.sleep(0.4 + 2.2 * chance.random())  # while it works, and while it only just starts
            running[killed].kill()
            running[killed] = site.start(killed, port=port, wait=False)
        stop.set()
        writer.join(30)
        api.settle(30)
        _clock_on(site)
        eventually(lambda: _rests(site), f"everything is handled and sent: {stand(site)}", 40)
        accepted = sum(1 for post in api.deliveries() if post.statuses[-1] == 200)
        books_now = stand(site)
        assert books_now.balance
        assert books_now.accepted == accepted == len(api.deliveries())
        assert books_now.inbox == {"handled": accepted}
        assert books_now.outbox.get("parked", 0) == 0
        sent = [shown for family in families for shown in family.shown]
        copies = len(sent) - books_now.owed
        assert 0 <= copies <= KILLS, "a kill meets at most the one message on its way"


class Persistent(BotApi):
    """A platform that delivers a webhook again after a moment, for as long as it takes."""

    async def _post(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        status = 0
        try:
            async with ClientSession(timeout=ClientTimeout(total=10)) as session:
                while status != 200:
                    try:
                        async with session.post(url, data=body, headers=headers) as answer:
                            status = answer.status
                            assert status < 500, "a webhook is never answered with a 5xx"
                    except (ClientError, TimeoutError):
                        await asyncio.sleep(0.1)
        finally:
            with self.changed:
                self._underway -= 1
                self.posted.append(Posted(body, (status,)))
                self.changed.notify_all()


def _keep_writing(families: list[TelegramFamily], stop: threading.Event) -> None:
    number = 0
    while not stop.is_set():
        number += 1
        family = families[number % len(families)]
        family.say(f"السلام عليكم {number}" if number < 7 else "القائمة")
        time.sleep(0.05)


def _clock_on(site: Site) -> None:
    """Two minutes pass: the leases of the dead are over."""
    with site.store() as store:
        store.transact(lambda uow: move_clock(uow.session, timedelta(minutes=2)))


def _rests(site: Site) -> bool:
    found = stand(site)
    return set(found.inbox) <= {"handled", "parked"} and not set(found.outbox) & {"waiting", "leased", "uncertain"}


@pytest.mark.postgres
def test_several_processes_that_start_at_once_on_an_empty_database_prepare_it_once(
    tmp_path: Path, postgres_url: str
) -> None:
    site = Site(postgres_url, tmp_path)
    try:
        with ThreadPoolExecutor(3) as pool:
            started = list(pool.map(site.start, ["web", "web", "worker"]))
        eventually(lambda: "working" in started[2].log.read_text(), "the worker works")
        assert all(running.process.poll() is None for running in started)
        assert sum("sign in to the console once" in running.log.read_text() for running in started[:2]) >= 1
    finally:
        site.end()


@pytest.mark.postgres
def test_two_webs_and_two_workers_do_one_familys_way(
    databases: Databases, tmp_path: Path, postgres_server: object
) -> None:
    with BotApi() as api, site_of(databases, "postgresql", tmp_path) as site:
        ports = [free_port(), free_port()]
        site.telegram(api, "webhook", ports[0])
        with ThreadPoolExecutor(4) as pool:
            webs = [pool.submit(site.start, "web", port=port) for port in ports]
            workers = [pool.submit(site.start, "worker") for _ in range(2)]
            started = [each.result() for each in [*webs, *workers]]
        api.wait_until(lambda: api.webhook.get("url"), "the webhook", 20)
        turn = {"now": 0}
        plain = api.post_update

        def by_turns(update: dict[str, object]) -> None:
            """Every update goes to the other web process, and now and then to both."""
            turn["now"] += 1
            for port in ports if turn["now"] % 4 == 0 else [ports[turn["now"] % 2]]:
                api.webhook["url"] = f"http://127.0.0.1:{port}/webhooks/telegram"
                plain(update)

        api.post_update = by_turns  # type: ignore[method-assign]  # the test stands where a load balancer would
        family = api.family()
        walk(family, "وصل طلبكم")
        family.wait_for("هل يناسبكم هذا المكان")
        family.tap(labels(family)[0])
        family.wait_for("نرسل إلى")
        family.tap("أوافق")
        family.wait_for("أرسلنا طلبكم")
        offer(site)
        family.wait_for("أي موعد يناسبكم")
        family.tap(labels(family)[0])
        api.wait_until(lambda: [shown for shown in family.shown if shown.photo], "the card", 20)
        assert all(running.process.poll() is None for running in started)
        eventually(lambda: _rests(site), "everything is handled")
        found = stand(site)
        assert found.balance
        assert list(found.inbox) == ["handled"]
        heard = texts(family)
        assert [text for text in heard if heard.count(text) > 1] == [], "nothing was sent twice"
        with pytest.raises(urllib.error.URLError):
            started[2].get("/healthz")  # a worker has no web side
