"""The doors stand in the composed process: everything below their address is theirs, and the loop sends."""

from __future__ import annotations

from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from bot.main import compose
from bot.settings import read_settings
from tests.bot.test_main import settings_of
from tests.conftest import FrozenClock
from tests.partnered import Partnered
from tests.platforms.partner_server import PartnerServer
from tests.stores import Databases


@pytest.mark.parametrize("path", ["/hsds", "/hsds/", "/hsds/kuwait/services?per_page=1", "/hsds/openapi.json"])
def test_the_directory_is_read_by_anybody(databases: Databases, tmp_path: Path, path: str) -> None:
    app = compose(read_settings(settings_of(databases, tmp_path, SANAD_BASE_URL="https://sanad.example.org")))
    with TestClient(app.web) as client:
        answer = client.get(path)
        about = client.get("/hsds/kuwait").json()
        odd = client.get("/hsds/services/%0A%2F")
        elsewhere = client.get("/hsdsx")
    app.store.engine.dispose()
    assert answer.status_code == 200
    assert about["openapi_url"] == "https://sanad.example.org/hsds/kuwait/openapi.json"
    assert odd.status_code == 404 and odd.json()["remedy"]
    assert elsewhere.status_code == 404 and "remedy" not in elsewhere.json()


def test_the_partner_api_asks_for_a_token(databases: Databases, tmp_path: Path) -> None:
    app = compose(read_settings(settings_of(databases, tmp_path)))
    with TestClient(app.web) as client:
        answers = [client.get(path).status_code for path in ("/partner", "/partner/referrals", "/partner/referrals/1")]
    app.store.engine.dispose()
    assert answers == [401, 401, 401]


def test_the_running_service_tells_a_partner(databases: Databases, tmp_path: Path, clock: FrozenClock) -> None:
    settings = settings_of(databases, tmp_path, SANAD_PARTNER_NETWORKS="127.0.0.0/8")
    partnered = Partnered(databases.template("sqlite").open(settings["SANAD_DATABASE_URL"]), clock)
    with PartnerServer() as server:
        _, given = partnered.partner(server.address)
        server.secret = given.secret
        app = compose(read_settings(settings))
        with TestClient(app.web):
            referral = partnered.world.family()
            server.wait_until(lambda: server.heard or None, "the partner is told")
        assert server.heard[0].body["data"]["referral"] == str(referral)
    app.store.engine.dispose()
    partnered.store.engine.dispose()
