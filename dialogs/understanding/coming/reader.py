"""What a whole message says about coming to an appointment; only asked where there is one."""

from __future__ import annotations

from functools import cache

from dialogs.understanding.coming.words import SAID
from dialogs.understanding.folding import fold
from dialogs.understanding.intent.phrases import without_address, without_courtesies
from dialogs.understanding.keys import bare, expand, is_latin, spoken, tight
from dialogs.understanding.reading import Reading

_MOST_WORDS = 12


def read_coming(text: str) -> Reading[str]:
    """on_way, late, lost, come, not_come, other_time or calendar, or blank: a word of the message is never enough."""
    words = fold(text).split()
    if not 0 < len(words) <= _MOST_WORDS:
        return Reading()
    spoken_to = without_address(words)
    for said in (words, spoken_to, without_courtesies(spoken_to)):
        found = _meaning(" ".join(said)) or _said_twice(said)
        if found:
            return Reading(found, True)
    return Reading()


def _said_twice(words: list[str]) -> str | None:
    """«أنا تايهة ومش لاقية المكان»: two phrases that mean the same."""
    for at in range(1, len(words)):
        first, rest = _meaning(" ".join(words[:at])), " ".join(words[at:])
        if first is not None and first in (_meaning(rest), _meaning(rest.removeprefix("و").strip())):
            return first
    return None


def _meaning(key: str) -> str | None:
    found = _table().get(tight(key))
    if found is None and is_latin(key):
        sound, heard = spoken(key), _by_sound()
        found = heard.get(sound) or heard.get(bare(sound))
    return found


@cache
def _table() -> dict[str, str]:
    table: dict[str, str] = {}
    for meaning, rows in SAID.items():
        for row in rows:
            for key in expand(row):
                table.setdefault(key, meaning)
    return table


@cache
def _by_sound() -> dict[str, str]:
    """The phrases in Latin letters by sound; a sound that two meanings share is left out."""
    heard: dict[str, set[str]] = {}
    for meaning, rows in SAID.items():
        for row in filter(str.isascii, rows):
            for key in expand(row, spoken):
                heard.setdefault(key, set()).add(meaning)
                heard.setdefault(bare(key), set()).add(meaning)
    return {key: next(iter(meanings)) for key, meanings in heard.items() if key and len(meanings) == 1}
