"""What a family may ask for at a desk or by telephone: everything we know on paper, and to be erased."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.applications.records import Application
from referrals.protection.erasure.erasing import REFUSALS, AlreadyDecided, Held, carry_out, refuse
from referrals.protection.erasure.holding import REASONS, end_hold, hold
from referrals.protection.rights_records import ErasureRequest
from referrals.staff.agenda import number_of
from referrals.staff.rights import (
    PROOFS,
    SOURCES,
    HoldRow,
    NoticeRow,
    RequestRow,
    ask_for,
    family_of,
    holds_of,
    note_deleted,
    notices_for,
    one_hold,
    one_request,
    requests_of,
    told_on_paper,
)
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Asker = Annotated[SignedIn, Depends(may_see(Permission.ASK_ERASURE))]
Asking = Annotated[SignedIn, Depends(may_do(Permission.ASK_ERASURE))]
Eraser = Annotated[SignedIn, Depends(may_do(Permission.ERASE))]
AtCentre = Annotated[SignedIn, Depends(may_do(Permission.SEE_QUEUE))]
HOME = "/console/rights"


@routes.get("/rights")
def rights_page(visit: Asker) -> Response:
    """The field for a number; for those who decide also what was asked, and what is still to be deleted elsewhere."""
    return _page(visit)


@routes.post("/rights/ask")
def ask_one(
    visit: Asking,
    number: Annotated[str, Form(max_length=60)] = "",
    source: Annotated[str, Form(max_length=20)] = "",
    proved_by: Annotated[str, Form(max_length=20)] = "",
) -> Response:
    """Writes down that a family asked to be erased; somebody else decides."""
    if source not in SOURCES or proved_by not in PROOFS:
        return _page(visit, status=422, problem="form_wrong", typed=number, field="ask-source")

    def work(uow: UnitOfWork, application: Application) -> None:
        ask_for(uow, visit.member, application, source, proved_by, visit.at)

    return _with_family(visit, number, work, "ask") or see_other(HOME, "erasure_asked")


@routes.post("/rights/paper.pdf")
def paper(visit: Eraser, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Everything we know of a family, to be handed to it. By POST: a number belongs in no address."""
    facts: list[Any] = []

    def work(uow: UnitOfWork, application: Application) -> None:
        facts.append(told_on_paper(uow, visit.member, application, "ar", visit.at))

    refused = _with_family(visit, number, work, "paper")
    if refused is not None:
        return refused
    from referrals.documents.paper import paper as printed  # typst is loaded by who prints

    headers = {"content-disposition": 'inline; filename="sanad.pdf"', "cache-control": "no-store"}
    return Response(printed("known", facts[0]), media_type="application/pdf", headers=headers)


@routes.post("/rights/{erasure_id}/erase")
def erase(visit: Eraser, erasure_id: RowId, sure: Annotated[str, Form(max_length=10)] = "") -> Response:
    """Erases for good, once it was said twice."""
    if sure != "yes":
        return _page(visit, status=422, problem="erase_sure", field=f"sure-{erasure_id}")
    try:
        return _decided(
            visit, erasure_id, "erasure_done", lambda uow, asked: carry_out(uow, asked, visit.at, _who(visit))
        )
    except Held:
        return _page(visit, status=409, problem="held")


@routes.post("/rights/{erasure_id}/refuse")
def refuse_one(visit: Eraser, erasure_id: RowId, why: Annotated[str, Form(max_length=20)] = "") -> Response:
    """It is not done, and why."""
    if why not in REFUSALS:
        return _page(visit, status=422, problem="refusal", field=f"why-{erasure_id}")
    return _decided(
        visit, erasure_id, "erasure_refused", lambda uow, asked: refuse(uow, asked, why, visit.at, _who(visit))
    )


@routes.post("/rights/hold")
def begin_hold(
    visit: Eraser, number: Annotated[str, Form(max_length=60)] = "", why: Annotated[str, Form(max_length=20)] = ""
) -> Response:
    """Nothing of a family is erased until it ends: neither by time nor because they ask."""
    if why not in REASONS:
        return _page(visit, status=422, problem="hold_reason", typed=number, field="hold-why")

    def work(uow: UnitOfWork, application: Application) -> None:
        hold(uow, application.person_id, why, visit.at, _who(visit))

    return _with_family(visit, number, work, "hold") or see_other(HOME, "hold_set")


@routes.post("/rights/holds/{hold_id}/end")
def finish_hold(visit: Eraser, hold_id: RowId) -> Response:
    """The hold has ended."""

    def work(uow: UnitOfWork) -> None:
        held = one_hold(uow, visit.member, hold_id)
        if held is None:
            raise NotHere
        end_hold(uow, held, visit.at, _who(visit))

    visit.console.store.transact(work)
    return see_other(HOME, "hold_ended")


@routes.post("/rights/notices/{notice_id}/done")
def deleted(visit: Eraser, notice_id: RowId) -> Response:
    """What stood on another server is deleted there."""
    return _note(visit, notice_id, HOME)


@routes.post("/erased/{notice_id}/done")
def deleted_at_the_centre(visit: AtCentre, notice_id: RowId) -> Response:
    """A centre has deleted what it had of a family."""
    return _note(visit, notice_id, "/console/referrals")


def _note(visit: SignedIn, notice_id: int, then: str) -> Response:
    if not visit.console.store.transact(lambda uow: note_deleted(uow, visit.member, notice_id, visit.at)):
        raise NotHere
    return see_other(then, "erasure_deleted")


def _who(visit: SignedIn) -> int:
    return visit.member.staff_id


def _with_family(visit: SignedIn, number: str, work: Any, form: str) -> Response | None:
    """Does it for the family of a number; the page with what is wrong in that form of it where there is none."""
    wanted = number_of(number)

    def found(uow: UnitOfWork) -> bool:
        application = family_of(uow, visit.member, wanted) if wanted else None
        if application is None:
            return False
        work(uow, application)
        return True

    if visit.console.store.transact(found):
        return None
    problem = "number_unknown" if wanted else "number_wrong"
    return _page(visit, status=422, problem=problem, typed=number, field=f"{form}-number")


def _decided(visit: SignedIn, request_id: int, told: str, decide: Any) -> Response:
    def work(uow: UnitOfWork) -> bool:
        asked: ErasureRequest | None = one_request(uow, visit.member, request_id)
        if asked is None:
            raise NotHere
        try:
            decide(uow, asked)
        except AlreadyDecided:
            return False
        return True

    return see_other(HOME, told if visit.console.store.transact(work) else "claim_settled")


def _page(visit: SignedIn, *, status: int = 200, problem: str = "", typed: str = "", field: str = "") -> Response:
    decides = visit.member.may(Permission.ERASE)

    def work(uow: UnitOfWork) -> tuple[list[RequestRow], list[NoticeRow], list[HoldRow]]:
        if not decides:
            return [], [], []
        notices = notices_for(uow, visit.member, "server", Permission.ERASE)
        return requests_of(uow, visit.member, visit.at), notices, holds_of(uow, visit.member)

    requests, notices, holds = visit.console.store.transact(work)
    words = Words(visit.voice)
    return show(
        visit,
        "rights.html",
        status=status,
        problem=problem,
        typed=typed,
        field=field,
        decides=decides,
        sources=SOURCES,
        proofs=PROOFS,
        refusals=REFUSALS,
        requests=[_line(words, row) for row in requests],
        waiting=sum(row.state == "open" for row in requests),
        hold_reasons=REASONS,
        holds=[_held(words, row) for row in holds],
        notices=[{"row": row, "when": words.when(row.created_at)} for row in notices],
    )


def _line(words: Words, row: RequestRow) -> dict[str, Any]:
    return {
        "row": row,
        "open": row.state == "open",
        "numbers": [words.number(number) for number in row.numbers],
        "when": words.when(row.asked_at),
        "kept": row.counts.get("referrals", 0),
    }


def _held(words: Words, row: HoldRow) -> dict[str, Any]:
    return {"row": row, "numbers": [words.number(number) for number in row.numbers], "when": words.when(row.set_at)}
