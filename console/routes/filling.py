"""Filling a form for a family at the desk: what is not finished here, a new one, one that a phone began."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.routes.filling_pages import settings_of, theirs
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.conversations.stages.agreeing import LANGUAGE_NAMES
from referrals.directory.public_list import public_list
from referrals.filling.asking_staff import report_danger
from referrals.filling.ending import hand_back, put_away
from referrals.filling.finding import By, TooManySearches, find_begun
from referrals.filling.records import DeskFilling
from referrals.filling.starting import notice_of, start_at_desk
from referrals.filling.working import Unfinished, unfinished
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.FILL_FORM))]
Clerk = Annotated[SignedIn, Depends(may_do(Permission.FILL_FORM))]
HOME = "/console/filling"
SAFE = ("yes", "no", "cannot")
WAYS: tuple[By, ...] = ("code", "number", "phone", "id")


@routes.get("/filling")
def filling_page(visit: Reader) -> Response:
    """What is not finished at this desk, and the two ways to begin."""
    return _list(visit)


@routes.get("/filling/new")
def new_page(visit: Reader, language: str = "") -> Response:
    """What is read aloud before the first question, in the family's language."""
    return _new(visit, language)


@routes.post("/filling/new")
def start(
    visit: Clerk,
    language: Annotated[str, Form(max_length=10)] = "",
    agreed: Annotated[str, Form(max_length=10)] = "",
    safe: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Begins the form for a family that agreed; who is not safe reaches those who may know it at once."""
    settings = settings_of(visit)
    if agreed != "yes" or safe not in SAFE:
        return _new(visit, language, status=422, problem="agreed" if agreed != "yes" else "safe", safe=safe)
    chosen = language if language in settings.languages else settings.default_language

    def work(uow: UnitOfWork) -> int:
        filling = start_at_desk(uow, visit.member, settings, chosen, visit.at)
        if safe != "yes":
            report_danger(uow, visit.member, filling, "", visit.at)
        return filling.id

    filling_id = visit.console.store.transact(work)
    return see_other(f"{HOME}/{filling_id}" + ("/danger" if safe != "yes" else ""))


@routes.get("/filling/refused")
def refused_page(visit: Reader) -> Response:
    """They do not agree: nothing is kept, and they get the public list of centres all the same."""
    settings = settings_of(visit)
    with visit.console.store.reading() as uow:
        places = public_list(uow, settings.id, "ar")
    return show(visit, "filling_refused.html", places=places)


@routes.post("/filling/find")
def find(
    visit: Clerk, by: Annotated[str, Form(max_length=10)] = "code", typed: Annotated[str, Form(max_length=80)] = ""
) -> Response:
    """Takes over what a phone began. By POST: a number belongs in no address and no history."""
    settings = settings_of(visit)
    if by not in WAYS:
        raise NotHere

    def work(uow: UnitOfWork) -> int | None:
        found = find_begun(uow, visit.member, settings, by, typed, visit.at)
        return found.id if found else None

    try:
        found = visit.console.store.transact(work)
    except TooManySearches:
        return _list(visit, status=429, problem="too_many", by=by)
    if found is None:
        return _list(visit, status=422, problem=f"not_found_{'code' if by == 'code' else 'other'}", by=by, typed=typed)
    return see_other(f"{HOME}/{found}", "taken_over")


@routes.get("/filling/{filling_id}/danger")
def danger_page(visit: Reader, filling_id: RowId) -> Response:
    """They are not safe: the number to call, who knows by now, and the questions only when they want to go on."""
    settings = settings_of(visit)
    filling = visit.console.store.transact(lambda uow: _open(uow, visit, filling_id))
    return show(visit, "filling_danger.html", filling=filling, hotline=settings.hotline)


@routes.post("/filling/{filling_id}/danger")
def report(visit: Clerk, filling_id: RowId) -> Response:
    """The clerk saw or heard that somebody is not safe."""
    visit.console.store.transact(
        lambda uow: report_danger(uow, visit.member, _open(uow, visit, filling_id), "", visit.at)
    )
    return see_other(f"{HOME}/{filling_id}/danger")


@routes.post("/filling/{filling_id}/hand-back")
def to_the_phone(visit: Clerk, filling_id: RowId) -> Response:
    """The family goes on where it began."""

    def work(uow: UnitOfWork) -> bool:
        filling = _open(uow, visit, filling_id)
        if filling.conversation_id is None:
            raise NotHere
        return hand_back(uow, visit.member, filling, visit.at)

    told = visit.console.store.transact(work)
    return see_other(HOME, "handed_back" if told else "handed_back_quietly")


@routes.post("/filling/{filling_id}/put-away")
def away(visit: Clerk, filling_id: RowId) -> Response:
    """The family does not go on."""
    visit.console.store.transact(lambda uow: put_away(uow, visit.member, _open(uow, visit, filling_id), visit.at))
    return see_other(HOME, "put_away")


def _open(uow: UnitOfWork, visit: SignedIn, filling_id: int) -> DeskFilling:
    return theirs(uow, visit, filling_id).filling


def _new(visit: SignedIn, language: str, *, status: int = 200, problem: str = "", safe: str = "") -> HTMLResponse:
    settings = settings_of(visit)
    chosen = language if language in settings.languages else settings.default_language
    with visit.console.store.reading() as uow:
        notice = notice_of(uow, settings.id, chosen)
    languages = [(code, LANGUAGE_NAMES.get(code, code)) for code in settings.languages]
    values = {"notice": notice, "languages": languages, "chosen": chosen, "problem": problem, "safe": safe}
    return show(visit, "filling_new.html", status=status, safes=SAFE, **values)


def _list(visit: SignedIn, *, status: int = 200, problem: str = "", by: str = "code", typed: str = "") -> HTMLResponse:
    rows = visit.console.store.transact(lambda uow: _rows(uow, visit))
    ways = WAYS if visit.member.may(Permission.READ_IDENTITY) else WAYS[:1]
    return show(visit, "filling.html", status=status, rows=rows, ways=ways, problem=problem, by=by, typed=typed)


def _rows(uow: UnitOfWork, visit: SignedIn) -> list[dict[str, Any]]:
    return [_row(visit, each) for each in unfinished(uow, visit.member, visit.at)]


def _row(visit: SignedIn, each: Unfinished) -> dict[str, Any]:
    words, filling = Words(visit.voice), each.filling
    return {
        "id": filling.id,
        "name": each.name,
        "form": filling.form_name,
        "origin": filling.origin,
        "settled": filling.settled,
        "asked": filling.asked,
        "when": words.when(filling.updated_at),
        "danger": filling.danger,
    }
