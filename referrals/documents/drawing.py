"""Draws what a media intent asks for; delivery and the chat page call it outside any transaction."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from referrals.documents.arabic_drawing import GlyphMissing
from referrals.documents.card import draw_card
from referrals.documents.card_facts import CardFacts
from referrals.documents.paper_facts import from_json
from referrals.documents.receipt import draw_receipt

log = logging.getLogger("sanad")


def drawn(kind: str, parameters: Mapping[str, Any]) -> bytes | None:
    """The picture as PNG; None where a sign cannot be drawn after all, for then the text alone says it."""
    try:
        if kind == "receipt":
            return draw_receipt(from_json(parameters))
        return draw_card(CardFacts.from_json(parameters))
    except GlyphMissing as failure:
        log.warning("a %s was not drawn: %s", kind, failure)
        return None
