"""The few words of the chat page itself, from `locales/`, domain `channels`; the conversation has its own."""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from bot.channels.words import is_right_to_left
from referrals.texts import common_catalogue

MOVES = {"+3h": "move_3h", "+1d": "move_1d", "+2d": "move_2d"}  # of the demonstration's clock: what is posted, its key


@dataclass(frozen=True)
class PageWords:
    """The page's furniture in one language. `{number}` and `{of}` are filled where they stand."""

    language: str
    title: str
    subtitle: str
    hint: str
    hello: str
    urgent: str
    log: str
    answers: str
    attach: str
    your_message: str
    placeholder: str
    send: str
    arrived: str
    today: str
    yesterday: str
    send_location: str
    location: str
    location_refused: str
    photo: str
    voice: str
    file: str
    card: str
    tapped: str
    from_staff: str
    progress: str
    clock: str
    moves: tuple[tuple[str, str], ...]
    not_sent: str
    again: str
    too_large: str
    disconnected: str
    refused: str
    open_again: str
    anything_new: str
    writing: str


@cache
def page_words(language: str) -> PageWords:
    """The words in that language; English where we have none of it and it is not written right to left."""
    known = "ar" if is_right_to_left(language) else "en"
    texts = common_catalogue(known, "channels").texts
    names = [field.name for field in fields(PageWords) if field.name not in ("language", "moves")]
    moves = tuple((move, texts[f"page.{key}"][0]) for move, key in MOVES.items())
    return PageWords(language=known, moves=moves, **{name: texts[f"page.{name}"][0] for name in names})
