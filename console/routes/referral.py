"""One referral: what the family agreed to show, why it came here, what happened, and what can be done now."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.as_seen import Seen, as_seen, standing_times
from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.phone_lines import PhoneLine, phone_line
from console.reminder_notes import notes_of
from console.routes.slots import chosen_times, slot_days
from console.signed_in import SignedIn, may_do, may_see
from console.wording import appointment_chip, due_chip, priority_chip, reason_lines, state_chip, step_line
from console.words import Words
from referrals.applications.records import Application
from referrals.appointments.booking import NothingOffered, offer_times, offered_slots
from referrals.appointments.records import Appointment
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.appointing import offer_slots
from referrals.directory.records import Location
from referrals.families.duplicates.applied_before import said_before_unmatched
from referrals.families.phone_safety import phone_safety
from referrals.filling.visiting import forms_for
from referrals.lifecycles import (
    FAILURE_REASONS,
    PAUSE_REASONS,
    REFERRAL,
    REJECTION_REASONS,
    TRANSFER_REASONS,
    allowed_events,
)
from referrals.referral import handling
from referrals.referral.deadlines import due_at
from referrals.referral.disclosed import explanation_of, read_disclosed
from referrals.referral.handling import OUTCOMES, came
from referrals.referral.history import history, last_turn
from referrals.referral.in_sight import one_referral
from referrals.referral.records import Referral
from referrals.referral.transfer_places import places_for_transfer
from referrals.referral.transfers_asked import open_transfer
from referrals.referral.undoing import UNDO_WITHIN, undoable
from referrals.staff.agenda import appointments_of
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.transcribing.queue import words_by_media

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_REFERRAL))]
Offerer = Annotated[SignedIn, Depends(may_do(Permission.OFFER_APPOINTMENT))]
OFFERED_IN = ("accepted", "in-progress")
USUALLY = {  # what a service usually delivers, so that the list begins with it
    "food": "food",
    "clothes": "clothes",
    "rent-help": "rent",
    "bills-help": "utility_bill",
    "debt-help": "debt_settlement",
    "cash-help": "cash",
    "medicine": "medicine",
    "treatment": "treatment",
    "home-care": "treatment",
    "school-help": "school",
    "training": "training",
    "job-help": "training",
    "counselling": "counselling",
    "family-counselling": "counselling",
}


@routes.get("/referrals/{referral_id}")
def referral_page(visit: Reader, referral_id: RowId) -> Response:
    """Shows it; opening it acknowledges a new one, and every reading is audited."""
    return _page(visit, referral_id)


@routes.post("/referrals/{referral_id}/offer")
def offer(
    visit: Offerer, referral_id: RowId, slot: Annotated[list[str] | None, Form()] = None, seen: Seen = ""
) -> Response:
    """Offers up to three times; the family is told at once and picks one."""

    def work(uow: UnitOfWork) -> bool:
        referral = theirs(uow, visit, referral_id, Permission.OFFER_APPOINTMENT, lock=True)
        as_seen(seen, standing_times(appointments_of(uow, referral.id)))
        starts = chosen_times(uow, visit, referral, slot or [])
        appointment = offer_times(uow, referral, starts, visit.at, visit.member.staff_id)
        return _tell_times(uow, referral, appointment, visit.at)

    try:
        reached = visit.console.store.transact(work)
    except NothingOffered:
        return _page(visit, referral_id, status=422, problem="slots")
    except NoLongerSo:  # what a colleague offered, or the family took, since this page was drawn
        return somebody_was_faster(visit, referral_id)
    return see_other(path_of(referral_id), "offered" if reached else "offered_unreached")


def _tell_times(uow: UnitOfWork, referral: Referral, appointment: Appointment, at: datetime) -> bool:
    return reach(
        uow,
        referral.person_id,
        referral.programme_id,
        at,
        reason=f"offer:{appointment.id}",
        compose=lambda desk: offer_slots(desk, appointment),
    )


def theirs(
    uow: UnitOfWork, visit: SignedIn, referral_id: int, permission: Permission, *, lock: bool = False
) -> Referral:
    """The referral, where it is the member's with this permission. Raises `NotHere`."""
    referral = one_referral(uow, visit.member, referral_id, permission, lock=lock)
    if referral is None:
        raise NotHere
    return referral


def referral_again(visit: SignedIn, referral_id: int, problem: str, note: str = "") -> HTMLResponse:
    """The page once more, saying what is missing, with what was written."""
    return _page(visit, referral_id, status=422, problem=problem, note=note)


def somebody_was_faster(visit: SignedIn, referral_id: int, note: str = "") -> HTMLResponse:
    """The page as it stands now, and that what was pressed fits no more; what was written is shown to be copied."""
    return _page(visit, referral_id, status=NoLongerSo.status, problem="faster", note=note)


def path_of(referral_id: int) -> str:
    """Where the page of a referral is."""
    return f"/console/referrals/{referral_id}"


def _page(visit: SignedIn, referral_id: int, *, status: int = 200, problem: str = "", note: str = "") -> HTMLResponse:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, referral_id))
    return show(visit, "referral.html", status=status, problem=problem, note=note, **values)


def _values(uow: UnitOfWork, visit: SignedIn, referral_id: int) -> dict[str, Any]:
    """Everything that the page shows, read in one unit of work."""
    referral = theirs(uow, visit, referral_id, Permission.READ_REFERRAL)
    words = Words(visit.voice)
    disclosed = read_disclosed(uow, visit.member, referral, visit.at)
    told = any(field.get("recording") for field in disclosed or ())
    written = words_by_media(uow, referral.person_id) if told else {}
    events, steps_in = events_of(uow, visit, referral)
    transfer = open_transfer(uow, referral.id)
    may_offer = visit.member.may(Permission.OFFER_APPOINTMENT) and referral.state in OFFERED_IN
    need = visit.settings.need(referral.need_code) if visit.settings else None
    application = uow.session.get_one(Application, referral.application_id)
    may_send = visit.member.may(Permission.SEND_REFERRAL)
    return {
        "referral": referral,
        "seen": last_turn(uow, referral.id),
        "seen_times": standing_times(appointments_of(uow, referral.id)),
        "number": words.number(application.number),
        "centre": uow.session.get_one(Location, referral.to_location_id).name,
        "need": need.name_ar if need else referral.need_code,
        "facts": [_fact(words, field, written, _phone(uow, words, referral, field)) for field in disclosed or ()],
        "access_ended": disclosed is None,
        "name": next((field["value"] for field in disclosed or () if field["code"] == "applicant_name"), ""),
        "state": state_chip(words, referral.state, referral.business_status),
        "due": due_chip(words, due_at(referral), visit.at),
        "priority": priority_chip(words, referral.priority),
        "reasons": reason_lines(words, explanation_of(uow, referral)),
        "steps": [(step, step_line(words, step)) for step in history(uow, referral)],
        "events": events,
        "steps_in": steps_in,
        "transfer": transfer,
        "transfer_to": uow.session.get_one(Location, transfer.to_location_id).name if transfer is not None else "",
        "places": places_for_transfer(uow, referral) if "transfer" in events and transfer is None else [],
        "may_send": may_send,
        "said_before": may_send and said_before_unmatched(uow, application),
        "came": came(uow, referral),
        "delivered_kinds": [(each, words.t(f"delivered.{each}")) for each in handling.DELIVERED],
        "usually": USUALLY.get(referral.service_term, "other"),
        "contacts": [(each, words.t(f"contact.{each}")) for each in handling.CONTACTS],
        "pause_reasons": [(each, words.t(f"pause.reason.{each}")) for each in PAUSE_REASONS],
        "failure_reasons": [(each, words.t(f"fail.reason.{each}")) for each in FAILURE_REASONS],
        "transfer_reasons": [(each, words.t(f"transfer.reason.{each}")) for each in TRANSFER_REASONS],
        "tomorrow": (visit.at.astimezone(ZoneInfo(visit.time_zone)) + timedelta(days=1)).date().isoformat(),
        "forms": forms_for(uow, referral) if visit.member.may(Permission.FILL_FORM) else [],
        "appointments": _appointments(uow, words, referral, visit.at),
        "days": slot_days(uow, visit, referral) if may_offer else None,
        "rejection_reasons": [(each, words.t(f"reason.{each}")) for each in REJECTION_REASONS],
        "outcomes": OUTCOMES,
        "undo_help": undo_help(words),
        "undoable": undo_line(uow, words, referral, visit.at) if events_of_theirs(uow, visit, referral) else None,
    }


def undo_line(
    uow: UnitOfWork, words: Words, referral: Referral, at: datetime, role: str = "desk"
) -> dict[str, Any] | None:
    """The step that can be taken back, and until when; None where none can."""
    found = undoable(uow, referral, at, role)
    if found is None:
        return None
    told = words.t(f"undo.step.{found.event}")
    return {"step": found.event_id, "line": words.t("undo.line", step=told, time=words.voice.hour(found.until))}


def undo_help(words: Words) -> str:
    """«For a quarter of an hour this can be taken back»: beside every button of which that is so."""
    return words.n("undo.help", int(UNDO_WITHIN.total_seconds() // 60))


def events_of_theirs(uow: UnitOfWork, visit: SignedIn, referral: Referral) -> bool:
    """Whether the member may take steps of this referral at all, as its desk or above it."""
    may = (Permission.HANDLE_REFERRAL, Permission.OVERRIDE_REFERRAL)
    return any(one_referral(uow, visit.member, referral.id, each) is not None for each in may)


def events_of(uow: UnitOfWork, visit: SignedIn, referral: Referral) -> tuple[tuple[str, ...], bool]:
    """The steps that this member may take now, and whether it would be in the place of the desk, with a reason."""
    at_desk = one_referral(uow, visit.member, referral.id, Permission.HANDLE_REFERRAL) is not None
    above = one_referral(uow, visit.member, referral.id, Permission.OVERRIDE_REFERRAL) is not None
    events: tuple[str, ...] = ()
    if at_desk or above:
        events += allowed_events(REFERRAL, referral.state, "desk")
    if above:
        events += tuple(each for each in allowed_events(REFERRAL, referral.state, "supervisor") if each == "void")
    return events, above and not at_desk


def _phone(uow: UnitOfWork, words: Words, referral: Referral, field: dict[str, str]) -> PhoneLine | None:
    """A disclosed telephone with what the family said of it; None for any other field."""
    if field["code"] != "phone" or not field["value"]:
        return None
    safety = phone_safety(uow, referral.person_id, field["value"], referral.programme_id)
    return phone_line(words, field["value"], safety)


def _fact(words: Words, field: dict[str, str], written: Mapping[str, str], phone: PhoneLine | None) -> dict[str, Any]:
    """A disclosed field with its name as staff say it; a phone as it may be used, a recording with what was written
    down of it since.
    """
    key = f"fact.{field['code']}"
    value = field["value"]
    return {
        "name": words.t(key) if words.has(key) else field["name_ar"],
        "value": words.voice.number(value) if value.isdigit() else value,
        "recording": field.get("recording", ""),
        "written": written.get(field.get("recording", ""), ""),
        "phone": phone,
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
