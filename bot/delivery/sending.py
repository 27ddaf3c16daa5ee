"""Sends one message through its channel, in as many pieces as that needs, with no transaction open."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime

from bot.channels.failures import DeliveryFailed
from bot.channels.fitting import Fitted, fit, fit_template, grouped
from bot.channels.sender import Sender as ChannelSender
from bot.channels.whatsapp_errors import WINDOW_CLOSED
from bot.delivery.pictures import picture
from referrals.conversations.faults import reason_of
from referrals.families.standing import WINDOW
from referrals.inbound import Address
from referrals.messages import CAPABILITIES, Message
from referrals.outbox.lease import Leased
from referrals.outbox.outcomes import name_of
from referrals.outbox.statuses import key_of_piece
from referrals.store.unit_of_work import Store

log = logging.getLogger("sanad")


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
    gone: int = 0
    """Pieces of a message that are in the chat now, though not the whole of it."""
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
    ban_seconds: Callable[[], float] = lambda: 0.0
    """How long the account must stay away, also since this message was begun."""

    async def send(self, sender: ChannelSender, row: Leased) -> Outcome:
        """Sends it, as its template where free text may not go; never raises but when it is cancelled."""
        closed = self._window_is_closed(row)
        if closed and not row.message.template:
            return Outcome(row, self.clock(), failure=DeliveryFailed(WINDOW_CLOSED, permanent=True))
        outcome = await self._send_as(sender, row, template=closed)
        refused = outcome.failure
        if refused is not None and refused.then == "template" and row.message.template and not closed:
            if outcome.gone:  # its first pieces are there: the rest follows as soon as they write
                return outcome
            return await self._send_as(sender, row, template=True)
        return outcome

    async def _send_as(self, sender: ChannelSender, row: Leased, *, template: bool) -> Outcome:
        external, moved_to = "", None
        first = gone = 0 if template else row.gone
        try:
            pieces = await self._pieces(row, template)
            first = gone = max(0, min(first, len(pieces) - 1))  # what went before is in the chat already
            for number, piece in enumerate(pieces[first:], first + 1):
                if gone > first and (seconds := self.ban_seconds()) > 0:  # another message was told so meanwhile
                    raise DeliveryFailed("rate_limit: between two pieces", retry_after=seconds)
                # only the last piece carries the key itself: its status says that all of them arrived
                tracker = row.key if number == len(pieces) else key_of_piece(row.key, number)
                sent = await sender.send(row.address, piece, tracker=tracker)
                external, gone = sent.external_ids[-1] if sent.external_ids else external, gone + 1
                moved_to = sent.moved_to or moved_to
        except DeliveryFailed as failure:
            there, part = gone if not template else row.gone, gone - first
            return Outcome(
                row, self.clock(), external, failure, as_template=template, moved_to=moved_to, pieces=part, gone=there
            )
        except Exception as fault:  # our own fault with one message: it is tried again, then parked; others go on
            log.error("%s: sending %s failed", self.channel, row.key, exc_info=fault)
            there = gone if not template else row.gone
            return Outcome(row, self.clock(), external, fault=reason_of(fault), pieces=gone - first, gone=there)
        return Outcome(row, self.clock(), external, moved_to=moved_to, pieces=gone - first)

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
