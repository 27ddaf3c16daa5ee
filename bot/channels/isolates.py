"""Keeps phones, references, links and ISO dates readable inside a right-to-left message, with invisible marks.

Without them every chat client shows '+20 96 321 1234' with its groups reversed and '2026-11-25' as '25-11-2026'.
"""

from __future__ import annotations

import re
import unicodedata

LRI, RLI, FSI, PDI, RLM = "\u2066", "\u2067", "\u2068", "\u2069", "\u200f"
OPENERS = frozenset({LRI, RLI, FSI})
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
    """,
    re.VERBOSE,
)


def isolated(text: str) -> str:
    """`text` with what reads left to right wrapped in U+2066…U+2069; what is wrapped already stays as it is."""
    parts: list[str] = []
    end = 0
    for found in _ISOLATED.finditer(text):
        parts += [_LEFT_TO_RIGHT.sub(_wrap, text[end : found.start()]), found.group()]
        end = found.end()
    return "".join(parts) + _LEFT_TO_RIGHT.sub(_wrap, text[end:])


def _wrap(found: re.Match[str]) -> str:
    part = found.group()
    if found.lastgroup == "number" and not part.startswith("+") and sum(map(str.isdigit, part)) < SPOKEN_DIGITS:
        return part
    return f"{LRI}{part}{PDI}"


def directed(text: str) -> str:
    """`text` so that each line is laid out right to left: the first letter decides in the clients, so U+200F leads
    where the text begins with anything but an Arabic letter, or where a line would else begin with a Latin one."""
    lines = [_line_directed(line) for line in text.split("\n")]
    joined = "\n".join(lines)
    return joined if not joined or _is_arabic(joined[0]) or joined[0] == RLM else RLM + joined


def _line_directed(line: str) -> str:
    bare = _ISOLATED.sub("", line)
    strong = [character for character in bare if unicodedata.bidirectional(character) in {"L", "R", "AL"}]
    leads_left = bool(strong) and unicodedata.bidirectional(strong[0]) == "L" and strong[0] != RLM
    is_mixed = any(map(_is_arabic, strong))
    only_isolates = not strong and bare != line
    return RLM + line if (leads_left and is_mixed) or only_isolates else line


def _is_arabic(character: str) -> bool:
    return unicodedata.bidirectional(character) == "AL"
