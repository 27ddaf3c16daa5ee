"""A visit or a follow-up is started from the referral of the family that it is about."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other
from console.routes.filling_pages import path_of
from console.signed_in import SignedIn, may_do
from referrals.filling.visiting import forms_for, start_visit
from referrals.referral.in_sight import one_referral
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]


@routes.post("/referrals/{referral_id}/forms/{name}")
def start(visit: Clerk, referral_id: RowId, name: str) -> Response:
    """Opens the form about this family; the one that is open already where there is one."""

    def work(uow: UnitOfWork) -> int:
        referral = one_referral(uow, visit.member, referral_id, Permission.HANDLE_REFERRAL)
        if referral is None or visit.settings is None or name not in forms_for(uow, referral):
            raise NotHere
        return start_visit(uow, visit.member, visit.settings, referral, name, visit.at).id

    return see_other(path_of(visit.console.store.transact(work)))
