"""A centre's own room: how many families each service takes, a pause, a waiting list."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from referrals.matching.rooms import Said, UnfitRoom, read_capacity, rooms_of, say_room
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.CHANGE_CAPACITY))]
Keeper = Annotated[SignedIn, Depends(may_do(Permission.CHANGE_CAPACITY))]


@routes.get("/capacity")
def capacity_page(visit: Reader) -> Response:
    """Every service of their centres, with what is taken and when it was last confirmed."""
    return _page(visit)


@routes.post("/capacity/{given_id}")
def change(
    visit: Keeper,
    given_id: RowId,
    capacity: Annotated[str, Form(max_length=12)] = "",
    waitlist: Annotated[str, Form(max_length=4)] = "",
    paused: Annotated[str, Form(max_length=4)] = "",
) -> Response:
    """Keeps what the centre says; places that are free now go to who waits."""
    try:
        said = Said(read_capacity(capacity), waitlist == "yes", paused == "yes")
    except UnfitRoom:
        return _page(visit, status=422, wrong=given_id, typed=capacity)
    kept = visit.console.store.transact(lambda uow: say_room(uow, visit.member, given_id, said, visit.at))
    if kept is None:
        raise NotHere
    return see_other("/console/capacity", "capacity_given" if kept else "capacity_kept")


def _page(visit: SignedIn, *, status: int = 200, wrong: int = 0, typed: str = "") -> Response:
    with visit.console.store.reading() as uow:
        rooms = rooms_of(uow, visit.member)
    if wrong and wrong not in {room.id for room in rooms}:
        raise NotHere
    several = len({room.centre for room in rooms}) > 1
    return show(visit, "capacity.html", status=status, rooms=rooms, several=several, wrong=wrong, typed=typed)
