"""The composition root: the one place that puts channels, casework and console together into a process."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, RedirectResponse
from fastapi.staticfiles import StaticFiles
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.channels.web import make_chat
from bot.clock import Clock
from bot.doors.openrosa import make_openrosa
from bot.doors.push_loop import make_push_loop, pushes_stay_here
from bot.drawable import say_what_cannot_be_drawn
from bot.lost import show_the_way
from bot.senders import Doors, accounts_of, connect
from bot.service import Service
from bot.settings import ROOT, Settings, WrongSetting, is_loopback
from bot.webhooks import make_webhooks
from console.app import make_console
from referrals.books import books
from referrals.outbox.lease import give_back
from referrals.protection.keyring import master_keys
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store
from referrals.submissions.pushing import give_back_pushes

log = logging.getLogger("sanad")


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


def compose(settings: Settings, *, serves: bool = True, works: bool = True, only_here: bool = True) -> App:
    """Everything one process needs: loads programmes, makes senders. Raises what a wrong setting or folder raises.

    `only_here` says that nobody but this machine can reach it: only then may a demonstration's clock move.
    """
    if settings.is_sqlite and not (serves and works):
        raise TooManyProcesses(TooManyProcesses.__doc__)
    store = open_store(settings.database_url, master_keys(settings.secret_key, settings.data))
    now = datetime.now(UTC)
    with store.alone():
        load_programmes(store, settings.programmes, now)
        accounts = accounts_of(store, settings, now)
    if store.is_sqlite and works:  # whoever held a lease is gone: this is the only process
        store.transact(give_back)
        store.transact(give_back_pushes)
    clock = Clock(store, movable=only_here and accounts.speak_only_here and pushes_stay_here(store))
    service = Service(store, clock, serves=serves, works=works)
    doors = connect(accounts, settings, service)
    if works:
        service.pollers.append(make_push_loop(store, clock))
    web = FastAPI(lifespan=_running(service), openapi_url=None, docs_url=None, redoc_url=None)
    if serves:
        _mount(web, settings, service, doors, accounts.web)
    show_the_way(web)
    _add_health(web, service, say_what_cannot_be_drawn(store))
    return App(web, service, store, clock)


def _running(service: Service) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        task = asyncio.ensure_future(service.run())
        try:
            yield
        finally:
            await service.stop(task)

    return lifespan


def _mount(web: FastAPI, settings: Settings, service: Service, doors: Doors, web_sender: int) -> None:
    secure = settings.base_url.startswith("https://")
    web.include_router(make_webhooks(service.inbox, telegram=doors.telegram, whatsapp=doors.whatsapp))
    web.include_router(
        make_chat(service.store, service.inbox, service.clock, sender_id=web_sender, secure_cookies=secure)
    )
    web.include_router(make_openrosa(service.store, service.clock, base_url=settings.base_url))
    web.mount("/assets", StaticFiles(directory=ROOT / "web_assets"), name="assets")
    console = make_console(
        service.store, service.clock, base_url=settings.base_url or "http://127.0.0.1", secure_cookies=secure
    )
    web.mount("/console", console)

    @web.get("/")
    def home() -> Response:
        return RedirectResponse("/chat", status_code=307)


def _add_health(web: FastAPI, service: Service, undrawable: dict[str, str]) -> None:
    store = service.store

    @web.get("/healthz")
    def healthz() -> Response:
        return JSONResponse({"status": "ok"})

    @web.get("/readyz")
    def readyz() -> Response:
        """503 while it cannot do its work; a platform that is away is told, but is no reason to take it out."""
        failing = service.failing()
        try:
            with store.reading() as uow:
                uow.connection.execute(text("select 1"))
        except SQLAlchemyError:
            failing.append("database")
        ready = not {"database", "turns", "clock"} & set(failing)
        told = {"undrawable": undrawable} if undrawable else {}  # texts of cards with a sign that our font lacks
        return JSONResponse(
            {"status": "ready" if ready else "failing", "failing": failing, **told}, status_code=200 if ready else 503
        )

    @web.get("/metrics")
    def metrics(request: Request) -> Response:
        host = request.client.host if request.client else ""
        if not is_loopback(f"http://{host}" if ":" not in host else f"http://[{host}]"):
            return PlainTextResponse("only from this machine", status_code=403)
        with store.reading() as uow:
            found = books(uow)
        lines = [
            f'sanad_{book}{{state="{state}"}} {count}'
            for book, states in (("inbox", found.inbox), ("outbox", found.outbox), ("pushes", found.pushes))
            for state, count in sorted(states.items())
        ]
        return PlainTextResponse("\n".join(lines) + "\n")


def claim_only_process(data: Path) -> None:
    """Holds the lock file that says: one service process on this SQLite database. Raises `TooManyProcesses`."""
    import fcntl

    try:
        data.mkdir(parents=True, exist_ok=True)
        handle = os.open(data / "sanad.lock", os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as failure:
        raise WrongSetting(f"SANAD_DATA: {data} cannot be used as a folder: {failure.strerror}") from failure
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as failure:
        raise TooManyProcesses(
            f"another sanad serves {data} already (its lock is {data / 'sanad.lock'}). {TooManyProcesses.__doc__}"
        ) from failure
    os.ftruncate(handle, 0)
    os.write(handle, f"{os.getpid()}\n".encode())
