"""What was typed when a session ended: it goes along through the door, and is sent once its writer presses again."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import quote

from fastapi import Request
from starlette.concurrency import run_in_threadpool

from console.posted import Posted, read_form
from console.security import LARGEST_FORM, SESSION, WITH_FILES, comes_from_us, cookie
from console.service import Console, console_of
from console.signed_in import COMING_BACK
from referrals.staff.sessions import was_session, writer_of

NOT_AGAIN = ("/console/sign-out", "/console/account/sessions", "/console/account/programme")
BESIDE_IT = 4096  # bytes that the rest of the sign-in form may take


@dataclass(frozen=True)
class Kept:
    """A form that nobody answered: who filled it in, where it goes, its fields in order; files are chosen again."""

    staff_id: int
    path: str
    fields: tuple[tuple[str, str], ...]

    def as_text(self) -> str:
        """For a hidden field of the door's form; `kept_from` reads it back."""
        return json.dumps([self.staff_id, self.path, self.fields], ensure_ascii=False)

    @property
    def fits(self) -> bool:
        """Whether the door's form can carry it."""
        return len(quote(self.as_text())) < LARGEST_FORM - BESIDE_IT


def kept_from(text: str) -> Kept | None:
    """What `as_text` wrote; None for anything else."""
    try:
        staff_id, path, fields = json.loads(text)
        pairs = tuple((str(name), str(value)) for name, value in fields)
    except (ValueError, TypeError):
        return None
    return Kept(staff_id, path, pairs) if isinstance(staff_id, int) and _may_go(path) else None


async def typed(request: Request) -> Kept | None:
    """The form of a request that was refused, where a member of staff filled it in at a page of ours; else None."""
    console = console_of(request)
    path = request.url.path
    if request.method != "POST" or not _may_go(path) or not comes_from_us(console, request):
        return None
    if not await run_in_threadpool(_was_ours, console, cookie(console, request, SESSION)):
        return None
    posted = await _fields_of(request)
    staff_id = await run_in_threadpool(_writer, console, posted.text("csrf"))
    fields = tuple((name, each) for name, values in posted.fields.items() for each in values if name != "csrf")
    return Kept(staff_id, path, fields) if staff_id is not None else None


def _may_go(path: object) -> bool:
    return isinstance(path, str) and COMING_BACK.fullmatch(path) is not None and path not in NOT_AGAIN


async def _fields_of(request: Request) -> Posted:
    """The form, whether somebody read it before or not."""
    posted = getattr(request.state, "posted", None)
    if isinstance(posted, Posted):
        return posted
    if request.headers.get("content-type", "").startswith("multipart/"):
        return await read_form(request) if WITH_FILES.search(request.url.path) else Posted()
    fields: dict[str, tuple[str, ...]] = {}
    for name, value in (await request.form()).multi_items():
        if isinstance(value, str):
            fields[name] = (*fields.get(name, ()), value.replace("\r\n", "\n"))
    return Posted(fields)


def _was_ours(console: Console, token: str) -> bool:
    with console.store.reading() as uow:
        return bool(token) and was_session(uow, token)


def _writer(console: Console, csrf: str) -> int | None:
    with console.store.reading() as uow:
        return writer_of(uow, csrf) if csrf else None
