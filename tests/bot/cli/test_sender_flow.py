"""`sanad sender flow`: a number's key pair and its published screens, against a Graph API on this machine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from bot.cli.opened import open_here
from bot.doors.flow_secrets import KEY, OLD_KEY, public_key
from referrals.senders.ensuring import active_senders, secrets_of
from tests.bot.cli.conftest import ROOT, Sanad
from tests.platforms.flow_rules import wrong_in_flow
from tests.platforms.graph_api import APP_SECRET, PHONE_ID, TOKEN, VERIFY_TOKEN, WABA_ID, GraphApi

INTAKE = str(ROOT / "programmes" / "kuwait" / "intake.md")
PUBLISH = ("sender", "flow", "publish", PHONE_ID, "--programme", "kuwait")


@pytest.fixture
def api() -> Iterator[GraphApi]:
    with GraphApi() as server:
        yield server


def add(sanad: Sanad, api: GraphApi) -> None:
    secrets = {"token": TOKEN, "waba_id": WABA_ID, "app_secret": APP_SECRET, "verify_token": VERIFY_TOKEN}
    said = json.dumps({**secrets, "api_base": api.url})
    assert sanad("sender", "add", "whatsapp", PHONE_ID, "--programmes", "kuwait", said=said) == 0


def secrets() -> dict[str, str]:
    with open_here().store.reading() as uow:
        (sender,) = (each for each in active_senders(uow) if each.channel == "whatsapp")
        return secrets_of(uow, sender)


def test_a_group_is_published_once_and_listed(
    sanad: Sanad, api: GraphApi, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    add(sanad, api)
    assert sanad(*PUBLISH) == 2 and "no key yet" in capsys.readouterr().err
    assert sanad("sender", "flow", "key", PHONE_ID) == 0
    assert api.public_keys == [public_key(secrets())]
    assert sanad(*PUBLISH) == 2 and "SANAD_BASE_URL" in capsys.readouterr().err
    monkeypatch.setenv("SANAD_BASE_URL", "https://sanad.example")
    assert sanad(*PUBLISH) == 0
    (flow,) = api.flows.values()
    assert flow["status"] == "PUBLISHED" and wrong_in_flow(flow["json"]) == []
    assert flow["endpoint_uri"] == "https://sanad.example/webhooks/whatsapp/flows"
    assert sanad(*PUBLISH) == 0 and len(api.flows) == 1
    assert "published already" in capsys.readouterr().out
    assert sanad("sender", "flow", "list") == 0
    assert "/data/home  ar  published" in capsys.readouterr().out


def test_a_flow_published_by_hand_is_told_by_its_id(
    sanad: Sanad, api: GraphApi, capsys: pytest.CaptureFixture[str]
) -> None:
    add(sanad, api)
    assert sanad("sender", "flow", "key", PHONE_ID, "--print") == 0
    assert capsys.readouterr().out.endswith("-----END PUBLIC KEY-----\n") and not api.public_keys
    assert sanad(*PUBLISH, "--flow-id", "7009") == 0
    assert sanad("sender", "flow", "list") == 0
    assert "7009" in capsys.readouterr().out and not api.flows


def test_a_new_key_keeps_the_one_before_and_new_tokens_keep_both(sanad: Sanad, api: GraphApi) -> None:
    add(sanad, api)
    assert sanad("sender", "flow", "key", PHONE_ID) == 0
    first = secrets()[KEY]
    assert sanad("sender", "flow", "key", PHONE_ID) == 0
    assert secrets()[OLD_KEY] == first != secrets()[KEY]
    kept = secrets()
    add(sanad, api)
    assert secrets() == kept


def test_a_key_that_the_platform_does_not_take_is_given_up(
    sanad: Sanad, api: GraphApi, capsys: pytest.CaptureFixture[str]
) -> None:
    add(sanad, api)
    assert sanad("sender", "flow", "key", PHONE_ID) == 0
    before = secrets()
    with open_here().store.unit_of_work() as uow:
        (sender,) = (each for each in active_senders(uow) if each.channel == "whatsapp")
        wrong = {**before, "token": "another"}
        sender.secrets_sealed = uow.vault.seal_json(sender.data_key_id, wrong, "sender.secrets")
    assert sanad("sender", "flow", "key", PHONE_ID) == 2
    assert "the platform refused" in capsys.readouterr().err
    assert secrets()[KEY] == before[KEY]


def test_the_flow_of_a_group_is_printed(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("form", "show", INTAKE, "--flow", "place") == 0
    said = capsys.readouterr()
    assert wrong_in_flow(json.loads(said.out)) == []
    assert "stays in the chat (kind): /data/place/location" in said.err
    assert sanad("form", "show", INTAKE, "--flow", "nothing") == 2


def test_an_unknown_number_is_told_which_there_are(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    assert sanad("sender", "flow", "key", "1") == 2
    assert "there are: none" in capsys.readouterr().err
