"""What a phone sends is read as it came, and nobody who reads the disk meanwhile reads a word of it."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from starlette.requests import Request

from bot.doors import veiled_file
from bot.doors.openrosa_posting import read_posted, spool
from bot.doors.veiled_file import VeiledFile

SECRET = "فاطمة السرّية".encode()


@pytest.fixture
def on_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files stand, with names, so that they can be looked at."""
    named = partial(tempfile.NamedTemporaryFile, dir=tmp_path, delete=False, buffering=0)
    monkeypatch.setattr(veiled_file, "TemporaryFile", named)
    return tmp_path


@pytest.mark.parametrize("pieces", [1, 7, 400])
def test_what_is_too_large_for_memory_is_noise_on_disk_and_reads_back_whole(on_disk: Path, pieces: int) -> None:
    content = SECRET * 1000
    file, step = VeiledFile(in_memory=5000), -(-len(content) // pieces)
    for start in range(0, len(content), step):
        file.write(content[start : start + step])
    (left,) = on_disk.iterdir()
    assert len(left.read_bytes()) == len(content)
    assert SECRET not in left.read_bytes()
    for _ in range(2):
        file.seek(0)
        assert b"".join(iter(lambda: file.read(777), b"")) == content
    file.close()
    with pytest.raises(ValueError, match="beginning"):
        VeiledFile().seek(3)


def test_a_large_photo_of_a_submission_waits_veiled(on_disk: Path) -> None:
    photo = b"\xff\xd8\xff" + SECRET * 80_000
    parts = (
        b'--b\r\nContent-Disposition: form-data; name="xml_submission_file"; filename="x.xml"\r\n\r\n<data/>\r\n'
        b'--b\r\nContent-Disposition: form-data; name="1.jpg"; filename="1.jpg"\r\n\r\n' + photo + b"\r\n--b--\r\n"
    )

    async def posted() -> tuple[bytes, bytes]:
        form = await spool(_request(parts))
        held = b"".join(path.read_bytes() for path in on_disk.iterdir())
        read = await read_posted(form)
        await form.close()
        assert read.xml == b"<data/>"
        return held, read.files["1.jpg"]

    held, came = asyncio.run(posted())
    assert came == photo
    assert len(held) == len(photo)
    assert SECRET not in held


def _request(body: bytes) -> Request:
    async def pieces() -> AsyncIterator[dict[str, Any]]:
        for start in range(0, len(body), 65536):
            yield {"type": "http.request", "body": body[start : start + 65536], "more_body": True}
        yield {"type": "http.request", "body": b"", "more_body": False}

    coming = pieces()
    headers = [(b"content-type", b"multipart/form-data; boundary=b")]
    return Request({"type": "http", "method": "POST", "path": "/", "headers": headers}, lambda: anext(coming))
