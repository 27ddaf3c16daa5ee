"""What reached us from a family, after a channel read it and before anything was done with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Kind = Literal["message", "tap", "status"]
AddressKind = Literal["telegram", "phone", "bsuid", "web"]
MediaKind = Literal["image", "audio", "video", "file", "sticker"]
DeliveryStatus = Literal["", "accepted", "sent", "delivered", "read", "failed"]


@dataclass(frozen=True)
class Address:
    """Where a person is reached on one channel: a Telegram user id, a phone in E.164, a web visitor's key."""

    kind: AddressKind
    value: str


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
    """The parameter of a deep link (Telegram's /start, a wa.me text code)."""


@dataclass(frozen=True)
class Inbound:
    """One event of one channel. (sender, kind, external_id, status) names it once, however often it is delivered.

    For kind `status`, `external_id` is the id of the message that we sent, `status` its new delivery status
    and `status_reason` the platform's error code where it failed.
    """

    kind: Kind
    external_id: str
    address: Address
    content: Content = Content()
    status: DeliveryStatus = ""
    status_reason: str = ""
    profile_name: str = ""
    sent_at: float = 0.0
    """Unix seconds by the channel's clock; 0 when it gave none."""
    reply_to: str = ""
    """The id of our message that this answers, where the channel says so."""
    also_known_as: tuple[Address, ...] = ()
    """Other addresses of the same person in the same event (WhatsApp's phone beside its user id)."""
