"""What a family agreed to: by its number; taken back when somebody says so by telephone; what a guardian said."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import Chip
from console.words import Words
from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.staff.agenda import number_of
from referrals.staff.consents import (
    ON_PAPER_OR_SAID,
    RELATIONS,
    Kept,
    application_by_number,
    consents_of,
    keep_guardian,
    one_application,
    withdraw_for,
    words_of_fields,
)
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Keeper = Annotated[SignedIn, Depends(may_see(Permission.KEEP_CONSENT))]
Changer = Annotated[SignedIn, Depends(may_do(Permission.KEEP_CONSENT))]
ALL = "all"


@routes.get("/consents")
def consents_page(visit: Keeper) -> Response:
    """The field for a number."""
    return show(visit, "consents.html", problem="")


@routes.post("/consents")
def find(visit: Changer, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Opens what the family of that number agreed to."""
    wanted = number_of(number)
    with visit.console.store.reading() as uow:
        found = application_by_number(uow, visit.member, wanted) if wanted else None
    if found is None:
        return show(visit, "consents.html", status=422, problem="number_unknown" if wanted else "number_wrong")
    return see_other(_path(found.id))


@routes.get("/consents/{application_id}")
def family_page(visit: Keeper, application_id: RowId) -> Response:
    """Every consent, what it covers and whether it stands; that it was read is audited."""
    return _page(visit, application_id)


@routes.post("/consents/{application_id}/withdraw")
def withdraw(visit: Changer, application_id: RowId, which: Annotated[str, Form(max_length=20)] = "") -> Response:
    """Ends one, or all: open referrals are cancelled, what was shared is not shown any more."""
    chosen = None if which == ALL else int(which) if which.isascii() and which.isdigit() else 0

    def work(uow: UnitOfWork, application: Application) -> bool:
        return withdraw_for(uow, visit.member, application, chosen, visit.at)

    if not _change(visit, application_id, work):
        raise NotHere
    return see_other(_path(application_id), "consent_withdrawn")


@routes.post("/consents/{application_id}/guardian")
def guardian(
    visit: Changer,
    application_id: RowId,
    relation: Annotated[str, Form(max_length=40)] = "",
    method: Annotated[str, Form(max_length=10)] = "",
) -> Response:
    """Keeps what a child's guardian agreed to."""
    if relation not in RELATIONS or method not in ON_PAPER_OR_SAID:
        return _page(visit, application_id, status=422, problem="guardian")

    def work(uow: UnitOfWork, application: Application) -> bool:
        settings = settings_of(uow, application.programme_id)
        keep_guardian(uow, visit.member, settings, application, relation=relation, method=method, at=visit.at)
        return True

    _change(visit, application_id, work)
    return see_other(_path(application_id), "guardian_kept")


def _change(visit: SignedIn, application_id: int, change: Callable[[UnitOfWork, Application], bool]) -> bool:
    return visit.console.store.transact(lambda uow: change(uow, _theirs(uow, visit, application_id)))


def _theirs(uow: UnitOfWork, visit: SignedIn, application_id: int) -> Application:
    application = one_application(uow, visit.member, application_id)
    if application is None:
        raise NotHere
    return application


def _page(visit: SignedIn, application_id: int, *, status: int = 200, problem: str = "") -> Response:
    values = visit.console.store.transact(lambda uow: _values(uow, visit, application_id))
    return show(visit, "consents_of_family.html", status=status, problem=problem, **values)


def _values(uow: UnitOfWork, visit: SignedIn, application_id: int) -> dict[str, Any]:
    application = _theirs(uow, visit, application_id)
    settings = settings_of(uow, application.programme_id)
    words = Words(visit.voice)
    kept = consents_of(uow, visit.member, application, visit.at)
    return {
        "application_id": application.id,
        "number": words.number(application.number),
        "lines": [_line(words, each, words_of_fields(settings, each.fields)) for each in kept],
        "any_stands": any(each.stands for each in kept),
        "relations": RELATIONS,
        "methods": ON_PAPER_OR_SAID,
    }


def _line(words: Words, kept: Kept, fields: list[str]) -> dict[str, Any]:
    who = words.t(f"consents.by.{kept.given_by}") if words.has(f"consents.by.{kept.given_by}") else kept.given_by
    if kept.relation and words.has(f"consents.relation.{kept.relation}"):
        who = f"{who} · {words.t(f'consents.relation.{kept.relation}')}"
    return {
        "kept": kept,
        "title": words.t(f"consents.purpose.{kept.purpose}"),
        "state": _state(words, kept),
        "fields": "، ".join(fields),
        "who": who,
        "how": words.t(f"consents.method.{kept.method}")
        if words.has(f"consents.method.{kept.method}")
        else kept.method,
        "given": words.when(kept.given_at),
        "expires": words.when(kept.expires_at) if kept.expires_at else "",
        "withdrawn": words.when(kept.withdrawn_at) if kept.withdrawn_at else "",
        "version": kept.version,
    }


def _state(words: Words, kept: Kept) -> Chip:
    if kept.refused:
        return Chip(words.t("consents.state.refused"), "chip-late")
    if kept.withdrawn_at is not None:
        return Chip(words.t("consents.state.withdrawn"), "chip-late")
    return Chip(words.t("consents.state.stands"), "chip-ok") if kept.stands else Chip(words.t("consents.state.expired"))


def _path(application_id: int) -> str:
    return f"/console/consents/{application_id}"
