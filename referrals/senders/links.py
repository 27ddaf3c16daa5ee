"""Links that open the chat with a programme: what a poster's code, or a receipt's, holds."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import select

from referrals.senders.records import Sender, SenderProgramme
from referrals.store.unit_of_work import UnitOfWork

BOT_NAME = re.compile(r"@?([A-Za-z]\w{1,28}[Bb][Oo][Tt])")  # Telegram's names of bots end in «bot»
START = re.compile(r"[A-Za-z0-9_-]{1,64}")  # what Telegram takes as the parameter of a link
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
    start = f"{programme_id}-{source}" if START.fullmatch(f"{programme_id}-{source}") and source else programme_id
    for channel, name in uow.session.execute(mine):
        if channel == "telegram" and (bot := BOT_NAME.fullmatch(name.strip())):
            links.append(ChatLink("telegram", f"https://t.me/{bot[1]}?start={start}"))
        if channel == "whatsapp" and (number := TELEPHONE.fullmatch(re.sub(r"[\s-]", "", name))):
            links.append(ChatLink("whatsapp", f"https://wa.me/{number[1]}"))
    return links


LETTERS = "abcdefghij"  # of a code in a link: a link is not rewritten in another script's digits, nor read aloud


def links_with_code(uow: UnitOfWork, programme_id: str, code: str, base_url: str = "") -> list[ChatLink]:
    """The programme's chats, each opened with six digits that bring a conversation along; the web chat's where the
    service's own address is given."""
    spelt = "move-" + "".join(LETTERS[int(digit)] for digit in code)
    links = []
    for link in chat_links(uow, programme_id, base_url or "-"):
        if link.channel == "web":
            links += [ChatLink("web", f"{link.url}?start={spelt}")] if base_url else []
        elif link.channel == "telegram":
            links.append(ChatLink("telegram", f"{link.url.partition('?')[0]}?start={spelt}"))
        else:
            links.append(ChatLink(link.channel, f"{link.url}?text={quote('رمز ' + code)}"))
    return links


def link_with_code(spelt: str) -> str | None:
    """The six digits that such a link carried; None for anything else."""
    known = len(spelt) == 6 and all(letter in LETTERS for letter in spelt)
    return "".join(str(LETTERS.index(letter)) for letter in spelt) if known else None
