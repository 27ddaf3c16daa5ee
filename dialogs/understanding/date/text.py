"""The text of a date taken apart: its words and numbers in Arabic, without what stands around them."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dialogs.understanding.date.latin import ARTICLES, spelt
from dialogs.understanding.date.numbers import number_in
from dialogs.understanding.date.spelling import respelt
from dialogs.understanding.date.surroundings import APPROXIMATE, AROUND, LONGEST_AROUND
from dialogs.understanding.date.weekday import BARE_WEEKDAYS, NAMES_OF_DAYS_ONLY, WEEKDAYS
from dialogs.understanding.date.words import AGO, AHEAD, EDGES, NEAR_DAYS, SPLIT_OFF
from dialogs.understanding.folding import fold_letters

LONGEST = 160  # characters: a date in words with every politeness has 90
MOST_WORDS = 24
_TATWEEL = re.compile(r"(?<=\d)\s*ـ+\s*(?=\d)")
_REPEATED = re.compile(r"([^\W\d_])\1{2,}")
_APOSTROPHES = str.maketrans("", "", "'’‘`ʻʼʿʾ´")
_CLOCK = re.compile(
    r"(\d{4}[-/.]\d\d?[-/.]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4})[t ،,]+"
    r"\d\d?:\d\d(?::\d\d(?:[.,]\d+)?)?\s*(?:z|[+-]\d\d:?\d\d)?$"
)
_TIME_SAID = re.compile(
    r"(?<=[^\W\d_])\s+(?:(?:علي )?(?:الساعه|ساعه) )?(?:[01]?\d|2[0-3]):[0-5]\d(?=\s|$)"
)  # «بكرة 10:30»
_PIECE = re.compile(r"[a-z0-9]*[a-z][a-z0-9]*|\d+|[^\W\d_]+")
_SUN_ARTICLE = re.compile(r"\b[aei](th|[stn])[- ](?=\1)")  # «as-sabt»
_BETWEEN_NUMBERS = re.compile(r"\s*[/.\-\\،,_|–—−‐٫·•]{0,2}\s*")
_WHICH = frozenset({"اللي", "الي", "يللي", "الذي", "التي", "اللذي", "للي", "الللي"})
_BEFORE = {"next": "next", "coming": "next", "last": "last", "past": "last", "previous": "last"} | dict.fromkeys(
    ("this", "هذا", "هذه", "هذي", "هاذا", "هاذي", "هاي"), "this"
)
_DEFINITE = {"يوم": "اليوم", "شهر": "الشهر", "اسبوع": "الاسبوع", "سنه": "السنه", "عام": "العام"}
_POINTED_AT = frozenset({*_DEFINITE.values(), *WEEKDAYS})


@dataclass(frozen=True)
class DateText:
    """The words, every number as ASCII digits. `doubtful` where the person was not certain («حوالي», «يمكن»)."""

    words: tuple[str, ...]
    doubtful: bool = False


def split_date_text(text: str) -> DateText | None:
    """The words of the date; None for what is too long to be one or puts signs between its numbers."""
    if len(text) > LONGEST:
        return None
    plain = fold_letters(_TATWEEL.sub("-", text)).translate(_APOSTROPHES)
    plain = _SUN_ARTICLE.sub("el ", plain)
    plain = _TIME_SAID.sub("", _CLOCK.sub(r"\1", _REPEATED.sub(r"\1", plain)))
    pieces = _pieces(plain)
    return _without_surroundings(_in_order(pieces)) if pieces and len(pieces) <= MOST_WORDS else None


def _pieces(plain: str) -> list[str] | None:
    found: list[str] = []
    end, numeric, article = 0, False, False
    for match in _PIECE.finditer(plain):
        gap, piece = plain[end : match.start()], match[0]
        if piece.isdecimal():
            if "-" in gap and found and found[-1] in AHEAD | AGO:  # «بعد -3 أيام»
                return None
            if "+" in gap or (numeric and not _BETWEEN_NUMBERS.fullmatch(gap)):
                return None
            found.append(piece)
        elif piece.isascii():
            if piece in ARTICLES:
                article, end = True, match.end()
                continue
            found.extend(spelt(piece, article=article))
        else:
            found.extend(_arabic(piece))
        end, numeric, article = match.end(), piece.isdecimal(), False
    return None if article else found


def _arabic(word: str) -> tuple[str, ...]:
    if word in _WHICH:
        return ("اللي",)
    for particle in SPLIT_OFF:
        rest = f"ال{word[len(particle) :]}"
        if word.startswith(particle) and (rest in _POINTED_AT or rest in EDGES):
            return ("في", rest)
    if word[0] == "ل" and word[1:] in NAMES_OF_DAYS_ONLY:  # «لخميس»: the article as it is heard
        return (f"ا{word}",)
    if word[0] in "لب" and word[1:] in EDGES:  # «لآخر الشهر»
        return ("في", word[1:])
    if word.endswith("يام") and number_in(word[:-3]) is not None:  # «تلتيام»
        return (word[:-3], "ايام")
    if word.startswith("هال") and len(word) > 5 and word not in NEAR_DAYS:  # «هالخميس»: this Thursday
        return ("هذا", f"ال{word[3:]}")
    return (respelt(word),)


def _in_order(words: list[str]) -> list[str]:
    """«هذا الشهر», "next Sunday" with the pointing word last, as Arabic mostly has it."""
    ordered = [
        word
        for word, after in zip(words, [*words[1:], ""], strict=True)
        if word != "the" and not (word == "this" and after in _BEFORE)
    ]
    for at in range(len(ordered) - 1):
        pointing, pointed = ordered[at], ordered[at + 1]
        english = pointing.isascii()
        if pointing in _BEFORE and (pointed in _POINTED_AT or (english and (pointed in _DEFINITE or _is_day(pointed)))):
            ordered[at], ordered[at + 1] = _DEFINITE.get(pointed, pointed) if english else pointed, pointing
    return ordered


def _is_day(word: str) -> bool:
    return word in BARE_WEEKDAYS


def _without_surroundings(words: list[str]) -> DateText:
    start, end, doubtful = 0, len(words), False
    moved = True
    while moved and start < end:
        moved = False
        for size in range(min(LONGEST_AROUND, end - start), 0, -1):
            first, last = " ".join(words[start : start + size]), " ".join(words[end - size : end])
            if first in AROUND or first in APPROXIMATE:
                start, moved, doubtful = start + size, True, doubtful or first in APPROXIMATE
                break
            if last in AROUND or last in APPROXIMATE:
                end, moved, doubtful = end - size, True, doubtful or last in APPROXIMATE
                break
    if words[start:end][:1] == ["ميلادي"]:  # «ميلادي ١٥/٣/١٩٩٠»: my birthday; behind the date it names the calendar
        start += 1
    inner = [word for word in words[start:end] if word not in APPROXIMATE]
    doubtful = doubtful or len(inner) < end - start
    return DateText(tuple(inner), doubtful)
