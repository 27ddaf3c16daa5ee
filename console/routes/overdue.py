"""What waits too long, and the way on: another place with the family's word on the telephone, or an end."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm.exc import StaleDataError

from console.as_seen import Seen, as_seen
from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.phone_lines import phone_line
from console.routes.referral import undo_help, undo_line
from console.signed_in import SignedIn, may_do, may_see
from console.wording import due_chip, priority_chip, state_chip
from console.words import Words
from referrals.applications.records import Application
from referrals.directory.records import Location
from referrals.families.duplicates.applied_before import said_before_unmatched
from referrals.families.phone_safety import phone_safety
from referrals.lifecycles import REFERRAL, TransitionRefused, allowed_events
from referrals.referral import handling, undoing
from referrals.referral.by_telephone import may_go_on, places_elsewhere, send_elsewhere
from referrals.referral.history import last_turn
from referrals.referral.in_sight import one_referral
from referrals.referral.overdue import late_referrals, voices_of_families
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.transfers_asked import open_transfer
from referrals.referral.waiting import PlaceGone
from referrals.staff.contact import contact_in
from referrals.staff.fence import beyond
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.SEND_REFERRAL))]
Sender = Annotated[SignedIn, Depends(may_do(Permission.SEND_REFERRAL))]
Code = Annotated[str, Form(max_length=80)]
CLERK = "clerk"  # who sends, and takes back what was sent, in the words of the life cycle


@routes.get("/overdue")
def overdue_page(visit: Reader) -> Response:
    """The worst first; for a supervisor also what families say of those that ended."""
    words = Words(visit.voice)

    def work(uow: UnitOfWork) -> tuple[list[Any], list[Any]]:
        may_hear = visit.member.may(Permission.OVERRIDE_REFERRAL)
        voices = voices_of_families(uow, visit.member, visit.at) if may_hear else []
        return late_referrals(uow, visit.member, visit.at), voices

    rows, voices = visit.console.store.transact(work)
    lines = [
        {
            "row": row,
            "number": words.number(row.number),
            "due": due_chip(words, row.due_at, visit.at),
            "state": state_chip(words, row.state, row.business_status),
            "priority": priority_chip(words, row.priority),
        }
        for row in rows
    ]
    return show(visit, "overdue.html", lines=lines, voices=voices)


@routes.get("/referrals/{referral_id}/elsewhere")
def elsewhere_page(visit: Reader, referral_id: RowId) -> Response:
    """Whom to call, what to read aloud, which places there are."""
    return _page(visit, referral_id)


@routes.post("/referrals/{referral_id}/elsewhere")
def elsewhere(visit: Sender, referral_id: RowId, place: Code = "", agreed: Code = "", seen: Seen = "") -> Response:
    """The family agreed on the telephone to one of the places."""

    def work(uow: UnitOfWork) -> None:
        referral = _theirs(uow, visit, referral_id, lock=True)
        as_seen(seen, last_turn(uow, referral.id))
        if agreed != "yes":
            raise GuardFailed("agreed", "Read it aloud and ask the family first.")
        given = int(place) if place.isascii() and place.isdigit() and len(place) < 19 else 0
        with beyond(uow):
            send_elsewhere(uow, referral, given, visit.at, staff_id=visit.member.staff_id, role=CLERK)

    try:
        visit.console.store.transact(work)
    except PlaceGone:
        return _page(visit, referral_id, status=409, problem="no_room")
    except GuardFailed as failed:
        return _page(visit, referral_id, status=422, problem=failed.what)
    except NoLongerSo:
        return _page(visit, referral_id, status=NoLongerSo.status, problem="faster")
    return see_other("/console/overdue", "sent_elsewhere")


@routes.post("/referrals/{referral_id}/cancel")
def cancel(visit: Sender, referral_id: RowId, reason: Code = "", seen: Seen = "") -> Response:
    """Whoever sent it takes it back; the centre sees nothing of it any more, and the family is told."""

    def work(uow: UnitOfWork) -> None:
        referral = _theirs(uow, visit, referral_id, lock=True)
        as_seen(seen, last_turn(uow, referral.id))
        with beyond(uow):
            handling.cancel_by_sender(uow, referral, Actor(visit.member.staff_id, CLERK), visit.at, reason)

    try:
        visit.console.store.transact(work)
    except ReasonMissing:
        return _page(visit, referral_id, status=422, problem="cancel_reason")
    except (TransitionRefused, StaleDataError, NoLongerSo):  # the centre, a colleague, or the same button twice
        return _page(visit, referral_id, status=NoLongerSo.status, problem="faster")
    return see_other(f"/console/referrals/{referral_id}/elsewhere", "cancelled")


@routes.post("/referrals/{referral_id}/cancel/undo")
def take_back_cancel(visit: Sender, referral_id: RowId, step: Code = "") -> Response:
    """The cancellation was a mistake: the centre has it again, and the family is told."""
    looked_at = int(step) if step.isascii() and step.isdigit() and len(step) < 19 else 0

    def work(uow: UnitOfWork) -> None:
        referral = _theirs(uow, visit, referral_id, lock=True)
        if referral.state != "cancelled":
            raise GuardFailed(undoing.UNDO, "Only what was cancelled is taken back here.")
        with beyond(uow):
            undoing.undo(uow, referral, looked_at, Actor(visit.member.staff_id, CLERK), visit.at)

    try:
        visit.console.store.transact(work)
    except GuardFailed as failed:
        return _page(visit, referral_id, status=422, problem=failed.what)
    return see_other(f"/console/referrals/{referral_id}/elsewhere", "undone")


def _theirs(uow: UnitOfWork, visit: SignedIn, referral_id: int, *, lock: bool = False) -> Referral:
    referral = one_referral(uow, visit.member, referral_id, Permission.SEND_REFERRAL, lock=lock)
    if referral is None:
        raise NotHere
    return referral


def _page(visit: SignedIn, referral_id: int, *, status: int = 200, problem: str = "") -> HTMLResponse:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, referral_id))
    return show(visit, "elsewhere.html", status=status, problem=problem, **values)


def _values(uow: UnitOfWork, visit: SignedIn, referral_id: int) -> dict[str, Any]:
    referral = _theirs(uow, visit, referral_id)
    words = Words(visit.voice)
    application = uow.session.get_one(Application, referral.application_id)
    transfer = open_transfer(uow, referral.id)
    place = uow.session.get_one(Location, referral.to_location_id)
    return {
        "referral": referral,
        "seen": last_turn(uow, referral.id),
        "number": words.number(application.number),
        "centre": place.name,
        "centre_phone": place.phone,
        "state": state_chip(words, referral.state, referral.business_status),
        "contact": _contact(uow, visit, application),
        "said_before": said_before_unmatched(uow, application),
        "places": places_elsewhere(uow, referral, visit.at) if may_go_on(uow, referral) else None,
        "transfer": transfer if transfer is not None and transfer.state == "asked" else None,
        "transfer_to": uow.session.get_one(Location, transfer.to_location_id).name if transfer is not None else "",
        "may_cancel": "cancel" in allowed_events(REFERRAL, referral.state, CLERK),
        "cancel_reasons": [each for each in handling.CANCEL_REASONS if each != "accepted-elsewhere"],
        "undo_help": undo_help(words),
        "undoable": undo_line(uow, words, referral, visit.at, CLERK),
        "may_read": visit.member.may(Permission.READ_REFERRAL),
    }


def _contact(uow: UnitOfWork, visit: SignedIn, application: Application) -> dict[str, Any] | None:
    """Whom to call, audited; None without the permission, or once they were erased."""
    found = contact_in(uow, visit.member, application, visit.at)
    if found is None:
        return None
    phone = found.phone
    safety = phone_safety(uow, application.person_id, phone, application.programme_id) if phone else None
    line = phone_line(Words(visit.voice), phone, safety) if safety else None
    return {"name": found.name, "phone": line}
