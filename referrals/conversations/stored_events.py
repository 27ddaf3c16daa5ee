"""The form in which an event stands in the inbox, before it is sealed."""

from __future__ import annotations

import json
from typing import Any

from referrals.inbound import Address, Content, Inbound, MediaRef

PAYLOAD = "inbox.payload"


def to_json(event: Inbound) -> bytes:
    """The stored form of an event."""
    said = event.content
    stored = {
        **vars(event),
        "address": vars(event.address),
        "content": {**vars(said), "media": vars(said.media) if said.media else None},
        "also_known_as": [vars(other) for other in event.also_known_as],
    }
    return _ENCODER.encode(stored).encode()


def from_json(stored: bytes) -> Inbound:
    """The event of a stored form."""
    values: dict[str, Any] = json.loads(stored)
    content = dict(values.pop("content"))
    media, point = content.pop("media"), content.pop("point")
    return Inbound(
        **{
            **values,
            "address": Address(**values["address"]),
            "content": Content(
                **content, media=MediaRef(**media) if media else None, point=tuple(point) if point else None
            ),
            "also_known_as": tuple(Address(**other) for other in values["also_known_as"]),
        }
    )


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
