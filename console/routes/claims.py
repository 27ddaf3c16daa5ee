"""Claims of telephones: somebody on a new one says that an application is theirs, and the old one cannot be reached."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.families.deciding import Shown, approve, claims_to_decide, note_list_read, one_claim, refuse
from referrals.families.records import Claim
from referrals.staff.roles import Permission
from referrals.staff.scope import Member
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.DECIDE_CLAIM))]
Decider = Annotated[SignedIn, Depends(may_do(Permission.DECIDE_CLAIM))]
HOME = "/console/claims"


@routes.get("/claims")
def claims_page(visit: Reader) -> Response:
    """What waits for a decision, with as much as a decision needs; looking is audited."""

    def work(uow: UnitOfWork) -> list[Shown]:
        found = claims_to_decide(uow, visit.member)
        note_list_read(uow, visit.member, found, visit.at)
        return found

    words = Words(visit.voice)
    rows = [_row(words, each) for each in visit.console.store.transact(work)]
    return show(visit, "claims.html", rows=rows, waiting=sum(row["open"] for row in rows))


@routes.post("/claims/{claim_id}/approve")
def approve_one(visit: Decider, claim_id: RowId) -> Response:
    """It moves after the cooling-off, and the old telephone is told at once."""
    return _decided(visit, claim_id, approve, "claim_approved")


@routes.post("/claims/{claim_id}/refuse")
def refuse_one(visit: Decider, claim_id: RowId) -> Response:
    """Nothing moves; whoever asked hears what a stranger would."""
    return _decided(visit, claim_id, refuse, "claim_refused")


def _decided(
    visit: SignedIn, claim_id: int, decide: Callable[[UnitOfWork, Member, Claim, datetime], bool], told: str
) -> Response:
    def work(uow: UnitOfWork) -> bool:
        claim = one_claim(uow, visit.member, claim_id)
        if claim is None:
            raise NotHere
        return decide(uow, visit.member, claim, visit.at)

    done = visit.console.store.transact(work)
    return see_other(HOME, told if done else "claim_settled")


def _row(words: Words, each: Shown) -> dict[str, Any]:
    return {
        "id": each.id,
        "open": each.state == "asked",
        "renamed": each.kind == "renamed",
        "number": words.number(each.number) if each.number else "",
        "typed": words.voice.number(each.typed),
        "known": words.voice.number(each.known),
        "fits": each.digits_fit,
        "channel": each.channel,
        "when": words.when(each.asked_at),
        "due": words.when(each.due_at),
        "restricted": each.restricted,
    }
