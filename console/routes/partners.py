"""Partners' systems: what they were told, what did not reach them and why, and trying it again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.partners.overseeing import (
    STATES,
    Delivered,
    one_partner,
    partners_seen,
    shown_deliveries,
    try_partner_again,
)
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Overseer = Annotated[SignedIn, Depends(may_see(Permission.SEE_PARKED))]
Mender = Annotated[SignedIn, Depends(may_do(Permission.SEE_PARKED))]
Shown = Literal["", "waiting", "sent", "parked", "cancelled", "listed"]
COLOURS = {"sent": "chip-ok", "parked": "chip-late", "waiting": "chip-soon"}


@routes.get("/partners")
def partners_page(visit: Overseer) -> Response:
    """The partners of the member's programmes, with how much went, waits and stopped."""
    with visit.console.store.reading() as uow:
        found = partners_seen(uow, visit.member)
    return show(visit, "partners.html", rows=found)


@routes.get("/partners/{partner_id}")
def partner_page(visit: Overseer, partner_id: RowId, state: Shown = "") -> Response:
    """One partner's events, the latest first."""
    with visit.console.store.reading() as uow:
        partner = one_partner(uow, visit.member, partner_id)
        if partner is None:
            raise NotHere
        rows = shown_deliveries(uow, partner.id, state)
    words = Words(visit.voice)
    lines = [_line(words, each) for each in rows]
    return show(visit, "partner.html", partner=partner, lines=lines, state=state, states=STATES)


@routes.post("/partners/{partner_id}/again")
def again_all(visit: Mender, partner_id: RowId) -> Response:
    """Everything that stopped is tried anew, after what stopped it was mended."""
    return _again(visit, partner_id, None)


@routes.post("/partners/{partner_id}/deliveries/{row_id}/again")
def again_one(visit: Mender, partner_id: RowId, row_id: RowId) -> Response:
    """One event is tried anew."""
    return _again(visit, partner_id, row_id)


def _again(visit: SignedIn, partner_id: int, row_id: int | None) -> Response:
    work = visit.console.store.transact
    if not work(lambda uow: try_partner_again(uow, visit.member, partner_id, row_id, visit.at)):
        raise NotHere
    return see_other(f"/console/partners/{partner_id}", "tried_again")


def _line(words: Words, each: Delivered) -> dict[str, Any]:
    key = f"event.{each.event}"
    return {
        "row": each,
        "event": words.t(key) if words.has(key) else words.t("event.other"),
        "state": words.t(f"partners.state.{each.state}"),
        "colour": COLOURS.get(each.state, ""),
        "why": _why(words, each),
        "tries": words.voice.number(each.attempts),
    }


def _why(words: Words, each: Delivered) -> str:
    """What stopped it, in plain words: what their server said, or that it said nothing."""
    if each.state not in ("waiting", "parked") or not each.reason:
        return ""
    if each.status is not None:
        return words.t("partners.why.answered", status=str(each.status))
    if "SANAD_PARTNER_NETWORKS" in each.reason or "https://" in each.reason:
        return words.t("partners.why.address")
    return words.t("partners.why.no_answer")
