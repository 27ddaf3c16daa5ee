"""Telegram's keyboards: buttons in rows under a message, or the one that shares a place or a phone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from bot.channels.fitting import Fitted
from bot.channels.words import is_right_to_left, words_of
from referrals.messages import CHOSEN, Choice

if TYPE_CHECKING:
    from telegram import InlineKeyboardMarkup, ReplyKeyboardMarkup, ReplyKeyboardRemove

PAIRED_LABEL = 14  # two labels this short stand side by side on a narrow phone
NUMBERS_IN_A_ROW = 5  # buttons that are only numbers: a thumb still meets the right one
TURNS_PAGES = ("d:interview:page:", "d:interview:lines:", "d:interview:review:")


def markup_of(fitted: Fitted) -> InlineKeyboardMarkup | ReplyKeyboardMarkup | ReplyKeyboardRemove | None:
    """What goes with a new message: its buttons, the request for a place or a phone, or the end of one."""
    from telegram import KeyboardButton, ReplyKeyboardMarkup, ReplyKeyboardRemove

    if fitted.choices or fitted.link:
        return inline_markup(fitted)
    if fitted.media is not None or fitted.album:
        return None
    words = words_of(fitted.language)
    if fitted.ask == "location":
        button = KeyboardButton(words.send_location, request_location=True)
    elif fitted.ask == "contact":
        button = KeyboardButton(words.share_phone, request_contact=True)
    else:
        return ReplyKeyboardRemove()  # a button that asked for a place goes away once its question is over
    return ReplyKeyboardMarkup([[button]], resize_keyboard=True, one_time_keyboard=True)


def inline_markup(fitted: Fitted) -> InlineKeyboardMarkup | None:
    """The buttons under a message; None where it has none, which takes them away from one that is edited."""
    from telegram import InlineKeyboardButton, InlineKeyboardMarkup

    rows = rows_of(fitted.choices, right_to_left=is_right_to_left(fitted.language))
    shown = [[InlineKeyboardButton(c.label, callback_data=c.id) for c in row] for row in rows]
    if fitted.link:
        shown.insert(0, [InlineKeyboardButton(fitted.link_label, url=fitted.link)])
    return InlineKeyboardMarkup(shown) if shown else None


def rows_of(choices: Sequence[Choice], *, right_to_left: bool) -> list[list[Choice]]:
    """One choice a row; two short ones, numbers, and the ways to the pages before and after side by side, the first at
    the right where the language starts there.

    Telegram lays a row out from left to right whatever the language.
    """
    rows: list[list[Choice]] = []
    for choice in choices:
        if rows and _side_by_side(rows[-1], choice):
            rows[-1].append(choice)
        else:
            rows.append([choice])
    if len(choices) == 2 and all(len(choice.label) <= PAIRED_LABEL for choice in choices):
        rows = [list(choices)]
    return [list(reversed(row)) if right_to_left else row for row in rows]


def _side_by_side(row: Sequence[Choice], choice: Choice) -> bool:
    if _turns_pages(choice):
        return len(row) == 1 and _turns_pages(row[0])
    return len(row) < NUMBERS_IN_A_ROW and _is_number(choice) and all(map(_is_number, row))


def _is_number(choice: Choice) -> bool:
    return choice.label.removeprefix(CHOSEN).isdigit()


def _turns_pages(choice: Choice) -> bool:
    return choice.id.startswith(TURNS_PAGES)
