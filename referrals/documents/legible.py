"""A text as a font can show it and as a line right to left must hold it: signs that are missing, numbers that turn."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from referrals.documents.font_coverage import characters_of

LONGEST = 600  # signs of one text: more than any name, address or line of ours, and drawn in a moment
SAME_AS = {"ۃ": "ة", "ٱ": "ا", "−": "-", "‐": "-", "‑": "-", "‒": "–", "―": "—", "\u2007": "\u00a0", "\u202f": "\u00a0"}
_KEPT_CONTROLS = frozenset("\u200c\u200d\u200e\u200f\u2066\u2067\u2068\u2069\n")
LRM = "\u200e"
_OPENERS, _END = "\u2066\u2067\u2068", "\u2069"
_JOINS_NOTHING = re.compile("(?<![\u0620-\u06ff])[\u200c\u200d]+")
_BLANKS = re.compile(r"[^\S\n\u00a0]+")

# What changes its order in a line that runs right to left: digits parted by dashes or, in a telephone number, blanks,
# and a plus. Slashes, colons, commas and points between digits keep theirs (UAX #9, W4); so does what follows a letter.
_DIGITS = "0-9\u0660-\u0669\u06f0-\u06f9"
_NUMBER = re.compile(
    rf"(?<![\w\-–+])(?:"
    rf"\+[{_DIGITS}]+(?:[ \u00a0().\-]{{1,2}}[{_DIGITS}]+)*"  # +20 96 321 1234
    rf"|\([{_DIGITS}]+\)[ \u00a0]?[{_DIGITS}]+(?:[ \u00a0\-][{_DIGITS}]+)*"  # (096) 321 1234
    rf"|(?:[{_DIGITS}]{{2,}}[ \u00a0\-]){{2,}}[{_DIGITS}]{{2,}}"  # 0100 123 4567
    rf"|[{_DIGITS}]{{3,4}}[ \u00a0][{_DIGITS}]{{4}}"  # 2461 2345, as Kuwait writes them
    rf"|[{_DIGITS}]+(?:[-–/.:,\u066b\u066c]+[{_DIGITS}]+)+"  # 0100-1234, 2026-11-25
    rf")(?!\w)"
)
# A range is read as the line runs, the first number on the right, as in «من ٩ إلى ٥»: UAX #9 shows «٩-٥» so by
# itself, and so does a chat (`bot.channels.isolates`).
RANGE_DIGITS = 6  # fewer digits with a dash are a range, more a telephone or a reference
_CLOCK = rf"[{_DIGITS}]{{1,2}}:[{_DIGITS}]{{2}}"
_CLOCKS = re.compile(rf"{_CLOCK}[-–]{_CLOCK}")
_LATIN = re.compile("[A-Za-z\u00c0-\u024f]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]")
_LETTER = re.compile(r"[^\W\d_]")
_ISOLATED = re.compile("[\u2066-\u2069]")
_PARTS = re.compile("(?<=[\u0660-\u0669\u06f0-\u06f9])[-–\u00a0().]+")
_TURNS = re.compile("[-–+ \u00a0()]")


def legible(text: str, drawable: frozenset[str]) -> str:
    """The text in signs that can be drawn: a letter that is missing without its accents or in its plain form, an emoji
    or anything else that has no such form left out. Line ends and direction marks stay; other controls go."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n"))
    if not (text.isprintable() and drawable.issuperset(text)):
        text = "".join(_shown(character, drawable) for character in text)
        text = _JOINS_NOTHING.sub("", text)
    return "\n".join(_BLANKS.sub(" ", line).strip(" ") for line in text.splitlines())


def _shown(character: str, drawable: frozenset[str]) -> str:
    if character in _KEPT_CONTROLS or (character in drawable and unicodedata.category(character) not in ("Cc", "Cf")):
        return character
    if character.isspace():
        return "\n" if character in "\v\f\r\x1c\x1d\x1e\x85\u2028\u2029" else " "
    if character in SAME_AS:
        return SAME_AS[character]
    for form in ("NFKC", "NFKD"):
        plain = unicodedata.normalize(form, character)
        if plain != character and drawable.issuperset(plain):
            return plain
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    letter = unicodedata.normalize("NFKD", character)[0]
    return letter if letter != character and letter in drawable else ""


def settled(text: str) -> str:
    """The text with an isolate (U+2066 … U+2069) around each number that would turn round in a line right to left:
    «+20 96 321 1234», «٠١٠-١٢٣٤», «2026-11-25»; around the whole where every letter is Latin, «UNRWA (Qus)».
    What stands in an isolate already is left as it is."""
    if _LATIN.search(text) and not _RIGHT_TO_LEFT.search(text) and not _ISOLATED.search(text):
        return "\n".join(f"\u2066{line}\u2069" if line else line for line in text.split("\n"))
    return "".join(part if part[0] in _OPENERS else _NUMBER.sub(_isolated, part) for part in _outside_and_inside(text))


def held(telephone: str) -> str:
    """A telephone number in an isolate, however it is grouped; words beside it, or an isolate, leave it as it is."""
    if _LETTER.search(telephone) or _ISOLATED.search(telephone) or not telephone:
        return telephone
    whole = telephone.replace(" ", "\u00a0")
    return f"\u2066{_PARTS.sub(_with_mark, whole)}\u2069"


def _isolated(number: re.Match[str]) -> str:
    """The number held, and kept in one line. Within the isolate Arabic-Indic digits parted by a dash would still change
    places (the dash runs right to left beside them, W6 and N1): a mark behind each dash or blank holds them."""
    if not _TURNS.search(number[0]) or _is_range(number[0]):
        return number[0]
    held = number[0].replace(" ", "\u00a0")
    return f"\u2066{_PARTS.sub(_with_mark, held)}\u2069"


def _is_range(number: str) -> bool:
    """«٩-٥», «١٠-١٢», «٩:٠٠–٥:٠٠»; not «+20 1», which is dialled."""
    few = "+" not in number and sum(map(str.isdigit, number)) < RANGE_DIGITS
    return few or _CLOCKS.fullmatch(number) is not None


def _with_mark(part: re.Match[str]) -> str:
    return part[0] + LRM


def _outside_and_inside(text: str) -> Iterator[str]:
    """The text in parts, each either a whole isolate or without any."""
    depth = start = 0
    for at, character in enumerate(text):
        if character in _OPENERS:
            if depth == 0 and at > start:
                yield text[start:at]
                start = at
            depth += 1
        elif character == _END and depth:
            depth -= 1
            if depth == 0:
                yield text[start : at + 1]
                start = at + 1
    if start < len(text):
        yield text[start:]


def cut(text: str, longest: int) -> str:
    """The text, or its beginning with «…» where it is longer than so many signs: no paper takes a book."""
    if len(text) <= longest:
        return text
    kept = text[:longest].rstrip()
    kept = kept[: kept.rfind(" ")] if kept.rfind(" ") > longest // 2 else kept
    return kept + "…"


@lru_cache(maxsize=1024)
def shown_in(font_path: str, text: str, *, settle: bool) -> str:
    """The text as this font shows it, its numbers settled where the line, or some of the text, runs right to left."""
    kept = cut(legible(text[: 4 * LONGEST], characters_of(font_path)), LONGEST)
    return settled(kept) if settle or _RIGHT_TO_LEFT.search(kept) else kept


def all_shown_in(font_path: str, facts: Any, *, settle: bool) -> Any:
    """The same for every text within lists, tuples and mappings; other values stay as they are."""
    if isinstance(facts, str):
        return shown_in(font_path, facts, settle=settle)
    if isinstance(facts, (list, tuple)):
        return type(facts)(all_shown_in(font_path, each, settle=settle) for each in facts)
    if isinstance(facts, dict):
        return {key: all_shown_in(font_path, each, settle=settle) for key, each in facts.items()}
    return facts
