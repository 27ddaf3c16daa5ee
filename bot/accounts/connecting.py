"""The accounts that speak through this process: those of the settings and those added to the database."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

from bot.accounts.registering import TEMPLATES_EVERY, list_templates, until_it_worked
from bot.intake.webhooks import TelegramDoor, WhatsAppDoor, take_updates
from bot.service import Line, Service
from bot.settings import GRAPH_API, TELEGRAM_API, Settings, TelegramSettings, WhatsAppSettings, is_loopback
from referrals.definitions.in_force import programmes
from referrals.outbox.buckets import blocked_seconds
from referrals.senders.ensuring import active_senders, ensure_sender, secrets_of
from referrals.store.unit_of_work import Store, UnitOfWork

if TYPE_CHECKING:
    from bot.channels.telegram_polling import Polled


@dataclass(frozen=True)
class Accounts:
    """Every account to connect, with its row."""

    web: int
    base_url: str = ""
    telegram: tuple[tuple[int, TelegramSettings], ...] = ()
    whatsapp: tuple[tuple[int, WhatsAppSettings], ...] = ()

    @property
    def speak_only_here(self) -> bool:
        """Whether every platform is on this machine: only then may a demonstration's clock move."""
        bases = [self.base_url] if self.base_url else []  # a public address has real visitors at the web chat
        bases += [each.api_base for _, each in self.telegram] + [each.api_base for _, each in self.whatsapp]
        return all(is_loopback(base) for base in bases)


@dataclass
class Doors:
    """The ways in of the accounts; their ways out stand in the service's lines."""

    telegram: list[TelegramDoor] = field(default_factory=list)
    whatsapp: WhatsAppDoor | None = None


def accounts_of(store: Store, settings: Settings, at: datetime) -> Accounts:
    """The accounts of the settings (they speak for every programme) and of `sanad sender add` (for theirs)."""
    return store.transact(lambda uow: _accounts(uow, settings, at))


def _accounts(uow: UnitOfWork, settings: Settings, at: datetime) -> Accounts:
    known = [programme.id for programme in programmes(uow)]
    web = ensure_sender(uow, "web", "web", at, programmes=known).id
    telegram: dict[int, TelegramSettings] = {}
    whatsapp: dict[int, WhatsAppSettings] = {}
    for sender in active_senders(uow):
        secrets = secrets_of(uow, sender)
        if sender.channel == "telegram" and "token" in secrets:
            telegram[sender.id] = _telegram(secrets, settings)
        elif sender.channel == "whatsapp" and {"token", "app_secret", "verify_token"} <= secrets.keys():
            whatsapp[sender.id] = _whatsapp(sender.account, secrets, settings)
    if settings.telegram is not None:
        account = settings.telegram.token.split(":")[0]
        telegram[ensure_sender(uow, "telegram", account, at, programmes=known).id] = settings.telegram
    if settings.whatsapp is not None:
        account = settings.whatsapp.phone_id
        whatsapp[ensure_sender(uow, "whatsapp", account, at, programmes=known).id] = settings.whatsapp
    return Accounts(web, settings.base_url, tuple(telegram.items()), tuple(whatsapp.items()))


def _telegram(secrets: dict[str, str], settings: Settings) -> TelegramSettings:
    base = secrets.get("api_base") or (settings.telegram.api_base if settings.telegram else TELEGRAM_API)
    secret = secrets.get("webhook_secret", "")
    mode = "webhook" if secret and settings.base_url else "polling"
    return TelegramSettings(secrets["token"], base.rstrip("/"), mode, secret)


def _whatsapp(phone_id: str, secrets: dict[str, str], settings: Settings) -> WhatsAppSettings:
    base = secrets.get("api_base") or (settings.whatsapp.api_base if settings.whatsapp else GRAPH_API)
    return WhatsAppSettings(
        secrets["token"],
        phone_id,
        secrets.get("waba_id", ""),
        secrets["app_secret"],
        secrets["verify_token"],
        base.rstrip("/"),
    )


def connect(accounts: Accounts, settings: Settings, service: Service) -> Doors:
    """Opens a line for each account and says how each is reached. Channel libraries load only where they are needed."""
    doors = Doors()
    for sender_id, telegram in accounts.telegram:
        doors.telegram.append(_connect_telegram(sender_id, telegram, settings, service))
    for sender_id, whatsapp in accounts.whatsapp:
        doors.whatsapp = _connect_whatsapp(sender_id, whatsapp, service, doors.whatsapp)
    return doors


def _connect_telegram(sender_id: int, telegram: TelegramSettings, settings: Settings, service: Service) -> TelegramDoor:
    from bot.channels.telegram_out import TelegramSender  # only where Telegram is configured: it is heavy

    def told() -> float:
        try:
            with service.store.reading() as uow:
                return blocked_seconds(uow, sender_id, service.clock())
        except SQLAlchemyError:  # nobody can say: the platform will
            return 0.0

    sender = TelegramSender(telegram.token, telegram.api_base, told_ban=lambda: asyncio.to_thread(told))
    service.lines.append(Line(sender_id, "telegram", sender))
    door = TelegramDoor(telegram.webhook_secret, sender_id, sender.answer_callback)
    if telegram.mode == "polling":
        if service.works:  # one of the two kinds of process asks, not both
            service.pollers.append(_poller(telegram, door, sender.delete_webhook, service))
    elif service.serves:
        address = f"{settings.base_url}/webhooks/telegram"
        service.pollers.append(
            until_it_worked("telegram webhook", lambda: sender.set_webhook(address, telegram.webhook_secret))
        )
    if service.works:
        service.pollers.append(until_it_worked("telegram menu", sender.show_commands))
    return door


def _poller(
    telegram: TelegramSettings, door: TelegramDoor, unhook: Callable[[], Awaitable[None]], service: Service
) -> Callable[[], Awaitable[None]]:
    from bot.channels.telegram_polling import poll_updates

    polling: list[AsyncGenerator[Polled, None]] = []

    async def poll() -> None:
        """One batch, stored; whatever fails, nothing of it is confirmed, and the next step asks anew."""
        if not polling:
            await unhook()
            polling.append(poll_updates(telegram.api_base, telegram.token))
        try:
            await take_updates(service.inbox, door, (await anext(polling[0])).updates)
        except BaseException:  # also when the service stops: the session is closed either way
            await polling.pop().aclose()
            raise

    return poll


def _connect_whatsapp(
    sender_id: int, whatsapp: WhatsAppSettings, service: Service, before: WhatsAppDoor | None
) -> WhatsAppDoor:
    from bot.accounts.remembering import StoredMemory
    from bot.channels.whatsapp_out import WhatsAppSender

    memory = StoredMemory(service.store, service.clock, sender_id)
    sender = WhatsAppSender(whatsapp.token, whatsapp.phone_id, whatsapp.api_base, memory=memory)
    service.lines.append(Line(sender_id, "whatsapp", sender))
    if whatsapp.waba_id and service.works:
        register = list_templates(sender, whatsapp.waba_id, sender_id, service)
        service.pollers.append(until_it_worked("whatsapp templates", register, every=TEMPLATES_EVERY))
    accounts = {whatsapp.waba_id: sender_id} if whatsapp.waba_id else {}
    door = WhatsAppDoor((whatsapp.app_secret,), (whatsapp.verify_token,), {whatsapp.phone_id: sender_id}, accounts)
    if before is None:
        return door
    return replace(
        before,
        app_secrets=tuple(dict.fromkeys([*before.app_secrets, *door.app_secrets])),
        verify_tokens=tuple(dict.fromkeys([*before.verify_tokens, *door.verify_tokens])),
        senders={**before.senders, **door.senders},
        accounts={**door.accounts, **before.accounts},
    )
