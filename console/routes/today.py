"""The first page: how much waits, whose appointments are next; and the member's own account."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.pages import HOME, see_other, show
from console.security import A_DAY, PROGRAMME, set_cookie
from console.signed_in import Acting, SignedIn, Visiting
from console.wording import appointment_chip, day_ends
from console.words import Words
from referrals.referral.queue import counts
from referrals.staff.agenda import visits_between
from referrals.staff.help_desk import how_many_open
from referrals.staff.parked import how_many_parked
from referrals.staff.roles import Permission
from referrals.staff.sessions import end_all_sessions, end_session, sessions_of
from referrals.staff.workplaces import roles_with_places
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
NEXT = 5
A_YEAR = 365 * A_DAY


@routes.get("/")
def today(visit: Visiting) -> Response:
    """The day at a glance."""
    return show(visit, "today.html", **visit.console.store.transact(lambda uow: _today(uow, visit)))


@routes.get("/account")
def account(visit: Visiting) -> Response:
    """Where they are signed in, and which programme the pages show."""
    with visit.console.store.reading() as uow:
        sessions = sessions_of(uow, visit.member.staff_id, visit.console.session_clock())
        roles = roles_with_places(uow, visit.member)
    return show(visit, "account.html", sessions=sessions, roles=roles)


@routes.post("/account/sessions")
def end_sessions(visit: Acting, which: Annotated[str, Form(max_length=64)] = "") -> Response:
    """Ends another session of theirs, or all others."""
    at = visit.console.session_clock()
    mine, staff_id = visit.session.token_sha256, visit.member.staff_id
    if which == "others":
        visit.console.store.transact(lambda uow: end_all_sessions(uow, staff_id, at, but=mine))
    elif not visit.console.store.transact(lambda uow: end_session(uow, which, at, staff_id=staff_id)):
        raise NotHere
    return see_other("/console/account", "sessions_ended")


@routes.post("/account/programme")
def choose_programme(visit: Acting, programme: Annotated[str, Form(max_length=40)] = "") -> Response:
    """The pages show another programme of theirs."""
    if programme not in visit.everywhere.programmes:
        raise NotHere
    response = see_other(HOME)
    set_cookie(visit.console, response, PROGRAMME, programme, max_age=A_YEAR)
    return response


def _today(uow: UnitOfWork, visit: SignedIn) -> dict[str, Any]:
    member, at = visit.member, visit.at
    ends = day_ends(at, visit.time_zone)
    coming = visits_between(uow, member, at, ends, at) if member.may(Permission.SEE_APPOINTMENTS) else []
    words = Words(visit.voice)
    return {
        "queue": counts(uow, member, at, ends) if member.may(Permission.SEE_QUEUE) else None,
        "visits": [(each, appointment_chip(words, each.state)) for each in coming[:NEXT]],
        "questions": how_many_open(uow, member) if member.may(Permission.READ_HELP) else None,
        "dangers": how_many_open(uow, member, danger=True) if member.may(Permission.READ_DANGER) else None,
        "parked": how_many_parked(uow, member) if member.may(Permission.SEE_PARKED) else None,
    }
