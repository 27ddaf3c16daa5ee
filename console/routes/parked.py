"""Messages that could not be handled or sent, for supervisors: with the reason, without what they say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from referrals.staff.parked import parked_inbound, parked_outbound, parked_pushes, push_again
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Overseer = Annotated[SignedIn, Depends(may_see(Permission.SEE_PARKED))]
Mender = Annotated[SignedIn, Depends(may_do(Permission.SEE_PARKED))]


@routes.get("/parked")
def parked_page(visit: Overseer) -> Response:
    """Both directions and the forms for other servers, the latest first."""
    with visit.console.store.reading() as uow:
        inbound, outbound = parked_inbound(uow, visit.member), parked_outbound(uow, visit.member)
        pushes = parked_pushes(uow, visit.member)
    return show(visit, "parked.html", inbound=inbound, outbound=outbound, pushes=pushes)


@routes.post("/parked/pushes/{row_id}/again")
def again(visit: Mender, row_id: RowId) -> Response:
    """One form is tried anew, after what stopped it was mended."""
    if not visit.console.store.transact(lambda uow: push_again(uow, visit.member, row_id, visit.at)):
        raise NotHere
    return see_other("/console/parked", "tried_again")
