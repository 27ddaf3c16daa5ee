"""The composition root puts a process together, or says why it cannot."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.main import App, TooManyProcesses, claim_only_process, compose
from bot.service import Service
from bot.settings import read_settings
from referrals.protection.vault import WrongKey
from tests.stores import KEYS_TEXT, ROOT, Databases


def settings_of(databases: Databases, tmp_path: Path, **more: str) -> dict[str, str]:
    return {
        "SANAD_DATA": str(tmp_path),
        "SANAD_DATABASE_URL": databases.address("sqlite"),
        "SANAD_SECRET_KEY": KEYS_TEXT,
        "SANAD_PROGRAMMES": str(ROOT / "programmes" / "kuwait"),
        **more,
    }


def composed(databases: Databases, tmp_path: Path, **more: str) -> App:
    return compose(read_settings(settings_of(databases, tmp_path, **more)))


def test_a_process_answers_at_every_door(databases: Databases, tmp_path: Path) -> None:
    app = composed(databases, tmp_path)
    with TestClient(app.web) as client:
        told = {
            path: client.get(path, follow_redirects=False).status_code
            for path in ("/", "/chat", "/healthz", "/readyz", "/console/", "/webhooks/telegram", "/docs", "/nothing")
        }
        assert client.post("/webhooks/whatsapp").status_code == 404, "not configured"
    app.store.engine.dispose()
    assert told["/"] == 307
    assert told["/chat"] == told["/healthz"] == told["/readyz"] == 200
    assert told["/console/"] < 400
    assert told["/webhooks/telegram"] == told["/docs"] == told["/nothing"] == 404


def test_a_watcher_that_asks_for_the_head_alone_is_answered_as_if_it_had_asked_for_all(
    databases: Databases, tmp_path: Path
) -> None:
    app = composed(databases, tmp_path)
    with TestClient(app.web, follow_redirects=False) as client:
        for path in ("/", "/chat", "/chat/kuwait", "/healthz", "/readyz"):
            head, whole = client.head(path), client.get(path)
            assert (head.status_code, head.headers.get("content-type")) == (
                whole.status_code,
                whole.headers.get("content-type"),
            )
        assert client.head("/console/enter/once").status_code == 405, "a preview of a link must not use it up"
    app.store.engine.dispose()


def test_a_person_at_an_unknown_address_reads_where_to_go(databases: Databases, tmp_path: Path) -> None:
    app = composed(databases, tmp_path)
    with TestClient(app.web) as client:
        person = client.get("/nothing", headers={"accept": "text/html,*/*"})
        program = client.get("/nothing")
    app.store.engine.dispose()
    assert (person.status_code, program.status_code) == (404, 404)
    assert 'href="/chat"' in person.text
    assert program.headers["content-type"] == "application/json"


def test_it_is_not_ready_while_its_turns_fail_again_and_again(databases: Databases, tmp_path: Path) -> None:
    app = composed(databases, tmp_path)
    client = TestClient(app.web)

    async def fails() -> None:
        raise RuntimeError("the disk is full")

    asyncio.run(tried(app.service, "telegram", fails, times=3))
    assert client.get("/readyz").json() == {"status": "ready", "failing": ["telegram"]}
    asyncio.run(tried(app.service, "turns", fails, times=3))
    assert client.get("/readyz").status_code == 503

    async def works() -> None:
        return

    asyncio.run(tried(app.service, "turns", works, times=1))
    assert client.get("/readyz").status_code == 200
    client.close()
    app.store.engine.dispose()


async def tried(service: Service, name: str, step: Callable[[], Awaitable[None]], times: int) -> None:
    """Lets one loop of the service try so often, and ends it."""
    done = asyncio.Event()
    left = times

    async def counted() -> None:
        nonlocal left
        if not left:
            done.set()
            await asyncio.Event().wait()
        left -= 1
        await step()

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.service.AFTER_A_FAULT", 0)
        loop = asyncio.ensure_future(service._forever(name, counted))
        await done.wait()
        loop.cancel()


def test_where_others_can_reach_it_its_clock_stands_still(databases: Databases, tmp_path: Path) -> None:
    settings = read_settings(settings_of(databases, tmp_path))
    open_to_others = compose(settings, only_here=False)
    assert not open_to_others.clock.movable
    open_to_others.store.engine.dispose()


def test_metrics_are_only_told_on_this_machine(databases: Databases, tmp_path: Path) -> None:
    app = composed(databases, tmp_path)
    for host, status in (("127.0.0.1", 200), ("10.1.2.3", 403), ("::1", 200), ("testclient", 403)):
        client = TestClient(app.web, client=(host, 5000))
        assert client.get("/metrics").status_code == status
        client.close()
    app.store.engine.dispose()


def test_on_sqlite_the_parts_refuse_and_name_run(databases: Databases, tmp_path: Path) -> None:
    settings = read_settings(settings_of(databases, tmp_path))
    for parts in ({"serves": False}, {"works": False}):
        with pytest.raises(TooManyProcesses, match="sanad run"):
            compose(settings, **parts)


def test_the_only_process_holds_its_lock(tmp_path: Path) -> None:
    claim_only_process(tmp_path / "data")
    with pytest.raises(TooManyProcesses, match="another sanad serves"):
        claim_only_process(tmp_path / "data")


def test_the_wrong_key_stops_the_start(databases: Databases, tmp_path: Path) -> None:
    from referrals.protection.vault import MasterKeys

    with pytest.raises(WrongKey, match="SANAD_SECRET_KEY"):
        composed(databases, tmp_path, SANAD_SECRET_KEY=MasterKeys.new())
