"""One referral: what the family agreed to show, why it came here, what happened, and what can be done now."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import Words, see_other, show
from console.reminder_notes import notes_of
from console.routes.slots import chosen_times, slot_days
from console.signed_in import SignedIn, may_do, may_see
from console.wording import appointment_chip, due_chip, priority_chip, reason_lines, state_chip, step_line
from referrals.applications.records import Application
from referrals.appointments.booking import NothingOffered, offer_times, offered_slots
from referrals.appointments.records import Appointment
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.appointing import offer_slots
from referrals.directory.records import Location
from referrals.filling.visiting import forms_for
from referrals.lifecycles import REFERRAL, REJECTION_REASONS, allowed_events
from referrals.referral import handling
from referrals.referral.handling import OUTCOMES, Actor, ReasonMissing
from referrals.referral.queue import due_at, explanation_of, history, one_referral, read_disclosed
from referrals.referral.records import Referral
from referrals.staff.agenda import appointments_of
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.queue import words_by_media

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_REFERRAL))]
Handler = Annotated[SignedIn, Depends(may_do(Permission.HANDLE_REFERRAL))]
Offerer = Annotated[SignedIn, Depends(may_do(Permission.OFFER_APPOINTMENT))]
Note = Annotated[str, Form(max_length=2000)]
OFFERED_IN = ("accepted", "in-progress")


@routes.get("/referrals/{referral_id}")
def referral_page(visit: Reader, referral_id: RowId) -> Response:
    """Shows it; opening it acknowledges a new one, and every reading is audited."""
    return _page(visit, referral_id)


@routes.post("/referrals/{referral_id}/accept")
def accept(visit: Handler, referral_id: RowId) -> Response:
    """The centre takes it on; the family is told, and the desk goes on to offer times."""
    _change(visit, referral_id, lambda uow, referral, actor: handling.accept(uow, referral, actor, visit.at))
    return see_other(_path(referral_id), "accepted")


@routes.post("/referrals/{referral_id}/reject")
def reject(visit: Handler, referral_id: RowId, reason: Annotated[str, Form()] = "", note: Note = "") -> Response:
    """The centre cannot; it says why."""
    try:
        _change(
            visit, referral_id, lambda uow, r, actor: handling.reject(uow, r, actor, visit.at, reason, note.strip())
        )
    except ReasonMissing:
        return _page(visit, referral_id, status=422, problem="reason", note=note)
    return see_other(_path(referral_id), "rejected")


@routes.post("/referrals/{referral_id}/start")
def start(visit: Handler, referral_id: RowId) -> Response:
    """The first contact with the family is recorded."""
    _change(visit, referral_id, lambda uow, referral, actor: handling.start(uow, referral, actor, visit.at))
    return see_other(_path(referral_id), "started")


@routes.post("/referrals/{referral_id}/complete")
def complete(visit: Handler, referral_id: RowId, outcome: Annotated[str, Form()] = "", note: Note = "") -> Response:
    """It is done; the family is asked whether help arrived."""
    try:
        _change(
            visit, referral_id, lambda uow, r, actor: handling.complete(uow, r, actor, visit.at, outcome, note.strip())
        )
    except ReasonMissing:
        return _page(visit, referral_id, status=422, problem="outcome", note=note)
    return see_other(_path(referral_id), "completed")


@routes.post("/referrals/{referral_id}/offer")
def offer(visit: Offerer, referral_id: RowId, slot: Annotated[list[str] | None, Form()] = None) -> Response:
    """Offers up to three times; the family is told at once and picks one."""

    def work(uow: UnitOfWork) -> bool:
        referral = _theirs(uow, visit, referral_id, Permission.OFFER_APPOINTMENT)
        starts = chosen_times(uow, visit, referral, slot or [])
        appointment = offer_times(uow, referral, starts, visit.at, visit.member.staff_id)
        return _tell_times(uow, referral, appointment, visit.at)

    try:
        reached = visit.console.store.transact(work)
    except NothingOffered:
        return _page(visit, referral_id, status=422, problem="slots")
    return see_other(_path(referral_id), "offered" if reached else "offered_unreached")


def _tell_times(uow: UnitOfWork, referral: Referral, appointment: Appointment, at: datetime) -> bool:
    return reach(
        uow,
        referral.person_id,
        referral.programme_id,
        at,
        reason=f"offer:{appointment.id}",
        compose=lambda desk: offer_slots(desk, appointment),
    )


def _change(visit: SignedIn, referral_id: int, change: Callable[[UnitOfWork, Referral, Actor], None]) -> None:
    """Runs one step of the life cycle on a referral that is this desk's to handle."""

    def work(uow: UnitOfWork) -> None:
        referral = _theirs(uow, visit, referral_id, Permission.HANDLE_REFERRAL)
        change(uow, referral, Actor(visit.member.staff_id))

    visit.console.store.transact(work)


def _theirs(uow: UnitOfWork, visit: SignedIn, referral_id: int, permission: Permission) -> Referral:
    referral = one_referral(uow, visit.member, referral_id, permission)
    if referral is None:
        raise NotHere
    return referral


def _page(visit: SignedIn, referral_id: int, *, status: int = 200, problem: str = "", note: str = "") -> HTMLResponse:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, referral_id))
    return show(visit, "referral.html", status=status, problem=problem, note=note, **values)


def _values(uow: UnitOfWork, visit: SignedIn, referral_id: int) -> dict[str, Any]:
    """Everything that the page shows, read in one unit of work."""
    referral = _theirs(uow, visit, referral_id, Permission.READ_REFERRAL)
    words = Words(visit.voice)
    disclosed = read_disclosed(uow, visit.member, referral, visit.at)
    told = any(field.get("recording") for field in disclosed or ())
    written = words_by_media(uow, referral.person_id) if told else {}
    events = allowed_events(REFERRAL, referral.state, "desk") if visit.member.may(Permission.HANDLE_REFERRAL) else ()
    may_offer = visit.member.may(Permission.OFFER_APPOINTMENT) and referral.state in OFFERED_IN
    need = visit.settings.need(referral.need_code) if visit.settings else None
    return {
        "referral": referral,
        "number": words.number(uow.session.get_one(Application, referral.application_id).number),
        "centre": uow.session.get_one(Location, referral.to_location_id).name,
        "need": need.name_ar if need else referral.need_code,
        "facts": [_fact(words, field, written) for field in disclosed or ()],
        "access_ended": disclosed is None,
        "name": next((field["value"] for field in disclosed or () if field["code"] == "applicant_name"), ""),
        "state": state_chip(words, referral.state, referral.business_status),
        "due": due_chip(words, due_at(referral), visit.at),
        "priority": priority_chip(words, referral.priority),
        "reasons": reason_lines(words, explanation_of(uow, referral)),
        "steps": [(step, step_line(words, step)) for step in history(uow, referral)],
        "events": events,
        "forms": forms_for(uow, referral) if visit.member.may(Permission.FILL_FORM) else [],
        "appointments": _appointments(uow, words, referral, visit.at),
        "days": slot_days(uow, visit, referral) if may_offer else None,
        "rejection_reasons": REJECTION_REASONS,
        "outcomes": OUTCOMES,
    }


def _fact(words: Words, field: dict[str, str], written: Mapping[str, str]) -> dict[str, str]:
    """A disclosed field with its name as staff say it; a phone also as what the telephone dials, a recording with what
    was written down of it since.
    """
    key = f"fact.{field['code']}"
    value = field["value"]
    return {
        "name": words.t(key) if words.has(key) else field["name_ar"],
        "value": words.voice.number(value) if value.isdigit() else value,
        "recording": field.get("recording", ""),
        "written": written.get(field.get("recording", ""), ""),
        "dial": "".join(sign for sign in value if sign.isascii() and sign in "+0123456789")
        if field["code"] == "phone"
        else "",
    }


def _appointments(uow: UnitOfWork, words: Words, referral: Referral, at: datetime) -> Sequence[dict[str, Any]]:
    return [
        {
            "appointment": each,
            "chip": appointment_chip(words, each.state),
            "offered": [words.when(slot.starts_at) for slot in offered_slots(uow, each.id, at)]
            if each.state == "proposed"
            else [],
            "when": words.when(each.starts_at) if each.starts_at else "",
            "notes": notes_of(uow, words, [each.id])[each.id],
        }
        for each in appointments_of(uow, referral.id)
        if each.state != "cancelled" or each.starts_at is not None
    ]


def _path(referral_id: int) -> str:
    return f"/console/referrals/{referral_id}"
