"""The composition root: the one place that puts channels, casework and console together into a process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text

from bot.channels.failures import ChannelFailed
from bot.channels.web import make_chat
from bot.clock import Clock
from bot.service import Line, Service
from bot.settings import ROOT, Settings, TelegramSettings, WhatsAppSettings, is_loopback
from bot.webhooks import TelegramDoor, WhatsAppDoor, make_webhooks, take_update
from console.app import make_console
from referrals.books import books
from referrals.definitions.in_force import programmes
from referrals.protection.keyring import master_keys
from referrals.senders.ensuring import ensure_sender
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

RETRY_REGISTRATION = 30.0


class TooManyProcesses(RuntimeError):
    """SQLite has one writer, so one process serves everything: use `sanad run`. For several processes set
    SANAD_DATABASE_URL to a PostgreSQL database."""


@dataclass
class App:
    """A composed process: the web application and the service whose loops run beside it."""

    web: FastAPI
    service: Service
    store: Store
    clock: Clock


def compose(settings: Settings, *, serves: bool = True, works: bool = True) -> App:
    """Everything one process needs: loads programmes, makes senders. Raises what a wrong setting or folder raises."""
    if settings.is_sqlite and not (serves and works):
        raise TooManyProcesses(TooManyProcesses.__doc__)
    store = open_store(settings.database_url, master_keys(settings.secret_key, settings.data))
    clock = Clock(store, movable=settings.speaks_only_here)
    load_programmes(store, settings.programmes, clock())
    service = Service(store, clock, works=works)
    doors = _Doors(settings, service)
    web = FastAPI(lifespan=_running(service), openapi_url=None, docs_url=None, redoc_url=None)
    if serves:
        _mount(web, settings, service, doors)
    _add_health(web, store)
    return App(web, service, store, clock)


class _Doors:
    """The senders of this process, each with its way in and its way out."""

    def __init__(self, settings: Settings, service: Service) -> None:
        self.service, self.settings = service, settings
        self.web_sender = self._ensure("web", "web")
        self.telegram = self._telegram(settings.telegram) if settings.telegram else None
        self.whatsapp = self._whatsapp(settings.whatsapp) if settings.whatsapp else None

    def _ensure(self, channel: str, account: str) -> int:
        at = self.service.clock()

        def work(uow: UnitOfWork) -> int:
            known = [programme.id for programme in programmes(uow)]
            return ensure_sender(uow, channel, account, at, programmes=known).id

        return self.service.store.transact(work)

    def _telegram(self, settings: TelegramSettings) -> TelegramDoor:
        from bot.channels.telegram_out import TelegramSender  # only where Telegram is configured: it is heavy

        sender = TelegramSender(settings.token, settings.api_base)
        sender_id = self._ensure("telegram", settings.token.split(":")[0])
        self.service.lines.append(Line(sender_id, "telegram", sender))
        door = TelegramDoor(settings.webhook_secret, sender_id, sender.answer_callback)
        if settings.mode == "polling":
            self.service.pollers.append(self._poller(settings, door, sender.delete_webhook))
        else:
            address = f"{self.settings.base_url}/webhooks/telegram"
            self.service.pollers.append(_once(lambda: sender.set_webhook(address, settings.webhook_secret)))
        return door

    def _poller(
        self, settings: TelegramSettings, door: TelegramDoor, unhook: Callable[[], Awaitable[None]]
    ) -> Callable[[], Awaitable[None]]:
        from bot.channels.telegram_polling import poll_updates

        async def poll() -> None:
            await unhook()
            async for batch in poll_updates(settings.api_base, settings.token):
                for update in batch.updates:
                    await take_update(self.service.inbox, door, update)

        return poll

    def _whatsapp(self, settings: WhatsAppSettings) -> WhatsAppDoor:
        from bot.channels.whatsapp_out import WhatsAppSender

        sender = WhatsAppSender(settings.token, settings.phone_id, settings.api_base)
        sender_id = self._ensure("whatsapp", settings.phone_id)
        self.service.lines.append(Line(sender_id, "whatsapp", sender))
        return WhatsAppDoor(settings.app_secret, settings.verify_token, {settings.phone_id: sender_id})


def _once(register: Callable[[], Awaitable[None]]) -> Callable[[], Awaitable[None]]:
    """Registers in the background until it worked: a platform that is away never stops the start."""

    async def step() -> None:
        while True:
            try:
                await register()
                await asyncio.Event().wait()
            except ChannelFailed as failure:
                log.warning("registration: %s; trying again in %.0f seconds", failure, RETRY_REGISTRATION)
                await asyncio.sleep(RETRY_REGISTRATION)

    return step


def _running(service: Service) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.ensure_future(service.run())
        try:
            yield
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    return lifespan


def _mount(web: FastAPI, settings: Settings, service: Service, doors: _Doors) -> None:
    secure = settings.base_url.startswith("https://")
    web.include_router(make_webhooks(service.inbox, telegram=doors.telegram, whatsapp=doors.whatsapp))
    web.include_router(
        make_chat(service.store, service.inbox, service.clock, sender_id=doors.web_sender, secure_cookies=secure)
    )
    web.mount("/assets", StaticFiles(directory=ROOT / "web_assets"), name="assets")
    console = make_console(
        service.store, service.clock, base_url=settings.base_url or "http://127.0.0.1", secure_cookies=secure
    )
    web.mount("/console", console)

    @web.get("/")
    def home() -> Response:
        return RedirectResponse("/chat", status_code=307)


def _add_health(web: FastAPI, store: Store) -> None:
    @web.get("/healthz")
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @web.get("/readyz")
    def readyz() -> Response:
        with store.reading() as uow:
            uow.connection.execute(text("select 1"))
        return JSONResponse({"status": "ready"})

    @web.get("/metrics")
    def metrics(request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not is_loopback(f"http://{host}" if ":" not in host else f"http://[{host}]"):
            return PlainTextResponse("only from this machine", status_code=403)
        with store.reading() as uow:
            found = books(uow)
        lines = [
            f'sanad_{book}{{state="{state}"}} {count}'
            for book, states in (("inbox", found.inbox), ("outbox", found.outbox))
            for state, count in sorted(states.items())
        ]
        return PlainTextResponse("\n".join(lines) + "\n")


def claim_only_process(data: Path) -> None:
    """Holds the lock file that says: one service process on this SQLite database. Raises `TooManyProcesses`."""
    import fcntl

    data.mkdir(parents=True, exist_ok=True)
    handle = os.open(data / "sanad.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as failure:
        raise TooManyProcesses(
            f"another sanad serves {data} already (its lock is {data / 'sanad.lock'}). {TooManyProcesses.__doc__}"
        ) from failure
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
