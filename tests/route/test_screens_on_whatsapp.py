"""A household as one message: published by the command line, filled over real HTTP, gone on with in the chat."""

from __future__ import annotations

import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pytest

from bot.doors.flows import PATH
from tests.platforms.flow_client import FlowClient
from tests.platforms.graph_api import APP_SECRET, PHONE_ID, GraphApi
from tests.route.running import AS_IT_IS, Running, Site, free_port, texts, walk
from tests.stores import ROOT, Databases

FIRST = "كم عددكم"


@dataclass
class World:
    """A Graph API, and a `sanad run` whose number has published Kuwait's household."""

    api: GraphApi
    site: Site
    sanad: Running

    def post(self, body: bytes, headers: Mapping[str, str]) -> tuple[int, bytes]:
        request = urllib.request.Request(self.sanad.base + PATH, body, dict(headers), method="POST")
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return int(answer.status), answer.read()
        except urllib.error.HTTPError as refused:
            with refused:
                return refused.code, refused.read()


def command(site: Site, *words: str) -> None:
    """A `sanad` command beside the service, at the address that the world knows."""
    environment = site.environment(SANAD_BASE_URL="https://sanad.example")
    asked = [sys.executable, "-c", AS_IT_IS, *words]
    done = subprocess.run(asked, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def world(databases: Databases, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    port = free_port()
    with GraphApi(webhook=f"http://127.0.0.1:{port}/webhooks/whatsapp") as api:
        site = Site(databases.address("sqlite"), tmp_path_factory.mktemp("screens"))
        site.whatsapp(api)
        command(site, "sender", "flow", "key", PHONE_ID)
        command(site, "sender", "flow", "publish", PHONE_ID, "--programme", "kuwait")
        yield World(api, site, site.start(port=port))
        site.end()


def test_a_household_is_one_message(world: World) -> None:
    family = world.api.family("أم عيّنة")
    walk(family, FIRST)
    offered = family.wait_for(FIRST)
    opens = offered.body["interactive"]["action"]["parameters"]
    flow, key = world.api.flows[opens["flow_id"]]["json"], world.api.public_keys[-1]
    client = FlowClient(world.post, key, APP_SECRET, flow, opens["flow_token"])
    before = len(family.taken)
    client.open()
    for question, said in (
        (FIRST, "اثنان"),
        ("هل يكفي دخل", "لا"),
        ("من ينفق", "لا أحد"),
        ("ديون يصعب", "نعم"),
        ("رعاية خاصة", "لا"),
    ):
        client.answer(question, said)
    client.send()
    client.answer("هل فقدتم", "نعم، بعد وفاة")
    client.answer("نكتب أهل البيت", "نعم، الآن")
    client.send()
    client.answer("ما القرابة", "ابن أو ابنة")
    client.answer("كم العمر", "٩")
    client.send()
    assert client.screen == "DONE"
    family.close_flow(client.complete())
    family.wait_for("في أي محافظة")
    assert len(family.taken) == before + 1, "the whole household cost one message"
    assert "حفظنا" in texts(family)[-1]
    assert world.api.refused == []
