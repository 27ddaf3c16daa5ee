"""A time as a family says it: «بكرة الصبح», «يوم تلاتة الساعة عشرة», «أول موعد»; pure, and all that it may mean."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from dialogs.understanding import fold, fold_letters
from referrals.appointments.times import said_words as words_for
from referrals.appointments.times.said_customs import by_custom
from referrals.appointments.times.said_days import meant_by_number, number_alone, read_days
from referrals.appointments.times.said_hours import Words, read_hours
from referrals.appointments.times.said_values import Hours, Option, Said
from referrals.appointments.times.said_words import LONGEST

MOST_WORDS, MOST_LETTERS = 14, 120
_AFTER_TOMORROW = tuple(fold("بعد بكرة").split())
_WORD = re.compile(r"\d{1,4}(?:[:/.\-]\d{1,4})+|[^\W_]+")


def read_time_wish(text: str, today: date) -> Said | None:
    """The time that a whole message names, seen from `today` at the place; None where any word is left unread."""
    if len(text) > MOST_LETTERS:
        return None
    words = tuple(_WORD.findall(fold_letters(text).casefold()))
    if not 0 < len(words) <= MOST_WORDS:
        return None
    found = _whole(words, today)
    return replace(found, sure=found.sure and not text.rstrip().endswith(("؟", "?"))) if found else None


def place_named(text: str) -> int | None:
    """«الموعد الثاني»: the place of a time in the list that was shown; «موعد ثاني» is another one."""
    words = _WORD.findall(fold_letters(text).casefold()) if len(text) <= MOST_LETTERS else []
    named = [
        at for at, word in enumerate(words[:-1]) if word in words_for.OF_PLACES and words[at + 1] in words_for.PLACES
    ]
    if len(named) != 1:
        return None
    beside = (*words[: named[0]], *words[named[0] + 2 :])
    return words_for.PLACES[words[named[0] + 1]] if not _without(beside)[0] else None


def _whole(words: Words, today: date) -> Said | None:
    if _means_another(words):
        polite = _without(words, at_start=False)[0]
        return Said((), "another") if polite != words and polite in words_for.OTHER else None
    words, about = by_custom(words)
    words, asked = _without(words, at_start=not _neither(words))
    asked = asked or about
    if not words:
        return None
    if (which := _which(words))[0] and not which[1]:
        return Said((), which[0])
    inner, others = _denied(words)
    if others:
        found = _plain(_without(inner)[0], today) if inner else None
        if found and found.which == "early":  # «مش بدري»
            return replace(found, options=((None, Hours(0, words_for.EARLY_UNTIL)),), which="", others=True)
        return replace(found, others=True) if found and found.options and not found.which else None
    found = _plain(words, today)
    return replace(found, sure=found.sure and not asked) if found else None


def _plain(words: Words, today: date) -> Said | None:
    if not words:
        return None
    if any(word in words_for.OR for word in words):
        return _either(words, today)
    which, rest = _which(words)
    if which and not rest:
        return Said((), which)
    if which == "another":
        return None
    if len(words) == 1 and (number := number_alone(words[0])) is not None:
        return Said(meant_by_number(words[0], number, today), number=number)
    read = _options(_without(rest)[0], today)
    return Said(read[0], which, sure=read[1]) if read else None


def _means_another(words: Words) -> bool:
    return any(words[at : at + size] in words_for.OTHER for at in range(len(words)) for size in (2, 3))


def _either(words: Words, today: date) -> Said | None:
    """«الأحد أو الاثنين», «يا الصبح يا العصر», «بكرة ولا بعده»."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word in words_for.OR:
            parts.append([])
        else:
            parts[-1].append(word)
    tomorrow = bool(words_for.TOMORROW & set(words))
    spoken = (_AFTER_TOMORROW if tomorrow and tuple(part) in words_for.DAY_AFTER else tuple(part) for part in parts)
    read = [_options(_without(part)[0], today) for part in spoken if part]
    if len(read) < 2 or any(each is None for each in read):
        return None
    return Said(tuple(option for each in read if each for option in each[0]), sure=False)


def _neither(words: Words) -> bool:
    return words[0] in words_for.NEITHER and bool(words_for.OR & set(words))


def _without(words: Words, *, at_start: bool = True) -> tuple[Words, bool]:
    """The words without politeness and wishes at both ends, and whether they only ask."""
    asked, moved = False, True
    while moved and words:
        moved = False
        for size in range(min(LONGEST, len(words)), 0, -1):
            first, last = words[:size], words[-size:]
            if at_start and not _says(words, at_end=False) and (first in words_for.IDLE or first in words_for.ASKING):
                asked, words, moved = asked or first in words_for.ASKING, words[size:], True
                break
            if not _says(words, at_end=True) and (last in words_for.IDLE or last in words_for.ASKING):
                asked, words, moved = asked or last in words_for.ASKING, words[:-size], True
                break
    return words, asked


def _says(words: Words, *, at_end: bool) -> bool:
    """Whether a phrase stands there that is more than its idle words: «أول موعد», «أي يوم غير»."""
    ends = [words[-size:] if at_end else words[:size] for size in range(1, min(LONGEST, len(words)) + 1)]
    telling = words_for.TELLING | words_for.BUT_AFTER if at_end and len(words) > 1 else words_for.TELLING
    return any(each in telling for each in ends)


def _denied(words: Words) -> tuple[Words, bool]:
    if len(words) > 1 and _neither(words):
        return words[1:], True
    for size in range(min(LONGEST, len(words) - 1), 0, -1):
        if words[:size] in words_for.BUT or words[:size] in words_for.BUSY:
            return words[size:], True
        if words[-size:] in words_for.BUT_AFTER or words[-size:] in words_for.BUSY:
            return words[:-size], True
    return words, False


def _which(words: Words) -> tuple[str, Words]:
    """«أول موعد», at either end of the words, and the words beside it."""
    for size in range(min(LONGEST, len(words)), 0, -1):
        for name, phrases in words_for.WHICH.items():
            if words[:size] in phrases:
                return name, words[size:]
            if words[-size:] in phrases:
                return name, words[:-size]
    return "", words


def _options(words: Words, today: date) -> tuple[tuple[Option, ...], bool] | None:
    """Everything that a day, an hour, or both in either order may mean, and whether the words were sure of it."""
    found: list[tuple[Option, bool]] = []
    for days, hours in _parted(words):
        said_days = read_days(days, today) if days else ((None,), True)
        said_hours = read_hours(hours) if hours else (None,)
        if said_days is None or said_hours is None:
            continue
        found += [((day, hour), said_days[1]) for day in said_days[0] for hour in said_hours]
    whole = [each for each in found if None not in each[0]]  # one that left no word unread, not even as idle
    options = tuple(dict.fromkeys(option for option, _ in whole or found))
    return (options, all(sure for _, sure in whole or found)) if options else None


def _parted(words: Words) -> Iterator[tuple[Words, Words]]:
    for at in range(len(words) + 1):
        yield words[:at], words[at:]
        if 0 < at < len(words):
            yield words[at:], words[:at]
