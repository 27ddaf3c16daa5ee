"""What stands on each paper, as values already said in the family's or the staff's language and digits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Literal

Language = Literal["ar", "en"]
Sheet = Literal["a5", "a4"]
Kind = Literal["receipt", "appointment", "letter", "poster", "known"]


@dataclass(frozen=True)
class ReceiptFacts:
    """The paper, or picture, of somebody who applied: the number, by when the answer comes, how to ask. No need."""

    kind: ClassVar[Kind] = "receipt"
    title: str
    arrived: str
    label: str
    number: str
    answer: str
    place: tuple[str, ...]
    ask: str
    ask_how: str
    keep: str
    qr: str
    address: str = ""
    """The address that the code holds, to be typed by who cannot scan it; blank leaves it out."""
    language: Language = "ar"
    sheet: Sheet = "a5"


@dataclass(frozen=True)
class AppointmentFacts:
    """An appointment on paper: when, where, what to bring, the code that the desk scans. No need."""

    kind: ClassVar[Kind] = "appointment"
    title: str
    label: str
    number: str
    day: str
    time: str
    centre: str
    place: tuple[str, ...]
    bring_label: str
    bring: tuple[str, ...]
    footer: str
    qr: str
    language: Language = "ar"
    sheet: Sheet = "a5"


@dataclass(frozen=True)
class LetterFacts:
    """A letter to the centre that a family was referred to: only what the family agreed to show stands in `fields`."""

    kind: ClassVar[Kind] = "letter"
    title: str
    programme: str
    to: str
    place: tuple[str, ...]
    dated: str
    label: str
    number: str
    opening: str
    fields: tuple[tuple[str, str], ...]
    """Name and value of each disclosed field."""
    agreed: str
    due: str
    signed: str
    footer: str
    language: Language = "ar"
    page_digits: Literal["arab", "latn"] = "arab"


@dataclass(frozen=True)
class PosterFacts:
    """A poster for a wall: a title, a few lines, the code that opens the chat, a telephone, who calls."""

    kind: ClassVar[Kind] = "poster"
    service: str
    programme: str
    title: str
    lines: tuple[str, ...]
    scan: str
    free: str
    phone_label: str
    phone: str
    qr: str
    address: str = ""
    language: Language = "ar"


@dataclass(frozen=True)
class KnownFacts:
    """Everything that we know of somebody, for themselves: sections with names and values, in the family's words."""

    kind: ClassVar[Kind] = "known"
    title: str
    programme: str
    dated: str
    opening: str
    sections: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    """Title, a sentence (or blank), and the rows of each; at most `documents.paper.MOST_LINES` rows in one."""
    footer: str
    language: Language = "ar"
    page_digits: Literal["arab", "latn"] = "arab"


PaperFacts = ReceiptFacts | AppointmentFacts | LetterFacts | PosterFacts | KnownFacts


def to_json(facts: PaperFacts) -> dict[str, Any]:
    """The facts as plain texts and lists: the parameters of a `MediaIntent`."""
    return {name: list(value) if isinstance(value, tuple) else value for name, value in asdict(facts).items()}


def from_json(stored: Mapping[str, Any]) -> ReceiptFacts:
    """The receipt's facts that `to_json` stored. Raises `TypeError` where a field is missing or unknown."""
    whole: dict[str, Any] = {**stored, "place": tuple(stored["place"])}
    return ReceiptFacts(**whole)


def known_from_json(stored: Mapping[str, Any]) -> KnownFacts:
    """The facts of such a paper that `to_json` stored. Raises `TypeError` where a field is missing or unknown."""
    sections = tuple(
        (str(title), str(note), tuple((str(name), str(value)) for name, value in rows))
        for title, note, rows in stored["sections"]
    )
    whole: dict[str, Any] = {**stored, "sections": sections}
    return KnownFacts(**whole)
