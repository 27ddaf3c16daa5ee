"""The composition root: the one place that puts channels, casework and console together into a process."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Response
from fastapi.responses import RedirectResponse

from bot.accounts.connecting import Doors, accounts_of, connect
from bot.assets import add_assets
from bot.channels.telegram_in import warm_up
from bot.channels.web import make_chat
from bot.clock import Clock
from bot.doors.below import Below
from bot.doors.calendar import make_calendar
from bot.doors.flows import make_flow_door
from bot.doors.hsds import make_hsds
from bot.doors.openrosa import make_openrosa
from bot.doors.partner import make_partner_api
from bot.doors.push_loop import make_push_loop, pushes_stay_here
from bot.doors.webhook_loop import make_webhook_loop, partners_stay_here
from bot.health.answers import Starting, add_health
from bot.health.book_watch import make_book_watch
from bot.health.drawable import say_what_cannot_be_drawn
from bot.intake.doorway import DoorsFirst
from bot.intake.webhooks import make_doorways
from bot.lost import show_the_way
from bot.service import Service
from bot.settings import Settings, WrongSetting
from console.app import make_console
from referrals.books.counting import start as start_counting
from referrals.outbox.settling import give_back
from referrals.partners.delivering import give_back_deliveries
from referrals.protection.keys.keyring import master_keys
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store
from referrals.submissions.pushing import give_back_pushes


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
        store.transact(lambda uow: start_counting(uow.connection))  # where somebody took a trigger away
    stays_here = accounts.speak_only_here and pushes_stay_here(store) and partners_stay_here(store)
    clock = Clock(store, movable=only_here and stays_here)
    if store.is_sqlite and works:  # whoever held a lease is gone: this is the only process
        store.transact(lambda uow: give_back(uow, clock()))
        store.transact(give_back_pushes)
        store.transact(give_back_deliveries)
    service = Service(store, clock, serves=serves, works=works, base_url=settings.base_url)
    doors = connect(accounts, settings, service)
    if works:
        service.pollers += [make_push_loop(store, clock), make_book_watch(store, clock)]
        service.pollers.append(make_webhook_loop(store, clock, settings.partner_networks))
    starting = Starting(_loads_of(doors) if serves else ())
    web = FastAPI(lifespan=_running(service, starting), openapi_url=None, docs_url=None, redoc_url=None)
    if serves:
        _mount(web, settings, service, doors, accounts.web)
    show_the_way(web)
    add_health(web, service, say_what_cannot_be_drawn(store), starting)
    return App(web, service, store, clock)


def _loads_of(doors: Doors) -> tuple[Callable[[], None], ...]:
    """What a first webhook needs and takes seconds to load."""
    return (warm_up,) if doors.telegram else ()


def _running(service: Service, starting: Starting) -> Callable[[FastAPI], contextlib.AbstractAsyncContextManager[None]]:
    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        starting.begin()
        task = asyncio.ensure_future(service.run())
        try:
            yield
        finally:
            await service.stop(task)

    return lifespan


def _mount(web: FastAPI, settings: Settings, service: Service, doors: Doors, web_sender: int) -> None:
    secure = settings.base_url.startswith("https://")
    doorways = make_doorways(service.inbox, doors.telegram, doors.whatsapp)
    if doors.whatsapp is not None:
        doorways |= make_flow_door(service.store, service.clock, doors.whatsapp.app_secrets)
    web.add_middleware(DoorsFirst, doorways=doorways)
    web.include_router(
        make_chat(service.store, service.inbox, service.clock, sender_id=web_sender, secure_cookies=secure)
    )
    web.include_router(make_openrosa(service.store, service.clock, base_url=settings.base_url))
    web.include_router(make_calendar(service.store, service.clock))
    web.router.routes.append(Below("/hsds", make_hsds(service.store, base_url=settings.base_url)))
    partner_api = make_partner_api(service.store, service.clock, base_url=settings.base_url)
    web.router.routes.append(Below("/partner", partner_api))
    add_assets(web)
    console = make_console(
        service.store, service.clock, base_url=settings.base_url or "http://127.0.0.1", secure_cookies=secure
    )
    web.mount("/console", console)

    @web.api_route("/", methods=["GET", "HEAD"])
    def home() -> Response:
        return RedirectResponse("/chat", status_code=307)


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
