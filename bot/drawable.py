"""Says at the start of the service which texts of cards and papers hold a sign that our font cannot draw."""

from __future__ import annotations

import logging

from referrals.documents.checking import drawn_texts, missing_glyphs
from referrals.store.unit_of_work import Store

log = logging.getLogger("sanad")


def say_what_cannot_be_drawn(store: Store) -> dict[str, str]:
    """The texts by name with the signs that are missing, each also in the log; cards leave these signs out."""
    with store.reading() as uow:
        found = missing_glyphs(drawn_texts(uow))
    for name, signs in found.items():
        points = ", ".join(f"U+{ord(sign):04X} {sign}" for sign in signs)
        log.warning("cards and papers leave out %s of %s: the font has no glyph. Write it another way", points, name)
    return found
