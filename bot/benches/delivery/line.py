"""The running service with one line to a strict platform: its loops, its delivery and its sender, in this process."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from bot.benches.delivery.crowd import Crowd
from bot.channels.sender import Sender as ChannelSender
from bot.clock import Clock
from bot.service import Line, Service, in_background
from bot.settled_memory import settle_memory

TOKEN = "1234567:sample-token-of-the-bench"
PHONE_ID = "1234567"


def sender_to(channel: str, url: str) -> ChannelSender:
    """The outgoing side of that channel, as the service makes it."""
    if channel == "telegram":
        from bot.channels.telegram_out import TelegramSender  # heavy: only where it is measured

        return TelegramSender(TOKEN, url)
    from bot.channels.whatsapp_out import WhatsAppSender

    return WhatsAppSender(TOKEN, PHONE_ID, url)


def service_of(crowd: Crowd, url: str) -> Service:
    """The service, not running yet."""
    settle_memory()  # as `sanad run` does
    line = Line(crowd.sender_id, crowd.channel, sender_to(crowd.channel, url))
    return Service(crowd.store, Clock(crowd.store, movable=False), lines=[line])


@contextmanager
def service_running(crowd: Crowd, url: str) -> Iterator[Service]:
    """Every loop of the service until the block ends."""
    service = service_of(crowd, url)
    end = in_background(service)
    try:
        yield service
        crowd.wait_for_answers()
    finally:
        end()
