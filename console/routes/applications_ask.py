"""What is missing or doubtful in an application: questions of its form to tick, which the family is asked once more."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.as_seen import Seen, as_seen
from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.routes.applications import HOME, application_chip, application_shown, theirs
from console.routes.applications_steps import SAID, TOO_LATE
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.applications import reviewing
from referrals.applications.interviews import interview_of
from referrals.applications.questions import askable, groups_of
from referrals.applications.reading import note_read, sight_of
from referrals.applications.reviewing import MOST_ASKED, ReviewRefused
from referrals.applications.stepping import locked, newest_step
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_APPLICATION))]
Asker = Annotated[SignedIn, Depends(may_do(Permission.READ_APPLICATION))]
Keys = Annotated[list[Annotated[str, Form(max_length=40)]] | None, Form()]


@routes.get("/applications/{application_id}/ask")
def ask_page(visit: Reader, application_id: RowId) -> Response:
    """The form's questions with what stands there; what is blank is marked."""
    return _page(visit, application_id)


@routes.post("/applications/{application_id}/ask")
def ask(visit: Asker, application_id: RowId, question: Keys = None, seen: Seen = "") -> Response:
    """Asks the ticked ones; the family hears of it at once, where it can be reached."""
    ticked = question or []

    def work(uow: UnitOfWork) -> str:
        application = locked(uow, theirs(uow, visit, application_id).id)
        as_seen(seen, newest_step(uow, application.id))
        if "ask_info" not in reviewing.steps_open(uow, visit.member, application):
            raise NoLongerSo
        stored = interview_of(uow, application, visit.at)
        if stored is None:
            raise ReviewRefused("not_askable")
        sight = sight_of(visit.member, application)
        lines = [line for group in groups_of(stored.form, stored.session, sight, visit.at) for line in group.lines]
        refs = [line.ref for line in lines if line.key in ticked]
        return reviewing.ask_info(uow, visit.member, application, refs, visit.at)[1]

    try:
        told = visit.console.store.transact(work)
    except ReviewRefused as refused:
        return _page(visit, application_id, status=422, problem=refused.what, ticked=ticked)
    except TOO_LATE:  # a colleague asked or decided, or the same button twice: what stands by now
        return application_shown(visit, application_id, status=NoLongerSo.status, problem="faster")
    return see_other(f"{HOME}/{application_id}", f"info_asked{SAID[told]}")


def _page(
    visit: SignedIn, application_id: int, *, status: int = 200, problem: str = "", ticked: list[str] | None = None
) -> HTMLResponse:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, application_id))
    return show(visit, "application_ask.html", status=status, problem=problem, ticked=ticked or [], **values)


def _values(uow: UnitOfWork, visit: SignedIn, application_id: int) -> dict[str, Any]:
    application = theirs(uow, visit, application_id)
    words, sight = Words(visit.voice), sight_of(visit.member, application)
    stored = interview_of(uow, application, visit.at)
    if stored is None or "ask_info" not in reviewing.steps_open(uow, visit.member, application):
        raise NotHere
    note_read(uow, visit.member, application, visit.at)
    may = askable(stored.form, stored.session, visit.at)
    return {
        "application": application,
        "seen": newest_step(uow, application.id),
        "number": words.number(application.number),
        "state": application_chip(words, application.state),
        "most": words.voice.number(str(MOST_ASKED)),
        "groups": [
            (group, lines)
            for group in groups_of(stored.form, stored.session, sight, visit.at)
            if (lines := [line for line in group.lines if line.ref in may])
        ],
    }
