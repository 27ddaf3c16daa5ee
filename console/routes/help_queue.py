"""The help queue: what families asked a person; and the restricted one, for danger."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotAllowed, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.phone_lines import phone_line
from console.signed_in import SignedIn, may_do, may_see
from console.wording import due_chip
from console.words import Words
from referrals.conversations.desk import Desk
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.records import HelpRequest
from referrals.families.deciding import how_many_claims
from referrals.families.duplicates.judging import how_many_pairs
from referrals.families.phone_safety import phone_safety
from referrals.filling.from_the_field import FROM_THE_FIELD
from referrals.staff.help_desk import contact_of, how_many_open, one_request, open_requests, read_words, settle
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_HELP))]
Guard = Annotated[SignedIn, Depends(may_see(Permission.READ_DANGER))]
Answerer = Annotated[SignedIn, Depends(may_do(Permission.ANSWER_HELP))]
Words_ = Annotated[str, Form(max_length=2000)]


@routes.get("/help")
def help_page(visit: Reader) -> Response:
    """What waits for an answer."""
    return _list(visit, danger=False)


@routes.get("/help/danger")
def danger_page(visit: Guard) -> Response:
    """Who said that they are in danger; only for those whose role it is."""
    return _list(visit, danger=True)


@routes.get("/help/{request_id}")
def request_page(visit: Reader, request_id: RowId) -> Response:
    """One question, in their words."""
    return _page(visit, request_id)


@routes.post("/help/{request_id}/answer")
def answer(visit: Answerer, request_id: RowId, text: Words_ = "") -> Response:
    """The answer reaches the family in its own chat; where it cannot, the question stays and says so."""
    if not text.strip():
        return _page(visit, request_id, status=422, problem="text")

    def work(uow: UnitOfWork) -> bool:
        request = _theirs(uow, visit, request_id)
        if request.restricted:
            raise NotAllowed  # nothing is typed freely to the telephone of somebody in danger: they are called
        reached = _send(uow, visit, request, text.strip())
        if reached:
            settle(uow, visit.member, request, text.strip(), "answered", visit.at)
        return reached

    if visit.console.store.transact(work):
        return see_other("/console/help", "answered")
    return _page(visit, request_id, status=422, problem="unreached", text=text)


@routes.post("/help/{request_id}/close")
def close(visit: Answerer, request_id: RowId, note: Words_ = "") -> Response:
    """Takes it off the queue without a message: it was settled by telephone, or there is nothing to answer."""

    def work(uow: UnitOfWork) -> bool:
        request = _theirs(uow, visit, request_id)
        if request.restricted and not note.strip():
            raise _NoteMissing
        settle(uow, visit.member, request, note.strip(), "closed", visit.at)
        return request.restricted

    try:
        restricted = visit.console.store.transact(work)
    except _NoteMissing:
        return _page(visit, request_id, status=422, problem="note")
    return see_other("/console/help/danger" if restricted else "/console/help", "closed")


class _NoteMissing(ValueError):
    """Say what was done before a danger is closed."""


def _send(uow: UnitOfWork, visit: SignedIn, request: HelpRequest, text: str) -> bool:
    """Says it in the conversation that the question came from; False when nothing may be sent there."""

    def compose(desk: Desk) -> None:
        desk.tell(text, purpose="staff")

    programme = request.programme_id or visit.member.programmes[0]
    return reach(
        uow, request.person_id, programme, visit.at, reason=f"help:{request.id}", compose=compose, decided=True
    )


def _theirs(uow: UnitOfWork, visit: SignedIn, request_id: int) -> HelpRequest:
    request = one_request(uow, visit.member, request_id)
    if request is None or request.state != "open":
        raise NotHere
    return request


def _list(visit: SignedIn, *, danger: bool) -> Response:
    words = Words(visit.voice)
    with visit.console.store.reading() as uow:
        found = open_requests(uow, visit.member, danger=danger)
        may_guard = visit.member.may(Permission.READ_DANGER)
        dangers = how_many_open(uow, visit.member, danger=True) if may_guard else 0
        may_decide = visit.member.may(Permission.DECIDE_CLAIM)
        claims = how_many_claims(uow, visit.member) if may_decide else 0
        may_judge = visit.member.may(Permission.DECIDE_DUPLICATE)
        pairs = how_many_pairs(uow, visit.member) if may_judge else 0
    lines = [
        {"request": each, "kind": _kind(words, each.kind), "due": due_chip(words, each.due_at, visit.at)}
        for each in found
    ]
    return show(
        visit,
        "help.html",
        lines=lines,
        danger=danger,
        dangers=dangers,
        may_guard=may_guard,
        may_decide=may_decide,
        claims=claims,
        may_judge=may_judge,
        pairs=pairs,
    )


def _page(visit: SignedIn, request_id: int, *, status: int = 200, problem: str = "", text: str = "") -> HTMLResponse:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, request_id))
    return show(visit, "help_one.html", status=status, problem=problem, text=text, **values)


def _values(uow: UnitOfWork, visit: SignedIn, request_id: int) -> dict[str, Any]:
    request = one_request(uow, visit.member, request_id)
    if request is None:
        raise NotHere
    words = Words(visit.voice)
    asked, answered = read_words(uow, visit.member, request, visit.at)
    contact = contact_of(uow, visit.member, request, visit.at)
    programme = request.programme_id or visit.member.programmes[0]
    safety = phone_safety(uow, request.person_id, contact.phone, programme) if contact and contact.phone else None
    return {
        "request": request,
        "kind": _kind(words, request.kind),
        "from_the_field": request.kind == FROM_THE_FIELD,
        "may_choose": request.kind == FROM_THE_FIELD and visit.member.may(Permission.FILL_FORM),
        "asked": asked,
        "answered": answered,
        "contact": contact,
        "number": words.number(contact.number) if contact else "",
        "phone": phone_line(words, contact.phone, safety) if contact and safety else None,
        "due": due_chip(words, request.due_at, visit.at) if request.state == "open" else None,
    }


def _kind(words: Words, kind: str) -> str:
    return words.t(f"help.kind.{kind}") if words.has(f"help.kind.{kind}") else words.t("help.kind.other")
