"""What a file is, is told by its bytes: what it was called and what a platform says of it count for nothing."""

from __future__ import annotations

import pytest

from referrals.media.kinds import SHOWN, mark_of, type_of

JPEG, PNG = b"\xff\xd8\xff\xe0 sample", b"\x89PNG\r\n\x1a\n sample"
OGG, PDF = b"OggS sample", b"%PDF-1.7 sample"


@pytest.mark.parametrize(
    ("content", "said", "kind"),
    [
        (JPEG, "image/jpeg", "image"),
        (PNG, "image/jpeg", "image"),  # still the picture that it was said to be
        (OGG, "audio/ogg", "audio"),
        (b"\0\0\0\x18ftypM4A sample", "video/mp4", "video"),
        (PDF, "application/pdf", "file"),
        ("ملاحظة عيّنة".encode(), "text/plain", "file"),
        (b"RIFF\0\0\0\0WEBP sample", "", "sticker"),
        (JPEG, "", "file"),
    ],
)
def test_what_is_what_it_was_said_to_be_bears_no_mark(content: bytes, said: str, kind: str) -> None:
    assert mark_of(content, said, kind) == ""


@pytest.mark.parametrize(
    ("content", "said", "kind"),
    [
        (PDF, "image/jpeg", "image"),
        (OGG, "image/png", "image"),
        (JPEG, "audio/ogg", "audio"),
        (b"nothing that anybody knows", "image/jpeg", "image"),
        (b"", "image/jpeg", "image"),
        (b"PK\x03\x04 a plain archive", "application/pdf", "file"),
    ],
)
def test_what_is_something_else_is_mislabelled(content: bytes, said: str, kind: str) -> None:
    assert mark_of(content, said, kind) == "mislabelled"


@pytest.mark.parametrize(
    "content",
    [
        b"MZ\x90 sample",
        b"\x7fELF sample",
        b"#!/bin/sh\necho sample",
        b"  \n<!DOCTYPE html><script>sample()</script>",
        b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" onload="sample()"/>',
        b"PK\x03\x04 AndroidManifest.xml sample",
        b"PK\x03\x04 word/vbaProject.bin sample",
    ],
)
@pytest.mark.parametrize(
    ("said", "kind"), [("image/jpeg", "image"), ("application/octet-stream", "file"), ("", "file")]
)
def test_what_runs_where_it_is_opened_is_dangerous_and_shown_nowhere(content: bytes, said: str, kind: str) -> None:
    assert mark_of(content, said, kind) == "dangerous"
    assert type_of(content) not in SHOWN
