"""Registers with the platforms in the background until it worked: one that is away never stops the start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from bot.channels.failures import ChannelFailed
from referrals.senders.templates import keep_templates

if TYPE_CHECKING:
    from bot.channels.whatsapp_out import WhatsAppSender
    from bot.service import Service

log = logging.getLogger("sanad")

FIRST_PAUSE = 30.0
LONGEST_PAUSE = 1800.0
TEMPLATES_EVERY = 6 * 3600.0  # news of them come by webhook; the list is read again for what was missed

Step = Callable[[], Awaitable[None]]


def until_it_worked(what: str, register: Step, *, every: float | None = None) -> Step:
    """A loop of the service that registers, again after a growing pause while it fails, and then rests for good, or
    for `every` seconds."""

    async def step() -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await register()
            except ChannelFailed as failure:
                log.warning("%s: %s; trying again in %.0f seconds", what, failure, pause)
                await asyncio.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
                continue
            pause = FIRST_PAUSE
            if every is None:
                await asyncio.Event().wait()
            else:
                await asyncio.sleep(every)

    return step


def list_templates(sender: WhatsAppSender, waba_id: str, sender_id: int, service: Service) -> Step:
    """What keeps the platform's list of templates, so that each is checked before it is sent."""
    from bot.channels.whatsapp_templates import listed  # only where WhatsApp is configured

    async def register() -> None:
        found = [template for each in await sender.templates(waba_id) if (template := listed(each)) is not None]
        at = service.clock()
        await asyncio.to_thread(service.store.transact, lambda uow: keep_templates(uow, sender_id, found, at))

    return register
