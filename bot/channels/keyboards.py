"""Decides how choices are shown on one channel: buttons, a list, or numbers in the text; no label is ever lost."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from bot.channels.wrapping import truncated, units
from referrals.digits import TO_ARABIC
from referrals.messages import CHOSEN, Capabilities, Choice

Layout = Literal["text", "buttons", "rows"]
Marking = Callable[[str], str]
"""Puts in the marks of direction that a label is sent with: they count as characters of it."""


@dataclass(frozen=True)
class Keyboard:
    """The choices as the channel shows them; with `listed` lines that the text has to carry as well."""

    layout: Layout
    choices: tuple[Choice, ...] = ()
    listed: tuple[str, ...] = ()


def lay_out(
    choices: Sequence[Choice],
    capabilities: Capabilities,
    *,
    arabic_digits: bool,
    numbered: bool = False,
    marking: Marking = str,
) -> Keyboard:
    """The plainest keyboard on which every choice can be told apart; numbers in the text when none can.

    The ladder: short buttons; a list, whose rows begin with the number that may be typed; labels in the text with
    buttons that are numbers; labels in the text alone. With `numbered` buttons say their numbers too.
    """
    if not choices:
        return Keyboard("text")
    return _kept(tuple(choices), _Room(capabilities, marking), arabic_digits, numbered)


@lru_cache(maxsize=256)  # a reminder or a campaign shows everybody the same few choices
def _kept(choices: tuple[Choice, ...], room: _Room, arabic_digits: bool, numbered: bool) -> Keyboard:
    keyboard = _laid_out(choices, room, arabic_digits=arabic_digits, numbered=numbered)
    marked = (
        replace(c, label=room.marking(c.label), description=room.marking(c.description)) for c in keyboard.choices
    )
    return replace(keyboard, choices=tuple(marked))


@dataclass(frozen=True)
class _Room:
    """How much a channel shows, and how long a label is there."""

    capabilities: Capabilities
    marking: Marking

    def size(self, label: str) -> int:
        return units(self.marking(label))

    def marks(self, label: str) -> int:
        return self.size(label) - units(label)


def _laid_out(choices: Sequence[Choice], room: _Room, *, arabic_digits: bool, numbered: bool) -> Keyboard:
    capabilities = room.capabilities
    plain = [replace(c, label=_one_line(c.label), description=_one_line(c.description)) for c in choices]
    marks = _marks(plain, arabic_digits)
    with_number = _numbered(plain, marks)
    may_be_typed = any(choice.number for choice in plain)
    return (
        (None if numbered else _buttons(plain, room))
        or _buttons(with_number, room)
        or (None if may_be_typed or numbered else _rows(plain, room))
        or (_number_buttons(plain, marks, room) if not capabilities.row_description else None)
        or _numbered_rows(plain, marks, room)
        or Keyboard("text", (), _lines(with_number))
    )


def numeral(number: int, arabic_digits: bool) -> str:
    """`number` in the digits that the rest of the message uses."""
    return str(number).translate(TO_ARABIC) if arabic_digits else str(number)


def _marks(choices: Sequence[Choice], arabic_digits: bool) -> list[str]:
    """What may be typed for each: its number; else its place, but nothing beside choices that have a number."""
    own = any(choice.number for choice in choices)
    numbers = [choice.number if own else place for place, choice in enumerate(choices, 1)]
    return [numeral(number, arabic_digits) if number else "" for number in numbers]


def _buttons(choices: list[Choice], room: _Room) -> Keyboard | None:
    capabilities = room.capabilities
    if len(choices) > capabilities.buttons or not _labels_show(choices, room, capabilities.button_title):
        return None
    if not any(c.description for c in choices):
        return Keyboard("buttons", tuple(choices))
    if capabilities.row_description and len(choices) <= capabilities.rows:
        return None  # a list has room for the descriptions
    return Keyboard("buttons", tuple(replace(c, description="") for c in choices), _lines(choices))


def _rows(choices: list[Choice], room: _Room) -> Keyboard | None:
    capabilities = room.capabilities
    if len(choices) > capabilities.rows or not _labels_show(choices, room, capabilities.row_title):
        return None
    if all(room.size(c.description) <= capabilities.row_description for c in choices):
        return Keyboard("rows", tuple(choices))
    return None


def _number_buttons(choices: list[Choice], marks: list[str], room: _Room) -> Keyboard | None:
    """Labels that no button can hold stand in the text, and the buttons say their numbers."""
    named = _numbered(choices, marks)
    shown = [
        replace(c, label=(CHOSEN if c.label.startswith(CHOSEN) else "") + mark if mark else c.label, description="")
        for c, mark in zip(choices, marks, strict=True)
    ]
    if len(choices) > room.capabilities.buttons or not _labels_show(shown, room, room.capabilities.button_title):
        return None
    return Keyboard("buttons", tuple(shown), _lines([c for c, mark in zip(named, marks, strict=True) if mark]))


def _numbered_rows(choices: list[Choice], marks: list[str], room: _Room) -> Keyboard | None:
    """Each row starts with its number; what its title cannot hold goes on in the description, else in the text."""
    if len(choices) > room.capabilities.rows:
        return None
    rows = [_row(f"{mark}. " if mark else "", c, room) for c, mark in zip(choices, marks, strict=True)]
    overflow = any(row is None for row in rows)
    numbered = _numbered(choices, marks)
    whole = tuple(row or _short_row(c, room) for row, c in zip(rows, numbered, strict=True))
    if len({choice.label.casefold() for choice in whole}) < len(whole):
        return None
    return Keyboard("rows", whole, _lines(numbered) if overflow else ())


def _row(number: str, choice: Choice, room: _Room) -> Choice | None:
    """The choice with nothing cut away, or None when title and description together cannot hold it."""
    title, rest = choice.label, choice.description
    if room.size(number + title) > room.capabilities.row_title:
        shown = _within(number, title, room.capabilities.row_title, room)
        title, rest = shown, " · ".join(filter(None, ["…" + title[len(shown) - 1 :].strip(), rest]))
    whole = replace(choice, label=number + title, description=rest)
    return whole if room.size(rest) <= room.capabilities.row_description else None


def _short_row(numbered: Choice, room: _Room) -> Choice:
    shown, said = numbered.label, numbered.description
    label = _within("", shown, room.capabilities.row_title, room)
    return replace(numbered, label=label, description=_within("", said, room.capabilities.row_description, room))


def _within(lead: str, text: str, limit: int, room: _Room) -> str:
    """The most of `text` that stays within `limit` behind `lead`, marks included: what is left of it may need more of
    them than the whole, as a link or a telephone number does when the words around it go."""
    most = limit - units(lead)
    while most > 1 and room.size(lead + truncated(text, most)) > limit:
        most -= 1
    return truncated(text, most)


def _labels_show(choices: list[Choice], room: _Room, limit: int) -> bool:
    labels = {c.label.casefold() for c in choices}
    return len(labels) == len(choices) and all(c.label and room.size(c.label) <= limit for c in choices)


def _numbered(choices: Sequence[Choice], marks: Sequence[str]) -> list[Choice]:
    return [replace(c, label=_with_number(c.label, mark)) for c, mark in zip(choices, marks, strict=True)]


def _with_number(label: str, mark: str) -> str:
    """«٢. الماء»; the sign of what was chosen stays in front."""
    if not mark:
        return label
    chosen = CHOSEN if label.startswith(CHOSEN) else ""
    return f"{chosen}{mark}. {label.removeprefix(CHOSEN)}".strip()


def _lines(choices: Sequence[Choice]) -> tuple[str, ...]:
    return tuple(f"{c.label}: {c.description}" if c.description else c.label for c in choices)


def _one_line(text: str) -> str:
    return " ".join(text.split())
