"""Visits at home: the list to be made, who goes, and what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import Later, answer, see_other
from console.signed_in import SignedIn, may_do, may_see
from console.wording import Chip
from console.words import Words
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import (
    WomanOnly,
    assign_visit,
    complete_visit,
    not_at_home,
    refuse_visit,
    replan_visit,
)
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.at_home import ask_again
from referrals.protection.danger import in_danger
from referrals.staff.home_visits import VisitLine, one_visit, visits_to_make
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.MAKE_VISIT))]
Maker = Annotated[SignedIn, Depends(may_do(Permission.MAKE_VISIT))]
COLOURS = {"planned": "chip-new", "confirmed": "chip-ok", "attempted": "chip-soon"}


@routes.get("/visits")
def visits_page(visit: Reader) -> Response:
    """The visits that stand."""
    return answer(visit, lambda uow: _page(uow, visit))


@routes.post("/visits/{visit_id}/assign")
def assign(visit: Maker, visit_id: RowId, woman: Annotated[str, Form(max_length=4)] = "") -> Response:
    """They go there themselves, or a woman among their colleagues does."""

    def work(uow: UnitOfWork) -> Response | Later:
        mine = _theirs(uow, visit, visit_id)
        try:
            assign_visit(uow, mine, visit.member.staff_id, visit.at, woman=woman == "yes")
        except WomanOnly:
            return replace(_page(uow, visit, problem=visit_id), status=422)
        return see_other("/console/visits", "visit_assigned")

    return answer(visit, work)


@routes.post("/visits/{visit_id}/not-home")
def nobody_there(visit: Maker, visit_id: RowId) -> Response:
    """Nobody opened: the family is asked for another day, or a supervisor decides."""

    def work(uow: UnitOfWork) -> Response:
        mine = _theirs(uow, visit, visit_id)
        if not not_at_home(uow, mine, visit.at, visit.member.staff_id):
            _ask_for_another_day(uow, visit, mine)
        return see_other("/console/visits", "visit_not_home")

    return answer(visit, work)


@routes.post("/visits/{visit_id}/replan")
def replan(visit: Maker, visit_id: RowId) -> Response:
    """Somebody tries again, and the family chooses the day."""

    def work(uow: UnitOfWork) -> Response:
        mine = _theirs(uow, visit, visit_id)
        replan_visit(uow, mine, visit.at, visit.member.staff_id)
        _ask_for_another_day(uow, visit, mine)
        return see_other("/console/visits", "visit_noted")

    return answer(visit, work)


@routes.post("/visits/{visit_id}/done")
def done(visit: Maker, visit_id: RowId) -> Response:
    """They were visited."""
    return _do(visit, visit_id, lambda uow, mine: complete_visit(uow, mine, visit.at, visit.member.staff_id))


@routes.post("/visits/{visit_id}/refused")
def refused(visit: Maker, visit_id: RowId) -> Response:
    """They said that nobody is to come."""
    return _do(visit, visit_id, lambda uow, mine: refuse_visit(uow, mine, visit.at))


def _do(visit: SignedIn, visit_id: int, what: Callable[[UnitOfWork, HomeVisit], None]) -> Response:
    def work(uow: UnitOfWork) -> Response:
        what(uow, _theirs(uow, visit, visit_id))
        return see_other("/console/visits", "visit_noted")

    return answer(visit, work)


def _ask_for_another_day(uow: UnitOfWork, visit: SignedIn, mine: HomeVisit) -> None:
    """In the chat, unless a message could bring them into danger."""
    if not in_danger(uow, mine.person_id):
        reason = f"visit-again:{mine.id}:{mine.attempts}:{mine.version}"
        word = lambda desk: ask_again(desk, mine)  # noqa: E731 - what is said there
        reach(uow, mine.person_id, mine.programme_id, visit.at, reason=reason, compose=word)


def _theirs(uow: UnitOfWork, visit: SignedIn, visit_id: int) -> HomeVisit:
    mine = one_visit(uow, visit.member, visit_id)
    if mine is None:
        raise NotHere
    return mine


def _page(uow: UnitOfWork, visit: SignedIn, problem: int = 0) -> Later:
    words = Words(visit.voice)
    lines = [_line(words, visit, each) for each in visits_to_make(uow, visit.member, visit.at)]
    return Later("visits.html", 200, {"lines": lines, "problem": problem})


def _line(words: Words, visit: SignedIn, line: VisitLine) -> dict[str, Any]:
    voice, it = replace(visit.voice, time_zone=line.visit.zone or visit.time_zone), line.visit
    return {
        "line": line,
        "id": it.id,
        "number": words.number(line.number),
        "day": voice.day(it.starts_at) if it.starts_at else "",
        "hours": words.t("visits.between", starts=voice.hour(it.starts_at), ends=voice.hour(it.ends_at))
        if it.starts_at and it.ends_at
        else "",
        "chip": Chip(words.t(f"visit.state.{it.state}"), COLOURS.get(it.state, "")),
        "why": words.t(f"visit.why.{it.why}"),
        "may_assign": it.state == "planned",
        "may_end": it.state in ("assigned", "confirmed"),
        "may_replan": it.state == "attempted",
    }
