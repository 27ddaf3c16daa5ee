"""A wrong setting stops the start with its name and what was expected."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bot.settings import NAMES, ROOT, WrongSetting, is_loopback, read_settings

TOKEN = "123456:ABCdefGHIjklMNO"
WHATSAPP = {
    "SANAD_WHATSAPP_TOKEN": "t",
    "SANAD_WHATSAPP_PHONE_ID": "1",
    "SANAD_WHATSAPP_APP_SECRET": "s",
    "SANAD_WHATSAPP_VERIFY_TOKEN": "v",
}


def test_nothing_needs_to_be_set(tmp_path: Path) -> None:
    settings = read_settings({"SANAD_DATA": str(tmp_path)})
    assert settings.is_sqlite
    assert settings.database_url == f"sqlite:///{tmp_path / 'sanad.db'}"
    assert (settings.telegram, settings.whatsapp, settings.secret_key) == (None, None, None)
    assert {folder.name for folder in settings.programmes} == {"kuwait", "qena"}
    assert settings.speaks_only_here


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANAD_DATABASE_URL", "mysql://x/y"),
        ("SANAD_DATABASE_URL", "nonsense"),
        ("SANAD_DATABASE_URL", "postgresql://somebody@host:notaport/x"),
        ("SANAD_DATABASE_URL", "sqlite://"),
        ("SANAD_BASE_URL", "http://host:notaport"),
        ("SANAD_BASE_URL", "http://["),
        ("SANAD_TELEGRAM_MODE", "carrier-pigeon"),
        ("SANAD_WHATSAPP_PHONE_ID", "5"),
        ("SANAD_PROGRAMMES", "/nowhere/*"),
        ("SANAD_BASE_URL", "sanad.example"),
        ("SANAD_BASE_URL", "ftp://sanad.example"),
        ("SANAD_TELEGRAM_TOKEN", "no token"),
        ("SANAD_TELEGRAM_TOKEN", "123456:short"),
    ],
)
def test_a_wrong_setting_is_named(name: str, value: str) -> None:
    with pytest.raises(WrongSetting, match=name):
        read_settings({name: value})


@pytest.mark.parametrize(
    ("missing", "given"),
    [
        ("SANAD_TELEGRAM_WEBHOOK_SECRET", {"SANAD_TELEGRAM_MODE": "webhook", "SANAD_BASE_URL": "https://x.example"}),
        ("SANAD_BASE_URL", {"SANAD_TELEGRAM_MODE": "webhook", "SANAD_TELEGRAM_WEBHOOK_SECRET": "s"}),
        ("SANAD_TELEGRAM_MODE", {"SANAD_TELEGRAM_MODE": "carrier-pigeon"}),
        ("SANAD_TELEGRAM_API_BASE", {"SANAD_TELEGRAM_API_BASE": "http://localhost/bot"}),
    ],
)
def test_what_telegram_needs_is_named(missing: str, given: dict[str, str]) -> None:
    with pytest.raises(WrongSetting, match=missing):
        read_settings({"SANAD_TELEGRAM_TOKEN": TOKEN, **given})


@pytest.mark.parametrize("missing", [name for name in WHATSAPP if name != "SANAD_WHATSAPP_TOKEN"])
def test_what_whatsapp_needs_is_named(missing: str) -> None:
    with pytest.raises(WrongSetting, match=missing):
        read_settings({name: value for name, value in WHATSAPP.items() if name != missing})


def test_a_secret_is_read_from_the_file_that_is_named(tmp_path: Path) -> None:
    (tmp_path / "token").write_text(f"{TOKEN}\n")
    settings = read_settings({"SANAD_TELEGRAM_TOKEN_FILE": str(tmp_path / "token")})
    assert settings.telegram is not None
    assert settings.telegram.token == TOKEN
    assert settings.telegram.mode == "polling"


def test_a_secret_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(WrongSetting, match="SANAD_SECRET_KEY_FILE"):
        read_settings({"SANAD_SECRET_KEY_FILE": str(tmp_path / "nothing")})
    with pytest.raises(WrongSetting, match="both set"):
        read_settings({"SANAD_SECRET_KEY_FILE": str(tmp_path), "SANAD_SECRET_KEY": "x"})


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:8081", True),
        ("http://localhost", True),
        ("http://[::1]:80", True),
        ("http://127.9.9.9", True),
        ("https://sanad.example", False),
        ("http://10.0.0.1", False),
        ("http://localhost.sanad.example", False),
        ("http://127.0.0.1.sanad.example", False),
        ("http://0.0.0.0", False),
        ("", False),
    ],
)
def test_only_this_very_machine_is_this_machine(url: str, here: bool) -> None:
    assert is_loopback(url) is here


def test_a_demonstration_ends_when_a_sender_speaks_to_the_world() -> None:
    assert not read_settings({"SANAD_TELEGRAM_TOKEN": TOKEN}).speaks_only_here
    local = {"SANAD_TELEGRAM_TOKEN": TOKEN, "SANAD_TELEGRAM_API_BASE": "http://127.0.0.1:9"}
    assert read_settings(local).speaks_only_here


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("SANAD_DATABSE_URL", "SANAD_DATABASE_URL"),
        ("SANAD_TELEGRAM_TOKN_FILE", "SANAD_TELEGRAM_TOKEN_FILE"),
        ("SANAD_WHATSAPP_PHONEID", "SANAD_WHATSAPP_PHONE_ID"),
    ],
)
def test_a_misspelt_setting_is_named_with_the_one_that_was_meant(written: str, meant: str) -> None:
    with pytest.raises(WrongSetting, match=f"{written} is no setting. Did you mean {meant}?"):
        read_settings({written: "x"})


def test_names_of_others_are_left_alone() -> None:
    read_settings({"SANAD_TEST_CHROMIUM": "/usr/bin/chromium", "SANDBOX_DATA": "1", "PATH": ""})


def test_every_setting_that_is_read_is_a_known_name() -> None:
    source = (ROOT / "bot" / "settings.py").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:text|needed|_api_base)\((?:env, )?"(SANAD_[A-Z_]+)"', source)) <= NAMES
