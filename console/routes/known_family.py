"""«Is this family known?»: a whole id, and yes or no; the one thing that a desk learns of somebody else's family."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.pages import show
from console.routes.filling_pages import settings_of
from console.signed_in import SignedIn, may_do, may_see
from referrals.families.duplicates.known import NoWholeId, is_known, note_refused
from referrals.filling.finding import TooManySearches
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.FILL_FORM))]
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]


@routes.get("/known-family")
def known_page(visit: Reader) -> Response:
    """The question, not asked yet."""
    return show(visit, "known_family.html", answer="", problem="")


@routes.post("/known-family")
def ask(visit: Clerk, typed: Annotated[str, Form(max_length=40)] = "") -> Response:
    """The answer, on the page itself: by POST, for an id belongs in no address, and it is not shown again."""
    settings = settings_of(visit)
    try:
        known = visit.console.store.transact(lambda uow: is_known(uow, visit.member, settings, typed, visit.at))
    except NoWholeId:
        return show(visit, "known_family.html", status=422, answer="", problem="not_whole")
    except TooManySearches:
        visit.console.store.transact(lambda uow: note_refused(uow, visit.member, visit.at))
        return show(visit, "known_family.html", status=429, answer="", problem="too_many")
    return show(visit, "known_family.html", answer="yes" if known else "no", problem="")
