"""The steps of a referral: what a desk does, and what a supervisor does in its place and why."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response, status
from fastapi.responses import HTMLResponse
from sqlalchemy.orm.exc import StaleDataError

from console.as_seen import Seen, as_seen
from console.errors import NoLongerSo, NotAllowed
from console.ids import RowId
from console.pages import see_other
from console.routes.referral import path_of, referral_again, somebody_was_faster, theirs
from console.signed_in import Acting, SignedIn
from referrals.lifecycles import TransitionRefused
from referrals.referral import handling, transferring, undoing
from referrals.referral.history import last_turn
from referrals.referral.in_sight import one_referral
from referrals.referral.records import Referral
from referrals.referral.stepping import Actor, GuardFailed, ReasonMissing
from referrals.referral.transfers_asked import open_transfer
from referrals.staff.fence import beyond
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
HANDLES = (Permission.HANDLE_REFERRAL, Permission.OVERRIDE_REFERRAL)
LONGEST = 2000


def may_do_one(*permissions: Permission) -> Callable[..., SignedIn]:
    """A dependency: the member, where the role has one of these. Raises `NotAllowed`."""

    def allowed(visit: Acting) -> SignedIn:
        if not any(visit.member.may(each) for each in permissions):
            raise NotAllowed
        return visit

    return allowed


Handler = Annotated[SignedIn, Depends(may_do_one(*HANDLES))]
Supervisor = Annotated[SignedIn, Depends(may_do_one(Permission.OVERRIDE_REFERRAL))]
Text = Annotated[str, Form(max_length=LONGEST)]
Code = Annotated[str, Form(max_length=80)]
Step = Callable[[UnitOfWork, Referral, Actor], object]


@routes.post("/referrals/{referral_id}/accept")
def accept(visit: Handler, referral_id: RowId, override: Text = "", seen: Seen = "") -> Response:
    """The centre takes it on; the family is told, and the desk goes on to offer times."""
    return _take(visit, referral_id, "accepted", override, seen, lambda u, r, a: handling.accept(u, r, a, visit.at))


@routes.post("/referrals/{referral_id}/reject")
def reject(
    visit: Handler, referral_id: RowId, reason: Code = "", note: Text = "", override: Text = "", seen: Seen = ""
) -> Response:
    """The centre cannot; it says why."""

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        handling.reject(uow, referral, actor, visit.at, reason, note.strip())

    return _take(visit, referral_id, "rejected", override, seen, step, missing="reason", note=note)


@routes.post("/referrals/{referral_id}/start")
def start(visit: Handler, referral_id: RowId, contact: Code = "", override: Text = "", seen: Seen = "") -> Response:
    """The first contact with the family is recorded."""
    return _take(
        visit, referral_id, "started", override, seen, lambda u, r, a: handling.start(u, r, a, visit.at, contact)
    )


@routes.post("/referrals/{referral_id}/pause")
def pause(
    visit: Handler,
    referral_id: RowId,
    reason: Code = "",
    review: Code = "",
    note: Text = "",
    override: Text = "",
    seen: Seen = "",
) -> Response:
    """Work rests until a day that is named."""

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        handling.pause(uow, referral, actor, visit.at, reason, _day(review), note.strip())

    return _take(visit, referral_id, "paused", override, seen, step, missing="pause_reason", note=note)


@routes.post("/referrals/{referral_id}/resume")
def resume(visit: Handler, referral_id: RowId, override: Text = "", seen: Seen = "") -> Response:
    """Work goes on; it also takes back a pause that was pressed by mistake."""
    return _take(visit, referral_id, "resumed", override, seen, lambda u, r, a: handling.resume(u, r, a, visit.at))


@routes.post("/referrals/{referral_id}/complete")
def complete(
    visit: Handler,
    referral_id: RowId,
    outcome: Code = "",
    delivered: Code = "",
    contact: Code = "",
    note: Text = "",
    override: Text = "",
    seen: Seen = "",
) -> Response:
    """It is done; the family is asked whether help arrived."""

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        given = {"delivered": delivered, "contact": contact}
        handling.complete(uow, referral, actor, visit.at, outcome, note.strip(), **given)

    return _take(visit, referral_id, "completed", override, seen, step, missing="outcome", note=note)


@routes.post("/referrals/{referral_id}/fail")
def fail(
    visit: Handler, referral_id: RowId, reason: Code = "", note: Text = "", override: Text = "", seen: Seen = ""
) -> Response:
    """It came to nothing after all."""

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        handling.fail(uow, referral, actor, visit.at, reason, note.strip())

    return _take(visit, referral_id, "failed", override, seen, step, missing="fail_reason", note=note)


@routes.post("/referrals/{referral_id}/void")
def void(visit: Supervisor, referral_id: RowId, note: Text = "", seen: Seen = "") -> Response:
    """It should never have been: gone from every queue, kept in the audit."""

    def work(uow: UnitOfWork) -> None:
        referral = theirs(uow, visit, referral_id, Permission.OVERRIDE_REFERRAL, lock=True)
        as_seen(seen, last_turn(uow, referral.id))
        with beyond(uow):
            handling.void(uow, referral, Actor(visit.member.staff_id, "supervisor"), visit.at, note)

    try:
        visit.console.store.transact(work)
    except ReasonMissing:
        return referral_again(visit, referral_id, "void_reason", note)
    except (TransitionRefused, StaleDataError, NoLongerSo):
        return somebody_was_faster(visit, referral_id, note)
    return see_other("/console/referrals", "voided")


@routes.post("/referrals/{referral_id}/transfer")
def transfer(
    visit: Handler,
    referral_id: RowId,
    place: Code = "",
    reason: Code = "",
    note: Text = "",
    override: Text = "",
    seen: Seen = "",
) -> Response:
    """Another centre is proposed; the family is asked first, then that centre."""
    given = int(place) if place.isascii() and place.isdigit() and len(place) < 19 else 0

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        transferring.ask_transfer(uow, referral, actor, given, reason, visit.at, note.strip())

    return _take(visit, referral_id, "transfer_asked", override, seen, step, missing="transfer_reason", note=note)


@routes.post("/referrals/{referral_id}/transfer/back")
def take_back_transfer(visit: Handler, referral_id: RowId, override: Text = "", seen: Seen = "") -> Response:
    """The proposal is taken back; nothing had moved."""

    def step(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        found = open_transfer(uow, referral.id)
        if found is None:
            raise GuardFailed("transfer", "Nothing is asked for.")
        transferring.take_back_transfer(uow, found, actor, visit.at)

    return _take(visit, referral_id, "transfer_back", override, seen, step)


@routes.post("/referrals/{referral_id}/undo")
def take_back(visit: Handler, referral_id: RowId, step: Code = "", override: Text = "") -> Response:
    """The latest step is taken back while that is possible; whoever heard of it hears so."""
    looked_at = int(step) if step.isascii() and step.isdigit() and len(step) < 19 else 0
    taken_back = list[undoing.Undoable]()

    def back(uow: UnitOfWork, referral: Referral, actor: Actor) -> None:
        taken_back[:] = [undoing.undo(uow, referral, looked_at, actor, visit.at)]

    told = _take(visit, referral_id, "undone", override, "", back)
    if told.status_code != status.HTTP_303_SEE_OTHER or not taken_back:
        return told
    said = "undone_no_time" if taken_back[0].time_gone else "undone"
    elsewhere = taken_back[0].event == "transfer"  # it is another centre's again
    return see_other("/console/transfers" if elsewhere else path_of(referral_id), said)


def _take(
    visit: SignedIn,
    referral_id: int,
    said: str,
    override: str,
    seen: str,
    step: Step,
    *,
    missing: str = "reason",
    note: str = "",
) -> Response:
    """Runs one step on a referral that is this desk's, or the supervisor's with the reason for stepping in."""

    def work(uow: UnitOfWork) -> None:
        desk = one_referral(uow, visit.member, referral_id, Permission.HANDLE_REFERRAL)
        held = Permission.HANDLE_REFERRAL if desk is not None else Permission.OVERRIDE_REFERRAL
        referral = theirs(uow, visit, referral_id, held, lock=True)
        as_seen(seen, last_turn(uow, referral.id))
        if desk is None and not override.strip():
            raise GuardFailed("override", "Say why you act in the place of the desk.")
        with beyond(uow):  # a place that came free, a centre that gives way: a step goes on to others
            step(uow, referral, Actor(visit.member.staff_id, override="" if desk is not None else override.strip()))

    try:
        visit.console.store.transact(work)
    except (TransitionRefused, StaleDataError, NoLongerSo):  # a colleague, the family, or the same button twice
        return somebody_was_faster(visit, referral_id, note)
    except ReasonMissing:
        return referral_again(visit, referral_id, missing, note)
    except GuardFailed as failed:
        return referral_again(visit, referral_id, failed.what, note)
    return see_other(path_of(referral_id), said)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None
