"""In which encoding a file of text is written, found by looking at it."""

from __future__ import annotations

import codecs
import io
from itertools import pairwise
from typing import IO

MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
ARABIC = range(0x621, 0x653)
BLOCK = 1 << 20
HEAD = 64  # bytes; a header or a brace, in Latin letters whatever the rest is written in
OF_WINDOWS = ("cp1256", "cp1252")


def encoding_of(stream: IO[bytes]) -> str:
    """UTF-8 or UTF-16, with or without a mark at the beginning; else what Windows writes (`OF_WINDOWS`)."""
    first = stream.read(BLOCK)
    for mark, name in MARKS:
        if first.startswith(mark):
            return name
    if first[:HEAD].count(0) > len(first[:HEAD]) // 3:  # every other byte of UTF-16 is zero there
        return "utf-16-le" if first[:1] != b"\0" else "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    block = first
    try:
        while block:
            decoder.decode(block)
            block = stream.read(BLOCK)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return _windows(block or first)
    return "utf-8"


def text_in(content: bytes) -> str:
    """The text of these bytes, without a mark at its beginning; what cannot be read in them is replaced."""
    return content.decode(encoding_of(io.BytesIO(content)), "replace").removeprefix("\ufeff")


def _windows(sample: bytes) -> str:
    """Arabic Windows writes letters one after the other; in Western text an accent stands alone."""
    text = sample.decode("cp1256", "replace")
    pairs = sum(1 for one, other in pairwise(text) if ord(one) in ARABIC and ord(other) in ARABIC)
    return "cp1256" if pairs >= 2 else "cp1252"
