"""Check-in: the family says its number or shows its card, the desk sees the appointment and confirms."""

from __future__ import annotations

from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.pages import show
from console.phone_lines import phone_line
from console.signed_in import SignedIn, may_do, may_see
from console.wording import appointment_chip
from console.words import Words
from referrals.referral.in_sight import referral_by_number
from referrals.staff.agenda import Visit, number_of, visit_by_number
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Looking = Annotated[SignedIn, Depends(may_see(Permission.CHECK_IN))]
Desk = Annotated[SignedIn, Depends(may_do(Permission.CHECK_IN))]


@routes.get("/check-in")
def check_in_page(visit: Looking) -> Response:
    """The field for a number; a scanner types into it like a keyboard."""
    return _form(visit)


@routes.post("/check-in")
def find(visit: Desk, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Shows whose appointment it is. Nothing is noted before the desk confirms."""
    wanted = number_of(number)
    if wanted is None:
        return _form(visit, status=422, problem="number_wrong", typed=number)

    def work(uow: UnitOfWork) -> tuple[Visit | None, int | None]:
        found = visit_by_number(uow, visit.member, wanted, visit.at)
        return found, None if found else referral_by_number(uow, visit.member, wanted)

    found, referral_id = visit.console.store.transact(work)
    if found is None:
        problem = "no_appointment" if referral_id else "number_unknown"
        return _form(visit, status=422, problem=problem, typed=number, referral_id=referral_id)
    words = Words(visit.voice)
    zone = ZoneInfo(visit.time_zone)
    return show(
        visit,
        "check_in_found.html",
        found=found,
        number=words.number(found.number),
        phone=phone_line(words, found.phone, found.safety) if found.safety else None,
        when=words.when(found.starts_at),
        chip=appointment_chip(words, found.state),
        may_arrive=found.state in ("booked", "confirmed"),
        another_day=found.starts_at.astimezone(zone).date() != visit.at.astimezone(zone).date(),
    )


def _form(
    visit: SignedIn, *, status: int = 200, problem: str = "", typed: str = "", referral_id: int | None = None
) -> HTMLResponse:
    return show(visit, "check_in.html", status=status, problem=problem, typed=typed, referral_id=referral_id)
