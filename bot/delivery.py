"""Delivery: leases what is owed, sends it with no transaction open, notes what became of it."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial

from bot.channels.failures import DeliveryFailed
from bot.channels.fitting import Fitted, fit, fit_template
from bot.channels.sender import Sender as ChannelSender
from bot.channels.whatsapp_errors import WINDOW_CLOSED
from referrals.conversations.knocking import hold
from referrals.conversations.turns import mark_blocked, reason_of
from referrals.definitions.attachments import attachment_of
from referrals.families.identities import data_key_of
from referrals.families.records import Identity
from referrals.media.keeping import add_drawing, content_of
from referrals.messages import CAPABILITIES, MediaIntent
from referrals.outbox.buckets import block
from referrals.outbox.lease import (
    Leased,
    lease,
    note_parked,
    note_retry,
    note_sent,
    note_uncertain,
    take_back,
)
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

BLOCKED = ("blocked", "131026")  # the platforms' words for a person who cannot be reached there
WINDOW = timedelta(hours=24) - timedelta(minutes=5)  # WhatsApp takes free text for 24 hours; a few minutes are spare


Note = Callable[[UnitOfWork], None]


@dataclass
class Delivery:
    """Sends for one sender. Any number of these may run, in any number of processes: leases keep them apart."""

    store: Store
    clock: Callable[[], datetime]
    sender_id: int
    channel: str
    sender: ChannelSender
    worker: str = f"{socket.gethostname()}:{os.getpid()}"

    stopping: bool = False
    sending: bool = False

    async def deliver(self) -> int:
        """Sends what is owed now, one message after the other; returns how many were taken.

        Only one is ever under way in a process, so a kill can repeat no more than that one. What became of it is
        noted in the same transaction that leases the next.
        """
        taken = 0
        note: Note = self._take_back
        while True:
            row = await asyncio.to_thread(self.store.transact, partial(self._note_and_lease, note=note))
            self.sending = row is not None
            if row is None:
                return taken
            taken += 1
            note = await self._send(row)

    def _note_and_lease(self, uow: UnitOfWork, *, note: Note) -> Leased | None:
        note(uow)
        if self.stopping:
            return None
        return next(iter(lease(uow, self.sender_id, self.channel, self.worker, self.clock(), 1)), None)

    def _take_back(self, uow: UnitOfWork) -> None:
        take_back(uow, self.clock())

    async def _send(self, row: Leased) -> Note:
        """One message, in as many pieces as the channel needs; what to note of it."""
        closed = self._window_is_closed(row)
        if closed and not row.message.template:
            return partial(self._hold, row=row)
        return await self._send_as(row, template=closed)

    async def _send_as(self, row: Leased, *, template: bool) -> Note:
        """The message as free text or as its template; as both where only the platform knows the window is closed."""
        external = ""
        try:
            pieces = await asyncio.to_thread(self._pieces, row, template)
            for left, piece in zip(reversed(range(len(pieces))), pieces, strict=True):
                # only the last piece carries the key: its status says that all of them arrived
                sent = await self.sender.send(row.address, piece, tracker="" if left else row.key)
                external = sent.external_ids[-1] if sent.external_ids else external
        except DeliveryFailed as failure:
            if failure.reason == WINDOW_CLOSED and row.message.template and not template:
                return await self._send_as(row, template=True)
            return partial(self._note_failure, row=row, failure=failure, external=external)
        except Exception as fault:  # our own fault with one message: it is tried again, then parked; others go on
            log.error("%s: sending %s failed", self.channel, row.key, exc_info=fault)
            reason = reason_of(fault)
            return lambda uow: note_retry(uow, row.id, row.attempts, reason, self.clock(), after=None)
        return lambda uow: note_sent(uow, row.id, external, self.clock())

    def _note_failure(self, uow: UnitOfWork, *, row: Leased, failure: DeliveryFailed, external: str) -> None:
        at = self.clock()
        if failure.reason == WINDOW_CLOSED and not row.message.template:
            self._hold(uow, row=row)
        elif failure.permanent:
            note_parked(uow, row.id, failure.reason)
            if failure.reason.startswith(BLOCKED):
                mark_blocked(uow, row.identity_id, at)
        elif failure.uncertain or external:
            note_uncertain(uow, row.id, failure.reason, at)
        else:
            note_retry(uow, row.id, row.attempts, failure.reason, at, failure.retry_after)
        if failure.retry_after is not None and failure.whole_account:
            block(uow, self.sender_id, failure.retry_after, at)

    def _hold(self, uow: UnitOfWork, *, row: Leased) -> None:
        hold(uow, row.id, row.identity_id, row.last_inbound_at, self.clock())

    def _pieces(self, row: Leased, template: bool) -> tuple[Fitted, ...]:
        """The message as this channel takes it, with its pictures drawn; no transaction is open meanwhile."""
        if template:
            return (fit_template(row.message, quick_replies=len(row.message.choices)),)
        pieces = (self._with_file(row, piece) for piece in fit(row.message, CAPABILITIES[self.channel]))
        return tuple(piece for piece in pieces if piece is not None)

    def _window_is_closed(self, row: Leased) -> bool:
        if self.channel != "whatsapp":
            return False
        return row.last_inbound_at is None or self.clock() - row.last_inbound_at > WINDOW

    def _with_file(self, row: Leased, piece: Fitted) -> Fitted | None:
        """The piece with its picture; as text where there is none to be had; nothing when it was only a picture."""
        if piece.media is None:
            return piece
        found = picture(self.store, row.identity_id, piece.media, self.clock())
        if found is not None:
            return piece.with_file(*found)
        return replace(piece, media=None) if piece.text else None


def picture(store: Store, identity_id: int, intent: MediaIntent, at: datetime) -> tuple[bytes, str, str] | None:
    """What a media intent stands for: bytes, content type, file name; None when it cannot be drawn or is gone."""
    if intent.kind == "stored":
        with store.reading() as uow:
            found = content_of(uow, int(intent.parameters["media_id"]))
        return (found[0], found[1], "file") if found is not None else None
    if intent.kind == "attachment":
        name = str(intent.parameters["name"])
        with store.reading() as uow:
            sent_along = attachment_of(uow, int(intent.parameters["definition_id"]), name)
        return (*sent_along, name) if sent_along is not None else None
    from referrals.documents.drawing import drawn  # drawing needs Pillow: only who draws loads it

    content = drawn(intent.kind, intent.parameters)
    if content is None:
        return None

    def keep(uow: UnitOfWork) -> None:
        person_id = uow.session.get_one(Identity, identity_id).person_id
        add_drawing(uow, person_id, data_key_of(uow, person_id), content, at)

    store.transact(keep)
    return content, "image/png", "sanad.png"
