"""The directory for everybody to read, by HSDS 3.1 in our profile: `/hsds`, and `/hsds/<programme>` for one alone.

Lists answer GET and POST alike; a POST has its question in the body, so that nobody's need stands in an address.
"""

from __future__ import annotations

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from functools import partial
from typing import Any
from urllib.parse import parse_qsl

from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response, StreamingResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from bot.doors.below import rest_of
from bot.doors.hsds_answers import Library, UnknownObject
from bot.doors.hsds_openapi import described
from bot.doors.hsds_questions import LARGEST_BODY, LISTS, ONE, Question, UnfitQuestion, Written, read_question
from bot.doors.hsds_room import Room
from referrals.directory.profile import profile_file, profile_files
from referrals.store.unit_of_work import Store

READS = ("GET", "HEAD")
FRESH_SECONDS = 60
JSON, LINES = "application/json", "application/x-ndjson"
VERSION = "3.1"
COST_OF_EVERYTHING = 20.0  # a list without pages, beside one page
HEADERS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"}


class Refused(Exception):
    """The request is answered with this status, a reason and a remedy."""

    def __init__(self, status: int, why: str, remedy: str, *, parameter: str = "", **headers: str) -> None:
        super().__init__(why)
        told = {"error": why, "remedy": remedy, "parameter": parameter}
        self.status, self.told = status, {name: value for name, value in told.items() if value}
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@dataclass(frozen=True)
class Asked:
    """Where a request stands: a programme (blank for all), a collection, one object of it."""

    programme: str
    collection: str = ""
    id: str = ""


def make_hsds(store: Store, *, base_url: str = "", room: Room | None = None) -> ASGIApp:
    """The read API as an application that stands at `/hsds`."""
    return GZipMiddleware(_Door(Library(store), base_url, room or Room()), minimum_size=1024)


@dataclass
class _Door:
    library: Library
    base_url: str
    room: Room

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        response = await self.answer(Request(scope, receive))
        await response(scope, receive, send)

    async def answer(self, request: Request) -> Response:
        """Any request, in JSON also where it is refused."""
        try:
            response = await self._answer(request)
        except Refused as refused:
            response = _json(refused.told, refused.status, refused.headers | {"Cache-Control": "no-store"})
        except UnfitQuestion as unfit:
            told = {"error": unfit.why, "remedy": unfit.remedy, "parameter": unfit.parameter}
            response = _json(told, 400, {"Cache-Control": "no-store"})
        response.headers.update(HEADERS)
        return response

    async def _answer(self, request: Request) -> Response:
        self._count(request)
        asked, rest = self._where(await asyncio.to_thread(self.library.programmes), rest_of(request.scope))
        document = None if asked.collection in LISTS else self._document(asked, self._base(request, asked))
        if len(rest) > 1 or (asked.collection not in LISTS and document is None):
            raise _not_here()
        taken = (*READS, "POST") if asked.collection in LISTS and not rest else READS
        if request.method == "OPTIONS":
            return Response(status_code=204, headers={"Allow": ", ".join((*taken, "OPTIONS"))})
        if request.method not in taken:
            raise _wrong_method(taken)
        if asked.collection in LISTS:
            return await self._collection(request, asked, rest)
        read_question((), _in_the_address(request))
        return _cached(request, document)

    def _where(self, programmes: tuple[str, ...], path: str) -> tuple[Asked, list[str]]:
        parts = path.strip("/").split("/") if path.strip("/") else []
        programme = parts.pop(0) if parts and parts[0] in programmes else ""
        collection = parts.pop(0) if parts else ""
        return Asked(programme, collection, "/".join(parts)), parts

    async def _collection(self, request: Request, asked: Asked, rest: list[str]) -> Response:
        if rest:
            question = read_question(ONE.get(asked.collection, ()), _in_the_address(request))
            return _cached(request, await self._one(asked, question))
        told = _in_the_address(request)
        if request.method == "POST":
            told += await _in_the_body(request)
        question = read_question(LISTS[asked.collection], told)
        if question.text("format") == "ndjson":
            self._count(request, COST_OF_EVERYTHING)
            lines = await asyncio.to_thread(self.library.everything, asked.programme, asked.collection, question)
            return StreamingResponse(_lines(lines), media_type=LINES, headers={"Cache-Control": "no-store"})
        page = await asyncio.to_thread(self.library.page, asked.programme, asked.collection, question)
        if request.method == "POST":
            return _json(page, 200, {"Cache-Control": "no-store"})
        return _cached(request, page)

    async def _one(self, asked: Asked, question: Question) -> Any:
        try:
            look = partial(self.library.one, asked.programme, asked.collection, asked.id, question)
            return await asyncio.to_thread(look)
        except UnknownObject as unknown:
            raise _not_here() from unknown

    def _document(self, asked: Asked, base: str) -> Any:
        if not asked.collection:
            return {"version": VERSION, "profile": f"{base}/profile", "openapi_url": f"{base}/openapi.json"}
        if asked.collection == "openapi.json" and not asked.id:
            return described(base)
        if asked.collection == "profile" and not asked.id:
            return {"name": "sanad", "version": "1.0.0", "hsds": VERSION, "files": _profile_links(base)}
        if asked.collection == "profile":
            return profile_file(asked.id)
        return None

    def _base(self, request: Request, asked: Asked) -> str:
        """The address under which everything of this programme, or of all, stands."""
        here = self.base_url or f"{request.url.scheme}://{request.url.netloc}"
        return f"{here}/hsds" + (f"/{asked.programme}" if asked.programme else "")

    def _count(self, request: Request, cost: float = 1.0) -> None:
        wait = self.room.take(request.client.host if request.client else "", cost)
        if wait:
            seconds = str(int(wait) + 1)
            raise Refused(
                429, "too many questions from this address", f"Ask again in {seconds} s.", Retry_After=seconds
            )


def _profile_links(base: str) -> list[str]:
    return [f"{base}/profile/{name}" for name in profile_files()]


def _in_the_address(request: Request) -> list[tuple[str, Any]]:
    return [(name, Written(value)) for name, value in request.query_params.multi_items()]


async def _in_the_body(request: Request) -> list[tuple[str, Any]]:
    """The question of a POST. Raises `Refused`: 400, 413, 415."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    body = await _bounded(request)
    if not body and kind in ("", JSON, "application/x-www-form-urlencoded"):
        return []
    try:
        text = body.decode("utf-8-sig")
        if kind == "application/x-www-form-urlencoded":
            pairs = parse_qsl(text, keep_blank_values=True, max_num_fields=50)
            return [(name, Written(value)) for name, value in pairs]
        if kind != JSON:
            raise Refused(415, "the body is of another kind", f"Send {JSON} or a form.", Accept_Post=JSON)
        told = json.loads(text)
    except (ValueError, RecursionError) as failure:
        raise Refused(400, "the body cannot be read", f"Send {JSON}, an object with the parameters.") from failure
    if not isinstance(told, dict):
        raise Refused(400, "the body is no object", 'Send an object such as {"search": "طعام"}.')
    return list(told.items())


async def _bounded(request: Request) -> bytes:
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > LARGEST_BODY:
                raise Refused(413, "the question is too long", f"Send at most {LARGEST_BODY} bytes.")
    except ClientDisconnect as gone:
        raise Refused(400, "the body broke off", "Send it again.") from gone
    return body


async def _lines(portions: Any) -> AsyncIterator[bytes]:
    """A portion at a time, read outside the event's loop; no transaction stays open between two."""
    following = iter(portions)
    while (portion := await asyncio.to_thread(next, following, None)) is not None:
        yield b"".join(_written(each) + b"\n" for each in portion)


def _written(told: Any) -> bytes:
    return json.dumps(told, ensure_ascii=False, separators=(",", ":")).encode()


def _json(told: Any, status: int, headers: dict[str, str]) -> Response:
    return Response(_written(told), status, headers=headers, media_type=JSON)


def _cached(request: Request, told: Any) -> Response:
    """200 with a tag, or 304 where the reader has it already."""
    body = _written(told)
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'  # weak: it is the same zipped
    headers = {"Cache-Control": f"public, max-age={FRESH_SECONDS}", "ETag": tag}
    has = [each.strip() for each in request.headers.get("if-none-match", "").split(",")]
    if {tag, tag.removeprefix("W/"), "*"} & set(has):
        return Response(status_code=304, headers=headers)
    return Response(body, headers=headers, media_type=JSON)


def _not_here() -> Refused:
    there = ", ".join(f"/{name}" for name in LISTS)
    return Refused(
        404, "there is nothing at this address", f"There are: /, {there}; each also below a programme's name."
    )


def _wrong_method(taken: tuple[str, ...]) -> Refused:
    allowed = ", ".join((*taken, "OPTIONS"))
    return Refused(405, "this address does not take that method", f"It takes: {allowed}.", Allow=allowed)
