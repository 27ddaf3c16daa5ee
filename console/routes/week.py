"""The week of a centre: what is booked, held and free in each time; a grid, and a list on a telephone."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_see
from console.wording import day_starts
from referrals.staff.centre_times import DayOfWeek, Week, first_day, place_of, places_of, week_of
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.SEE_APPOINTMENTS))]
FARTHEST = timedelta(days=366)


@routes.get("/week")
def week_page(visit: Reader) -> Response:
    """The week of their centre; of the first one where they have several."""
    with visit.console.store.reading() as uow:
        mine = places_of(uow, visit.member, Permission.SEE_APPOINTMENTS)
    if not mine:
        return show(visit, "week.html", week=None)
    return see_other(f"/console/week/{mine[0].id}/{_today(visit).isoformat()}")


@routes.get("/week/{location_id}/{day}")
def week_of_place(visit: Reader, location_id: RowId, day: date) -> Response:
    """One week of one centre."""
    if abs(day - _today(visit)) > FARTHEST:
        raise NotHere
    with visit.console.store.reading() as uow:
        place = place_of(uow, visit.member, location_id, Permission.SEE_APPOINTMENTS)
        if place is None:
            raise NotHere
        week = week_of(uow, place, day, visit.at, visit.time_zone)
        others = [each for each in places_of(uow, visit.member, Permission.SEE_APPOINTMENTS) if each.id != place.id]
    first = first_day(day)
    return show(
        visit,
        "week.html",
        week=week,
        days=[_day(visit, each) for each in week.days],
        rows=_rows(visit, week),
        others=others,
        today=_today(visit),
        before=(first - timedelta(days=7)).isoformat(),
        after=(first + timedelta(days=7)).isoformat(),
        now=_today(visit).isoformat(),
    )


def _day(visit: SignedIn, each: DayOfWeek) -> dict[str, Any]:
    starts = day_starts(each.day, visit.time_zone)
    return {
        "of": each,
        "name": visit.voice.day(starts),
        "weekday": visit.voice.weekday(starts),
        "free": sum(cell.free for cell in each.cells.values()),
        "booked": sum(cell.booked for cell in each.cells.values()),
    }


def _rows(visit: SignedIn, week: Week) -> list[dict[str, Any]]:
    """One row for each time that any day has."""
    named = {wall: cell.starts_at for day in week.days for wall, cell in day.cells.items()}
    rows = []
    for wall in week.rows:
        rows.append({"hour": visit.voice.hour(named[wall]), "cells": [day.cells.get(wall) for day in week.days]})
    return rows


def _today(visit: SignedIn) -> date:
    return visit.at.astimezone(ZoneInfo(visit.time_zone)).date()
