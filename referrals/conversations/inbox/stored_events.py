"""The form in which an event stands in the inbox, before it is sealed."""

from __future__ import annotations

import json
from typing import Any

from referrals.inbound import Address, Content, Inbound, MediaRef

PAYLOAD = "inbox.payload"


def to_json(event: Inbound) -> bytes:
    """The stored form of an event: what it says, without what it leaves blank."""
    stored, said = _told(event), _told(event.content)
    stored["address"] = vars(event.address)
    if event.content.media is not None:
        said["media"] = vars(event.content.media)
    stored["content"] = said
    if event.also_known_as:
        stored["also_known_as"] = [vars(other) for other in event.also_known_as]
    return _ENCODER.encode(stored).encode()


def from_json(stored: bytes) -> Inbound:
    """The event of a stored form, also of one that names what is blank."""
    values: dict[str, Any] = json.loads(stored)
    content = values.pop("content")
    media, point = content.pop("media", None), content.pop("point", None)
    return Inbound(
        **{
            "external_id": "",
            **values,
            "address": Address(**values["address"]),
            "content": Content(
                **content, media=MediaRef(**media) if media else None, point=tuple(point) if point else None
            ),
            "also_known_as": tuple(Address(**other) for other in values.get("also_known_as", ())),
        }
    )


def _told(of: Inbound | Content) -> dict[str, Any]:
    """Its fields but for those at rest, each of which is blank, zero or none."""
    return {name: value for name, value in vars(of).items() if value}


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
