"""Sends one message through its channel, in as many pieces as that needs, with no transaction open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.channels.failures import DeliveryFailed
from bot.channels.fitting import Fitted, fit, fit_template, grouped
from bot.channels.sender import Sender as ChannelSender
from bot.delivery.pictures import picture
from referrals.conversations.faults import reason_of
from referrals.inbound import Address
from referrals.messages import CAPABILITIES, Message
from referrals.outbox.lease import Leased
from referrals.outbox.outcomes import name_of
from referrals.store.unit_of_work import Store

log = logging.getLogger("sanad")

WINDOW_CLOSED = "window_closed"
WINDOW = timedelta(hours=24) - timedelta(minutes=5)  # WhatsApp takes free text for 24 hours; a few minutes are spare


@dataclass(frozen=True)
class Outcome:
    """What became of a message: sent, with the platform's id; refused by `failure`; or not sent for a fault of ours."""

    row: Leased
    at: datetime
    external_id: str = ""
    failure: DeliveryFailed | None = None
    fault: str = ""
    as_template: bool = False
    moved_to: Address | None = None
    pieces: int = 0
    """Requests that the platform counts as messages."""
    banned: bool = False
    """Every worker was told already to stay away."""
    counts_as_of: float = 0.0
    """Unix seconds: the moment from which the platform's second is reckoned."""

    @property
    def sent(self) -> bool:
        return self.failure is None and not self.fault


@dataclass
class Sending:
    """One account's way of sending a leased message."""

    store: Store
    clock: Callable[[], datetime]
    channel: str
    base_url: str = ""

    async def send(self, sender: ChannelSender, row: Leased) -> Outcome:
        """Sends it, as its template where free text may not go; never raises but when it is cancelled."""
        closed = self._window_is_closed(row)
        if closed and not row.message.template:
            return Outcome(row, self.clock(), failure=DeliveryFailed(WINDOW_CLOSED, permanent=True))
        outcome = await self._send_as(sender, row, template=closed)
        refused = outcome.failure
        if refused is not None and refused.then == "template" and row.message.template and not closed:
            if outcome.external_id:  # its first pieces are there: the whole follows as soon as they write
                return outcome
            return await self._send_as(sender, row, template=True)
        return outcome

    async def _send_as(self, sender: ChannelSender, row: Leased, *, template: bool) -> Outcome:
        external, gone, moved_to = "", 0, None
        try:
            pieces = await self._pieces(row, template)
            for left, piece in zip(reversed(range(len(pieces))), pieces, strict=True):
                # only the last piece carries the key: its status says that all of them arrived
                sent = await sender.send(row.address, piece, tracker="" if left else row.key)
                external, gone = sent.external_ids[-1] if sent.external_ids else external, gone + 1
                moved_to = sent.moved_to or moved_to
        except DeliveryFailed as failure:
            return Outcome(row, self.clock(), external, failure, as_template=template, pieces=gone)
        except Exception as fault:  # our own fault with one message: it is tried again, then parked; others go on
            log.error("%s: sending %s failed", self.channel, row.key, exc_info=fault)
            return Outcome(row, self.clock(), external, fault=reason_of(fault))
        return Outcome(row, self.clock(), external, moved_to=moved_to, pieces=gone)

    async def _pieces(self, row: Leased, template: bool) -> tuple[Fitted, ...]:
        """The message as this channel takes it, with its pictures drawn aside; no transaction is open meanwhile."""
        if template:
            return (fit_template(row.message, quick_replies=len(row.message.choices)),)
        capabilities = CAPABILITIES[self.channel]
        pieces = fit(self._linked(row.message), capabilities)
        if not any(piece.media for piece in pieces):
            return pieces
        filled = [await asyncio.to_thread(self._with_file, row, piece) for piece in pieces]
        return grouped([piece for piece in filled if piece is not None], capabilities)

    def _linked(self, message: Message) -> Message:
        """A link to a page of ours with our address; without it where we have none that anybody could open."""
        if not message.link.startswith("/"):
            return message
        if not self.base_url:
            return replace(message, link="", link_label="")
        return replace(message, link=self.base_url.rstrip("/") + message.link)

    def _window_is_closed(self, row: Leased) -> bool:
        if self.channel != "whatsapp":
            return False
        if name_of(row.reason) == WINDOW_CLOSED:  # the platform said so after it had taken the message
            return True
        return row.last_inbound_at is None or self.clock() - row.last_inbound_at > WINDOW

    def _with_file(self, row: Leased, piece: Fitted) -> Fitted | None:
        """The piece with its picture; as text where there is none to be had; nothing when it was only a picture."""
        if piece.media is None:
            return piece
        found = picture(self.store, row.identity_id, piece.media, self.clock(), row_id=row.id)
        if found is not None:
            return piece.with_file(*found)
        return replace(piece, media=None) if piece.text else None
