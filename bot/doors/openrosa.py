"""OpenRosa 1.0: ODK Collect fetches a programme's forms here and sends them filled. No casework is done in this file.

Statuses and documents are those of docs.getodk.org/openrosa; where it leaves a choice, ODK Central's. They stand with
their sources in docs/how-to/collect-with-odk.md.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime
from functools import partial

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

from bot.doors.openrosa_answers import XML_TYPE, cached, envelope, form_list, manifest, no_content
from bot.doors.openrosa_entry import Entry, Refused, Visitor
from bot.doors.openrosa_posting import Posted, read_posted, spool, swallow
from referrals.store.unit_of_work import Store, UnitOfWork
from referrals.submissions.content_types import content_type_of
from referrals.submissions.forms_served import ServedForm, file_of_form, forms_in_force, served_form
from referrals.submissions.receiving import Received, receive_submission
from referrals.submissions.refusals import Conflict, NotFound, SubmissionRefused, TooBig, Unfit

STATUSES: dict[type[SubmissionRefused], int] = {Unfit: 400, NotFound: 404, Conflict: 409, TooBig: 413}
LARGEST_ID = 2**63 - 1
IN_MEMORY = 4  # posts that are sealed at once; others wait on disk
READ = ["GET", "HEAD"]


def make_openrosa(store: Store, clock: Callable[[], datetime], *, base_url: str) -> APIRouter:
    """The routes under /openrosa; the same ones stand under /openrosa/key/{token} for phones that carry a token."""
    entry = Entry(store, clock, base_url)
    room = asyncio.Semaphore(IN_MEMORY)
    router = APIRouter(prefix="/openrosa")
    for place in ("/key/{token}/{programme}", "/{programme}"):
        _add_forms(router, entry, place)
        _add_submission(router, entry, place, room)

    @router.api_route("/{rest:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"])
    def nothing(request: Request) -> Response:
        return envelope(request, 404, "not_here", {})

    return router


def _add_forms(router: APIRouter, entry: Entry, place: str) -> None:
    @router.api_route(f"{place}/formList", methods=READ)
    def listed(request: Request, programme: str, token: str = "") -> Response:
        return _let_in(entry, request, programme, token, partial(_listed, entry.store, request))

    @router.api_route(place + "/forms/{which}.xml", methods=READ)
    def form(request: Request, programme: str, which: str, token: str = "") -> Response:
        def answer(visitor: Visitor) -> Response:
            found = _form(entry.store, visitor, which)
            if found is None:
                return envelope(request, 404, "not_here", {})
            return cached(request, found.xml(f"{visitor.base}/submission"), XML_TYPE)

        return _let_in(entry, request, programme, token, answer)

    @router.api_route(place + "/forms/{which}/manifest", methods=READ)
    def files(request: Request, programme: str, which: str, token: str = "") -> Response:
        def answer(visitor: Visitor) -> Response:
            found = _form(entry.store, visitor, which)
            if found is None:
                return envelope(request, 404, "not_here", {})
            return cached(request, manifest(found, visitor.base), XML_TYPE)

        return _let_in(entry, request, programme, token, answer)

    @router.api_route(place + "/forms/{which}/media/{name}", methods=READ)
    def media(request: Request, programme: str, which: str, name: str, token: str = "") -> Response:
        return _let_in(entry, request, programme, token, partial(_media, entry.store, request, which, name))


def _add_submission(router: APIRouter, entry: Entry, place: str, room: asyncio.Semaphore) -> None:
    @router.api_route(f"{place}/submission", methods=READ)
    def ready(request: Request, programme: str, token: str = "") -> Response:
        def answer(visitor: Visitor) -> Response:
            return no_content(request, f"{visitor.base}/submission")

        return _let_in(entry, request, programme, token, answer)

    @router.post(f"{place}/submission")
    async def submit(request: Request, programme: str, token: str = "") -> Response:
        try:
            visitor = await asyncio.to_thread(entry.enter, request, programme, token)
            spooled = await spool(request)
        except Refused as refused:
            await swallow(request)  # who is cut off while sending never reads why
            return refused.response
        except SubmissionRefused as refused:
            return _refusal(request, refused)
        except ClientDisconnect:
            return Response(status_code=400)  # nobody reads it, and nothing was kept
        try:
            async with room:
                received = await _take(entry, visitor, await read_posted(spooled))
        except SubmissionRefused as refused:
            return _refusal(request, refused)
        finally:
            await spooled.close()
        return _received(request, visitor, received)


async def _take(entry: Entry, visitor: Visitor, posted: Posted) -> Received:
    """Keeps one post, in one transaction."""
    at = entry.clock()

    def work(uow: UnitOfWork) -> Received:
        given = (visitor.programme_id, posted.xml, posted.files)
        return receive_submission(uow, *given, origin=visitor.origin, at=at, more_to_come=posted.more_to_come)

    return await asyncio.to_thread(entry.store.transact, work)


def _let_in(
    entry: Entry, request: Request, programme: str, token: str, answer: Callable[[Visitor], Response]
) -> Response:
    try:
        return answer(entry.enter(request, programme, token))
    except Refused as refused:
        return refused.response


def _listed(store: Store, request: Request, visitor: Visitor) -> Response:
    asked = request.query_params
    with store.reading() as uow:
        forms = forms_in_force(uow, visitor.programme_id, every_version=_is_set(request, "listAllVersions"))
    mine = [form for form in forms if not visitor.origin.forms or form.name in visitor.origin.forms]
    if "formID" in asked:
        mine = [form for form in mine if form.form_id == asked["formID"]]
    verbose = asked.get("verbose", "").lower() == "true"
    return cached(request, form_list(mine, visitor.base, verbose=verbose, described=visitor.programme_name), XML_TYPE)


def _is_set(request: Request, name: str) -> bool:
    return name in request.query_params and request.query_params[name].lower() not in ("false", "0", "no")


def _form(store: Store, visitor: Visitor, which: str) -> ServedForm | None:
    if not (which.isascii() and which.isdigit()) or int(which) > LARGEST_ID:
        return None
    with store.reading() as uow:
        found = served_form(uow, visitor.programme_id, int(which))
    if found is None or (visitor.origin.forms and found.name not in visitor.origin.forms):
        return None
    return found


def _media(store: Store, request: Request, which: str, name: str, visitor: Visitor) -> Response:
    form = _form(store, visitor, which)
    with store.reading() as uow:
        content = file_of_form(uow, form, name) if form is not None else None
    if content is None:
        return envelope(request, 404, "not_here", {})
    return cached(request, content, content_type_of(content), {"Content-Disposition": "attachment"})


def _refusal(request: Request, refused: SubmissionRefused) -> Response:
    return envelope(request, STATUSES[type(refused)], refused.key, refused.values)


def _received(request: Request, visitor: Visitor, received: Received) -> Response:
    """201 for whatever is here now, as often as it is sent; 202 while the phone has more posts to make."""
    more = {"Location": f"{visitor.base}/submission"}
    if not received.complete:
        return envelope(request, 202, "received_part", {}, more)
    if not received.is_new and not received.files_added:
        return envelope(request, 201, "here_already", {}, more)
    return envelope(request, 201, "unlinked" if received.state == "unlinked" else "received", {}, more)
