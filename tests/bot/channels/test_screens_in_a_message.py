"""A question beside which its whole group can be opened as screens: on WhatsApp a button, elsewhere nothing at all."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator

import pytest

from bot.channels.fitting import Fitted, fit
from bot.channels.whatsapp_out import WhatsAppSender
from referrals.inbound import Address
from referrals.messages import TELEGRAM, WEB, WHATSAPP, Capabilities, Choice, Message, OpensScreens
from referrals.outbox.owe import from_json, to_json
from tests.platforms.graph_api import PHONE_ID, TOKEN, GraphApi

LEAD = "«أهل البيت»: افتحوا الشاشة واملؤوها مرة واحدة، أو أجيبوا هنا."
CHOICES = (Choice("q:1", "نعم"), Choice("q:2", "لا"))
ASKED = Message("هل البيت إيجار؟", CHOICES, screens=OpensScreens("7001", "sample-token", "نملؤها معاً", LEAD))


@pytest.fixture
def api() -> Iterator[GraphApi]:
    with GraphApi() as server:
        server.flows["7001"] = {"status": "PUBLISHED"}
        yield server


def send(api: GraphApi, piece: Fitted) -> None:
    async def run() -> None:
        sender = WhatsAppSender(TOKEN, PHONE_ID, api.url)
        try:
            await sender.send(Address("phone", "+96550000001"), piece)
        finally:
            await sender.close()

    asyncio.run(run())


def test_the_button_opens_the_flow_and_the_answers_stand_in_the_text(api: GraphApi) -> None:
    (piece,) = fit(ASKED, WHATSAPP)
    send(api, piece)
    body = api.messages[0].body["interactive"]
    assert body["type"] == "flow"
    assert body["action"]["parameters"] == {
        "flow_message_version": "3",
        "flow_action": "data_exchange",
        "flow_id": "7001",
        "flow_token": "sample-token",
        "flow_cta": "نملؤها معاً",
    }
    lead, *rest = body["body"]["text"].splitlines()
    assert "أهل البيت" in lead and "هل البيت إيجار؟" in rest[0]
    assert "نعم" in "".join(rest) and "٢. لا" in "".join(rest)
    assert piece.offered == CHOICES


@pytest.mark.parametrize("capabilities", [TELEGRAM, WEB])
def test_elsewhere_it_is_the_question_alone(capabilities: Capabilities) -> None:
    (piece,) = fit(ASKED, capabilities)
    assert piece.screens is None and piece.layout == "buttons" and "الشاشة" not in piece.text


@pytest.mark.parametrize("status", ["BLOCKED", "THROTTLED"])
def test_a_flow_that_cannot_be_opened_leaves_the_question(api: GraphApi, status: str) -> None:
    api.flows["7001"]["status"] = status
    (piece,) = fit(ASKED, WHATSAPP)
    send(api, piece)
    (taken,) = api.messages
    assert taken.body["type"] == "text"
    assert "هل البيت إيجار؟" in taken.text and "الشاشة" not in taken.text and "٢. لا" in taken.text


def test_a_long_question_keeps_the_platform_s_limits(api: GraphApi) -> None:
    long = Message("نسأل عن البيت وأهله. " * 120 + "كم عددكم؟", screens=ASKED.screens)
    pieces = fit(long, WHATSAPP)
    assert len(pieces) > 1 and pieces[0].screens is None and LEAD[:12] in pieces[-1].text
    for piece in pieces:
        send(api, piece)
    assert api.refused == []


def test_it_is_stored_and_read_again_as_it_was() -> None:
    assert from_json(to_json(ASKED)) == ASKED
    older = {name: value for name, value in to_json(ASKED).items() if name != "screens"}
    assert from_json(older).screens is None
