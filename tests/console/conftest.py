"""Two centres of a sample programme, the staff who work there, families who were sent there, and browsers of a kind."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles
from fastapi.testclient import TestClient
from sqlalchemy import event

from console.app import make_console
from referrals.protection.vault import MasterKeys
from referrals.staff.passwords import Passwords
from referrals.store.engine import open_engine
from referrals.store.schema import migrate
from referrals.store.unit_of_work import Store
from tests.conftest import FrozenClock
from tests.console.world import PASSWORD, World
from tests.stores import databases, hurry, sqlite_store

__all__ = ["databases", "sqlite_store"]

ASSETS = Path(__file__).resolve().parents[2] / "web_assets"
BASE = "http://testserver"
CSRF = re.compile(r'name="csrf" value="([^"]+)"')
QUICK = Passwords(memory_kib=64, time_cost=1, parallelism=1)


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """An empty database with the newest schema, as bytes to copy."""
    path = tmp_path_factory.mktemp("console") / "empty.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").close()
    engine.dispose()
    return path.read_bytes()


@pytest.fixture
def store(prepared: bytes, tmp_path: Path) -> Iterator[Store]:
    """A database of the test's own."""
    path = tmp_path / "sanad.sqlite"
    path.write_bytes(prepared)
    engine = open_engine(f"sqlite:///{path}")
    event.listen(engine, "connect", hurry)
    store = Store(engine, MasterKeys.parse(MasterKeys.new()))
    store.transact(lambda uow: uow.vault.make_system_keys())
    yield store
    engine.dispose()


@pytest.fixture
def world(store: Store, clock: FrozenClock) -> World:
    """The sample programme with its centres and staff."""
    return World.made(store, clock, QUICK)


@pytest.fixture
def web(world: World, clock: FrozenClock) -> FastAPI:
    """The console mounted as the service mounts it."""
    app = FastAPI()
    app.mount("/assets", StaticFiles(directory=ASSETS))
    console = make_console(
        world.store, clock, base_url=BASE, secure_cookies=False, session_clock=clock, passwords=QUICK
    )
    app.mount("/console", console)
    return app


class Visitor(TestClient):
    """A browser without scripts: it keeps cookies, and fills in the form of the page that it last saw."""

    def __init__(self, app: FastAPI) -> None:
        super().__init__(app, base_url=BASE, follow_redirects=False)
        self.csrf = ""

    def opens(self, path: str) -> str:
        """The page's text, with redirects followed; its form's token is kept."""
        response = self.get(path, follow_redirects=True)
        self.csrf = next(iter(CSRF.findall(response.text)), self.csrf)
        return response.text

    def sends(self, path: str, **fields: str | list[str]) -> tuple[int, str]:
        """Posts a form with the token; the status, and where it leads or what it shows."""
        response = self.post(path, data={"csrf": self.csrf, **fields})
        if response.is_redirect:
            return response.status_code, response.headers["location"]
        self.csrf = next(iter(CSRF.findall(response.text)), self.csrf)
        return response.status_code, response.text

    def signs_in(self, email: str, password: str = PASSWORD) -> tuple[int, str]:
        """Through the form of the sign-in page."""
        self.opens("/console/sign-in")
        sent = self.sends("/console/sign-in", email=email, password=password)
        if sent[0] == 303:
            self.opens("/console/account")
        return sent


@pytest.fixture
def visitor(web: FastAPI) -> Callable[..., Visitor]:
    """Opens browsers: `visitor()` for a stranger, `visitor("desk@qous.invalid")` for somebody who signed in."""

    def one(email: str = "") -> Visitor:
        browser = Visitor(web)
        if email:
            assert browser.signs_in(email)[0] == 303
        return browser

    return one


@pytest.fixture
def desk(visitor: Callable[..., Visitor]) -> Visitor:
    """A worker at the desk of the first centre, signed in."""
    return visitor("desk@qous.invalid")
