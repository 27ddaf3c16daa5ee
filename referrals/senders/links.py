"""Links that open the chat with a programme: what a poster's code, or a receipt's, holds."""

from __future__ import annotations

import re
from dataclasses import dataclass

from sqlalchemy import select

from referrals.senders.records import Sender, SenderProgramme
from referrals.store.unit_of_work import UnitOfWork

BOT_NAME = re.compile(r"@?([A-Za-z]\w{1,28}[Bb][Oo][Tt])")  # Telegram's names of bots end in «bot»
TELEPHONE = re.compile(r"\+?([1-9]\d{7,14})")


@dataclass(frozen=True)
class ChatLink:
    """A link, the channel it opens, and how it is written where somebody types it."""

    channel: str
    url: str

    @property
    def typed(self) -> str:
        return self.url.partition("://")[2]


def chat_links(uow: UnitOfWork, programme_id: str, base_url: str, source: str = "") -> list[ChatLink]:
    """The programme's chats, the web chat first: it needs no account. `source` says where the link was found.

    A Telegram bot or WhatsApp number has a link where its sender's name is the bot's public name or the number: the
    ids that their platforms know them by open nothing.
    """
    links = [ChatLink("web", f"{base_url.rstrip('/')}/chat/{programme_id}")]
    mine = (
        select(Sender.channel, Sender.name)
        .join(SenderProgramme, SenderProgramme.sender_id == Sender.id)
        .where(SenderProgramme.programme_id == programme_id, Sender.active)
        .order_by(Sender.id)
    )
    start = f"{programme_id}-{source}" if source else programme_id
    for channel, name in uow.session.execute(mine):
        if channel == "telegram" and (bot := BOT_NAME.fullmatch(name.strip())):
            links.append(ChatLink("telegram", f"https://t.me/{bot[1]}?start={start}"))
        if channel == "whatsapp" and (number := TELEPHONE.fullmatch(re.sub(r"[\s-]", "", name))):
            links.append(ChatLink("whatsapp", f"https://wa.me/{number[1]}"))
    return links
