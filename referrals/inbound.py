"""What reached us from a family, after a channel read it and before anything was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["message", "tap", "status", "edit", "revoke", "presence", "renamed", "preference", "notice", "ignored"]
AddressKind = Literal["telegram", "phone", "bsuid", "web", "account"]
MediaKind = Literal["image", "audio", "video", "file", "sticker"]
DeliveryStatus = Literal["", "accepted", "sent", "delivered", "read", "failed"]
Status = DeliveryStatus | Literal["blocked", "unblocked", "stop", "resume"]

OF_NOBODY: frozenset[Kind] = frozenset({"status", "notice", "ignored"})
"""Kinds that are no person's: they have no identity, and are sealed under the sender's own key."""
ONLY_IF_KNOWN: frozenset[Kind] = frozenset({"presence", "renamed", "revoke"})
"""Kinds that concern a person we know and make nobody known: an address we never heard of stays so."""


@dataclass(frozen=True)
class Address:
    """Where a person is reached on one channel: a Telegram user id, a phone in E.164, a web visitor's key."""

    kind: AddressKind
    value: str


NOBODY = Address("account", "")
"""Of an event that is no person's."""


@dataclass(frozen=True)
class MediaRef:
    """A file that the person sent; `file_id` is the channel's own name for it, fetched later."""

    kind: MediaKind
    file_id: str
    content_type: str = ""
    file_name: str = ""
    size: int = 0
    album: str = ""
    """What the pieces of one album share, where the channel says so."""


@dataclass(frozen=True)
class Content:
    """What was said. At most one of text, choice, point, media, contact, card carries it; all blank means unreadable.

    `text` beside `media` is its caption, or the emoji of a sticker.
    """

    text: str = ""
    choice: str = ""
    """The `Choice.id` that was tapped."""
    point: tuple[float, float, float] | None = None
    """Latitude and longitude in degrees, accuracy in metres (0 when unknown)."""
    media: MediaRef | None = None
    contact_phone: str = ""
    """A phone the person shared as their own, as the channel writes it."""
    card_phone: str = ""
    """The phone of somebody else's card, and `card_name` what it calls them."""
    card_name: str = ""
    start: str = ""
    """Where they come from: the parameter of a deep link (Telegram's /start), the advertisement they tapped."""
    form_reply: str = ""
    """JSON text of an object: what was filled in a form that opened in the chat (a WhatsApp Flow, a web app)."""
    form_name: str = ""
    """What that form is called, where the channel says so."""


@dataclass(frozen=True)
class Inbound:
    """One event of one channel. (sender, kind, external_id, status) names it once, however often it is delivered.

    | kind | what happened | `external_id` |
    |---|---|---|
    | message, tap | a person said or tapped something | the event's own |
    | status | `status` is the news of a message of ours, `status_reason` its error code | our message's |
    | edit | a person changed what they had said to `content` | the message's, and what makes each edit once |
    | revoke | a person deleted what they had said | the message's, likewise |
    | presence | a person `blocked` or `unblocked` us: `status` | the event's own |
    | renamed | `address` became `also_known_as`: a changed number, a group that moved | the event's own |
    | preference | a person wants our campaigns to `stop` or `resume`: `status` | the event's own |
    | notice | what a platform tells staff, in `told` | the event's own |
    | ignored | nothing that we use: a trace of its name, in `status_reason` | the event's own |
    """

    kind: Kind
    external_id: str
    address: Address
    content: Content = Content()
    status: Status = ""
    status_reason: str = ""
    profile_name: str = ""
    sent_at: float = 0.0
    """Unix seconds by the channel's clock; 0 when it gave none."""
    reply_to: str = ""
    """The id of our message that this answers, where the channel says so."""
    also_known_as: tuple[Address, ...] = ()
    """Other addresses of the same person in the same event (WhatsApp's phone beside its user id)."""
    said_as: str = ""
    """The channel's name for what they said, where that is not `external_id`: an edit or a deletion refers to it."""
    revises: str = ""
    """Of an edit or a deletion: the name of what they had said."""
    told: str = ""
    """JSON text of an object: what a notice says (`referrals.senders.notices`), or, of a renaming, `formerly`: further
    old addresses as [kind, value]."""
