"""The door of WhatsApp Flows: opens what a telephone sealed, keeps what was filled, seals the next screen."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.whatsapp_flows import given_in, screen_data
from bot.channels.whatsapp_in import check_signature
from bot.doors.flow_secrets import CannotDecrypt, Opened, open_request, private_keys
from bot.intake.doorway import Answer, Answering, Asked, Doorway, refusal, unavailable
from dialogs.interview.screens import DONE
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.flows.taking import Exchange, NoLonger, View, exchange, no_longer
from referrals.senders.ensuring import active_senders, secrets_of
from referrals.store.unit_of_work import Store, UnitOfWork

PATH = "/webhooks/whatsapp/flows"
SIGNATURE_WRONG, NOT_OPENED, TOKEN_OVER = 432, 421, 427
TRIES = 5  # a turn in the chat may be faster that often in a row
ACTIONS = ("INIT", "BACK", "data_exchange")
MOST_GIVEN = 4096  # characters of one field

log = logging.getLogger("sanad")


@dataclass(frozen=True)
class FlowDoor:
    """What the endpoint works on."""

    store: Store
    clock: Callable[[], datetime]
    app_secrets: tuple[str, ...]


def make_flow_door(store: Store, clock: Callable[[], datetime], app_secrets: tuple[str, ...]) -> dict[str, Doorway]:
    """The endpoint by its address, for the doors that stand before every page."""
    return {PATH: Doorway({"POST": _flows(FlowDoor(store, clock, app_secrets))})}


def _flows(door: FlowDoor) -> Answering:
    async def flows(asked: Asked) -> Answer:
        body = await asked.body()
        if body is None:
            return refusal(413, "the body is larger than any screen")
        signature = asked.header(b"x-hub-signature-256")
        if not any(check_signature(secret, body, signature) for secret in door.app_secrets):
            return refusal(SIGNATURE_WRONG, "the signature is missing or wrong")
        try:
            return await asyncio.to_thread(_answer, door, body)
        except (SQLAlchemyError, TwoTurnsAtOnce) as failure:
            log.warning("a screen was not taken: %s", type(failure).__name__)
            return unavailable()

    return flows


def _answer(door: FlowDoor, body: bytes) -> Answer:
    try:
        with door.store.reading() as uow:
            keys = _keys(uow, door.clock())
        opened = open_request(_object(body), keys)
    except CannotDecrypt as failure:
        return refusal(NOT_OPENED, str(failure))
    try:
        return _sealed(opened, _told(door, opened))
    except NoLonger as over:
        return _sealed(opened, {"error_msg": str(over)}, TOKEN_OVER)


def _keys(uow: UnitOfWork, at: datetime) -> list[tuple[int, str]]:
    """The private keys of every WhatsApp sender, in the order of senders."""
    senders = [sender for sender in active_senders(uow) if sender.channel == "whatsapp"]
    return [(sender.id, key) for sender in senders for key in private_keys(secrets_of(uow, sender), at)]


def _told(door: FlowDoor, opened: Opened) -> Mapping[str, Any]:
    payload = opened.payload
    action, data = str(payload.get("action", "")), payload.get("data")
    data = data if isinstance(data, dict) else {}
    if action == "ping":
        return {"data": {"status": "active"}}
    if data.get("error") or data.get("error_key"):
        told = data.get("error") or data.get("error_key")
        log.warning("sender %s: a telephone could not show a screen: %s", opened.sender_id, str(told)[:80])
        return {"data": {"acknowledged": True}}
    token = payload.get("flow_token")
    if action not in ACTIONS or not isinstance(token, str) or not token:
        raise NoLonger(no_longer())
    given = {name: value[:MOST_GIVEN] for name, value in given_in(data).items()}
    asked = Exchange(action, token, str(payload.get("screen") or ""), given)
    view = _exchanged(door, opened.sender_id, asked)
    return {"screen": view.screen.id if view.screen is not None else DONE, "data": screen_data(view)}


def _exchanged(door: FlowDoor, sender_id: int, asked: Exchange) -> View:
    """One unit of work; done again on what a turn in the chat left, where that was faster."""
    for left in reversed(range(TRIES)):
        try:
            return door.store.transact(lambda uow: exchange(uow, sender_id, asked, door.clock()))
        except TwoTurnsAtOnce:
            if not left:
                raise
    raise AssertionError("the last try returns or raises")


def _sealed(opened: Opened, told: Mapping[str, Any], status: int = 200) -> Answer:
    return Answer(status, opened.sealed(told), b"text/plain; charset=utf-8")


def _object(body: bytes) -> Mapping[str, Any]:
    """The JSON object of a body, empty for anything else: then no key opens it."""
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
