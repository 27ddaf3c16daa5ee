"""Reads the multipart body of a submission from the network, bounded in size and number before anything is kept."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from fastapi import Request
from python_multipart.multipart import parse_options_header
from starlette.datastructures import FormData, Headers, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser
from starlette.requests import ClientDisconnect

from bot.doors.veiled_file import VeiledFile
from referrals.media.keeping import LARGEST
from referrals.submissions.reading import LARGEST_XML
from referrals.submissions.refusals import TooBig, Unfit

XML_PART = "xml_submission_file"
INCOMPLETE_PART = "*isIncomplete*"  # ODK Collect's word for: more posts of this submission follow
LARGEST_BODY = 100_000_000  # bytes; five times what a phone is asked to put into one post
READ_ON_BYTES = 2 * LARGEST_BODY  # a larger body is read on and thrown away, so that the refusal is read
END_LOOKED_AT = 1024  # bytes of a body's end that hold its last boundary
MOST_FILES = 200  # ODK Collect puts about a hundred into one post


class _Veiling(MultiPartParser):
    """What families said never touches the disk in the clear, not even while it waits to be read."""

    def on_headers_finished(self) -> None:
        super().on_headers_finished()
        part = self._current_part.file
        if part is not None:
            veiled: Any = VeiledFile()
            part.file.close()
            part.file = self._files_to_close_on_error[-1] = veiled
            part._max_mem_size = veiled._max_size


@dataclass(frozen=True)
class Posted:
    """What one post holds. The files are keyed by their own names, without any path."""

    xml: bytes
    files: dict[str, bytes] = field(default_factory=dict)
    more_to_come: bool = False


async def spool(request: Request) -> FormData:
    """The body as it came, larger parts on disk and veiled; the caller closes it. Raises `TooBig` or `Unfit`."""
    if not request.headers.get("content-type", "").lower().startswith("multipart/form-data"):
        await swallow(request)
        raise Unfit("not_multipart")
    if request.headers.get("content-encoding", "identity").lower() != "identity":
        await swallow(request)
        raise Unfit("compressed")
    counted = _Counted(request.stream())
    boundary = _boundary(request.headers)
    # A `charset` beside the boundary would choose the codec that reads the parts, so the parser never sees one.
    plain = Headers({"Content-Type": f'multipart/form-data; boundary="{boundary}"'})
    most = {"max_files": MOST_FILES, "max_fields": MOST_FILES, "max_part_size": LARGEST_XML}
    try:
        return await _Veiling(plain, counted.chunks(boundary), **most).parse()
    except TooBig:
        await counted.drain()
        raise
    except (MultiPartException, ValueError, KeyError) as failure:
        await counted.drain()
        raise Unfit("broken_multipart") from failure


async def read_posted(form: FormData) -> Posted:
    """The parts of a spooled post, in memory. Raises `TooBig` or `Unfit`."""
    xml: list[bytes] = []
    files: dict[str, bytes] = {}
    more = False
    for name, part in form.multi_items():
        if name == XML_PART:
            xml.append(await _content(part, LARGEST_XML, "too_big_xml", 1_000_000))
        elif name == INCOMPLETE_PART:
            more = isinstance(part, str) and part.strip().lower() in ("yes", "true")
        elif isinstance(part, UploadFile):
            own = part.filename or name
            if own in files:
                raise Unfit("two_files", name=own[:100])
            files[own] = await _content(part, LARGEST, "too_big_file", 1024 * 1024)
    if len(xml) != 1:
        raise Unfit("two_xml_parts" if xml else "no_xml_part")
    return Posted(xml[0], files, more)


async def _content(part: UploadFile | str, largest: int, key: str, megabyte: int) -> bytes:
    if isinstance(part, str):
        return part.encode()
    if (part.size or 0) > largest:
        raise TooBig(key, megabytes=largest // megabyte)
    return await part.read()


def _boundary(headers: Headers) -> str:
    return parse_options_header(headers["Content-Type"])[1].get(b"boundary", b"").decode("latin-1")


class _Counted:
    """The body as it comes, stopped where it is larger than any submission."""

    def __init__(self, stream: AsyncIterator[bytes]) -> None:
        self._stream, self._size = stream, 0

    async def chunks(self, boundary: str) -> AsyncGenerator[bytes, None]:
        """Raises `Unfit` at an end without the last boundary: taking it for whole would lose a file that is cut off."""
        last, end = f"--{boundary}--".encode("latin-1"), b""
        async for chunk in self._stream:
            self._size += len(chunk)
            if self._size > LARGEST_BODY:
                raise TooBig("too_big", megabytes=LARGEST_BODY // 1_000_000)
            end = (end + chunk[-END_LOOKED_AT:])[-END_LOOKED_AT:]
            yield chunk
        if not boundary or last not in end:
            raise Unfit("broken_multipart")

    async def drain(self) -> None:
        """Reads on for a while: who is cut off while sending never reads the refusal."""
        async for chunk in self._stream:
            self._size += len(chunk)
            if self._size > READ_ON_BYTES:
                return


async def swallow(request: Request) -> None:
    """Reads a body that is not wanted, up to a bound: OpenRosa asks to consume every POST."""
    with suppress(ClientDisconnect):  # who has gone reads no refusal either
        await _Counted(request.stream()).drain()
