"""Says at the start of the service which texts of cards and papers hold a sign that our font cannot draw.

Pillow would draw a box for such a sign, typst nothing. A name that somebody typed is cleaned when it is drawn; what we
wrote ourselves is mended before.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator

from sqlalchemy import select

from referrals.conversations.speaking import voice_of
from referrals.definitions.in_force import programmes, settings_of
from referrals.directory.records import Location, Organization
from referrals.documents.font_coverage import drawable
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.texts import common_catalogue

log = logging.getLogger("sanad")
DRAWN = ("card.", "receipt.", "time.", "console.paper.", "console.fact.", "console.name", "console.referral.agreed")
NEVER_SEEN = frozenset("\n\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069")


def say_what_cannot_be_drawn(store: Store) -> dict[str, str]:
    """The texts by name with the signs that are missing, each also in the log; cards leave these signs out."""
    with store.reading() as uow:
        found = missing_glyphs(drawn_texts(uow))
    for name, signs in found.items():
        points = ", ".join(f"U+{ord(sign):04X} {sign}" for sign in signs)
        log.warning("cards and papers leave out %s of %s: the font has no glyph. Write it another way", points, name)
    return found


def missing_glyphs(texts: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Of texts by name: which have signs that our font lacks, and these signs."""
    shown = drawable() | NEVER_SEEN
    found = ((name, "".join(sorted(set(text) - shown))) for name, text in texts)
    return {name: missing for name, missing in found if missing}


def drawn_texts(uow: UnitOfWork) -> Iterator[tuple[str, str]]:
    """All that pictures and papers say: our words in every language and programme, programmes' and centres' names."""
    for language in ("ar", "en"):
        for key, forms in common_catalogue(language, "console").texts.items():
            if key.startswith(DRAWN):
                yield from ((f"{key} ({language})", form) for form in forms)
    for programme in programmes(uow):
        settings = settings_of(uow, programme.id)
        for language in ("ar", "en"):
            yield f"{programme.id}: name_{language}", settings.name(language)
            for key, forms in voice_of(uow, programme.id, language).catalogue.texts.items():
                if key.startswith(DRAWN):
                    yield from ((f"{programme.id}: {key} ({language})", form) for form in forms)
    for place in uow.session.execute(select(Location.external_id, Location.name, Location.address, Location.phone)):
        yield f"location {place[0]}", "".join(place[1:])
    for name, said in uow.session.execute(select(Organization.external_id, Organization.name)):
        yield f"organization {name}", said
