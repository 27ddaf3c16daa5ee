"""The service's settings, from the environment: each with its name, its default and what is expected of it."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from ipaddress import ip_address, ip_network
from pathlib import Path
from urllib.parse import urlsplit

from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

ROOT = Path(__file__).resolve().parent.parent
TELEGRAM_API = "https://api.telegram.org"
GRAPH_API = "https://graph.facebook.com"
NAMES = frozenset(
    """SANAD_DATA SANAD_DATABASE_URL SANAD_PROGRAMMES SANAD_BASE_URL SANAD_SECRET_KEY
    SANAD_TELEGRAM_TOKEN SANAD_TELEGRAM_API_BASE SANAD_TELEGRAM_MODE SANAD_TELEGRAM_WEBHOOK_SECRET
    SANAD_WHATSAPP_TOKEN SANAD_WHATSAPP_PHONE_ID SANAD_WHATSAPP_WABA_ID SANAD_WHATSAPP_APP_SECRET
    SANAD_WHATSAPP_VERIFY_TOKEN SANAD_WHATSAPP_API_BASE SANAD_PARTNER_NETWORKS""".split()
)


class WrongSetting(ValueError):
    """A setting cannot be used; the message has its name and what was expected."""


@dataclass(frozen=True)
class TelegramSettings:
    token: str
    api_base: str
    mode: str
    webhook_secret: str


@dataclass(frozen=True)
class WhatsAppSettings:
    token: str
    phone_id: str
    waba_id: str
    app_secret: str
    verify_token: str
    api_base: str


@dataclass(frozen=True)
class Settings:
    """What this process runs with. `secret_key` is None where a key file under `data` is used or made."""

    data: Path
    database_url: str
    programmes: tuple[Path, ...]
    base_url: str
    secret_key: str | None
    telegram: TelegramSettings | None
    whatsapp: WhatsAppSettings | None
    partner_networks: str = ""
    """Private networks that webhooks may go to beside the public internet."""

    @property
    def is_sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")

    @property
    def speaks_only_here(self) -> bool:
        """Whether every configured platform is on this machine: only then may a demonstration's clock move."""
        bases = [each.api_base for each in (self.telegram, self.whatsapp) if each is not None]
        return all(is_loopback(base) for base in bases)


def read_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """The settings of an environment. Raises `WrongSetting`."""
    env = _Environment(os.environ if environment is None else environment)
    env.refuse_misspelt()
    data = Path(env.text("SANAD_DATA", "./data"))
    return Settings(
        data=data,
        database_url=_database_url(env.text("SANAD_DATABASE_URL", f"sqlite:///{(data / 'sanad.db').absolute()}")),
        programmes=_programmes(env.text("SANAD_PROGRAMMES", str(ROOT / "programmes" / "*"))),
        base_url=_base_url(env.text("SANAD_BASE_URL", "")),
        secret_key=env.text("SANAD_SECRET_KEY", "") or None,
        telegram=_telegram(env),
        whatsapp=_whatsapp(env),
        partner_networks=_networks(env.text("SANAD_PARTNER_NETWORKS", "")),
    )


class _Environment:
    """Reads NAME, or the file that NAME_FILE names, for secrets that must not stand in an environment."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self.values = values

    def refuse_misspelt(self) -> None:
        """A slip in a name would quietly leave the default in force: another database, a channel that stays off."""
        for name in sorted(self.values):
            plain = name.removesuffix("_FILE")
            near = get_close_matches(plain, NAMES, n=1, cutoff=0.85)
            if plain.startswith("SANAD_") and plain not in NAMES and near:
                raise WrongSetting(f"{name} is no setting. Did you mean {name.replace(plain, near[0])}?")

    def text(self, name: str, default: str) -> str:
        file = self.values.get(f"{name}_FILE")
        if file:
            if self.values.get(name):
                raise WrongSetting(f"{name} and {name}_FILE are both set; keep one")
            try:
                return Path(file).read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as failure:
                raise WrongSetting(f"{name}_FILE: {file} cannot be read: {failure}") from failure
        return self.values.get(name, "").strip() or default

    def needed(self, name: str, because: str) -> str:
        found = self.text(name, "")
        if not found:
            raise WrongSetting(f"{name} is missing; it is needed because {because}")
        return found


def is_loopback(url: str) -> bool:
    """Whether an address points at this very machine."""
    host = urlsplit(url).hostname or ""
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _database_url(text: str) -> str:
    try:
        driver = make_url(text).drivername
    except (ArgumentError, ValueError) as failure:
        raise WrongSetting(_DATABASE_EXPECTED) from failure
    if driver not in ("sqlite", "sqlite+pysqlite", "postgresql", "postgresql+psycopg"):
        raise WrongSetting(f"{_DATABASE_EXPECTED}; it begins with {driver}")
    if driver.startswith("sqlite") and make_url(text).database in (None, "", ":memory:"):
        raise WrongSetting(f"{_DATABASE_EXPECTED}; a database in memory would lose everything")
    return text


_DATABASE_EXPECTED = (
    "SANAD_DATABASE_URL: expected sqlite:///path/to/file.db or postgresql+psycopg://user:password@host/database"
)


def _programmes(text: str) -> tuple[Path, ...]:
    folders: list[Path] = []
    for pattern in text.split(","):
        path = Path(pattern.strip())
        found = sorted(path.parent.glob(path.name)) if "*" in path.name else [path]
        folders += [each for each in found if (each / "programme.toml").is_file()]
        if "*" not in path.name and not (path / "programme.toml").is_file():
            raise WrongSetting(f"SANAD_PROGRAMMES: {path} has no programme.toml; expected folders separated by commas")
    if not folders:
        raise WrongSetting(f"SANAD_PROGRAMMES: no folder with a programme.toml matches {text}")
    return tuple(folders)


def _names_a_host(address: str) -> bool:
    """Whether host and port of an address can be read."""
    try:
        parts = urlsplit(address)
        return bool(parts.hostname) and (parts.port is None or parts.port > 0)
    except ValueError:
        return False


def _base_url(text: str) -> str:
    if text and not (re.fullmatch(r"https?://[^/\s]+(/[^\s]*)?", text) and _names_a_host(text)):
        raise WrongSetting("SANAD_BASE_URL: expected an address such as https://sanad.example.org")
    return text.rstrip("/")


def _networks(text: str) -> str:
    try:
        for part in filter(None, (part.strip() for part in text.split(","))):
            ip_network(part, strict=False)
    except ValueError as failure:
        expected = "expected networks separated by commas, such as 10.0.0.0/8,127.0.0.0/8"
        raise WrongSetting(f"SANAD_PARTNER_NETWORKS: {expected}; {failure}") from failure
    return text


def _api_base(env: _Environment, name: str, default: str) -> str:
    base = env.text(name, default).rstrip("/")
    if not (re.fullmatch(r"https?://[^/\s]+", base) and _names_a_host(base)):
        raise WrongSetting(f"{name}: expected scheme and host alone, such as {default}")
    return base


def _telegram(env: _Environment) -> TelegramSettings | None:
    token = env.text("SANAD_TELEGRAM_TOKEN", "")
    mode = env.text("SANAD_TELEGRAM_MODE", "webhook" if env.text("SANAD_BASE_URL", "") else "polling")
    if mode not in ("webhook", "polling"):
        raise WrongSetting(f"SANAD_TELEGRAM_MODE: expected webhook or polling; it is {mode}")
    if not token:
        return None
    if not re.fullmatch(r"\d+:[A-Za-z0-9_-]{10,}", token):
        raise WrongSetting("SANAD_TELEGRAM_TOKEN: expected a bot's token as BotFather gives it, such as 123456:ABC…")
    secret = env.text("SANAD_TELEGRAM_WEBHOOK_SECRET", "")
    if mode == "webhook":
        secret = env.needed("SANAD_TELEGRAM_WEBHOOK_SECRET", "SANAD_TELEGRAM_MODE is webhook")
        env.needed("SANAD_BASE_URL", "SANAD_TELEGRAM_MODE is webhook: Telegram must know where to post")
    if secret and not re.fullmatch(r"[A-Za-z0-9_-]{1,256}", secret):
        raise WrongSetting("SANAD_TELEGRAM_WEBHOOK_SECRET: expected 1 to 256 of A-Z, a-z, 0-9, _ and -")
    return TelegramSettings(token, _api_base(env, "SANAD_TELEGRAM_API_BASE", TELEGRAM_API), mode, secret)


def _whatsapp(env: _Environment) -> WhatsAppSettings | None:
    token = env.text("SANAD_WHATSAPP_TOKEN", "")
    if not token:
        for name in ("SANAD_WHATSAPP_PHONE_ID", "SANAD_WHATSAPP_APP_SECRET", "SANAD_WHATSAPP_VERIFY_TOKEN"):
            if env.text(name, ""):
                raise WrongSetting(f"{name} is set but SANAD_WHATSAPP_TOKEN is not: WhatsApp would stay off")
        return None
    because = "SANAD_WHATSAPP_TOKEN is set"
    phone_id = env.needed("SANAD_WHATSAPP_PHONE_ID", because)
    if not re.fullmatch(r"[A-Za-z0-9_-]+", phone_id):
        raise WrongSetting("SANAD_WHATSAPP_PHONE_ID: expected the number's id from the dashboard, digits alone")
    return WhatsAppSettings(
        token,
        phone_id,
        env.text("SANAD_WHATSAPP_WABA_ID", ""),
        env.needed("SANAD_WHATSAPP_APP_SECRET", because),
        env.needed("SANAD_WHATSAPP_VERIFY_TOKEN", because),
        _api_base(env, "SANAD_WHATSAPP_API_BASE", GRAPH_API),
    )
