"""Forms that came from phones: their list, one with its answers, its files, and whose application it belongs to."""

from __future__ import annotations

from itertools import groupby
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import Chip
from console.words import Words
from referrals.applications.records import Application
from referrals.definitions.in_force import form_by_id
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.content_types import extension_of
from referrals.submissions.linking import link_by_hand
from referrals.submissions.records import AppUser, ReceivedSubmission
from referrals.submissions.shown import file_of, one_submission, read_answers, submission_rows

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_SUBMISSIONS))]
Linker = Annotated[SignedIn, Depends(may_do(Permission.LINK_SUBMISSION))]
COLOURS = {"linked": "chip-ok", "filed": "chip-ok", "unlinked": "chip-soon"}


@routes.get("/submissions")
def submissions_page(visit: Reader) -> Response:
    """What came, the latest first; with ?show=unlinked what waits for a number."""
    unlinked = visit.request.query_params.get("show") == "unlinked"
    with visit.console.store.reading() as uow:
        rows = submission_rows(uow, visit.member, unlinked=unlinked)
        waiting = len(rows) if unlinked else len(submission_rows(uow, visit.member, unlinked=True))
    words = Words(visit.voice)
    lines = [{"row": row, "state": _chip(words, row.state), "number": words.number(row.number)} for row in rows]
    return show(visit, "submissions.html", lines=lines, unlinked=unlinked, waiting=waiting)


@routes.get("/submissions/{submission_id}")
def submission_page(visit: Reader, submission_id: RowId) -> Response:
    """One form as it was filled."""
    return _page(visit, submission_id)


@routes.post("/submissions/{submission_id}/link")
def link(visit: Linker, submission_id: RowId, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Says which application it is about."""

    def work(uow: UnitOfWork) -> bool:
        row = _theirs(uow, visit, submission_id)
        return link_by_hand(uow, row, number, f"staff:{visit.member.staff_id}", visit.at)

    if visit.console.store.transact(work):
        return see_other(f"/console/submissions/{submission_id}", "linked")
    return _page(visit, submission_id, status=422, problem="number_unknown", typed=number)


@routes.get("/submissions/{submission_id}/files/{file_id}")
def file(visit: Reader, submission_id: RowId, file_id: RowId) -> Response:
    """A file, to be saved: the browser never shows it as a page of ours."""

    def work(uow: UnitOfWork) -> tuple[bytes, str] | None:
        return file_of(uow, visit.member, _theirs(uow, visit, submission_id), file_id, visit.at)

    found = visit.console.store.transact(work)
    if found is None:
        raise NotHere
    content, content_type = found
    name = f"file-{submission_id}-{file_id}.{extension_of(content_type)}"
    return Response(content, media_type=content_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})


def _theirs(uow: UnitOfWork, visit: SignedIn, submission_id: int) -> ReceivedSubmission:
    row = one_submission(uow, visit.member, submission_id)
    if row is None:
        raise NotHere
    return row


def _page(visit: SignedIn, submission_id: int, *, status: int = 200, problem: str = "", typed: str = "") -> Response:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, submission_id))
    return show(visit, "submission.html", status=status, problem=problem, typed=typed, **values)


def _values(uow: UnitOfWork, visit: SignedIn, submission_id: int) -> dict[str, Any]:
    row = _theirs(uow, visit, submission_id)
    words = Words(visit.voice)
    application = uow.session.get(Application, row.application_id) if row.application_id else None
    sender = uow.session.get(AppUser, row.app_user_id) if row.app_user_id else None
    found = read_answers(uow, visit.member, row, visit.at)
    parts = [(heading, list(lines)) for heading, lines in groupby(found or (), key=lambda line: line.heading)]
    may_link = visit.member.may(Permission.LINK_SUBMISSION) and row.state in ("received", "unlinked")
    return {
        "row": row,
        "title": form_by_id(uow, row.definition_id).title,
        "state": _chip(words, row.state),
        "reason": words.t(f"submissions.reason.{row.reason}") if words.has(f"submissions.reason.{row.reason}") else "",
        "number": words.number(application.number) if application else "",
        "sender": sender.name if sender else "",
        "parts": parts,
        "erased": found is None,
        "may_choose": row.state == "filed" and found is not None and visit.member.may(Permission.FILL_FORM),
        "may_link": may_link and row.superseded_by_id is None,
    }


def _chip(words: Words, state: str) -> Chip:
    return Chip(words.t(f"submissions.state.{state}"), COLOURS.get(state, ""))
