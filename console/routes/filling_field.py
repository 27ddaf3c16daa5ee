"""From an intake of a researcher's phone, or the request about it, to the page where its family chooses a centre."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other
from console.routes.filling_pages import path_of
from console.signed_in import SignedIn, may_do
from referrals.families.consents import has_consent
from referrals.filling.centres import look_for_centres
from referrals.filling.from_the_field import choosing_for, submission_asked_about
from referrals.staff.help_desk import one_request
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import ReceivedSubmission
from referrals.submissions.shown import one_submission

routes = APIRouter(default_response_class=HTMLResponse)
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]


@routes.post("/submissions/{submission_id}/centre")
def from_submission(visit: Clerk, submission_id: RowId) -> Response:
    """The family of a filed intake chooses its centre."""

    def work(uow: UnitOfWork) -> int:
        return _open(uow, visit, one_submission(uow, visit.member, submission_id))

    return _done(visit.console.store.transact(work))


@routes.post("/help/{request_id}/centre")
def from_request(visit: Clerk, request_id: RowId) -> Response:
    """The same from the request for staff."""

    def work(uow: UnitOfWork) -> int:
        request = one_request(uow, visit.member, request_id)
        return _open(uow, visit, submission_asked_about(uow, request) if request is not None else None)

    return _done(visit.console.store.transact(work))


def _open(uow: UnitOfWork, visit: SignedIn, row: ReceivedSubmission | None) -> int:
    filling = choosing_for(uow, visit.member, row, visit.at) if row is not None else None
    if filling is None or visit.settings is None or visit.settings.id != filling.programme_id:
        raise NotHere
    is_new = filling.referral_id is None and filling.created_at == visit.at
    if is_new and has_consent(uow, filling.person_id, filling.programme_id, "intake", visit.at):
        look_for_centres(uow, visit.settings, filling, visit.at)
    return filling.id


def _done(filling_id: int) -> Response:
    return see_other(f"{path_of(filling_id)}/done")
