"""The queue of referrals: filtered, searched by number, the least time left first."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import page_number
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import day_ends, due_chip, place_line, priority_chip, row_colour, state_chip
from console.words import Words
from referrals.referral.in_sight import referral_by_number
from referrals.referral.overdue import how_many_late
from referrals.referral.queue import SHOWS, Counts, QueueFilter, QueueRow, counts, queue
from referrals.referral.transfers_asked import how_many_incoming
from referrals.staff.agenda import number_of
from referrals.staff.rights import notices_for
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.SEE_QUEUE))]
Searcher = Annotated[SignedIn, Depends(may_do(Permission.READ_REFERRAL))]


@routes.get("/referrals")
def queue_page(visit: Reader) -> Response:
    """The lines of one filter, a page of them."""
    asked = visit.request.query_params
    return _page(visit, asked.get("show", "open"), page_number(asked.get("page", "1")))


@routes.post("/referrals/search")
def search(visit: Searcher, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Opens the referral with this number. By POST: a number belongs in no address and no history."""
    wanted = number_of(number)
    found = None
    if wanted is not None:
        with visit.console.store.reading() as uow:
            found = referral_by_number(uow, visit.member, wanted)
    if found is None:
        return _page(visit, "open", 1, status=422, problem="number_unknown" if wanted else "number_wrong", typed=number)
    return see_other(f"/console/referrals/{found}")


def _page(
    visit: SignedIn, wanted: str, page: int, *, status: int = 200, problem: str = "", typed: str = ""
) -> Response:
    chosen = next((each for each in SHOWS if each == wanted), None)
    if chosen is None or page < 1:
        raise NotHere
    asked = QueueFilter(chosen, day_ends(visit.at, visit.time_zone), page)
    found, count, transfers, late = visit.console.store.transact(
        lambda uow: (queue(uow, visit.member, asked, visit.at), *_counts(uow, visit, asked))
    )
    words = Words(visit.voice)
    return show(
        visit,
        "queue.html",
        status=status,
        rows=[_line(words, visit, row) for row in found.rows],
        counts=count,
        shows=SHOWS,
        chosen=chosen,
        page=page,
        after=found.after,
        several_centres=len({row.centre for row in found.rows}) > 1,
        problem=problem,
        typed=typed,
        transfers=transfers,
        erased=_erased(words, visit),
        may_send=visit.member.may(Permission.SEND_REFERRAL),
        late=late,
    )


def _erased(words: Words, visit: SignedIn) -> list[dict[str, Any]]:
    """Families that asked to be erased, whose papers this centre has still to delete: a number and nothing else."""
    with visit.console.store.reading() as uow:
        notices = notices_for(uow, visit.member, "centre", Permission.SEE_QUEUE)
    return [
        {"row": each, "number": words.number(each.reference), "when": words.when(each.created_at)} for each in notices
    ]


def _counts(uow: UnitOfWork, visit: SignedIn, asked: QueueFilter) -> tuple[Counts, int, int]:
    """What waits in the queue; how many transfers wait for this centre; how much is late in the whole programme."""
    member = visit.member
    late = how_many_late(uow, member, visit.at) if member.may(Permission.SEND_REFERRAL) else 0
    return counts(uow, member, visit.at, asked.day_ends), how_many_incoming(uow, member), late


def _line(words: Words, visit: SignedIn, row: QueueRow) -> dict[str, Any]:
    return {
        "row": row,
        "colour": row_colour(row, visit.at, visit.time_zone),
        "place": place_line(words, row),
        "due": due_chip(words, row.due_at, visit.at),
        "state": state_chip(words, row.state, row.business_status),
        "priority": priority_chip(words, row.priority),
    }
