"""The local platforms are as strict as the real ones, and their families speak through the real webhooks."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.telegram_in import check_secret, read_update
from bot.channels.telegram_out import TelegramSender
from bot.channels.whatsapp_in import check_signature, split
from bot.channels.whatsapp_out import WhatsAppSender
from referrals.inbound import Address, Inbound
from referrals.messages import TELEGRAM, WHATSAPP, Choice, Message
from tests.platforms.bot_api import BotApi
from tests.platforms.graph_api import APP_SECRET, PHONE_ID, TOKEN, GraphApi

YES_NO = Message("هل أنتم في أمان الآن؟", (Choice("safe:y", "نعم"), Choice("safe:n", "لا")))


class Listener:
    """A webhook of ours: keeps the bodies, answers `answers` one after the other and then 200."""

    def __init__(self) -> None:
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, str]] = []
        self.answers: list[int] = []
        listener = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                listener.bodies.append(self.rfile.read(int(self.headers["Content-Length"])))
                listener.headers.append(dict(self.headers))
                self.send_response(listener.answers.pop(0) if listener.answers else 200)
                self.end_headers()

            def log_message(self, format: str, *args: Any) -> None:
                pass

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/"


@pytest.fixture
def listener() -> Iterator[Listener]:
    ours = Listener()
    thread = Thread(target=ours.server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield ours
    ours.server.shutdown()
    thread.join()
    ours.server.server_close()


def call(api: BotApi, method: str, **arguments: Any) -> httpx.Response:
    return httpx.post(f"{api.url}/bot{api.token}/{method}", json=arguments)


@pytest.mark.parametrize(
    ("method", "arguments"),
    [
        ("sendMessage", {"chat_id": 1}),
        ("sendMessage", {"chat_id": 1, "text": "  "}),
        ("sendMessage", {"chat_id": 1, "text": "أ" * 4097}),
        ("sendMessage", {"chat_id": 1, "text": "أ", "colour": "red"}),
        ("sendMessage", {"chat_id": "one", "text": "أ"}),
        ("sendMessage", {"chat_id": 1, "text": "أ", "reply_markup": {"inline_keyboard": [[]]}}),
        (
            "sendMessage",
            {
                "chat_id": 1,
                "text": "أ",
                "reply_markup": {"inline_keyboard": [[{"text": "أ", "callback_data": "ب" * 33}]]},
            },
        ),
        ("sendPhoto", {"chat_id": 1, "caption": "أ"}),
        ("editMessageText", {"chat_id": 1, "message_id": 99, "text": "أ"}),
        ("editMessageReplyMarkup", {"chat_id": 1, "message_id": 99}),
        ("answerCallbackQuery", {"callback_query_id": "unknown"}),
        ("getFile", {"file_id": "unknown"}),
    ],
)
def test_the_bot_api_refuses_what_telegram_refuses(method: str, arguments: dict[str, Any]) -> None:
    with BotApi() as api:
        answered = call(api, method, **arguments)
        assert (answered.status_code, answered.json()["ok"]) == (400, False)
        assert api.messages == []


def test_the_bot_api_knows_itself_its_methods_and_its_token() -> None:
    with BotApi() as api:
        assert call(api, "getMe").json()["result"]["is_bot"] is True
        assert call(api, "sendChatAction", chat_id=1, action="typing").json()["result"] is True
        assert call(api, "flyToTheMoon").status_code == 404
        assert httpx.get(f"{api.url}/bot7:wrong/getMe").status_code == 401
        assert httpx.get(f"{api.url}/file/bot{api.token}/photos/none").status_code == 404


def test_the_flood_limits_ban_the_whole_bot_for_a_while() -> None:
    with BotApi(per_chat_second=1) as api:
        first, second, other = (call(api, "sendMessage", chat_id=chat, text="أ") for chat in (1, 1, 2))
        assert (first.status_code, second.status_code, other.status_code) == (200, 429, 429)
        assert second.json()["parameters"]["retry_after"] == 1
    with BotApi(per_second=3) as api:
        assert [call(api, "sendMessage", chat_id=n, text="أ").status_code for n in range(4)] == [200, 200, 200, 429]


def test_a_telegram_family_talks_through_the_webhook_until_it_is_answered(listener: Listener) -> None:
    with BotApi() as api:
        call(api, "setWebhook", url=listener.url, secret_token="s3cret")
        listener.answers = [500, 503]
        family = api.family("أم عيّنة")
        family.say("السلام عليكم")
        api.settle()
        assert api.deliveries()[0].statuses == (500, 503, 200)
        assert len(set(listener.bodies)) == 1
        assert check_secret("s3cret", listener.headers[-1]["X-Telegram-Bot-Api-Secret-Token"])
        events = [read_update(json.loads(listener.bodies[-1]))[0]]
        assert events[0].content.text == "السلام عليكم"
        asyncio.run(_answer_on_telegram(api, events[0].address))
        family.wait_for("أمان")
        family.tap("نعم")
        api.settle()
        assert read_update(json.loads(listener.bodies[-1]))[0].content.choice == "safe:y"
        with pytest.raises(LookupError, match="نعم"):
            family.tap("ربما")


def test_every_verb_of_a_telegram_family_is_read() -> None:
    with BotApi() as api:
        family = api.family()
        family.start("kuwait")
        family.send_location(29.3, 47.9)
        family.share_phone("+96550000001")
        family.send_photo(b"jpeg", "البطاقة")
        family.send_voice(b"ogg")
        family.block()
        said = [event for update in api.updates for event in read_update(update)]
        assert [event.content.start for event in said][:1] == ["kuwait"]
        assert said[1].content.point == (29.3, 47.9, 20.0)
        assert said[2].content.contact_phone == "+96550000001"
        assert [event.content.media.kind for event in said[3:] if event.content.media] == ["image", "audio"]


def test_a_whatsapp_family_talks_through_signed_webhooks(listener: Listener) -> None:
    with GraphApi(webhook=listener.url, told=("sent", "delivered")) as api:
        family = api.family("أم عيّنة")
        family.say("السلام عليكم")
        api.settle()
        assert check_signature(APP_SECRET, listener.bodies[0], listener.headers[0]["X-Hub-Signature-256"])
        (hello,) = events_of(listener)
        assert {a.kind for a in (hello.address, *hello.also_known_as)} == {"phone", "bsuid"}
        asyncio.run(_send_on_whatsapp(api, hello.address, fit(YES_NO, WHATSAPP)[0]))
        family.wait_for("أمان")
        family.tap("نعم")
        family.send_location(29.3, 47.9)
        family.share_phone(f"+{family.phone}")
        family.send_photo(b"jpeg", "البطاقة")
        family.send_voice(b"ogg")
        api.settle()
        told = events_of(listener)
        assert sorted(event.status for event in told if event.kind == "status") == ["delivered", "sent"]
        assert [event.content.choice for event in told if event.kind == "tap"] == ["safe:y"]
        assert {e.content.contact_phone for e in told} == {"", f"+{family.phone}"}
        assert {e.content.media.kind for e in told if e.content.media} == {"image", "audio"}


def test_a_quick_reply_of_a_template_carries_our_choice(listener: Listener) -> None:
    with GraphApi(webhook=listener.url) as api:
        api.register_template("reminder", parameters=1, quick_replies=1)
        family = api.family()
        reminder = Message("…", (Choice("confirm:17", "تأكيد"),), template="reminder", parameters=("غداً",))
        address = Address("phone", f"+{family.phone}")
        asyncio.run(_send_on_whatsapp(api, address, fit_template(reminder, quick_replies=1)))
        family.tap_quick_reply("تأكيد")
        api.settle()
        assert [event.content.choice for event in events_of(listener)] == ["confirm:17"]
        assert family.heard == ["reminder | غداً"]


def test_a_batch_of_several_people_is_one_post(listener: Listener) -> None:
    with GraphApi(webhook=listener.url) as api:
        said = [api.family(), api.family(hides_phone=True)]
        api.post_value(*[family.value_of("text", {"body": "مرحبا"})[0] for family in said])
        api.settle()
        assert [event.address.kind for event in events_of(listener)] == ["phone", "bsuid"]
        assert len(listener.bodies) == 1


TITLED = [{"type": "reply", "reply": {"id": f"i{n}", "title": "نعم"}} for n in range(2)]


@pytest.mark.parametrize(
    ("message", "code"),
    [
        ({"type": "text", "text": {"body": ""}}, 131009),
        ({"type": "text", "text": {"body": "أ" * 4097}}, 131009),
        ({"type": "text", "text": {"body": "أ"}, "colour": "red"}, 100),
        ({"type": "hologram", "hologram": {}}, 100),
        ({"type": "image", "image": {"id": "nobody uploaded this"}}, 131053),
        ({"type": "template", "template": {"name": "unknown", "language": {"code": "ar"}}}, 132001),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button", "body": {"text": "أ"}, "action": {"buttons": TITLED}},
            },
            131009,
        ),
        (
            {
                "type": "interactive",
                "interactive": {"type": "button", "body": {"text": "أ" * 1025}, "action": {"buttons": TITLED[:1]}},
            },
            131009,
        ),
        (
            {
                "type": "interactive",
                "interactive": {
                    "type": "list",
                    "body": {"text": "أ"},
                    "action": {"button": "اختاروا", "sections": [{"rows": [{"id": "1", "title": "أ" * 25}]}]},
                },
            },
            131009,
        ),
    ],
)
def test_the_graph_api_refuses_what_whatsapp_refuses(message: dict[str, Any], code: int) -> None:
    with GraphApi() as api:
        body = {"messaging_product": "whatsapp", "to": "96550000001", **message}
        headers = {"Authorization": f"Bearer {TOKEN}"}
        answered = httpx.post(f"{api.url}/v23.0/{PHONE_ID}/messages", json=body, headers=headers)
        assert (answered.status_code, answered.json()["error"]["code"]) == (400, code)
        assert api.messages == []


def events_of(listener: Listener) -> list[Inbound]:
    return [event for body in listener.bodies for received in split(body) for event in received.events]


async def _answer_on_telegram(api: BotApi, address: Address) -> None:
    sender = TelegramSender(api.token, api.url)
    await sender.send(address, fit(YES_NO, TELEGRAM)[0])
    await sender.close()


async def _send_on_whatsapp(api: GraphApi, address: Address, fitted: Fitted) -> None:
    sender = WhatsAppSender(TOKEN, PHONE_ID, api.url)
    await sender.send(address, fitted)
    await sender.close()
