"""Tells partners' systems of their referrals, signed by Standard Webhooks; no transaction is open while sending."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import logging
import socket
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import partial

from aiohttp import ClientError, ClientSession, ClientTimeout, DummyCookieJar, TCPConnector

from bot.clock import Clock
from bot.doors.webhook_addresses import AddressRefused, CheckedResolver, Network, check_address
from bot.settings import is_loopback
from referrals.conversations.turns import reason_of
from referrals.partners.delivering import (
    Delivery,
    NotOwedAnyMore,
    delivery,
    lease_delivery,
    note_cancelled,
    note_delivered,
    note_failed,
    note_gone,
    note_parked,
    partners_due,
)
from referrals.protection.vault import WrongKey
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

TIMEOUT = ClientTimeout(total=20.0, sock_connect=5.0, sock_read=15.0)
LONGEST_WAIT = 3600.0  # seconds; what a partner may ask for by Retry-After
GONE = 410
DEMONSTRATION = "a demonstration whose clock was moved sends to this machine only"
Note = Callable[[UnitOfWork], None]


@dataclass
class Deliverer:
    """Sends for every partner of this database; leases keep several processes apart."""

    store: Store
    clock: Clock
    networks: tuple[Network, ...] = ()
    timeout: ClientTimeout = TIMEOUT

    async def deliver(self) -> int:
        """Sends what is due, each partner in its own turn, so that a slow one keeps nobody; returns how many tries."""
        due = await asyncio.to_thread(self._due)
        return sum(await asyncio.gather(*map(self.deliver_to, due)))

    def _due(self) -> list[int]:
        with self.store.reading() as uow:
            return partners_due(uow, self.clock())

    async def deliver_to(self, partner_id: int) -> int:
        """Sends what is due for one partner, in its order; returns how many tries."""
        tried = 0
        async with self._open_http() as http:
            while (row_id := await self._lease(partner_id)) is not None:
                note = await self._send(http, row_id)
                await asyncio.to_thread(self.store.transact, note)
                tried += 1
        return tried

    async def _lease(self, partner_id: int) -> int | None:
        return await asyncio.to_thread(self.store.transact, lambda uow: lease_delivery(uow, partner_id, self.clock()))

    async def _send(self, http: ClientSession, row_id: int) -> Note:
        """One event; what to note of it."""
        try:
            one = await asyncio.to_thread(self._open, row_id)
        except NotOwedAnyMore as over:
            return partial(note_cancelled, row_id=row_id, reason=str(over))
        except WrongKey:
            return partial(note_parked, row_id=row_id, reason="the secret is sealed under a key that is not here")
        if not self._may_speak_to(one.url):
            return partial(note_failed, one=one, reason=DEMONSTRATION, at=self.clock(), permanent=True)
        try:
            return await self._post(http, one)
        except AddressRefused as refused:
            return partial(note_failed, one=one, reason=str(refused), at=self.clock(), permanent=True)
        except (ClientError, TimeoutError, OSError) as failure:
            refused_too = _address_refused(failure)
            reason = str(refused_too or f"no answer: {type(failure).__name__}")
            permanent = refused_too is not None
            return partial(note_failed, one=one, reason=reason, at=self.clock(), permanent=permanent)
        except Exception as fault:  # our own fault with one event: it is tried again, then parked; others go on
            log.error("webhook %s failed", row_id, exc_info=fault)
            return partial(note_failed, one=one, reason=reason_of(fault), at=self.clock())

    async def _post(self, http: ClientSession, one: Delivery) -> Note:
        """Only the status counts: what else a partner's server answers is not read."""
        check_address(one.url, self.networks)
        body = one.body.encode()
        headers = signed(one, body, datetime.now(UTC))
        async with http.post(one.url, data=body, headers=headers, allow_redirects=False) as response:
            status, wait = response.status, _seconds(response.headers.get("Retry-After", ""), datetime.now(UTC))
            response.close()  # however much of an answer there is
        at = self.clock()
        if 200 <= status < 300:
            return partial(note_delivered, row_id=one.id, status=status, at=at)
        if status == GONE:
            return partial(note_gone, one=one, at=at)
        return partial(note_failed, one=one, reason=f"answered {status}", at=at, status=status, wait_seconds=wait)

    def _open(self, row_id: int) -> Delivery:
        with self.store.reading() as uow:
            return delivery(uow, row_id, self.clock())

    def _open_http(self) -> ClientSession:
        connector = TCPConnector(
            resolver=CheckedResolver(self.networks), use_dns_cache=False, family=socket.AF_UNSPEC, force_close=True
        )
        jar = DummyCookieJar()
        return ClientSession(connector=connector, timeout=self.timeout, cookie_jar=jar, auto_decompress=False)

    def _may_speak_to(self, url: str) -> bool:
        """A demonstration's clock stands still from the first word to a real server on; one that moved says nothing."""
        if not self.clock.movable or is_loopback(url):
            return True
        if self.clock.offset:
            return False
        self.clock.movable = False
        return True


def signed(one: Delivery, body: bytes, at: datetime) -> dict[str, str]:
    """The headers of Standard Webhooks; two signatures while a rotated secret still counts."""
    stamp = str(int(at.timestamp()))
    content = f"{one.webhook_id}.{stamp}.".encode() + body
    return {
        "Content-Type": "application/json",
        "User-Agent": "Sanad-Webhooks/1",
        "webhook-id": one.webhook_id,
        "webhook-timestamp": stamp,
        "webhook-signature": " ".join(signature(secret, content) for secret in one.secrets),
    }


def signature(secret: str, content: bytes) -> str:
    """One signature of `id.timestamp.body`; the secret is base64 behind `whsec_`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    return "v1," + base64.b64encode(hmac.digest(key, content, hashlib.sha256)).decode()


def _seconds(retry_after: str, now: datetime) -> float:
    """How long a partner wants to be left alone, in seconds or until a date (RFC 9110); 0 where it did not say so."""
    if retry_after.isascii() and retry_after.isdigit():
        return min(float(retry_after[:9]), LONGEST_WAIT)
    try:
        until = parsedate_to_datetime(retry_after)
    except (ValueError, OverflowError):
        return 0.0
    until = until if until.tzinfo is not None else until.replace(tzinfo=UTC)
    return min(max(0.0, (until - now).total_seconds()), LONGEST_WAIT)


def _address_refused(failure: BaseException | None) -> AddressRefused | None:
    """The refusal behind what the HTTP library made of it."""
    while failure is not None:
        if isinstance(failure, AddressRefused):
            return failure
        failure = getattr(failure, "os_error", None) or failure.__cause__
    return None
