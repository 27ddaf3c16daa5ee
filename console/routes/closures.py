"""The times of a centre: how long and how many, and days or hours that are closed, with who is booked then."""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.our_time import of_our_time
from console.pages import Later, answer, see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import day_starts
from console.words import Words
from referrals.appointments.booking_rules import Rule, RuleRefused, rule_of, set_rule
from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.closing import REASONS, ClosureRefused, Span, close, reopen
from referrals.appointments.closures.visits_then import how_many_then
from referrals.directory.records import Location
from referrals.staff.agenda import visits_between
from referrals.staff.centre_times import closures_of, how_many_wait, place_of, places_of, zone_at
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.KEEP_TIMES))]
Keeper = Annotated[SignedIn, Depends(may_do(Permission.KEEP_TIMES))]
Short = Annotated[str, Form(max_length=12)]
CLOSABLE = tuple(each for each in REASONS if each != "holiday")
STANDING = ("booked", "confirmed")


@routes.get("/times")
def times_page(visit: Reader) -> Response:
    """Their centre's times; a choice where they have several."""
    with visit.console.store.reading() as uow:
        mine = places_of(uow, visit.member, Permission.KEEP_TIMES)
    if len(mine) == 1:
        return see_other(f"/console/times/{mine[0].id}")
    return show(visit, "times_places.html", places=mine)


@routes.get("/times/{location_id}")
def times_of(visit: Reader, location_id: RowId) -> Response:
    """The rule of one centre and what is closed there."""
    return answer(visit, lambda uow: _page(uow, visit, _theirs(uow, visit, location_id)))


@routes.post("/times/{location_id}/rule")
def keep_rule(
    visit: Keeper, location_id: RowId, minutes: Short = "", seats: Short = "", ramadan_percent: Short = ""
) -> Response:
    """From now on families are received so; what is booked stays."""

    def work(uow: UnitOfWork) -> Response | Later:
        place = _theirs(uow, visit, location_id)
        try:
            rule = Rule(_whole(minutes), _whole(seats), _whole(ramadan_percent))
        except RuleRefused:
            return _page(uow, visit, place, status=422, problem="rule")
        set_rule(uow, place.id, rule, visit.time_zone, visit.at, visit.member.staff_id)
        return see_other(f"/console/times/{place.id}", "times_kept")

    return answer(visit, work)


@routes.post("/times/{location_id}/closing")
def closing(
    visit: Keeper, location_id: RowId, day: Short = "", starts: Short = "", ends: Short = "", reason: Short = ""
) -> Response:
    """Shows who is booked then. Nothing is closed before it is confirmed."""
    return answer(visit, lambda uow: _closing(uow, visit, location_id, (day, starts, ends, reason), sure=False))


@routes.post("/times/{location_id}/closed")
def closed(
    visit: Keeper, location_id: RowId, day: Short = "", starts: Short = "", ends: Short = "", reason: Short = ""
) -> Response:
    """It is closed; the families are told by the clock."""
    return answer(visit, lambda uow: _closing(uow, visit, location_id, (day, starts, ends, reason), sure=True))


@routes.post("/times/{location_id}/closures/{closure_id}/reopen")
def open_again(visit: Keeper, location_id: RowId, closure_id: RowId) -> Response:
    """It is open after all."""

    def work(uow: UnitOfWork) -> Response:
        place = _theirs(uow, visit, location_id)
        closure = uow.session.get(Closure, closure_id)
        if closure is None or closure.location_id != place.id:
            raise NotHere
        reopen(uow, closure, visit.at, visit.member.staff_id)
        return see_other(f"/console/times/{place.id}", "reopened")

    return answer(visit, work)


def _closing(
    uow: UnitOfWork, visit: SignedIn, location_id: int, said: tuple[str, str, str, str], *, sure: bool
) -> Response | Later:
    place = _theirs(uow, visit, location_id)
    zone = zone_at(uow, place, visit.time_zone)
    try:
        span = _span(*said[:3])
        between = span.between(zone)
        if said[3] not in CLOSABLE or between[1] <= visit.at:
            raise ClosureRefused(ClosureRefused.__doc__)
    except ClosureRefused:
        return _page(uow, visit, place, status=422, problem="closing", typed=said)
    if sure:
        close(uow, place.programme_id, place.id, span, said[3], visit.at, visit.member.staff_id)
        return see_other(f"/console/times/{place.id}", "day_closed")
    starts = max(between[0], visit.at)
    found = [
        each
        for each in visits_between(uow, visit.member, between[0] - timedelta(hours=4), between[1], visit.at)
        if each.state in STANDING and each.ends_at > starts and each.location_id == place.id
    ]
    words = Words(visit.voice)
    return Later(
        "closing.html",
        200,
        {
            "place": place,
            "span": span,
            "asked": said,
            "day_name": visit.voice.day(day_starts(span.day, str(zone))),
            "visits": how_many_then(uow, place.id, (starts, between[1])),
            "affected": [{"visit": each, "number": words.number(each.number)} for each in found],
        },
    )


def _page(
    uow: UnitOfWork,
    visit: SignedIn,
    place: Location,
    *,
    status: int = 200,
    problem: str = "",
    typed: tuple[str, ...] = ("", "", "", ""),
) -> Later:
    today = visit.at.astimezone(ZoneInfo(visit.time_zone)).date()
    values: dict[str, Any] = {
        "place": place,
        "rule": rule_of(uow, place.id),
        "closures": [
            (each, visit.voice.day(day_starts(each.day, visit.time_zone))) for each in closures_of(uow, place, today)
        ],
        "waiting": how_many_wait(uow, place.id),
        "reasons": CLOSABLE,
        "problem": problem,
        "typed": typed,
        "today": today.isoformat(),
    }
    return Later("times.html", status, values)


def _theirs(uow: UnitOfWork, visit: SignedIn, location_id: int) -> Location:
    place = place_of(uow, visit.member, location_id, Permission.KEEP_TIMES)
    if place is None:
        raise NotHere
    return place


def _span(day: str, starts: str, ends: str) -> Span:
    """The day and hours of the form. Raises `ClosureRefused`."""
    try:
        hours = (time.fromisoformat(starts), time.fromisoformat(ends)) if starts or ends else (None, None)
        found = date.fromisoformat(day)
        if not of_our_time(found):
            raise ValueError("a year of our time")
        return Span(found, *hours)
    except ValueError:
        raise ClosureRefused(ClosureRefused.__doc__) from None


def _whole(text: str) -> int:
    """A whole number in any of our digits, -1 for anything else."""
    return int(text) if text.strip().isdecimal() else -1
