"""Reads what a page posted, in memory and within limits, and makes it what a channel hands to the inbox."""

from __future__ import annotations

import hashlib
import math
import secrets
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field

from fastapi import Request
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from referrals.inbound import Address, Content, Inbound, MediaKind
from referrals.media.keeping import LARGEST

LARGEST_POST = LARGEST + 64 * 1024  # bytes: one file and the fields around it
DRAINED = 5 * LARGEST_POST  # bytes read and dropped, so that the browser gets to read why its file was not taken
LONGEST_TEXT = 4096  # characters, as in the messengers
LONGEST_CHOICE = 64  # bytes of a Choice.id


class PostTooLarge(ValueError):
    """A post may carry one file of at most 20 MB."""


class Unreadable(ValueError):
    """The post is no form that a page of ours makes."""


@dataclass(frozen=True)
class PostedFile:
    """A file as the browser sent it; its type is only what the browser says."""

    name: str
    content_type: str
    content: bytes

    @property
    def kind(self) -> MediaKind:
        family = self.content_type.split("/")[0]
        if self.content_type == "image/svg+xml":
            return "file"
        return {"image": "image", "audio": "audio", "video": "video"}.get(family, "file")  # type: ignore[return-value]  # one of the four


@dataclass(frozen=True)
class Posted:
    """The fields of a form and the file, when one was chosen."""

    fields: Mapping[str, str] = field(default_factory=dict)
    file: PostedFile | None = None

    def text(self, name: str) -> str:
        return self.fields.get(name, "")

    def number(self, name: str) -> int:
        """A whole number of a hidden field; 0 when it is none."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else 0


class _InMemory(MultiPartParser):
    spool_max_size = LARGEST_POST + 1  # a family's papers never touch the disk in the clear


async def read_post(request: Request) -> Posted:
    """The form of a request. Raises `PostTooLarge` and `Unreadable`."""
    stream = _limited(request)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            form = await _InMemory(request.headers, stream, max_files=1, max_fields=20).parse()
        elif kind == "application/x-www-form-urlencoded":
            form = await FormParser(request.headers, stream).parse()
        else:
            raise Unreadable(Unreadable.__doc__)
    except MultiPartException as failure:
        raise Unreadable(Unreadable.__doc__) from failure
    fields = {name: value for name, value in form.multi_items() if isinstance(value, str)}
    upload = form.get("file")
    file = await _file(upload) if isinstance(upload, UploadFile) else None
    await form.close()
    return Posted(fields, file)


def contents_of(posted: Posted) -> list[Content]:
    """What a person said with one post, but for the file: a tap, a place, words; nothing when all was blank."""
    start = posted.text("start")[:64]
    if choice := posted.text("choice"):
        fits = choice.isascii() and len(choice) <= LONGEST_CHOICE
        return [Content(choice=choice, start=start)] if fits else []
    point = _point(posted)
    if point is not None:
        return [Content(point=point, start=start)]
    text = posted.text("text").replace("\r\n", "\n").strip()[:LONGEST_TEXT]
    return [Content(text=text, start=start)] if text else []


def events_of(contents: list[Content], posted: Posted, address: Address) -> list[Inbound]:
    """The events for the inbox. The same thing posted twice from one page is one event, whatever a browser repeats."""
    once = posted.text("once")[:64] or secrets.token_hex(16)
    file = hashlib.sha256(posted.file.content).hexdigest() if posted.file else ""
    events = []
    for content in contents:
        said = repr((content.text, content.choice, content.point, file if content.media else ""))
        name = hashlib.sha256(f"{address.value}|{once}|{said}".encode()).hexdigest()
        events.append(Inbound("tap" if content.choice else "message", f"web:{name[:40]}", address, content))
    return events


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > DRAINED:
            break
        if taken <= LARGEST_POST:
            yield chunk
    if taken > LARGEST_POST:
        raise PostTooLarge(PostTooLarge.__doc__)


async def _file(upload: UploadFile) -> PostedFile | None:
    content = await upload.read()
    if len(content) > LARGEST:
        raise PostTooLarge(PostTooLarge.__doc__)
    if not content:
        return None
    kind = (upload.content_type or "").split(";")[0].strip().lower()
    return PostedFile((upload.filename or "")[:200], kind or "application/octet-stream", content)


def _point(posted: Posted) -> tuple[float, float, float] | None:
    try:
        latitude, longitude = float(posted.text("lat")), float(posted.text("lon"))
        accuracy = float(posted.text("accuracy") or 0)
    except ValueError:
        return None
    if not all(map(math.isfinite, (latitude, longitude, accuracy))) or abs(latitude) > 90 or abs(longitude) > 180:
        return None
    return latitude, longitude, max(accuracy, 0.0)
