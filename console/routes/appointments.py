"""The appointments of a day, and what the desk notes about them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm.exc import StaleDataError

from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.phone_lines import phone_line
from console.reminder_notes import notes_of
from console.routes.referral import somebody_was_faster
from console.signed_in import SignedIn, may_do, may_see
from console.wording import appointment_chip, day_starts
from console.words import Words
from referrals.appointments.booking import arrive, fulfil
from referrals.appointments.missing import note_missed
from referrals.appointments.records import Appointment
from referrals.lifecycles import TransitionRefused
from referrals.staff.agenda import Visit, one_appointment, visits_between
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.SEE_APPOINTMENTS))]
Desk = Annotated[SignedIn, Depends(may_do(Permission.CHECK_IN))]
WAITING = ("booked", "confirmed")
TOO_LATE = (TransitionRefused, StaleDataError)  # a colleague, the family, or the same button twice
NOON = 12
FARTHEST = timedelta(days=366)


@routes.get("/appointments")
def today_page(visit: Reader) -> Response:
    """Today's appointments."""
    return _page(visit, _today(visit))


@routes.get("/appointments/{day}")
def day_page(visit: Reader, day: date) -> Response:
    """The appointments of one day."""
    if abs(day - _today(visit)) > FARTHEST:
        raise NotHere
    return _page(visit, day)


@routes.post("/appointments/{appointment_id}/arrive")
def arrived(visit: Desk, appointment_id: RowId, back: Annotated[str, Form(max_length=20)] = "") -> Response:
    """The family is here."""

    def work(uow: UnitOfWork) -> int:
        appointment = _theirs(uow, visit, appointment_id)
        arrive(uow, appointment, visit.at, visit.member.staff_id)
        return appointment.referral_id

    try:
        referral_id = visit.console.store.transact(work)
    except TOO_LATE:
        return _too_late(visit, appointment_id, back)
    return see_other(_back(back) if back else f"/console/referrals/{referral_id}", "arrived")


@routes.post("/appointments/{appointment_id}/missed")
def missed(visit: Desk, appointment_id: RowId, back: Annotated[str, Form(max_length=20)] = "") -> Response:
    """They did not come, once its time has passed; they are asked, not blamed."""

    def work(uow: UnitOfWork) -> bool:
        appointment = _theirs(uow, visit, appointment_id)
        if appointment.starts_at is None or appointment.starts_at > visit.at:
            return False
        note_missed(uow, appointment, visit.at, "desk")
        return True

    try:
        noted = visit.console.store.transact(work)
    except TOO_LATE:
        return _too_late(visit, appointment_id, back)
    return see_other(_back(back), "missed" if noted else "not_yet")


@routes.post("/appointments/{appointment_id}/fulfil")
def fulfilled(visit: Desk, appointment_id: RowId, back: Annotated[str, Form(max_length=20)] = "") -> Response:
    """They were received."""

    def work(uow: UnitOfWork) -> None:
        fulfil(uow, _theirs(uow, visit, appointment_id), visit.at, visit.member.staff_id)

    try:
        visit.console.store.transact(work)
    except TOO_LATE:
        return _too_late(visit, appointment_id, back)
    return see_other(_back(back), "received")


def _too_late(visit: SignedIn, appointment_id: int, back: str) -> Response:
    """The page that was pressed on as it stands by now: the day, or the referral for who came from the check-in."""
    if not back:
        with visit.console.store.reading() as uow:
            return somebody_was_faster(visit, _theirs(uow, visit, appointment_id).referral_id)
    day, today = _day_of(back), _today(visit)
    shown = day if day is not None and abs(day - today) <= FARTHEST else today
    return _page(visit, shown, status=NoLongerSo.status, problem="faster")


def _theirs(uow: UnitOfWork, visit: SignedIn, appointment_id: int) -> Appointment:
    appointment = one_appointment(uow, visit.member, appointment_id)
    if appointment is None:
        raise NotHere
    return appointment


def _page(visit: SignedIn, day: date, *, status: int = 200, problem: str = "") -> Response:
    starts, ends = (day_starts(each, visit.time_zone) for each in (day, day + timedelta(days=1)))
    found = visit.console.store.transact(lambda uow: visits_between(uow, visit.member, starts, ends, visit.at))
    with visit.console.store.reading() as uow:
        notes = notes_of(uow, Words(visit.voice), [each.id for each in found])
    zone = ZoneInfo(visit.time_zone)
    halves = {
        "morning": [each for each in found if each.starts_at.astimezone(zone).hour < NOON],
        "afternoon": [each for each in found if each.starts_at.astimezone(zone).hour >= NOON],
    }
    return show(
        visit,
        "appointments.html",
        status=status,
        problem=problem,
        day=day,
        day_name=visit.voice.day(starts),
        is_today=day == _today(visit),
        before=(day - timedelta(days=1)).isoformat(),
        after=(day + timedelta(days=1)).isoformat(),
        halves={
            half: [{**_line(visit, each), "notes": notes[each.id]} for each in visits]
            for half, visits in halves.items()
            if visits
        },
        how_many=len(found),
    )


def _line(visit: SignedIn, each: Visit) -> dict[str, Any]:
    time, _, part = visit.voice.hour(each.starts_at).partition(" ")
    here = visit.member.may(Permission.CHECK_IN) and each.state in WAITING
    done = each.state in ("fulfilled", "noshow")
    now = each.starts_at <= visit.at < each.ends_at
    return {
        "visit": each,
        "time": time,
        "part": part,
        "number": Words(visit.voice).number(each.number),
        "phone": phone_line(Words(visit.voice), each.phone, each.safety) if each.safety else None,
        "chip": appointment_chip(Words(visit.voice), each.state),
        "colour": "agenda-item-done" if done else "agenda-item-now" if now else "",
        "may_arrive": here,
        "may_fulfil": visit.member.may(Permission.CHECK_IN) and each.state == "arrived",
        "may_miss": here and each.starts_at <= visit.at,
    }


def _today(visit: SignedIn) -> date:
    return visit.at.astimezone(ZoneInfo(visit.time_zone)).date()


def _back(day: str) -> str:
    """The day's page that the form came from; today's for anything else."""
    found = _day_of(day)
    return f"/console/appointments/{found.isoformat()}" if found is not None else "/console/appointments"


def _day_of(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
