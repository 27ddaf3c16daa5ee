"""When somebody wants to be written to, and when not: «لا تراسلوني بعد المغرب», «ابعتوا الصبح بس», «راسلوني بعد ٤»."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from dialogs.understanding.clock.reader import read_clock
from dialogs.understanding.folding import fold, fold_letters
from dialogs.understanding.hours.words import (
    AFTER,
    ANY,
    BEFORE,
    FROM,
    IDLE,
    MESSAGES,
    MOMENTS,
    NEVER_WRITE,
    NOT,
    PARTS,
    THE_HOUR,
    THE_HOUR_ITSELF,
    TO_JOINED,
    UNTIL,
    WRITE,
)
from dialogs.understanding.reading import Reading

LONGEST = 100
WAKING = (time(7), time(22))  # an hour said without its half of the day is meant within these
Words = list[str]


@dataclass(frozen=True)
class Quiet:
    """When nothing is to ring, from `starts` up to `ends` by the clock of the place, mostly past midnight.

    None is where the programme's own quiet hours start or end; both None: no quiet hours of their own.
    """

    starts: time | None = None
    ends: time | None = None


def read_hours(text: str, *, asked: bool = False) -> Reading[Quiet]:
    """The quiet hours that follow from what was said; blank when it is about anything else.

    «hours»: they speak of when they want messages, and which hours stays open. When `asked`, the hours alone are
    enough; else a word that says writing has to be there («راسلوني», «رسائل»), and nothing may be left over.
    """
    if not text or len(text) > LONGEST:
        return Reading()
    words = _spelt(text)
    speaks = any(word in spoken for word in words for spoken in (WRITE, MESSAGES, NEVER_WRITE))
    if not words or not (speaks or asked):
        return Reading()
    refused = any(word in NOT or word in NEVER_WRITE for word in words)
    rest = [word for word in words if word not in WRITE | MESSAGES | NEVER_WRITE | NOT]
    if _without(rest) in ANY or tuple(rest) in ANY:
        return Reading() if refused else Reading(Quiet(), True)
    span = _span(_bare(rest), refused)
    if span is None:
        return Reading(ask="hours") if speaks and _of_hours(rest) else Reading()
    starts, ends = span
    return Reading(Quiet(starts, ends) if refused else Quiet(ends, starts), True)


def speaks_to_us(text: str) -> bool:
    """Whether it begins with a word that tells us to write or not to: then an hour that is unsure is worth asking."""
    words = _spelt(text)
    verb = next((word for word in words[:3] if word not in NOT and word not in IDLE), "")
    return verb in WRITE or verb in NEVER_WRITE


def _spelt(text: str) -> Words:
    """The words of it; an hour with its minutes is one («4:30»)."""
    letters = fold_letters(text)
    return [word for piece in letters.split() for word in ([piece] if ":" in piece else fold(piece).split())]


def _without(words: Words) -> tuple[str, ...]:
    return tuple(word for word in words if word not in IDLE)


def _bare(words: Words) -> Words:
    """What says the hours. «من» is idle before «بعد» and «فضلك», and begins a span before anything else."""
    kept = [
        word
        for at, word in enumerate(words)
        if word in UNTIL or word not in IDLE or (word in FROM and _begins_span(words[at + 1 :]))
    ]
    return [word for word in kept if word not in THE_HOUR]


def _begins_span(after: Words) -> bool:
    return bool(after) and after[0] not in IDLE and after[0] not in AFTER and after[0] not in BEFORE


def _span(words: Words, refused: bool) -> tuple[time | None, time | None] | None:
    """From when to when they spoke of: wanted, or refused where they said so. None where it is not sure."""
    if not words:
        return None
    head, rest = words[0], words[1:]
    if head in AFTER:
        found = _moment(rest, latest=not refused)
        return (found, None) if found else None
    if head in BEFORE:
        found = _moment(rest, latest=refused)
        return (None, found) if found else None
    if head in FROM:
        return _between(rest, refused)
    if len(words) == 1 and head in PARTS:
        return _whole_part(head, refused)
    return None


def _whole_part(word: str, refused: bool) -> tuple[time | None, time | None] | None:
    starts, ends = PARTS[word]
    early, late = starts < time(9), starts > ends or ends >= time(21)
    if late and not refused and starts >= time(18):
        return None  # «بالليل بس»: hardly a decent hour is left
    return (None if early else starts, None if late else ends)


def _between(words: Words, refused: bool) -> tuple[time, time] | None:
    """«من ٤ إلى ٨»: of all that the two may mean, the only one within the day that goes forward."""
    parted = _parted(words)
    if parted is None:
        return None
    one, other = (_candidates(part, latest=latest) for part, latest in zip(parted, (not refused, refused), strict=True))
    found = [(starts, ends) for starts in one for ends in other if starts < ends]
    return found[0] if len(found) == 1 else None


def _parted(words: Words) -> tuple[Words, Words] | None:
    for at, word in enumerate(words):
        if at and word in UNTIL and words[at + 1 :]:
            return words[:at], words[at + 1 :]
        joined = next((word.removeprefix(each) for each in TO_JOINED if at and word.startswith(each)), "")
        if joined and (joined.isdecimal() or "ال" + joined in MOMENTS):
            return words[:at], ["ال" + joined if "ال" + joined in MOMENTS else joined, *words[at + 1 :]]
    return None


def _moment(words: Words, *, latest: bool) -> time | None:
    found = _candidates(words, latest=latest)
    return found[0] if len(found) == 1 else None


def _candidates(words: Words, *, latest: bool) -> list[time]:
    """The moments meant, within the hours that people are awake."""
    if len(words) == 1 and words[0] in MOMENTS:
        return [MOMENTS[words[0]][latest]]
    read = read_clock(" ".join(words))
    if read.value is None:
        return []
    if read.sure:
        return [read.value]
    both = [time.fromisoformat(each) for each in read.candidates]
    return sorted(each for each in both if WAKING[0] <= each <= WAKING[1])


def _of_hours(words: Words) -> bool:
    """Whether some word of it is about a time of the day."""
    named = any(word in PARTS or word in MOMENTS or word == THE_HOUR_ITSELF for word in words)
    return named or any(one in (AFTER | BEFORE) and other[:1].isdecimal() for one, other in pairwise(words))
