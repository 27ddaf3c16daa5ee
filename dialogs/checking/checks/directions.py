"""Right-to-left texts that some reader will see in the wrong order."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator

from dialogs.checking.checks.translations import ARABIC_LETTER
from dialogs.checking.finding import Finding, Level
from dialogs.checking.subject import TEXTS, Subject

GAP = "\ufffc"  # stands for a value that comes in
CONTROLS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_OPENS, _CLOSES = frozenset("\u202a\u202b\u202d\u202e\u2066\u2067\u2068"), frozenset("\u202c\u2069")
_PHONE = re.compile(r"\+\d[\d ()\-]{5,}\d|(?<![\d٠-٩])[\d٠-٩]{2,}(?:[ \-][\d٠-٩]{2,}){1,}(?![\d٠-٩])")
_LINK = re.compile(r"(?:https?://|www\.)\S+|[\w.+-]+@[\w-]+\.\w+")
_LATIN_IN_BRACKETS = re.compile(r"[(\[][^()\[\]]*[A-Za-z][^()\[\]]*[)\]]")
_LATIN_THEN_SIGN = re.compile(r"[A-Za-z][A-Za-z0-9]*[.!:%)\]+\-/]+\s*$")
_SIGN_FIRST = re.compile(r"^\s*[-+*/.:;,!?%)\]]")
_BESIDE_GAP = re.compile(rf"{GAP}[-/:%()\[\]+*]|[-/:%()\[\]+*]{GAP}|{GAP}\s*\.?\s*{GAP}")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "«": "»"}
_REMEDY = "Read it on a phone; put Arabic words at both ends, or write the part on a line of its own."


def mixed_directions(subject: Subject) -> Iterator[Finding]:
    """Numbers, links, brackets and values whose place changes inside an Arabic text."""
    for definition in subject.shown:
        for part, column in TEXTS.items():
            text = subject.text(definition, part, subject.reading, gap=GAP)
            for level, cause, remedy in hazards(text):
                shown = f"The {column} of `{definition.name}` {cause}"
                yield subject.find(level, definition, shown, remedy)
    for listing in {listing.list_name: listing for listing in subject.listings.values()}.values():
        for choice in listing.choices:
            text = choice.labels.get(subject.reading, "")
            for level, cause, remedy in hazards(text):
                row = subject.rows.choice_row(listing.list_name, choice.name)
                shown = f"The label of the choice `{choice.name}` of `{listing.list_name}` {cause}"
                yield Finding(level, "choices", row, choice.name, shown, remedy)


def hazards(text: str) -> Iterator[tuple[Level, str, str]]:
    """(level, cause, remedy) for everything in an Arabic text that may be shown in another order than written."""
    found = [sign for sign in text if sign in CONTROLS]
    if found:
        names = ", ".join(dict.fromkeys(f"U+{ord(sign):04X}" for sign in found))
        if _is_unbalanced(text):
            yield "error", f"opens a direction and does not close it ({names}).", "Take the invisible signs out."
        else:
            yield "warning", f"holds invisible direction signs ({names}).", "Take them out: each channel sets its own."
    if not ARABIC_LETTER.search(text):
        return
    for pattern, cause in _CAUSES:
        match = pattern.search(text)
        if match is not None:
            shown = match.group().replace(GAP, "${…}").strip()
            yield "note", cause.format(shown=shown), _REMEDY
    for test, cause in _TESTS:
        if test(text):
            yield "warning", cause, _REMEDY


def _is_unbalanced(text: str) -> bool:
    depth = 0
    for sign in text:
        depth += (sign in _OPENS) - (sign in _CLOSES)
        if depth < 0:
            return True
    return depth != 0


def _leads_left(text: str) -> bool:
    """Whether the first letter is Latin: chats then lay out the whole text from left to right."""
    strong = (s for s in text if unicodedata.bidirectional(s) in ("L", "R", "AL") and s not in CONTROLS)
    return unicodedata.bidirectional(next(strong, "ا")) == "L"


def _brackets_differ(text: str) -> bool:
    waiting: list[str] = []
    for sign in re.sub(r"(?:^|\s)[\d٠-٩]+\)", " ", text):  # «١)» numbers a line
        if sign in _BRACKETS:
            waiting.append(_BRACKETS[sign])
        elif sign in _BRACKETS.values() and (not waiting or waiting.pop() != sign):
            return True
    return bool(waiting)


_CAUSES: tuple[tuple[re.Pattern[str], str], ...] = (
    (_PHONE, "has a number in groups, which readers without our marks show turned round: {shown}"),
    (_LINK, "has a link or address inside Arabic: {shown}"),
    (_LATIN_IN_BRACKETS, "has Latin letters in brackets, which may swap sides: {shown}"),
    (_LATIN_THEN_SIGN, "ends with a Latin word and a sign, which jumps to its other side: {shown}"),
    (_SIGN_FIRST, "begins with a sign, which may be shown at the other end: {shown}"),
    (_BESIDE_GAP, "puts a value right beside a sign, where a Latin value swaps sides with it: {shown}"),
)
_TESTS: tuple[tuple[Callable[[str], bool], str], ...] = (
    (_leads_left, "begins with a Latin letter: the whole text is then laid out from left to right."),
    (_brackets_differ, "has brackets that do not match."),
)
