"""Processes as they are in life: killed at any instant, several side by side, a platform that is not there."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from referrals.books import Books, books
from referrals.protection.vault import MasterKeys
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import GraphApi
from tests.platforms.local_server import Fault
from tests.route.running import AS_IT_IS, Site, eventually, free_port, labels, offer, texts, walk
from tests.stores import ROOT, Databases


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


def test_telegram_by_long_polling_and_what_was_owed_while_it_was_away(databases: Databases, tmp_path: Path) -> None:
    with BotApi() as api, site_of(databases, "sqlite", tmp_path) as site:
        site.telegram(api, "polling")
        family = api.family()
        family.say("السلام عليكم")
        site.start()
        family.wait_for("بماذا نبدأ")
        family.tap("تقديم طلب")
        family.wait_for("بأي لغة")
        families = [api.family() for _ in range(5)]
        api.fail_next("sendMessage", Fault("status", 503), times=5)
        for each in families:
            each.say("السلام عليكم")
        for each in families:
            each.wait_for("بماذا نبدأ")
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
            family.wait_for("هل توافقون")
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
                timeout=120,
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
        assert second.process.wait(120) != 0
        assert "another sanad serves" in second.log.read_text()


def test_the_wrong_key_is_told_at_the_start(databases: Databases, tmp_path: Path) -> None:
    with site_of(databases, "sqlite", tmp_path) as site:
        site.settings["SANAD_SECRET_KEY"] = MasterKeys.new()
        refused = site.start(wait=False)
        assert refused.process.wait(120) != 0
        said = refused.log.read_text()
        assert "SANAD_SECRET_KEY" in said
        assert "Traceback" not in said


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
        api.wait_until(lambda: api.webhook.get("url"), "the webhook")
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
        api.wait_until(lambda: [shown for shown in family.shown if shown.photo], "the card")
        assert all(running.process.poll() is None for running in started)
        eventually(lambda: _rests(site), "everything is handled")
        found = stand(site)
        assert found.balance
        assert list(found.inbox) == ["handled"]
        heard = texts(family)
        assert [text for text in heard if heard.count(text) > 1] == [], "nothing was sent twice"
        with pytest.raises(urllib.error.URLError):
            started[2].get("/healthz")  # a worker has no web side
