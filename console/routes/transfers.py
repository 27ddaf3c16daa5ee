"""What other centres ask of this one: to go on with a referral of theirs, once the family has agreed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy.orm.exc import StaleDataError

from console.errors import NoLongerSo, NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.routes.referral import undo_help
from console.signed_in import SignedIn, may_do, may_see
from console.wording import due_chip, priority_chip
from console.words import Words
from referrals.lifecycles import TransitionRefused
from referrals.protection.audit import audit
from referrals.referral.by_telephone import agree_to_transfer
from referrals.referral.declined import just_declined, one_declined, take_back_decline
from referrals.referral.records import ReferralTransfer
from referrals.referral.stepping import Actor, GuardFailed
from referrals.referral.transferring import accept_transfer, decline_transfer
from referrals.referral.transfers_asked import incoming, one_incoming, one_to_agree, was_asked
from referrals.referral.waiting import PlaceGone
from referrals.staff.fence import beyond
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.HANDLE_REFERRAL))]
Handler = Annotated[SignedIn, Depends(may_do(Permission.HANDLE_REFERRAL))]
Sender = Annotated[SignedIn, Depends(may_do(Permission.SEND_REFERRAL))]
TOO_LATE = (GuardFailed, TransitionRefused, StaleDataError, NoLongerSo)
Decide = Callable[[UnitOfWork, ReferralTransfer, Actor, Any], None]


@routes.get("/transfers")
def transfers_page(visit: Reader) -> Response:
    """Everything that waits for this centre's yes or no."""
    return _page(visit)


@routes.post("/transfers/{transfer_id}/accept")
def accept(visit: Handler, transfer_id: RowId) -> Response:
    """From now on it is this centre's, with its place and its deadlines."""
    try:
        referral_id = visit.console.store.transact(lambda uow: _decide(uow, visit, transfer_id, accept_transfer))
    except PlaceGone:
        return _page(visit, status=409, problem="no_room")
    except TOO_LATE:
        return _page(visit, status=NoLongerSo.status, problem="faster")
    return see_other(f"/console/referrals/{referral_id}", "transfer_accepted")


@routes.post("/transfers/{transfer_id}/decline")
def decline(visit: Handler, transfer_id: RowId) -> Response:
    """It stays where it is."""
    try:
        visit.console.store.transact(lambda uow: _decide(uow, visit, transfer_id, decline_transfer))
    except TOO_LATE:
        return _page(visit, status=NoLongerSo.status, problem="faster")
    return see_other("/console/transfers", "transfer_declined")


@routes.post("/transfers/{transfer_id}/undo")
def take_back(visit: Handler, transfer_id: RowId) -> Response:
    """It was declined by mistake: it waits for this centre's answer again."""

    def work(uow: UnitOfWork) -> None:
        found = one_declined(uow, visit.member, transfer_id)
        if found is None:
            raise NotHere
        with beyond(uow):
            take_back_decline(uow, found, Actor(visit.member.staff_id), visit.at)

    try:
        visit.console.store.transact(work)
    except GuardFailed:
        return _page(visit, status=422, problem="undo")
    return see_other("/console/transfers", "undone")


@routes.post("/transfers/{transfer_id}/family")
def family_said(visit: Sender, transfer_id: RowId, agreed: Annotated[str, Form(max_length=3)] = "") -> Response:
    """The family was asked on the telephone; what it said is kept as its consent, or as its no."""

    def work(uow: UnitOfWork) -> int:
        found = one_to_agree(uow, visit.member, transfer_id)
        if found is None or agreed not in ("yes", "no"):
            raise NotHere
        agree_to_transfer(uow, found, visit.at, agreed=agreed == "yes", staff_id=visit.member.staff_id)
        return found.referral_id

    referral_id = visit.console.store.transact(work)
    return see_other(f"/console/referrals/{referral_id}/elsewhere", "family_said")


def _decide(uow: UnitOfWork, visit: SignedIn, transfer_id: int, decide: Decide) -> int:
    found = one_incoming(uow, visit.member, transfer_id)
    if found is None:
        raise NoLongerSo if was_asked(uow, visit.member, transfer_id) else NotHere
    with beyond(uow):  # the centre that asked, and who waits for the place that it gives up
        decide(uow, found, Actor(visit.member.staff_id), visit.at)
        return found.referral_id


def _page(visit: SignedIn, *, status: int = 200, problem: str = "") -> HTMLResponse:
    lines, declined = visit.console.store.transact(
        lambda uow: (_lines(uow, visit), just_declined(uow, visit.member, visit.at))
    )
    words = Words(visit.voice)
    back = [{"id": transfer.id, "number": words.number(number)} for transfer, number in declined]
    return show(
        visit, "transfers.html", status=status, lines=lines, back=back, undo_help=undo_help(words), problem=problem
    )


def _lines(uow: UnitOfWork, visit: SignedIn) -> list[dict[str, Any]]:
    words = Words(visit.voice)
    found = incoming(uow, visit.member)
    if found:
        audit(
            uow,
            at=visit.at,
            actor=f"staff:{visit.member.staff_id}",
            action="transfers.read",
            object_kind="queue",
            object_id=len(found),
            people=[referral.person_id for _, referral, _, _ in found],
        )
    lines = []
    for transfer, referral, number, centre in found:
        need = visit.settings.need(referral.need_code) if visit.settings else None
        lines.append(
            {
                "transfer": transfer,
                "number": words.number(number),
                "from": centre,
                "need": need.name_ar if need else referral.need_code,
                "reason": words.t(f"transfer.reason.{transfer.reason}"),
                "due": due_chip(words, transfer.due_at, visit.at),
                "priority": priority_chip(words, referral.priority),
            }
        )
    return lines
