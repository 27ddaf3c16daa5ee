"""What a WhatsApp number remembers between two sends, in the database: its templates, and the files it uploaded."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.channels.whatsapp_templates import KnownTemplate
from referrals.media.uploads import note_upload, uploaded_as
from referrals.senders.templates import template_of, templates_are_listed
from referrals.store.unit_of_work import Store

LOOKED_UP_EVERY = timedelta(seconds=30)  # a template that is paused meanwhile is refused by the platform itself


@dataclass
class StoredMemory:
    """The memory of one sender, shared by all processes; a template is looked up twice a minute, not for each send."""

    store: Store
    clock: Callable[[], datetime]
    sender_id: int
    _templates: dict[tuple[str, str], tuple[datetime, KnownTemplate | None]] = field(default_factory=dict)

    async def template(self, name: str, language: str) -> KnownTemplate | None:
        """What is known of a template; None where the platform's list does not have it."""
        at = self.clock()
        looked_up, known = self._templates.get((name, language), (None, None))
        if looked_up is None or abs(at - looked_up) > LOOKED_UP_EVERY:
            known = await asyncio.to_thread(self._look_up, name, language)
            self._templates[name, language] = (at, known)
        return known

    def _look_up(self, name: str, language: str) -> KnownTemplate | None:
        with self.store.reading() as uow:
            row = template_of(uow, self.sender_id, name, language)
            if row is not None:
                return KnownTemplate(row.status, row.parameters, row.quick_replies)
            return None if templates_are_listed(uow, self.sender_id) else KnownTemplate()

    async def uploaded(self, content: bytes) -> str:
        """The id under which that file stands at the platform; blank where it does not."""

        def look_up() -> str:
            with self.store.reading() as uow:
                return uploaded_as(uow, self.sender_id, content, self.clock())

        return await asyncio.to_thread(look_up)

    async def note_upload(self, content: bytes, media_id: str) -> None:
        """Keeps where that file stands now."""
        await asyncio.to_thread(
            self.store.transact, lambda uow: note_upload(uow, self.sender_id, content, media_id, self.clock())
        )
