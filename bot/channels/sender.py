"""What delivery asks of any channel, whichever messenger stands behind it."""

from __future__ import annotations

from typing import Protocol

from bot.channels.failures import Sent
from bot.channels.fitting import Fitted
from referrals.inbound import Address


class Sender(Protocol):
    """The outgoing side of one account: a Telegram bot, a WhatsApp number, the simulator."""

    async def send(self, address: Address, fitted: Fitted, *, tracker: str = "") -> Sent:
        """The platform's ids of what was sent. Raises `DeliveryFailed`."""
        ...

    async def fetch_file(self, file_id: str) -> bytes:
        """The content of a file that a person sent. Raises `FetchFailed`."""
        ...

    async def close(self) -> None:
        """Ends the connections."""
        ...
