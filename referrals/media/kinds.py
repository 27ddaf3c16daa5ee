"""What a file is, told by its bytes alone: a name, or a browser's or a telephone's word for it, counts nothing."""

from __future__ import annotations

_BEGINNINGS: tuple[tuple[bytes, int, str], ...] = (
    (b"\xff\xd8", 0, "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"GIF8", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"WAVE", 8, "audio/wav"),
    (b"OggS", 0, "audio/ogg"),
    (b"ID3", 0, "audio/mpeg"),
    (b"\xff\xfb", 0, "audio/mpeg"),
    (b"\xff\xf3", 0, "audio/mpeg"),
    (b"\xff\xf2", 0, "audio/mpeg"),
    (b"fLaC", 0, "audio/flac"),
    (b"BM", 0, "image/bmp"),
    (b"II*\0", 0, "image/tiff"),
    (b"MM\0*", 0, "image/tiff"),
    (b"\xff\xf1", 0, "audio/aac"),
    (b"\xff\xf9", 0, "audio/aac"),
    (b"#!AMR", 0, "audio/amr"),
    (b"\x1aE\xdf\xa3", 0, "video/webm"),
    (b"%PDF-", 0, "application/pdf"),
)
# What runs, or makes a browser run something, wherever it is opened.
_RUNS = (
    b"MZ",
    b"\x7fELF",
    b"\xca\xfe\xba\xbe",
    b"\xcf\xfa\xed\xfe",
    b"\xce\xfa\xed\xfe",
    b"#!/",
    b"L\x00\x00\x00\x01\x14\x02\x00",
)
_RUNS_INSIDE = (b"AndroidManifest.xml", b"META-INF/MANIFEST.MF", b"vbaProject.bin")  # of a ZIP: an app, macros
_SCRIPTED = (b"<!doctype html", b"<html", b"<script", b"<svg", b"<body", b"<iframe")
LOOKED_AT = 1024  # bytes: browsers look for a page's beginning in as many
_BRANDS = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heic",
    b"msf1": "image/heic",
    b"avif": "image/avif",
    b"M4A ": "audio/mp4",
}
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


def mark_of(content: bytes, said: str, kind: str) -> str:
    """`dangerous` for what runs where it is opened, `mislabelled` for what is not what it was said to be, else blank.

    `said` is the content type that came with the file, `kind` what the channel sent it as. Sound and film are one
    thing here: their containers are the same. What we cannot tell is mislabelled where it was said to be a picture or
    a recording.
    """
    if _is_dangerous(content):
        return "dangerous"
    found = _sort(type_of(content))
    wanted = {"image": "image", "sticker": "", "audio": "played", "video": "played"}.get(kind) or _sort(said)
    return "mislabelled" if wanted in ("image", "played", "application/pdf") and found != wanted else ""


def _sort(content_type: str) -> str:
    family = content_type.partition("/")[0]
    return {"image": "image", "audio": "played", "video": "played"}.get(family, content_type)


def _is_dangerous(content: bytes) -> bool:
    beginning = content[:LOOKED_AT].lstrip().lower()
    scripted = beginning.startswith((*_SCRIPTED, b"<?xml", b"<!--")) and any(mark in beginning for mark in _SCRIPTED)
    archive = content.startswith(b"PK") and any(name in content for name in _RUNS_INSIDE)
    return content.startswith(_RUNS) or scripted or archive
