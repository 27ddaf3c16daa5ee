"""The files of a form at the desk: what the family gave, and the pictures that its author put beside questions."""

from __future__ import annotations

from fastapi import APIRouter, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.routes.filling_pages import Reader, theirs
from referrals.filling.files import SHOWN, attachment_of, read_file, type_of
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)


@routes.get("/filling/{filling_id}/files/{media_id}")
def file(visit: Reader, filling_id: RowId, media_id: RowId) -> Response:
    """A file of the form; pictures show, everything else is only saved."""

    def work(uow: UnitOfWork) -> tuple[bytes, str] | None:
        return read_file(uow, visit.member, theirs(uow, visit, filling_id), media_id, visit.at)

    found = visit.console.store.transact(work)
    if found is None:
        raise NotHere
    content, kind = found
    if kind in SHOWN:
        return Response(content, media_type=kind)
    return Response(content, media_type="application/octet-stream", headers={"content-disposition": "attachment"})


@routes.get("/filling/{filling_id}/media/{name}")
def picture(visit: Reader, filling_id: RowId, name: str) -> Response:
    """A picture that the author put beside a question."""

    def work(uow: UnitOfWork) -> bytes | None:
        return attachment_of(uow, theirs(uow, visit, filling_id).stored.form_id, name)

    content = visit.console.store.transact(work)
    if content is None or type_of(content) not in SHOWN:
        raise NotHere
    return Response(content, media_type=type_of(content))
