"""Accounts that speak: those of the settings and those added to the database, each known by its own secret."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import select

from bot.accounts.connecting import accounts_of, connect
from bot.clock import Clock
from bot.intake.doorway import DoorsFirst
from bot.intake.webhooks import make_doorways
from bot.service import Service
from bot.settings import read_settings
from referrals.conversations.records import InboxMessage
from referrals.senders.ensuring import ensure_sender
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock

PLATFORM = "http://127.0.0.1:9"
SETTINGS = {
    "SANAD_BASE_URL": "http://127.0.0.1:8000",
    "SANAD_TELEGRAM_TOKEN": "100:sample-token-one",
    "SANAD_TELEGRAM_API_BASE": PLATFORM,
    "SANAD_TELEGRAM_WEBHOOK_SECRET": "secret-one",
}
SECOND = {"token": "200:sample-token-two", "webhook_secret": "secret-two", "api_base": PLATFORM}
NUMBER = {"token": "sample", "app_secret": "app", "verify_token": "verify", "api_base": PLATFORM}


def add(store: Store, channel: str, account: str, secrets: dict[str, str], clock: FrozenClock) -> int:
    return store.transact(
        lambda uow: ensure_sender(uow, channel, account, clock(), programmes=["kuwait"], secrets=secrets).id
    )


def greeting(number: int) -> dict[str, object]:
    user = {"id": 501, "is_bot": False, "first_name": "عيّنة"}
    chat = {"id": 501, "type": "private"}
    message = {"message_id": number, "date": 1, "chat": chat, "from": user, "text": "السلام عليكم"}
    return {"update_id": number, "message": message}


def test_two_bots_and_a_number_are_told_apart_by_their_secrets(
    sqlite_store: Store, clock: FrozenClock, tmp_path: Path
) -> None:
    store = sqlite_store
    second = add(store, "telegram", "200", SECOND, clock)
    number = add(store, "whatsapp", "555", NUMBER, clock)
    settings = read_settings(SETTINGS)
    accounts = accounts_of(store, settings, clock())
    service = Service(store, Clock(store, movable=accounts.speak_only_here))
    doors = connect(accounts, settings, service)
    assert accounts.speak_only_here
    assert len(service.lines) == 3

    app = FastAPI()
    app.add_middleware(DoorsFirst, doorways=make_doorways(service.inbox, doors.telegram, doors.whatsapp))
    with TestClient(app) as door:
        for secret in ("secret-one", "secret-two"):
            header = {"X-Telegram-Bot-Api-Secret-Token": secret}
            assert door.post("/webhooks/telegram", json=greeting(7), headers=header).status_code == 200
        wrong = {"X-Telegram-Bot-Api-Secret-Token": "secret-three"}
        assert door.post("/webhooks/telegram", json=greeting(8), headers=wrong).status_code == 403
        asked = {"hub.mode": "subscribe", "hub.verify_token": "verify", "hub.challenge": "41"}
        assert door.get("/webhooks/whatsapp", params=asked).text == "41"
        assert doors.whatsapp is not None and doors.whatsapp.senders == {"555": number}
    with store.reading() as uow:
        came_to = list(uow.session.scalars(select(InboxMessage.sender_id).order_by(InboxMessage.id)))
    assert len(came_to) == 2 and came_to[1] == second and came_to[0] != second, (
        "one update id of two bots is two messages"
    )


def test_one_account_that_speaks_to_the_world_stops_the_demonstrations_clock(
    sqlite_store: Store, clock: FrozenClock
) -> None:
    add(sqlite_store, "telegram", "300", {"token": "300:sample-token", "api_base": "https://bots.example.org"}, clock)
    accounts = accounts_of(sqlite_store, read_settings({}), clock())
    assert not accounts.speak_only_here


def test_an_account_without_its_secrets_is_left_alone(sqlite_store: Store, clock: FrozenClock) -> None:
    add(sqlite_store, "whatsapp", "556", {"token": "sample"}, clock)
    assert accounts_of(sqlite_store, read_settings({}), clock()).whatsapp == ()
