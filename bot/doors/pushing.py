"""Pushes what is owed to ODK Central and KoboToolbox: the form's version first, no transaction open while sending."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from aiohttp import ClientSession
from lxml import etree

from bot.clock import Clock
from bot.doors.central import Central
from bot.doors.kobo import Kobo
from bot.doors.remote import PushFailed, UnknownVersion, open_http
from bot.settings import is_loopback
from referrals.conversations.faults import harmless, reason_of
from referrals.protection.vault import Erased, WrongKey
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.amended import NotHereYet
from referrals.submissions.outgoing import (
    FormToPublish,
    NotOwedAnyMore,
    Outgoing,
    Remote,
    Target,
    outgoing,
)
from referrals.submissions.pushing import (
    LEASE_SECONDS,
    lease_push,
    note_push_cancelled,
    note_push_parked,
    note_push_retry,
    note_push_wait,
    note_pushed,
    renew_lease,
    targets_due,
)
from referrals.submissions.targets import forget_published, note_published

log = logging.getLogger("sanad")

FILE_WAIT = 60.0  # seconds until what has to come first is looked for again
DEMONSTRATION = "a demonstration whose clock was moved sends to this machine only"


class Server(Protocol):
    """ODK Central or KoboToolbox."""

    async def publish(self, form: FormToPublish) -> Remote: ...

    async def submit(self, outgoing: Outgoing, remote: Remote) -> None: ...


Note = Callable[[UnitOfWork], None]


@dataclass
class Pusher:
    """Sends for every target of this database; leases keep several processes apart."""

    store: Store
    clock: Clock
    sessions: dict[int, str] = field(default_factory=dict)

    async def push(self) -> int:
        """Sends what is due, each target in its own turn; returns how many were tried."""
        due = await asyncio.to_thread(self._due)
        return sum(await asyncio.gather(*map(self.push_to, due)))

    def _due(self) -> list[int]:
        with self.store.reading() as uow:
            return targets_due(uow, self.clock())

    async def push_to(self, target_id: int) -> int:
        """Sends what is due for one target, in its turn; returns how many were tried."""
        tried = 0
        async with open_http() as http:
            while (row_id := await self._lease(target_id)) is not None:
                renewing = asyncio.ensure_future(self._renew(row_id))
                try:
                    note = await self._send(http, row_id)
                finally:
                    renewing.cancel()
                await asyncio.to_thread(self.store.transact, note)
                tried += 1
        return tried

    async def _lease(self, target_id: int) -> int | None:
        return await asyncio.to_thread(self.store.transact, lambda uow: lease_push(uow, target_id, self.clock()))

    async def _renew(self, row_id: int) -> None:
        while True:
            await asyncio.sleep(LEASE_SECONDS / 3)
            await asyncio.to_thread(self.store.transact, lambda uow: renew_lease(uow, row_id, self.clock()))

    async def _send(self, http: ClientSession, row_id: int) -> Note:
        """One submission; what to note of it."""
        try:
            one = await asyncio.to_thread(self._open, row_id)
        except NotHereYet as first:
            reason = str(first)
            return lambda uow: note_push_wait(uow, row_id, reason, self.clock(), FILE_WAIT)
        except NotOwedAnyMore:
            return lambda uow: note_push_cancelled(uow, row_id, "the target was removed")
        except Erased:
            return lambda uow: note_push_cancelled(uow, row_id, "erased")
        except WrongKey:
            return lambda uow: note_push_parked(uow, row_id, "sealed under a key that is not here")
        if not self._may_speak_to(one.target):
            return lambda uow: note_push_parked(uow, row_id, DEMONSTRATION)
        try:
            await self._deliver(self._server(http, one.target), one)
        except PushFailed as failure:
            return partial(self._note_failure, one=one, failure=failure)
        except Exception as fault:  # our own fault with one submission: it is tried again, then parked; others go on
            log.error("push %s failed", row_id, exc_info=fault)
            return partial(self._note_failure, one=one, failure=PushFailed(reason_of(fault)))
        return lambda uow: note_pushed(uow, row_id, self.clock())

    async def _deliver(self, server: Server, one: Outgoing) -> None:
        """The version first. A server that then says it does not know it gets it once more, in the same try."""
        remote = one.form.known or await self._publish(server, one)
        try:
            await server.submit(one, remote)
        except UnknownVersion:
            if one.form.known is None:
                raise
            remote = await self._publish(server, one)
            await server.submit(one, remote)

    async def _publish(self, server: Server, one: Outgoing) -> Remote:
        remote = await server.publish(one.form)

        def keep(uow: UnitOfWork) -> None:
            known = {"remote_id": remote.id, "remote_uuid": remote.uuid, "remote_version": remote.version}
            form = one.form
            note_published(uow, one.target.id, form.definition_id, form.name, self.clock(), **known)

        await asyncio.to_thread(self.store.transact, keep)
        return remote

    def _note_failure(self, uow: UnitOfWork, *, one: Outgoing, failure: PushFailed) -> None:
        """A server's words may repeat what it was sent: none of that stands in the log or unsealed beside the row."""
        reason = harmless(failure.reason, map(str, etree.fromstring(one.xml).itertext()))
        log.info("push %s to target %s: %s", one.id, one.target.id, reason)
        if isinstance(failure, UnknownVersion):
            forget_published(uow, one.target.id, one.form.definition_id)
        if failure.permanent:
            note_push_parked(uow, one.id, reason)
        else:
            note_push_retry(uow, one.id, one.attempts, reason, self.clock(), away=failure.away)

    def _open(self, row_id: int) -> Outgoing:
        with self.store.reading() as uow:
            return outgoing(uow, row_id)

    def _server(self, http: ClientSession, target: Target) -> Server:
        return Central(http, target, self.sessions) if target.kind == "central" else Kobo(http, target)

    def _may_speak_to(self, target: Target) -> bool:
        """A demonstration's clock stands still from the first word to a real server on; one that moved says nothing."""
        if not self.clock.movable or (is_loopback(target.url) and is_loopback(target.submit_url)):
            return True
        if self.clock.offset:
            return False
        self.clock.movable = False
        return True
