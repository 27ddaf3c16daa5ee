"""Reads a form that may bring files: in memory, within limits, and only from a page of the member's own."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request
from starlette.datastructures import UploadFile
from starlette.formparsers import FormParser, MultiPartException, MultiPartParser

from console.errors import FileTooLarge, FormRefused
from console.security import LARGEST_WITH_FILES, comes_from_us, same
from console.signed_in import SignedIn, Visiting
from referrals.filling.files import Uploaded
from referrals.staff.roles import Permission

LONGEST_TEXT = 8000  # characters of one answer
MOST_FIELDS = 4000


@dataclass(frozen=True)
class Posted:
    """The fields of a form, each with all its values, and the files that were chosen."""

    fields: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    files: Mapping[str, Uploaded] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The first value, "" where there is none."""
        return next(iter(self.all(name)), "")

    def all(self, name: str) -> tuple[str, ...]:
        """Every value of that name, in the page's order."""
        return self.fields.get(name, ())

    def number(self, name: str) -> int:
        """A whole number of a hidden field, -1 when it is none."""
        value = self.text(name)
        return int(value) if value.isascii() and value.isdigit() and len(value) < 19 else -1


@dataclass(frozen=True)
class Sent:
    """A member of staff and what their page sent."""

    visit: SignedIn
    posted: Posted


class _InMemory(MultiPartParser):
    spool_max_size = LARGEST_WITH_FILES + 1  # a family's papers never touch the disk in the clear


def may_send(permission: Permission) -> Callable[..., object]:
    """A dependency: the member and the form, where the role has this permission. Raises `FormRefused`."""

    async def sent(visit: Visiting, request: Request) -> Sent:
        posted = request.state.posted = await read_form(request)
        if not comes_from_us(visit.console, request) or not same(posted.text("csrf"), visit.session.csrf):
            raise FormRefused
        visit.require(permission)
        return Sent(visit, posted)

    return sent


async def read_form(request: Request) -> Posted:
    """The form of a request. Raises `FormRefused` for what no page of ours makes, `FileTooLarge`."""
    stream = _limited(request)
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        if kind == "multipart/form-data":
            form = await _InMemory(request.headers, stream, max_files=50, max_fields=MOST_FIELDS).parse()
        else:
            form = await FormParser(request.headers, stream).parse()
    except MultiPartException as failure:
        raise FormRefused from failure
    fields: dict[str, list[str]] = {}
    files: dict[str, Uploaded] = {}
    for name, value in form.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content:
                files[name] = Uploaded((value.filename or "")[:200], content)
        else:
            fields.setdefault(name, []).append(value.replace("\r\n", "\n")[:LONGEST_TEXT])
    await form.close()
    return Posted({name: tuple(values) for name, values in fields.items()}, files)


async def _limited(request: Request) -> AsyncGenerator[bytes, None]:
    taken = 0
    async for chunk in request.stream():
        taken += len(chunk)
        if taken > LARGEST_WITH_FILES:
            raise FileTooLarge
        yield chunk


Filling = Annotated[Sent, Depends(may_send(Permission.FILL_FORM))]
