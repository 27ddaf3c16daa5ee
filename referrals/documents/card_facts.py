"""What stands on an appointment card, as values; the drawing is another file's, so that turns need not load it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Literal


@dataclass(frozen=True)
class CardWords:
    """The card's own words, from the family's catalogue (keys card.title, card.number, card.bring)."""

    title: str
    number: str
    bring: str


@dataclass(frozen=True)
class CardFacts:
    """All that stands on one card, already said in the family's language and digits; blank lines are left out."""

    programme: str
    number: str
    day: str
    time: str
    centre: str
    address: str
    bring: tuple[str, ...]
    qr: str
    footer: str
    words: CardWords
    language: Literal["ar", "en"] = "ar"

    def to_json(self) -> dict[str, Any]:
        """The parameters of a `MediaIntent`: plain strings, lists and one mapping."""
        return {**asdict(self), "bring": list(self.bring)}

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> CardFacts:
        """The facts that `to_json` stored. Raises `TypeError` where a field is missing or unknown."""
        return cls(**{**stored, "bring": tuple(stored["bring"]), "words": CardWords(**stored["words"])})


def card_words(say: Callable[[str], str]) -> CardWords:
    """The card's own words as `say` (a `Voice.say`) finds them in the catalogue."""
    return CardWords(say("card.title"), say("card.number"), say("card.bring"))
