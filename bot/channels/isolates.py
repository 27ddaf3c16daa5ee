"""Keeps phones, references, links and ISO dates readable inside a right-to-left message, with invisible marks.

Without them every chat client shows '+20 96 321 1234' with its groups reversed and '2026-11-25' as '25-11-2026'.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from referrals.messages import CHOSEN

LRI, RLI, FSI, PDI, RLM, LRM = "\u2066", "\u2067", "\u2068", "\u2069", "\u200f", "\u200e"
OPENERS = frozenset({LRI, RLI, FSI})
_STRONG = frozenset({"L", "R", "AL"})  # the letters that decide which way a line runs
SPOKEN_DIGITS = 6  # fewer digits with a dash are a range («9-5») or a time, which reads well as it is

_ISOLATED = re.compile(f"[{LRI}{RLI}{FSI}][^{PDI}]*{PDI}")
_DIGIT = "0-9٠-٩۰-۹"
_LEFT_TO_RIGHT = re.compile(
    rf"""
    (?P<link>(?:https?://|www\.|wa\.me/|t\.me/)[^\s{PDI}]*[^\s{PDI}.,;:!?)\]}}»«،؛؟"'…])
    |(?P<mail>(?<![\w.+-])[A-Za-z0-9._+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)
    |(?P<date>(?<![\w-])\d{{4}}-\d{{2}}-\d{{2}}(?:[T ]\d{{2}}:\d{{2}}(?::\d{{2}})?)?(?![\w-]))
    |(?P<reference>(?<!\w)(?=[A-Za-z0-9_/\#-]*[0-9])(?=[A-Za-z0-9_/\#-]*[A-Za-z])[A-Za-z0-9]+(?:[-_/\#][A-Za-z0-9]+)+(?!\w))
    |(?P<number>(?<![\w/.:,+-])\+?(?:\([{_DIGIT}]+\)|[{_DIGIT}])(?:[ \-–()]{{0,2}}[{_DIGIT}])+(?![\w/:]|[.,][{_DIGIT}]))
    |(?P<latin>(?<!\w)[A-Za-z][A-Za-z0-9 ,'’-]{{0,80}}[?!])
    """,
    re.VERBOSE,
)

_MAY_TURN = re.compile(f"[\\dA-Za-z{LRI}{RLI}{FSI}]")  # without one of these a text has no such part
_BETWEEN_ARABIC = re.compile(r"(?<=[٠-٩۰-۹])[ \-–()]+(?=[٠-٩۰-۹])")


@dataclass(frozen=True)
class Part:
    """A stretch of a text. `kind` says why it reads left to right (`number`, `link`, `latin` …); blank elsewhere."""

    text: str
    kind: str = ""


def parts_of(text: str) -> Iterator[Part]:
    """The stretches of a text without marks, in order; together they are the text."""
    end = 0
    for found in _LEFT_TO_RIGHT.finditer(text):
        part = found.group()
        if found.lastgroup == "number" and not part.startswith("+") and sum(map(str.isdigit, part)) < SPOKEN_DIGITS:
            continue
        if found.start() > end:
            yield Part(text[end : found.start()])
        yield Part(part, str(found.lastgroup))
        end = found.end()
    if end < len(text):
        yield Part(text[end:])


def isolated(text: str) -> str:
    """`text` with what reads left to right wrapped in U+2066…U+2069; what is wrapped already stays as it is."""
    if not _MAY_TURN.search(text):
        return text
    parts: list[str] = []
    end = 0
    for found in _ISOLATED.finditer(text):
        parts += [_wrapped(text[end : found.start()]), found.group()]
        end = found.end()
    return "".join(parts) + _wrapped(text[end:])


def _wrapped(text: str) -> str:
    return "".join(f"{LRI}{_in_order(part)}{PDI}" if part.kind else part.text for part in parts_of(text))


def _in_order(part: Part) -> str:
    """Between Arabic digits a blank or a dash reads from right to left also inside an isolate (UAX #9, N1): U+200E
    behind it keeps «١٢٣ ٤٥٦» from being shown as «٤٥٦ ١٢٣»."""
    return _BETWEEN_ARABIC.sub(rf"\g<0>{LRM}", part.text) if part.kind == "number" else part.text


@lru_cache(maxsize=1024)  # the same few labels stand under most messages
def label_directed(label: str) -> str:
    """The same for what stands on a button or a row; the sign of what was chosen stays in front."""
    chosen = CHOSEN if label.startswith(CHOSEN) else ""
    return chosen + _line_directed(isolated(label.removeprefix(CHOSEN)))


def value_directed(value: str) -> str:
    """The same for one value inside an approved template: a Latin name keeps to itself, whichever way it reads."""
    shown = isolated(value)
    latin = any(unicodedata.bidirectional(character) == "L" for character in _ISOLATED.sub("", shown))
    return f"{FSI}{shown}{PDI}" if latin else shown


def directed(text: str) -> str:
    """`text` so that each line is laid out right to left: the first letter decides in the clients, so U+200F leads
    where the text begins with anything but an Arabic letter, or where a line would else begin with a Latin one."""
    lines = [_line_directed(line) for line in text.split("\n")]
    joined = "\n".join(lines)
    return joined if not joined or _is_arabic(joined[0]) or joined[0] == RLM else RLM + joined


def _line_directed(line: str) -> str:
    bare = _ISOLATED.sub("", line) if PDI in line else line
    first = next((character for character in bare if unicodedata.bidirectional(character) in _STRONG), "")
    if not first:
        return RLM + line if bare != line else line
    leads_left = unicodedata.bidirectional(first) == "L"
    return RLM + line if leads_left and any(map(_is_arabic, bare)) else line


def _is_arabic(character: str) -> bool:
    return unicodedata.bidirectional(character) == "AL"
