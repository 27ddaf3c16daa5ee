"""A form that was begun at a desk goes on at the family's own telephone, also where that was never in a chat."""

from __future__ import annotations

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import show
from console.routes.filling_pages import theirs
from console.signed_in import SignedIn, may_do
from referrals.conversations.stages.moving import LASTS, new_code
from referrals.filling.starting import note
from referrals.senders.links import links_with_code
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]


@routes.post("/filling/{filling_id}/phone")
def to_a_phone(visit: Clerk, filling_id: RowId) -> Response:
    """Six digits to write from any of our chats, and a code to scan for each; they last a quarter of an hour."""

    def work(uow: UnitOfWork) -> dict[str, Any]:
        filling = theirs(uow, visit, filling_id).filling
        if filling.form_name != "intake" or filling.session_id is None:
            raise NotHere
        code = new_code(uow, visit.at, session_id=filling.session_id)
        note(uow, visit.member, filling, "code_given", visit.at)
        return {"code": code, "links": links_with_code(uow, filling.programme_id, code, visit.console.base_url)}

    made = visit.console.store.transact(work)
    codes = [{"channel": link.channel, "picture": _square(link.url)} for link in made["links"]]
    digits = visit.voice.number(made["code"])
    minutes = visit.voice.number(int(LASTS.total_seconds() // 60))
    return show(visit, "filling_phone.html", digits=digits, minutes=minutes, codes=codes)


def _square(url: str) -> str:
    """A link as a picture to scan."""
    return segno.make(url, error="m", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff")
