"""Arabic for what neither joins nor reorders letters, a picture or a plain terminal: wrapped, joined, in visual order.

The only file that imports arabic_reshaper and bidi. Joined and reordered text cannot be searched or read aloud: it
goes onto pictures and terminals, never into a message or a page. Wrap before: the end of an unwrapped text would be
drawn first. Order and mirroring are Unicode's (UAX #9): BidiCharacterTest 15.0 passes whole; of the 770,241 cases of
BidiTest 768,826 do, and the others hold tabs or the old embedding codes, which no line of ours has.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Literal

from arabic_reshaper import ArabicReshaper
from bidi import get_display
from bidi.mirror import MIRRORED

Base = Literal["rtl", "ltr", "auto"]

# Default ligatures only (lam-alef, الله): the rest turn «محمّد» into other letters. Harakat stay: a shadda is a letter.
_RESHAPER = ArabicReshaper(configuration={"delete_harakat": False})
# Where vowels are written inside it, «اللَّه» keeps its letters apart: the ligature brings marks of its own.
_RESHAPER_OF_VOWELS = ArabicReshaper(configuration={"delete_harakat": False, "ARABIC LIGATURE ALLAH": False})
_MARKS = "\u064b-\u065f\u0670"
_VOWELLED_ALLAH = re.compile(f"ا[{_MARKS}]*ل[{_MARKS}]*ل[{_MARKS}]*ه")
_DIRECTION = {"rtl": "R", "ltr": "L", "auto": None}

# Two nonspacing marks of plane 14 that no text of ours carries. Behind a bracket they take its direction (UAX #9, W1
# and N0), so they come out reversed exactly where the bracket stands in a right-to-left run and has to be mirrored
# (L4), which `bidi.get_display` does not do (python-bidi issue 25). Behind a letter with its marks they say whether
# the marks now stand before their letter (L3).
_FIRST, _SECOND = "\U000e01ee", "\U000e01ef"

SHORT = 100  # signs that may stand on one line
ISOLATE_OPENERS = "\u2066\u2067\u2068"
ISOLATE_END = "\u2069"
_NO_CONTROLS = dict.fromkeys(
    [0xAD, 0x61C, *range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF]
)
# Invisible signs through which Arabic letters join (joining type T in ArabicShaping.txt) and that nobody sees anyhow.
_JOINED_THROUGH = re.compile(
    "(?<=[\u0600-\u06ff])[\u00ad\u200b\u200e\u200f\u061c\u2060-\u2064\ufeff]+(?=[\u0600-\u06ff])"
)
_BLANKS = re.compile("[^\\S\u00a0\u202f]+")  # lines end at these, never at a no-break space
_LINE_ENDS = re.compile("\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029]")


def visual_order(text: str, base: Base) -> str:
    """One line from left to right as it is seen, brackets mirrored where they stand right to left (UAX #9, L2 and L4).

    Direction controls are still in it; joining is not done here.
    """
    marked = "".join(c + _FIRST + _SECOND if c in MIRRORED else c for c in text)
    return _mirrored(get_display(marked, base_dir=_DIRECTION[base]), marks_follow=False)


def drawn_line(text: str, base: Base = "rtl") -> str:
    """One line ready to be drawn: letters joined, order visual, brackets mirrored, marks behind their letter, no
    controls."""
    return _drawn(text, base)


@lru_cache(maxsize=4096)
def _drawn(text: str, base: Base) -> str:
    """Kept for a while: a text is measured at several sizes before it is drawn, and our own words are on every card."""
    joined = _joined(text)
    if base == "ltr" and joined.isascii():
        return without_controls(joined)
    clusters = re.sub(r"(?s).(?:[\u0300-\u036f\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06ed])*", _with_signs, joined)
    return without_controls(_mirrored(get_display(clusters, base_dir=_DIRECTION[base]), marks_follow=True))


def _with_signs(cluster: re.Match[str]) -> str:
    whole = cluster[0]
    return whole + _FIRST + _SECOND if len(whole) > 1 or whole in MIRRORED else whole


def _joined(text: str) -> str:
    """Letters in the forms that stand beside each other."""
    text = unicodedata.normalize("NFC", _JOINED_THROUGH.sub("", text))
    vowelled = any(len(found) > 4 for found in _VOWELLED_ALLAH.findall(text))
    joined: str = (_RESHAPER_OF_VOWELS if vowelled else _RESHAPER).reshape(text)
    return joined


def _mirrored(shown: str, *, marks_follow: bool) -> str:
    """The line without our two signs: what they say stands right to left is mirrored, and its marks put behind it."""
    out: list[str] = []
    at = 0
    while at < len(shown):
        if shown.startswith(_SECOND + _FIRST, at):
            start = at = at + 2
            while marks_follow and at < len(shown) - 1 and unicodedata.combining(shown[at]):
                at += 1
            out.append(MIRRORED.get(shown[at], shown[at]) + shown[start:at][::-1])
            at += 1
        elif shown.startswith(_FIRST + _SECOND, at):
            at += 2
        else:
            out.append(shown[at])
            at += 1
    return "".join(out)


def without_controls(text: str) -> str:
    """The text without direction marks, isolates and joiners, for which no font here has a glyph."""
    return text.translate(_NO_CONTROLS)


def wrap(text: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The text as lines in reading order, each at most `width` by `measure`; line ends of the text are kept.

    Breaks between words, and inside a word only when it is wider than a line. A line that ends inside an isolate is
    closed there and the isolate goes on in the next line.
    """
    lines: list[str] = []
    for paragraph in _LINE_ENDS.split(text):
        line, words = "", _BLANKS.split(paragraph.strip())
        whole = " ".join(words)
        if len(whole) <= SHORT and measure(whole) <= width:  # most texts are one line: measured once, not by word
            lines.append(whole)
            continue
        for word in words:
            for piece in _pieces(word, width, measure):
                longer = f"{line} {piece}" if line else piece
                if line and measure(longer) > width:
                    lines.append(line)
                    longer = piece
                line = longer
        lines.append(line)
    return _isolates_closed(lines)


def _pieces(word: str, width: float, measure: Callable[[str], float]) -> list[str]:
    """The word whole when it fits on a line, else in parts that each do; marks stay with their letter."""
    pieces: list[str] = []
    while True:
        high = 16  # looked for from the short end: the word may be a hundred thousand letters
        while high < len(word) and measure(word[:high]) <= width:
            high *= 2
        if high >= len(word) and measure(word) <= width:
            return [*pieces, word]
        low, high = 1, min(high, len(word))
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if measure(word[:middle]) <= width else (low, middle)
        while low < len(word) and unicodedata.combining(word[low]):
            low += 1
        pieces.append(word[:low])
        word = word[low:]
        if not word:
            return pieces


def _isolates_closed(lines: list[str]) -> list[str]:
    """The same lines, each opening again the isolates that the one before left open, and closing its own."""
    open_isolates = ""
    closed = []
    for line in lines:
        whole = open_isolates + line
        for character in line:
            if character in ISOLATE_OPENERS:
                open_isolates += character
            elif character == ISOLATE_END:
                open_isolates = open_isolates[:-1]
        closed.append(whole + ISOLATE_END * len(open_isolates))
    return closed


def terminal_line(text: str, base: Base = "rtl") -> str:
    """One line for a terminal that neither joins nor reorders: as `drawn_line`, tabs and other controls as spaces."""
    return _drawn("".join(" " if unicodedata.category(c) in ("Cc", "Cs") else c for c in text), base)


def terminal_lines(text: str, columns: int = 80, base: Base = "rtl") -> list[str]:
    """A whole text for such a terminal: wrapped to its columns first; a line that begins at the right ends there."""
    lines = []
    for paragraph in _LINE_ENDS.split(text):
        side = base if base != "auto" else _side_of(paragraph)
        for line in wrap(paragraph, columns, partial(_columns_shown, base=side)):
            shown = terminal_line(line, side)
            lines.append(" " * (columns - columns_of(shown)) + shown if side == "rtl" and shown else shown)
    return lines


def _columns_shown(text: str, base: Base) -> int:
    return columns_of(terminal_line(text, base))


def columns_of(text: str) -> int:
    """How many columns of a terminal a text takes: a mark or control none, a wide letter or an emoji two."""
    return sum(
        0
        if unicodedata.category(c) in ("Mn", "Me", "Cf", "Cc")
        else 2
        if unicodedata.east_asian_width(c) in "WF"
        else 1
        for c in text
    )


def _side_of(paragraph: str) -> Base:
    """Where a paragraph begins: by its first letter (UAX #9, P2 and P3), at the right where it has none."""
    kinds = (unicodedata.bidirectional(c) for c in paragraph)
    return next(("ltr" if kind == "L" else "rtl" for kind in kinds if kind in ("L", "R", "AL")), "rtl")
