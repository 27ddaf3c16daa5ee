"""The few words that a messenger's own furniture needs: the opener of a list, the button that shares a place.

They stand in `locales/`, domain `channels`.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from functools import cache

from referrals.texts import common_catalogue


@dataclass(frozen=True)
class Words:
    """Labels in one language, each at most 20 characters where WhatsApp shows it."""

    choose: str
    or_choose: str
    type_a_number: str
    send_location: str
    share_phone: str
    continued: str
    screen_next: str
    screen_finish: str
    screen_more: str
    command_menu: str
    command_help: str
    command_human: str
    command_stop: str


RIGHT_TO_LEFT = frozenset({"ar", "ckb", "fa", "he", "ur"})


@cache
def words_of(language: str) -> Words:
    """The words in that language; English where we have none of it and it is not written right to left."""
    texts = common_catalogue("ar" if is_right_to_left(language) else "en", "channels").texts
    return Words(**{field.name: texts[f"messenger.{field.name}"][0] for field in fields(Words)})


def is_right_to_left(language: str) -> bool:
    """Whether that language (`ar`, `ar_KW`, `en-GB`) is written right to left."""
    return language.replace("_", "-").split("-")[0].lower() in RIGHT_TO_LEFT
