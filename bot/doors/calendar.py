"""An appointment's calendar file for whoever holds its unguessable address: the link that a chat gave the family."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, HTTPException, Path, Response

from referrals.appointments.calendar_file import CONTENT_TYPE
from referrals.appointments.calendar_link import PREFIX, calendar_at
from referrals.store.unit_of_work import Store


def make_calendar(store: Store, clock: Callable[[], datetime]) -> APIRouter:
    """The route. A path that names nothing is answered 404, whether it was guessed or its appointment given up."""
    routes = APIRouter()

    @routes.get(PREFIX + "/{token}.ics")
    def file(token: Annotated[str, Path(max_length=80)]) -> Response:
        with store.reading() as uow:
            found = calendar_at(uow, token, clock())
        if found is None:
            raise HTTPException(404)
        content, name = found
        headers = {
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "no-store",
            "X-Robots-Tag": "noindex",
            "Referrer-Policy": "no-referrer",
        }
        return Response(content, media_type=f"{CONTENT_TYPE}; charset=utf-8", headers=headers)

    return routes
