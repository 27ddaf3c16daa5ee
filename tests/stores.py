"""A store for each test on SQLite and on PostgreSQL: a copy of one prepared database, with Kuwait's programme in it."""

from __future__ import annotations

import shutil
import tempfile
from collections import ChainMap
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.engine import URL, make_url

from referrals import portions
from referrals.definitions.records import Definition
from referrals.protection.vault import MasterKeys
from referrals.store import engine as engines
from referrals.store.engine import open_engine
from referrals.store.opening import load_programmes, open_store
from referrals.store.unit_of_work import Store
from tests.conftest import SUNDAY_MORNING

ROOT = Path(__file__).resolve().parent.parent
KEYS_TEXT = "c2FtcGxlIGtleSBvZiB0aGUgdGVzdHMsIG5vIHNlY3I="  # 32 bytes; a sample, as everything here
KEYS = MasterKeys.parse(KEYS_TEXT)
# Several crowds and several servers may share one busy core: whoever waits for a connection of a test's gets one.
engines.NO_CONNECTION_AFTER = engines.PATIENCE["connect_timeout"] = 60
portions.LONGEST_TURN = 600.0  # and one tick does all that is due


class Parsed(ChainMap[Any, Any]):
    """What was parsed of definitions: shared between copies as far as they were in the template. What a copy adds is
    its own: another copy gives the same id to something else."""

    def __init__(self, shared: dict[Any, Any], newest: int) -> None:
        super().__init__({}, shared)
        self.newest = newest

    def __setitem__(self, key: Any, value: Any) -> None:
        self.maps[1 if key[0] <= self.newest else 0][key] = value


@dataclass
class Template:
    """A prepared database and what was parsed of its definitions, which are the same in every copy."""

    url: str
    parsed: dict[Any, Any] = field(default_factory=dict)
    newest: int = 0  # the last definition in it

    def prepare(self) -> None:
        store = open_store(self.url, KEYS)
        load_programmes(store, [ROOT / "programmes" / "kuwait"], SUNDAY_MORNING)
        with store.reading() as uow:
            self.newest = uow.session.scalar(select(func.max(Definition.id))) or 0
        store.engine.dispose()

    def open(self, url: str) -> Store:
        engine = open_engine(url)
        if engine.dialect.name == "sqlite":
            event.listen(engine, "connect", hurry)
        store = Store(engine, KEYS)
        store._parsed = Parsed(self.parsed, self.newest)  # type: ignore[assignment]  # as good as a dict here
        return store


class Databases:
    """Makes copies; each kind of database is prepared when the first copy of it is asked for."""

    def __init__(self, folder: Path, server: Callable[[], URL]) -> None:
        self.folder, self._server = folder, cache(server)
        self._templates: dict[str, Template] = {}

    def address(self, kind: str) -> str:
        """The address of a fresh copy."""
        template = self.template(kind)
        if kind == "sqlite":
            copy = self.folder / f"{uuid4().hex}.db"
            shutil.copyfile(self.folder / "template.db", copy)
            return f"sqlite:///{copy}"
        server, name = self._server(), f"sanad_test_{uuid4().hex[:12]}"
        _say(server, f'CREATE DATABASE "{name}" TEMPLATE "{make_url(template.url).database}"')
        return _address(server, name)

    def template(self, kind: str) -> Template:
        if kind not in self._templates:
            template = Template(f"sqlite:///{self.folder / 'template.db'}" if kind == "sqlite" else self._empty())
            template.prepare()
            self._templates[kind] = template
        return self._templates[kind]

    def drop(self, url: str) -> None:
        """Removes a copy, whoever is connected."""
        database = make_url(url).database or ""
        if url.startswith("sqlite"):
            for file in self.folder.glob(f"{Path(database).name}*"):
                file.unlink()
        else:
            _say(self._server(), f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')

    def close(self) -> None:
        if "postgresql" in self._templates:
            with suppress(psycopg.OperationalError):  # a server of our own has ended before, with all its databases
                self.drop(self._templates["postgresql"].url)

    def _empty(self) -> str:
        server, name = self._server(), f"sanad_template_{uuid4().hex[:12]}"
        _say(server, f'CREATE DATABASE "{name}"')
        return _address(server, name)

    @contextmanager
    def store(self, kind: str) -> Iterator[Store]:
        """An open store on a fresh copy."""
        url = self.address(kind)
        store = self.template(kind).open(url)
        try:
            yield store
        finally:
            store.engine.dispose()
            self.drop(url)


BOTH = [pytest.param("sqlite", id="sqlite"), pytest.param("postgresql", id="postgresql", marks=pytest.mark.postgres)]
_shared: dict[str, Databases] = {}


@pytest.fixture(scope="session")
def databases(request: pytest.FixtureRequest) -> Iterator[Databases]:
    """Copies of prepared databases, for as many as are asked for."""
    if "databases" in _shared:  # this fixture is imported into several folders: they share one
        yield _shared["databases"]
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="sanad-stores-")))
        made = _shared["databases"] = Databases(folder, lambda: request.getfixturevalue("postgres_server"))
        stack.callback(_shared.clear)
        stack.callback(made.close)
        yield made


@pytest.fixture(params=BOTH)
def store(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Store]:
    """A store of the test's own, once on SQLite and once on PostgreSQL."""
    with databases.store(request.param) as opened:
        yield opened


@pytest.fixture
def sqlite_store(databases: Databases) -> Iterator[Store]:
    """A store of the test's own on SQLite, where the database makes no difference."""
    with databases.store("sqlite") as opened:
        yield opened


@pytest.fixture
def postgres_store(databases: Databases, postgres_server: URL) -> Iterator[Store]:
    """A store of the test's own on PostgreSQL."""
    with databases.store("postgresql") as opened:
        yield opened


def hurry(connection: Any, _record: Any) -> None:
    """For SQLite's connections: these databases die with the run, and nothing is to be saved."""
    connection.execute("PRAGMA synchronous=OFF").close()


def _address(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)


def _say(server: URL, statement: str) -> None:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())
