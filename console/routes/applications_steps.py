"""What is done with an application: taken up, answered, read anew, and a step that was wrong taken back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm.exc import StaleDataError

from console.as_seen import Seen, as_seen
from console.errors import NoLongerSo
from console.ids import RowId
from console.pages import see_other
from console.routes.applications import HOME, application_shown, theirs
from console.signed_in import SignedIn, may_do
from referrals.applications import reviewing
from referrals.applications.records import Application
from referrals.applications.reviewing import ReviewRefused
from referrals.applications.stepping import locked, newest_step
from referrals.conversations.threads import TwoTurnsAtOnce
from referrals.lifecycles import TransitionRefused
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reviewer = Annotated[SignedIn, Depends(may_do(Permission.READ_APPLICATION))]
Writer = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]
Text = Annotated[str, Form(max_length=2000)]
Code = Annotated[str, Form(max_length=80)]
Step = Callable[[UnitOfWork, Application], object]
TOO_LATE = (TransitionRefused, StaleDataError, TwoTurnsAtOnce, NoLongerSo)
SAID = {"told": "", "call": "_call", "withheld": "_withheld"}


@routes.post("/applications/{application_id}/start")
def start(visit: Reviewer, application_id: RowId, seen: Seen = "") -> Response:
    """A clerk or researcher takes it up."""
    return _take(visit, application_id, "review_started", seen, _by(reviewing.start_review, visit))


@routes.post("/applications/{application_id}/take")
def take(visit: Reviewer, application_id: RowId, seen: Seen = "") -> Response:
    """A colleague goes on with it."""
    return _take(visit, application_id, "review_taken", seen, _by(reviewing.take_over, visit))


@routes.post("/applications/{application_id}/signpost")
def signpost(visit: Reviewer, application_id: RowId, note: Text = "", seen: Seen = "") -> Response:
    """The family hears of places that are open to everybody."""

    def step(uow: UnitOfWork, found: Application) -> object:
        return reviewing.signpost(uow, visit.member, found, visit.at, note.strip())

    return _take(visit, application_id, "decided", seen, step, note)


@routes.post("/applications/{application_id}/decline")
def decline(visit: Reviewer, application_id: RowId, reason: Code = "", note: Text = "", seen: Seen = "") -> Response:
    """A supervisor says that the conditions do not cover it, and why; the family may have it read anew."""

    def step(uow: UnitOfWork, found: Application) -> object:
        return reviewing.decline(uow, visit.member, found, reason, visit.at, note.strip())

    return _take(visit, application_id, "decided", seen, step, note)


@routes.post("/applications/{application_id}/appeal")
def appeal(visit: Reviewer, application_id: RowId, seen: Seen = "") -> Response:
    """The family said to a clerk that it wants to be read anew."""
    return _take(visit, application_id, "appealed", seen, _by(reviewing.appeal, visit))


@routes.post("/applications/{application_id}/reopen")
def reopen(visit: Reviewer, application_id: RowId, seen: Seen = "") -> Response:
    """What lapsed is taken up again."""
    return _take(visit, application_id, "review_started", seen, _by(reviewing.reopen, visit))


@routes.post("/applications/{application_id}/undo")
def undo(visit: Reviewer, application_id: RowId, seen: Seen = "") -> Response:
    """The last step was a mistake: it is as it was before."""
    return _take(visit, application_id, "step_undone", seen, _by(reviewing.undo, visit))


@routes.post("/applications/{application_id}/answers")
def answers(visit: Writer, application_id: RowId, seen: Seen = "") -> Response:
    """The family answers on the telephone or at a desk: the form opens here with those questions open."""
    found: list[int] = []

    def step(uow: UnitOfWork, application: Application) -> object:
        found.append(reviewing.write_answers(uow, visit.member, application, visit.at).id)
        return None

    done = _take(visit, application_id, "", seen, step)
    return see_other(f"/console/filling/{found[-1]}") if done.status_code == 303 and found else done


def _by(step: Callable[..., object], visit: SignedIn) -> Step:
    return lambda uow, found: step(uow, visit.member, found, visit.at)


def _take(visit: SignedIn, application_id: int, said: str, seen: str, step: Step, note: str = "") -> Response:
    """Runs one step; what the page then says depends on whether the family could be told."""

    def work(uow: UnitOfWork) -> object:
        found = locked(uow, theirs(uow, visit, application_id).id)
        as_seen(seen, newest_step(uow, found.id))
        return step(uow, found)

    try:
        done = visit.console.store.transact(work)
    except ReviewRefused as refused:
        return application_shown(visit, application_id, status=422, problem=refused.what, note=note)
    except TOO_LATE:  # a colleague, the family, or the same button twice
        return application_shown(visit, application_id, status=NoLongerSo.status, problem="faster", note=note)
    return see_other(f"{HOME}/{application_id}", said + SAID.get(str(done), "") if said else "")
