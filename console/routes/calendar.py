"""The calendar of a programme: holidays, days of Ramadan, closures of all centres, and moon-sighted days to confirm."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import Later, answer, see_other
from console.signed_in import SignedIn, may_do, may_see
from console.wording import day_starts
from referrals.appointments.closures.calendar_staff import DayRefused, add_day, confirm_day, days_of, drop_day, move_day
from referrals.directory.hours.calendar_days import CalendarDay
from referrals.directory.records import CalendarDay as Row
from referrals.directory.records import Location
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.KEEP_CALENDAR))]
Keeper = Annotated[SignedIn, Depends(may_do(Permission.KEEP_CALENDAR))]
Short = Annotated[str, Form(max_length=12)]
AHEAD = timedelta(days=500)
FOR_ALL = ("holiday", "ramadan", "closure")


@routes.get("/calendar")
def calendar_page(visit: Reader) -> Response:
    """The days ahead that are not like the others."""
    return answer(visit, lambda uow: _page(uow, visit))


@routes.post("/calendar")
def add(
    visit: Keeper, day: Short = "", kind: Short = "", name: Annotated[str, Form(max_length=200)] = "", sure: Short = ""
) -> Response:
    """One more day."""

    def work(uow: UnitOfWork) -> Response | Later:
        try:
            new = CalendarDay(date.fromisoformat(day), kind, sure != "yes", name.strip())
            add_day(uow, _programme(visit), new, visit.at, visit.member.staff_id)
        except (ValueError, DayRefused):
            return _page(uow, visit, status=422, problem="day")
        return see_other("/console/calendar", "day_kept")

    return answer(visit, work)


@routes.post("/calendar/{day_id}/confirm")
def confirm(visit: Keeper, day_id: RowId) -> Response:
    """It is sure."""

    def work(uow: UnitOfWork) -> Response:
        confirm_day(uow, _theirs(uow, visit, day_id), visit.at, visit.member.staff_id)
        return see_other("/console/calendar", "day_kept")

    return answer(visit, work)


@routes.post("/calendar/{day_id}/move")
def move(visit: Keeper, day_id: RowId, day: Short = "") -> Response:
    """It is on another day."""

    def work(uow: UnitOfWork) -> Response | Later:
        row = _theirs(uow, visit, day_id)
        try:
            move_day(uow, row, date.fromisoformat(day), visit.at, visit.member.staff_id)
        except (ValueError, DayRefused):
            return _page(uow, visit, status=422, problem="day")
        return see_other("/console/calendar", "day_kept")

    return answer(visit, work)


@routes.post("/calendar/{day_id}/drop")
def drop(visit: Keeper, day_id: RowId) -> Response:
    """It is a day like the others."""

    def work(uow: UnitOfWork) -> Response:
        drop_day(uow, _theirs(uow, visit, day_id), visit.at, visit.member.staff_id)
        return see_other("/console/calendar", "day_dropped")

    return answer(visit, work)


def _page(uow: UnitOfWork, visit: SignedIn, *, status: int = 200, problem: str = "") -> Later:
    today = visit.at.astimezone(ZoneInfo(visit.time_zone)).date()
    every = days_of(uow, _programme(visit), today, today + AHEAD)
    rows = [each for each in every if each.location_id is None]
    days = [(each, visit.voice.day(day_starts(each.day, visit.time_zone))) for each in rows]
    estimated = [pair for pair in days if pair[0].estimated]
    return Later(
        "calendar.html",
        status,
        {
            "estimated": estimated,
            "sure": [pair for pair in days if not pair[0].estimated],
            "of_places": _of_places(uow, visit, [each for each in every if each.location_id is not None]),
            "kinds": FOR_ALL,
            "problem": problem,
            "today": today.isoformat(),
        },
    )


def _of_places(uow: UnitOfWork, visit: SignedIn, rows: list[Row]) -> list[tuple[str, str, int]]:
    """The days on which one place alone is closed: the day, whose, and where it is opened again."""
    found = []
    for row in rows:
        place = uow.session.get_one(Location, row.location_id)
        found.append((visit.voice.day(day_starts(row.day, visit.time_zone)), place.name, place.id))
    return found


def _programme(visit: SignedIn) -> str:
    for membership in visit.member.holding(Permission.KEEP_CALENDAR):
        return membership.programme_id
    raise NotHere


def _theirs(uow: UnitOfWork, visit: SignedIn, day_id: int) -> Row:
    row = uow.session.get(Row, day_id)
    if row is None or row.programme_id != _programme(visit) or row.location_id is not None:
        raise NotHere
    return row
