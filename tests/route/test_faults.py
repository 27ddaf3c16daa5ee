"""What goes wrong around the service: a database that is gone, platforms that fail, a clock that is set."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from sqlalchemy.engine import make_url

from bot.clock import move_clock
from referrals.books import Books, books
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import GraphApi
from tests.platforms.local_server import Fault
from tests.platforms.telegram_family import TelegramFamily
from tests.route.crowd import Crowd, Persistent
from tests.route.cut_line import relayed
from tests.route.running import AS_IT_IS, START_SECONDS, Running, Site, eventually, free_port, texts, walk
from tests.stores import Databases

SPREADS = 5.0  # seconds until the other workers read of a ban, and what was begun before it came, on a busy machine
GONE_SECONDS = float(os.environ.get("SANAD_TEST_GONE_SECONDS", "8"))  # 60 for the promise to the letter
FLOOD = {
    "ok": False,
    "error_code": 429,
    "description": "Too Many Requests: retry after 7",
    "parameters": {"retry_after": 7},
}


class Banning(BotApi):
    """Notes when each message was asked to be sent, and which came while the bot was told to stay away."""

    def __init__(self, *, per_second: int = 0) -> None:
        super().__init__(per_second=per_second)
        self.asked: list[float] = []
        self.bans: list[tuple[float, float]] = []

    async def _method(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["method"].startswith("send"):
            self.asked.append(time.monotonic())
        answered = await super()._method(request)
        if answered.status == 429 and isinstance(answered, web.Response) and isinstance(answered.text, str):
            pause = json.loads(answered.text)["parameters"]["retry_after"]
            self.bans.append((time.monotonic(), time.monotonic() + pause))
        return answered

    def during_bans(self) -> int:
        """How many requests began while the bot was banned."""
        return sum(1 for moment in self.asked for begins, ends in self.bans if begins + SPREADS < moment < ends)


@contextmanager
def on_telegram(
    databases: Databases, folder: Path, api: BotApi, kind: str = "sqlite", part: str = "run"
) -> Iterator[tuple[Site, Running]]:
    site, port = Site(databases.address(kind), folder), free_port()
    site.telegram(api, "webhook", port)
    try:
        running = site.start(part, port=port)
        api.wait_until(lambda: api.webhook.get("url"), "the webhook")
        yield site, running
    finally:
        site.end()
        databases.drop(site.url)


def stand(site: Site) -> Books:
    with site.store() as store, store.reading() as uow:
        return books(uow)


def rests(site: Site) -> bool:
    found = stand(site)
    return set(found.inbox) <= {"handled", "parked"} and not set(found.outbox) & {"waiting", "leased", "uncertain"}


@pytest.mark.postgres
def test_a_database_that_is_gone_loses_nothing_and_stops_nobody(
    databases: Databases, tmp_path: Path, postgres_server: object
) -> None:
    """Webhooks are refused with 503 meanwhile, so that the platform keeps them; afterwards all goes on by itself."""
    url = databases.address("postgresql")
    with Persistent() as api, relayed(url) as line:
        site, port = Site(line.url, tmp_path), free_port()
        site.telegram(api, "webhook", port)
        crowd = Crowd(site, api)
        try:
            web_side, worker = site.start("web", port=port), site.start("worker")
            api.wait_until(lambda: api.webhook.get("url"), "the webhook")
            eventually(lambda: "working" in worker.log.read_text(), "the worker works", START_SECONDS)
            crowd.walk(4)
            for pause in (1.0, GONE_SECONDS):
                time.sleep(2.5)
                line.cut()
                time.sleep(pause)
                assert web_side.get("/healthz")[0] == 200
                assert pause < 2 or web_side.get("/readyz")[0] == 503
                line.mend()
            crowd.everybody_arrived(900)
            api.settle()
            assert worker.process.poll() is None
            eventually(lambda: rests(site), "everything is handled and sent")
            found = stand(site)
            assert found.balance
            assert found.inbox == {"handled": len(api.deliveries())}
            assert not set(api.answered) - {0, 200, 503}, api.answered
            families = [walker.family for walker in crowd.walkers]
            assert crowd.copies(families) == 0, "what was sent while nobody could note it is noted later"
        finally:
            crowd.stop.set()
            site.end()
            databases.drop(url)


def test_a_sqlite_file_that_somebody_holds_loses_nothing(databases: Databases, tmp_path: Path) -> None:
    """A copy or a repair beside the service holds the only writer's lock for longer than anybody waits for it."""
    with Persistent() as api, on_telegram(databases, tmp_path, api) as (site, _):
        crowd = Crowd(site, api)
        crowd.walk(3)
        time.sleep(2)
        holder = sqlite3.connect(make_url(site.url).database or "", isolation_level=None, timeout=60)
        holder.execute("BEGIN IMMEDIATE")
        time.sleep(GONE_SECONDS + 10)
        holder.execute("ROLLBACK")
        holder.close()
        crowd.everybody_arrived(900)
        api.settle()
        eventually(lambda: rests(site), "everything is handled and sent")
        found = stand(site)
        assert found.balance
        assert found.inbox == {"handled": len(api.deliveries())}
        families = [walker.family for walker in crowd.walkers]
        assert crowd.copies(families) == 0


def test_a_ban_is_kept_and_what_it_held_up_arrives_once(databases: Databases, tmp_path: Path) -> None:
    with Banning() as api, on_telegram(databases, tmp_path, api) as (site, _):
        families = [api.family() for _ in range(8)]
        for turn in range(3):
            api.fail_next("sendMessage", Fault("status", 429, FLOOD))
            for family in families:
                family.say("السلام عليكم" if turn == 0 else "القائمة")
            for family in families:
                _wait_for_answers(api, family, turn + 1)
        eventually(lambda: rests(site), "everything is handled and sent")
        assert len(api.bans) == 3
        assert api.during_bans() == 0
        assert [len(family.shown) for family in families] == [3] * 8


FAULTS = {
    "an error of the platform": Fault("status", 500),
    "a gateway's error": Fault("status", 502),
    "a connection that breaks before anything was done": Fault("reset"),
}
LOST = {
    "a connection that breaks after the message was taken": Fault("reset_after_commit"),
    "a page of HTML in place of the answer": Fault("garbage_after_commit"),
}


def test_every_way_in_which_telegram_fails(databases: Databases, tmp_path: Path) -> None:
    """What surely did not go is sent once, later; what may have gone is sent at most once more."""
    with BotApi() as api, on_telegram(databases, tmp_path, api) as (site, _):
        for name, fault in {**FAULTS, **LOST}.items():
            family = api.family(name)
            api.fail_next("sendMessage", fault)
            family.say("السلام عليكم")
            family.wait_for("بماذا نبدأ")
            _on(site, seconds=40)
            eventually(lambda: rests(site), name)
            assert len(family.shown) <= (2 if name in LOST else 1), name
        assert stand(site).balance


def test_every_way_in_which_whatsapp_fails(databases: Databases, tmp_path: Path) -> None:
    """The status that WhatsApp tells of a message settles a lost answer: nothing is sent a second time."""
    port = free_port()
    with GraphApi(webhook=f"http://127.0.0.1:{port}/webhooks/whatsapp", told=("sent", "delivered")) as api:
        site = Site(databases.address("sqlite"), tmp_path)
        site.whatsapp(api)
        try:
            site.start(port=port)
            for name, fault in {**FAULTS, **LOST, "too many": Fault("status", 429, 130429)}.items():
                family = api.family(name)
                api.fail_next("messages", fault)
                family.say("السلام عليكم")
                family.wait_for("بماذا نبدأ")
                api.settle()
                eventually(lambda: set(stand(site).inbox) == {"handled"}, f"{name}: its status is known")
                _on(site, seconds=40)
                eventually(lambda: rests(site), name)
                assert len(family.taken) == 1, name
            assert stand(site).balance
        finally:
            site.end()
            databases.drop(site.url)


def test_webhooks_twice_in_any_order_and_in_every_shape_of_batch(databases: Databases, tmp_path: Path) -> None:
    port = free_port()
    with GraphApi(webhook=f"http://127.0.0.1:{port}/webhooks/whatsapp", told=("sent", "delivered")) as api:
        site = Site(databases.address("sqlite"), tmp_path)
        site.whatsapp(api)
        try:
            site.start(port=port)
            messages = [_message(number) for number in range(6)]
            one_value = api.post_value({"contacts": _contacts(messages[:2]), "messages": messages[:2]})
            changes = api.post_value(*({"contacts": _contacts([one]), "messages": [one]} for one in messages[2:4]))
            entries = [json.loads(api_body)["entry"][0] for api_body in (one_value, changes)]
            late = [{"contacts": _contacts([one]), "messages": [one]} for one in messages[4:]]
            bodies = [one_value, changes, *(api.post_value(value) for value in late)]
            bodies.append(json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode())
            for body in reversed(bodies):
                api.post_body(body)
            api.settle()
            eventually(lambda: len(api.messages) >= 6 and rests(site), "six answers")
            api.settle()
            assert Counter(message.recipient for message in api.messages) == Counter(
                {message["from"]: 1 for message in messages}
            )
            eventually(lambda: rests(site), "every status is handled")
            found = stand(site)
            assert found.balance
            assert list(found.inbox) == ["handled"]
        finally:
            site.end()
            databases.drop(site.url)


def _message(number: int) -> dict[str, Any]:
    return {
        "from": f"9655550{number:04d}",
        "id": f"wamid.batch{number}",
        "timestamp": str(int(time.time())),
        "type": "text",
        "text": {"body": "السلام عليكم"},
    }


def _contacts(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{"wa_id": message["from"], "profile": {"name": "عيّنة"}} for message in messages]


def test_a_clock_that_is_set_back_and_forth_holds_nobody_up(databases: Databases, tmp_path: Path) -> None:
    with BotApi() as api, on_telegram(databases, tmp_path, api) as (site, _):
        family = api.family()
        for turn, hours in enumerate((3, -5, 1, -1, 2)):
            api.fail_next(
                "sendMessage", Fault("status", 503)
            )  # something is put off by the time that is about to change
            family.say("السلام عليكم" if turn == 0 else "القائمة")
            time.sleep(0.3)
            _on(site, seconds=3600 * hours)
            _wait_for_answers(api, family, turn + 1)
        eventually(lambda: rests(site), "everything is handled and sent")
        assert len(family.shown) == 5
        assert stand(site).balance


@pytest.mark.postgres
def test_two_workers_keep_one_limit_and_one_ban(databases: Databases, tmp_path: Path, postgres_server: object) -> None:
    """A campaign and replies through two workers: never 30 in a second, nobody writes during a ban, nothing twice."""
    with Banning(per_second=30) as api:
        site, port = Site(databases.address("postgresql"), tmp_path, program=AS_IT_IS), free_port()
        site.telegram(api, "webhook", port)
        crowd = Crowd(site, api)
        crowd.invite(150)
        try:
            site.start("web", port=port)
            for _ in range(2):
                site.start("worker")
            api.wait_until(lambda: len(api.asked) > 30, "the campaign is under way")
            api.fail_next("sendMessage", Fault("status", 429, FLOOD))
            family = api.family()
            walk(family, "بأي لغة")
            eventually(lambda: rests(site), "everything is sent")
            assert len(api.bans) == 1, "the injected one alone"
            assert api.during_bans() == 0
            assert [len(each.shown) for each in crowd.invited] == [1] * 150
            assert [text for text, times in Counter(texts(family)).items() if times > 1] == []
        finally:
            site.end()
            databases.drop(site.url)


def _wait_for_answers(api: BotApi, family: TelegramFamily, many: int) -> None:
    api.wait_until(lambda: len(family.shown) >= many, f"{many} answers")


def _on(site: Site, *, seconds: float) -> None:
    with site.store() as store:
        store.transact(lambda uow: move_clock(uow.session, timedelta(seconds=seconds)))
    time.sleep(1.2)  # the service looks at its clock once a second
