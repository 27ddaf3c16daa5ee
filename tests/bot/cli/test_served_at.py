"""A link that a command gives leads to the service as it listens, whatever its port."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.cli.served_at import NOTE, address_of, local_address, note_address
from bot.settings import read_settings
from referrals.staff.first_access import SAMPLE_EMAIL
from tests.bot.cli.conftest import Sanad

DEFAULT = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("127.0.0.1", "http://127.0.0.1:8080"),
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://127.0.0.1:8080"),
        ("::1", "http://[::1]:8080"),
        ("sanad.local", "http://sanad.local:8080"),
    ],
)
def test_a_service_is_reached_where_it_listens(host: str, address: str) -> None:
    assert local_address(host, 8080) == address


def test_a_link_leads_to_the_port_that_the_service_took(sanad: Sanad, capsys: pytest.CaptureFixture[str]) -> None:
    from bot.cli.opened import open_here
    from referrals.staff.first_access import first_sign_in_token

    here = open_here()
    here.store.transact(lambda uow: first_sign_in_token(uow, here.now()))
    note_address(here.settings, "http://127.0.0.1:8080")
    assert sanad("staff", "link", SAMPLE_EMAIL) == 0
    assert capsys.readouterr().out.startswith("http://127.0.0.1:8080/console/enter/")
    assert sanad("app-user", "add", "kuwait", "Huda (sample)", "--centre", "loc-kuwait-rawda") == 0
    assert "http://127.0.0.1:8080/" in capsys.readouterr().out


def test_without_a_note_it_is_the_default_port(data: Path) -> None:
    assert address_of(read_settings()) == DEFAULT
    (data / NOTE).write_bytes(b"\xff\x00 no address")
    assert address_of(read_settings()) == DEFAULT


def test_the_setting_goes_before_any_note(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    note_address(read_settings(), "http://127.0.0.1:8080")
    monkeypatch.setenv("SANAD_BASE_URL", "https://sanad.example.org")
    note_address(read_settings(), "http://127.0.0.1:9090")
    assert address_of(read_settings()) == "https://sanad.example.org"
    monkeypatch.delenv("SANAD_BASE_URL")
    assert address_of(read_settings()) == "http://127.0.0.1:8080"
