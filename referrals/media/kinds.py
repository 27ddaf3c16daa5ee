"""What a file is, told by its bytes alone: a name, or a browser's or a telephone's word for it, counts nothing."""

from __future__ import annotations

_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"WAVE", 8, "audio/wav"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf1", 0, "audio/aac"),
    (b"\xff\xf9", 0, "audio/aac"),
    (b"#!AMR", 0, "audio/amr"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"%PDF-", 0, "application/pdf"),
)
_BRANDS = {b"heic": "image/heic", b"mif1": "image/heic", b"M4A ": "audio/mp4"}
UNKNOWN = "application/octet-stream"
SHOWN = frozenset({"image/jpeg", "image/png", "image/gif", "image/webp"})  # what a browser may draw in a page of ours
PLAYED = frozenset(
    {"audio/ogg", "audio/mpeg", "audio/mp4", "audio/wav", "audio/aac", "video/webm", "video/mp4"}
)  # what it may play there


def type_of(content: bytes) -> str:
    """The content type, told by the bytes alone; `application/octet-stream` for what we do not know."""
    if content[4:8] == b"ftyp":
        return _BRANDS.get(content[8:12], "video/mp4")
    found = (kind for start, at, kind in _BEGINNINGS if content[at : at + len(start)] == start)
    return next(found, UNKNOWN)
