"""What a message must never look like: the rules of tone that a machine can check."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.channels.fitting import Fitted
from tests.transcript_world import plain

BANNED = re.compile(r"(?<!\w)(?:تم|إحالة|مستحق|مستفيد|محتاجة|فقيرة|متعثرة|الجهة|معاملة|استمارة|عزيزي)(?!\w)")
SLIPS = {
    "a doubled full stop": re.compile(r"\.\s*\.|؟\s*\.|\.\s*؟|،\s*\."),
    "a placeholder": re.compile(r"[{}]|<[a-z]"),
    "two spaces": re.compile(r"  "),
    "a space before a stop": re.compile(r" [.،؟]"),
    "an office word": BANNED,
    "a blank line too many": re.compile(r"\n\n\n|^\n|\n$"),
}
ARABIC_DIGIT, LATIN_DIGIT = re.compile("[٠-٩]"), re.compile("[0-9]")
# Numbers to dial stay in Latin digits, also with the spaces that a directory writes them with.
DIALLED = re.compile(r"(?<!\d)(?:\+\d{1,3}(?: \d{2,4}){2,4}|\+?\d{7,15}|1\d{2}|1\d{4})(?!\d)")


def complaints(piece: Fitted, theirs: Iterable[str] = ()) -> list[str]:
    """What is wrong with a message, in words; empty for a good one. Words of `theirs` that we repeat are not ours."""
    text = plain(piece.text)
    for said in theirs:
        text = text.replace(said, "…")
    found = [f"{what} in {text!r}" for what, slip in SLIPS.items() if slip.search(text)]
    if ARABIC_DIGIT.search(text) and LATIN_DIGIT.search(DIALLED.sub("", text)):
        found.append(f"two kinds of digits in {text!r}")
    if piece.choices and not text:
        found.append("buttons without a word")
    labels = [plain(choice.label) for choice in piece.choices]
    if len(labels) != len(set(labels)):
        found.append(f"two buttons alike: {labels}")
    return found
