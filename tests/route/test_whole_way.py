"""The whole way over Telegram and WhatsApp, against local servers that speak their APIs, through one real process."""

from __future__ import annotations

import hashlib
import json
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

import pytest
from sqlalchemy import Row, select

from bot.clock import move_clock
from referrals.books import books
from referrals.conversations.records import InboxMessage
from referrals.outbox.records import OutboxMessage
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import VERIFY_TOKEN, GraphApi, signature
from tests.platforms.local_server import Fault
from tests.platforms.telegram_family import TelegramFamily
from tests.route.running import WEBHOOK_SECRET, Running, Site, free_port, labels, offer, texts, walk
from tests.stores import Databases

TELEGRAM, WHATSAPP = "/webhooks/telegram", "/webhooks/whatsapp"


@dataclass
class World:
    """Both platforms and a `sanad run` between them."""

    telegram: BotApi
    whatsapp: GraphApi
    site: Site
    sanad: Running

    def rows(self, kind: type[InboxMessage | OutboxMessage]) -> list[Row[str, str]]:
        """State and reason of every row."""
        with self.site.store() as store, store.reading() as uow:
            return list(uow.connection.execute(select(kind.state, kind.reason).order_by(kind.id)))

    def parked(self) -> list[str]:
        """The reasons of what was parked, in and out."""
        both = [*self.rows(InboxMessage), *self.rows(OutboxMessage)]
        return [reason for state, reason in both if state == "parked"]

    def balances(self) -> bool:
        with self.site.store() as store, store.reading() as uow:
            return books(uow).balance


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    with BotApi() as telegram, GraphApi(webhook=f"http://127.0.0.1:{port}{WHATSAPP}") as whatsapp:
        site = Site(databases.address("sqlite"), tmp_path_factory.mktemp("run"))
        site.telegram(telegram, "webhook", port)
        site.whatsapp(whatsapp)
        sanad = site.start(port=port)
        telegram.wait_until(lambda: telegram.webhook.get("url"), "the webhook is registered")
        yield World(telegram, whatsapp, site, sanad)
        site.end()


def test_a_familys_whole_way_on_telegram(world: World) -> None:
    family = world.telegram.family()
    walk(family, "وصل طلبكم")
    family.wait_for("هل يناسبكم هذا المكان")
    family.tap(labels(family)[0])
    family.wait_for("نرسل إلى")
    family.tap("أوافق")
    family.wait_for("أرسلنا طلبكم")
    offer(world.site)
    family.wait_for("أي موعد يناسبكم")
    assert len(labels(family)) == 4, "three times, and another one"
    family.tap(labels(family)[0])
    world.telegram.wait_until(lambda: [shown for shown in family.shown if "موعدكم" in shown.text], "the card")
    receipt, card = (shown for shown in family.shown if shown.photo)
    assert "وصل طلبكم" in receipt.text
    assert "موعدكم" in card.text
    assert all((shown.photo or b"").startswith(b"\x89PNG") for shown in (receipt, card))
    assert world.parked() == []
    assert world.balances()


def test_the_same_way_on_whatsapp(world: World) -> None:
    family = world.whatsapp.family()
    walk(family, "وصل طلبكم")
    family.wait_for("هل يناسبكم هذا المكان")
    family.tap(labels(family)[0])
    family.wait_for("نرسل إلى")
    family.tap("أوافق")
    family.wait_for("أرسلنا طلبكم")
    offer(world.site)
    family.wait_for("أي موعد يناسبكم")
    assert len(labels(family)) == 4, "three times, and another one"
    family.tap(labels(family)[0])
    world.whatsapp.wait_until(lambda: [t for t in family.taken if t.body["type"] == "image"], "the card")
    assert world.whatsapp.refused == []
    assert world.parked() == []


def test_a_conversation_begun_on_telegram_is_finished_on_whatsapp_with_six_digits(world: World) -> None:
    here, there = world.telegram.family(), world.whatsapp.family()
    walk(here, "كم العمر")
    here.say("أكمل على هاتف آخر")
    told = _code(here)
    there.say(told)
    there.wait_for("كم العمر")
    walk(there, "وصل طلبكم", begin="٤٢")
    assert world.parked() == []


def _code(family: TelegramFamily) -> str:
    shown = family.wait_for("رمزكم")
    return "".join(str(int(character)) for character in shown.text if character.isdigit())[:6]


# ---- bad webhooks


def test_whatsapps_verification_is_answered_with_its_challenge(world: World) -> None:
    asked = f"{WHATSAPP}?hub.mode=subscribe&hub.challenge=12345&hub.verify_token="
    assert world.sanad.get(asked + VERIFY_TOKEN) == (200, "12345")
    assert world.sanad.get(asked + "wrong")[0] == 403
    assert world.sanad.get(WHATSAPP)[0] == 403


@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b'"text"', b"[" * 100_000, b'{"a":' * 5_000, b"NaN"]
)
def test_a_malformed_webhook_gets_a_clear_4xx(world: World, body: bytes) -> None:
    assert world.sanad.post(TELEGRAM, body, X_Telegram_Bot_Api_Secret_Token=WEBHOOK_SECRET) == 400
    assert world.sanad.post(WHATSAPP, body, X_Hub_Signature_256=signature(body)) == 400


def test_an_oversized_webhook_gets_413(world: World) -> None:
    body = json.dumps({"object": "x" * (4 * 1024 * 1024)}).encode()
    assert world.sanad.post(TELEGRAM, body, X_Telegram_Bot_Api_Secret_Token=WEBHOOK_SECRET) == 413
    assert world.sanad.post(WHATSAPP, body, X_Hub_Signature_256=signature(body)) == 413


@pytest.mark.parametrize("given", ["", "sha256=", "sha256=00", "sha1=abc", "x" * 5_000])
def test_an_unsigned_webhook_is_refused_and_kept_nowhere(world: World, given: str) -> None:
    before = len(world.rows(InboxMessage))
    body = json.dumps({"object": "whatsapp_business_account", "entry": []}).encode()
    assert world.sanad.post(WHATSAPP, body, X_Hub_Signature_256=given) == 401
    update = json.dumps({"update_id": 1, "message": {}}).encode()
    assert world.sanad.post(TELEGRAM, update, X_Telegram_Bot_Api_Secret_Token=given) == 403
    assert len(world.rows(InboxMessage)) == before


def test_an_unknown_object_or_update_is_never_a_5xx(world: World) -> None:
    for payload in (
        {"object": "page", "entry": []},
        {"object": "whatsapp_business_account"},
        {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": [{"field": "x", "value": {}}]}]},
        {"object": "whatsapp_business_account", "entry": "no list"},
        {"object": "whatsapp_business_account", "entry": [None, 1, {"changes": None}]},
    ):
        body = json.dumps(payload).encode()
        assert world.sanad.post(WHATSAPP, body, X_Hub_Signature_256=signature(body)) in (200, 400)
    for update in ({}, {"update_id": 5}, {"update_id": 6, "poll": {}}, {"update_id": "x", "message": []}):
        body = json.dumps(update).encode()
        status = world.sanad.post(TELEGRAM, body, X_Telegram_Bot_Api_Secret_Token=WEBHOOK_SECRET)
        assert status in (200, 400)
    assert world.balances()


def test_one_bad_piece_in_a_batch_is_parked_and_the_others_are_handled(world: World) -> None:
    family, other, parked = world.whatsapp.family(), world.whatsapp.family(), len(world.parked())
    good, _ = family.value_of("text", {"body": "السلام عليكم"})
    bad = {"contacts": [], "messages": [{"id": 7, "type": ["text"], "from": None}]}
    also, _ = other.value_of("text", {"body": "السلام عليكم"})
    body = world.whatsapp.post_value(good, bad, also)
    family.wait_for("بماذا نبدأ")
    other.wait_for("بماذا نبدأ")
    assert len(world.parked()) == parked + 1
    world.whatsapp.post_body(body)
    world.whatsapp.settle()
    assert len(world.parked()) == parked + 1, "the same piece delivered again is the same row"
    assert len(texts(family)) == 1


def test_a_redelivered_update_is_answered_once(world: World) -> None:
    family = world.telegram.family()
    family.say("السلام عليكم")
    family.wait_for("بماذا نبدأ")
    update = json.loads(world.telegram.deliveries()[-1].body)
    for _ in range(3):
        world.telegram.post_update(update)
    world.telegram.settle()
    family.say("القائمة")
    family.wait_for("التحدث" if "التحدث" in texts(family)[-1] else "بماذا نساعدكم")
    assert len(family.shown) == 2


# ---- outages


@pytest.mark.parametrize(
    ("fault", "copies"),
    [
        (Fault("status", 502), 1),
        (Fault("status", 429, body={"ok": False, "error_code": 429, "parameters": {"retry_after": 1}}), 1),
        (Fault("reset"), 1),
        (Fault("reset_after_commit"), 2),
        (Fault("garbage_after_commit"), 2),
    ],
    ids=["5xx", "429", "reset", "reset after commit", "garbage after commit"],
)
def test_an_outage_loses_nothing(world: World, fault: Fault, copies: int) -> None:
    """A send whose answer was lost may arrive twice; one that was refused arrives once; none is missing."""
    family, parked = world.telegram.family(), world.parked()
    world.telegram.fail_next("sendMessage", fault)
    family.say("السلام عليكم")
    if fault.kind != "status":
        _let_the_uncertain_be_settled(world)
    world.telegram.wait_until(lambda: len(family.shown) >= copies, "the greeting, as often as it takes")
    family.say("تقديم طلب")
    world.telegram.wait_until(lambda: "العربية" in labels(family), "the next question")
    assert [text for text in texts(family) if "بماذا نبدأ" in text] == [texts(family)[0]] * copies
    assert world.parked() == parked


def _let_the_uncertain_be_settled(world: World) -> None:
    """Half a minute passes by the demonstration's clock."""

    with world.site.store() as store:
        store.transact(lambda uow: move_clock(uow.session, timedelta(seconds=30)))


def test_a_tap_that_telegram_does_not_let_us_acknowledge_is_still_answered(world: World) -> None:
    family = world.telegram.family()
    family.say("السلام عليكم")
    family.wait_for("بماذا نبدأ")
    world.telegram.fail_next("answerCallbackQuery", Fault("status", 500))
    family.tap("تقديم طلب")
    world.telegram.wait_until(lambda: "العربية" in labels(family), "the next question")
    world.telegram.settle()
    assert world.telegram.deliveries()[-1].statuses == (200,)


def test_health_and_metrics_are_told(world: World) -> None:
    assert world.sanad.get("/healthz") == (200, '{"status":"ok"}')
    status, told = world.sanad.get("/metrics")
    assert status == 200
    assert 'sanad_inbox{state="handled"}' in told
    assert hashlib.sha256(told.encode()).hexdigest()


def test_the_books_balance_at_the_end_of_all_this(world: World) -> None:
    assert world.balances()
    assert urllib.request.urlopen(world.sanad.base + "/chat", timeout=60).status == 200
