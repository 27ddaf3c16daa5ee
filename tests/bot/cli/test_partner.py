"""`sanad partner` connects a partner's system; `sanad export` writes a referral as FHIR."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from fhir.resources.R4B.bundle import Bundle
from sqlalchemy import select

from bot.cli.opened import open_here
from bot.settings import read_settings
from referrals.partners.managing import partner_by_token
from referrals.partners.records import Partner
from referrals.protection.keys.keyring import master_keys
from referrals.protection.records import AuditEvent
from referrals.staff.passwords import Passwords
from referrals.store.opening import open_store
from tests.bot.cli.conftest import Sanad
from tests.conftest import FrozenClock
from tests.console.world import World

ORGANIZATION = "org-kuwait-sanabil"
URL = "https://partner.example.org/sanad"


def added(sanad: Sanad, capsys: pytest.CaptureFixture[str], *more: str) -> dict[str, Any]:
    capsys.readouterr()
    assert sanad("partner", "add", ORGANIZATION, "--json", *more) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def listed(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    capsys.readouterr()
    assert sanad("partner", "list", "--json") == 0
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_a_partner_is_added_and_its_credentials_shown_once(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    given = added(sanad, capsys, "--url", URL, "--events", "send,cancel")
    assert given["secret"].startswith("whsec_") and given["token"].startswith("sanad_partner_")
    [row] = listed(sanad, capsys)
    assert (row["url"], row["state"], row["events"]) == (URL, "active", "send,cancel")
    assert given["secret"] not in json.dumps(row) and given["token"] not in json.dumps(row)
    here = open_here()
    with here.store.reading() as uow:
        stored = uow.session.scalars(select(Partner)).one()
        assert given["token"] not in stored.token_sha256
        assert partner_by_token(uow, given["token"], here.now()) is not None


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((ORGANIZATION, "--url", "http://partner.example.org/"), "https:// is needed"),
        ((ORGANIZATION, "--url", "https://10.0.0.1/"), "SANAD_PARTNER_NETWORKS"),
        ((ORGANIZATION, "--url", "http://127.0.0.1:9/"), "SANAD_PARTNER_NETWORKS"),
        ((ORGANIZATION, "--url", "nonsense"), "expected an address"),
        ((ORGANIZATION, "--events", "sneeze"), "there is no event sneeze"),
        (("org-nobody",), "there is no organization"),
    ],
)
def test_what_cannot_be_added_is_said_with_its_remedy(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], expected: str
) -> None:
    assert sanad("partner", "add", *words) != 0
    assert expected in capsys.readouterr().err


def test_a_setting_allows_a_partner_on_this_machine(
    sanad: Sanad, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANAD_PARTNER_NETWORKS", "127.0.0.0/8")
    assert added(sanad, capsys, "--url", "http://127.0.0.1:9/events")["partner"] == 1
    monkeypatch.setenv("SANAD_PARTNER_NETWORKS", "somewhere")
    assert sanad("partner", "list") != 0
    assert "SANAD_PARTNER_NETWORKS: expected networks" in capsys.readouterr().err


def test_the_same_partner_is_not_added_twice(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    added(sanad, capsys, "--url", URL)
    assert sanad("partner", "add", ORGANIZATION, "--url", URL) != 0
    assert "sanad partner rotate" in capsys.readouterr().err


def test_a_partner_is_rotated_disabled_and_enabled(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    first = added(sanad, capsys, "--url", URL)
    assert sanad("partner", "rotate", "1", "--json") == 0
    assert json.loads(capsys.readouterr().out)["token"] != first["token"]
    assert sanad("partner", "disable", "1") == 0
    assert listed(sanad, capsys)[0]["state"] == "disabled"
    assert sanad("partner", "enable", "1") == 0
    assert sanad("partner", "retry", "1") == 0
    assert sanad("partner", "deliveries", "1") == 0
    assert sanad("partner", "disable", "7") != 0
    assert "there is no partner 7" in capsys.readouterr().err


def test_there_is_nothing_to_export_before_there_is_a_referral(
    sanad: Sanad, capsys: pytest.CaptureFixture[str]
) -> None:
    assert sanad("export", "referral", "17") != 0
    assert "there is no referral 17" in capsys.readouterr().err


def test_a_referral_is_exported_and_that_is_audited(
    sanad: Sanad,
    capsys: pytest.CaptureFixture[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    clock: FrozenClock,
) -> None:
    monkeypatch.setenv("SANAD_DATA", str(tmp_path / "empty"))
    settings = read_settings()
    store = open_store(settings.database_url, master_keys(settings.secret_key, settings.data))
    world = World.made(store, clock, Passwords(memory_kib=64, time_cost=1, parallelism=1))
    referral = world.family()
    capsys.readouterr()
    assert sanad("export", "referral", str(referral)) == 0
    told = capsys.readouterr().out
    Bundle.model_validate_json(told)
    assert "فاطمة (عيّنة)" in told
    assert sanad("export", "referral", str(referral), "--as", "task", "--codes-only") == 0
    assert "فاطمة" not in capsys.readouterr().out
    assert world.count(AuditEvent, action="referral.export", object_id=str(referral)) == 2
    store.engine.dispose()
