"""Messages that could not be handled or sent, for supervisors: with the reason, without what they say."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.pages import show
from console.signed_in import SignedIn, may_see
from referrals.staff.parked import parked_inbound, parked_outbound
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Overseer = Annotated[SignedIn, Depends(may_see(Permission.SEE_PARKED))]


@routes.get("/parked")
def parked_page(visit: Overseer) -> Response:
    """Both directions, the latest first."""
    with visit.console.store.reading() as uow:
        inbound, outbound = parked_inbound(uow, visit.member), parked_outbound(uow, visit.member)
    return show(visit, "parked.html", inbound=inbound, outbound=outbound)
