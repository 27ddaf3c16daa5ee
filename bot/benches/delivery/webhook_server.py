"""The process that is measured: `sanad`, our webhooks on SQLite as the service serves them, or `bare`, an endpoint that
reads the body and answers 200. Says its port, and ends with its standard input."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import FastAPI
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bot.benches.delivery.webhook_samples import APP_SECRET, PHONE_ID, SECRET, VERIFY_TOKEN
from bot.channels.telegram_in import warm_up
from bot.cli.serving import listen
from bot.intake.doorway import DoorsFirst
from bot.intake.inbox import Inbox
from bot.intake.webhooks import TelegramDoor, WhatsAppDoor, make_doorways
from bot.settled_memory import settle_memory
from referrals.protection.vault import MasterKeys
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import open_store
from referrals.store.unit_of_work import Store


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def bare() -> Starlette:
    """What a request costs when nothing is done with it."""

    async def endpoint(request: Request) -> Response:
        await request.body()
        return Response(b'{"ok":true}', media_type="application/json")

    return Starlette(
        routes=[Route(f"/webhooks/{name}", endpoint, methods=["POST"]) for name in ("telegram", "whatsapp")]
    )


def sanad(store: Store) -> FastAPI:
    """The two doors over a new database."""

    async def acknowledge(_tap: str) -> bool:
        return True

    def senders(uow: Any) -> list[int]:
        return [ensure_sender(uow, name, f"bench-{name}", now(), programmes=[]).id for name in ("telegram", "whatsapp")]

    telegram, whatsapp = store.transact(senders)
    web = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    doorways = make_doorways(
        Inbox(store, now),
        [TelegramDoor(SECRET, telegram, acknowledge)],
        WhatsAppDoor((APP_SECRET,), (VERIFY_TOKEN,), {PHONE_ID: whatsapp}),
    )
    web.add_middleware(DoorsFirst, doorways=doorways)
    return web


def main(kind: str, folder: str, turns: bool) -> None:
    """Serves on a free port of this machine; with `turns`, what comes in is handled meanwhile as well."""
    store = None
    if kind == "sanad":
        store = open_store(f"sqlite:///{Path(folder) / 'webhooks.db'}", MasterKeys.parse(MasterKeys.new()))
    listening = listen("127.0.0.1", 0)
    app = bare() if store is None else sanad(store)
    warm_up()
    settle_memory()  # as `sanad run` does
    server = uvicorn.Server(
        uvicorn.Config(app, log_level="warning", log_config=None, access_log=False, server_header=False)
    )

    def end() -> None:
        sys.stdin.read()
        server.should_exit = True

    def answer(store: Store) -> None:
        from referrals.conversations.turns import take_turns

        while not server.should_exit:
            if not take_turns(store, now()):
                threading.Event().wait(0.05)

    threading.Thread(target=end, daemon=True).start()
    if turns and store is not None:
        threading.Thread(target=answer, args=(store,), daemon=True).start()
    sys.stdout.write(f"{listening.getsockname()[1]}\n")
    sys.stdout.flush()
    asyncio.run(server.serve(sockets=[listening]))
    os._exit(0)  # threads of this bench may be within a turn


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], turns="turns" in sys.argv[3:])
