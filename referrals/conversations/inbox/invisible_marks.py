"""Invisible marks of direction belong to what is shown: what people say is stored without them."""

from __future__ import annotations

import re
from dataclasses import replace

from referrals.inbound import Inbound

# Marks and overrides of direction, zero-width spaces, soft hyphens and C0 controls. U+200D stays: it joins emoji.
_MARKS = re.compile(
    "[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\u200b\u200c\u2060\ufeff\u00ad\x00-\x08\x0b\x0c\x0e-\x1f\x7f]"
)


def unmarked(text: str) -> str:
    """`text` as it reads, without controls that nobody sees; line ends and tabs stay."""
    return text if text.isascii() and text.isprintable() else _MARKS.sub("", text)


def without_marks(event: Inbound) -> Inbound:
    """What a person did, as it is stored: their words, name and number, and the name of their file."""
    said = event.content
    words = (said.text, said.contact_phone, said.start, said.card_name, event.profile_name)
    bare = tuple(map(unmarked, words))
    if bare == words and said.media is None:  # as nearly always
        return event
    text, contact_phone, start, card_name, profile_name = bare
    media = replace(said.media, file_name=unmarked(said.media.file_name)) if said.media else None
    content = replace(said, text=text, contact_phone=contact_phone, start=start, card_name=card_name, media=media)
    return replace(event, content=content, profile_name=profile_name)
