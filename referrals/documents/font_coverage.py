"""Which characters a TrueType font can draw, read from its `cmap` table: Pillow draws a box and says nothing."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from struct import unpack_from

FONTS = Path(__file__).resolve().parent / "fonts"
REGULAR = str(FONTS / "Amiri-Regular.ttf")
BOLD = str(FONTS / "Amiri-Bold.ttf")


@lru_cache(maxsize=8)
def characters_of(path: str) -> frozenset[str]:
    """Every character that the font's Unicode tables (cmap formats 4 and 12) map to a glyph other than .notdef."""
    data = Path(path).read_bytes()
    cmap = _table(data, b"cmap")
    found: set[int] = set()
    for record in range(unpack_from(">H", data, cmap + 2)[0]):
        platform, _, offset = unpack_from(">HHL", data, cmap + 4 + 8 * record)
        kind = unpack_from(">H", data, cmap + offset)[0]
        if platform in (0, 3) and kind == 4:
            found |= _format_4(data, cmap + offset)
        elif platform in (0, 3) and kind == 12:
            found |= _format_12(data, cmap + offset)
    return frozenset(map(chr, found))


@lru_cache(maxsize=1)
def drawable() -> frozenset[str]:
    """Every sign that both faces of our font have: what cards and papers can show."""
    return characters_of(REGULAR) & characters_of(BOLD)


def _table(data: bytes, tag: bytes) -> int:
    """The offset of a table in the file."""
    for record in range(unpack_from(">H", data, 4)[0]):
        name, _, offset, _ = unpack_from(">4sLLL", data, 12 + 16 * record)
        if name == tag:
            return int(offset)
    raise ValueError(f"The font has no {tag.decode()} table: is it a TrueType or OpenType file?")


def _format_4(data: bytes, at: int) -> set[int]:
    """Segments with a delta, or with an array of glyph numbers (OpenType specification, cmap format 4)."""
    count = unpack_from(">H", data, at + 6)[0] // 2
    ends = unpack_from(f">{count}H", data, at + 14)
    starts = unpack_from(f">{count}H", data, at + 16 + 2 * count)
    deltas = unpack_from(f">{count}H", data, at + 16 + 4 * count)
    ranges_at = at + 16 + 6 * count
    ranges = unpack_from(f">{count}H", data, ranges_at)
    found = set()
    for segment, (start, end, delta, offset) in enumerate(zip(starts, ends, deltas, ranges, strict=True)):
        for code in range(start, min(end, 0xFFFE) + 1):
            glyph = code
            if offset:
                glyph = unpack_from(">H", data, ranges_at + 2 * segment + offset + 2 * (code - start))[0]
            if (glyph + delta) % 0x10000 if glyph or not offset else 0:
                found.add(code)
    return found


def _format_12(data: bytes, at: int) -> set[int]:
    """Groups of consecutive characters (cmap format 12)."""
    found: set[int] = set()
    for group in range(unpack_from(">L", data, at + 12)[0]):
        start, end, glyph = unpack_from(">LLL", data, at + 16 + 12 * group)
        found.update(range(start if glyph else start + 1, end + 1))
    return found
