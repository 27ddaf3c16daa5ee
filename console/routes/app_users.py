"""Phones that work with ODK Collect: made, listed, shut out, and the settings code that Collect scans."""

from __future__ import annotations

from typing import Annotated, Any

import segno
from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.protection.audit import audit
from referrals.staff.roles import Permission
from referrals.staff.scope import visible_to
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.app_users import (
    UnfitAppUser,
    add_app_user,
    credentials_of,
    revoke_app_user,
    server_address,
    settings_code,
)
from referrals.submissions.forms_served import ServedForm, forms_in_force
from referrals.submissions.records import AppUser

routes = APIRouter(default_response_class=HTMLResponse)
Keeper = Annotated[SignedIn, Depends(may_see(Permission.MANAGE_APP_USERS))]
Giver = Annotated[SignedIn, Depends(may_do(Permission.MANAGE_APP_USERS))]


@routes.get("/app-users")
def app_users_page(visit: Keeper) -> Response:
    """Every phone, and the form for a new one."""
    return _list(visit)


@routes.post("/app-users")
def add(
    visit: Giver,
    name: Annotated[str, Form(max_length=80)] = "",
    centre: Annotated[str, Form(max_length=120)] = "",
    forms: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """A new phone; its page shows the code to scan."""
    programme_id = visit.member.programmes[0]

    def work(uow: UnitOfWork) -> int:
        known = [form.name for form in _forms(uow, programme_id)]
        chosen = [each for each in forms or () if each in known]
        place = centre if centre in {each.external_id for each in _centres(uow, programme_id)} else ""
        user, _ = add_app_user(
            uow,
            programme_id,
            name,
            visit.at,
            actor=f"staff:{visit.member.staff_id}",
            forms=[] if len(chosen) == len(known) else chosen,
            location=place,
        )
        return user.id

    try:
        user_id = visit.console.store.transact(work)
    except UnfitAppUser:
        return _list(visit, status=422, problem="name")
    return see_other(f"/console/app-users/{user_id}", "phone_added")


@routes.get("/app-users/{user_id}")
def app_user_page(visit: Keeper, user_id: RowId) -> Response:
    """The settings code of one phone; that it was shown is audited."""
    values = visit.console.store.transact(lambda uow: _values(uow, visit, user_id))
    return show(visit, "app_user.html", **values)


@routes.post("/app-users/{user_id}/revoke")
def revoke(visit: Giver, user_id: RowId) -> Response:
    """Shuts the phone out."""
    actor = f"staff:{visit.member.staff_id}"
    visit.console.store.transact(lambda uow: revoke_app_user(uow, _theirs(uow, visit, user_id), visit.at, actor=actor))
    return see_other("/console/app-users", "phone_revoked")


def _list(visit: SignedIn, *, status: int = 200, problem: str = "") -> Response:
    programme_id = visit.member.programmes[0]
    with visit.console.store.reading() as uow:
        query = select(AppUser).order_by(AppUser.revoked_at.is_not(None), AppUser.id.desc())
        users = list(uow.session.scalars(visible_to(visit.member, query, AppUser, Permission.MANAGE_APP_USERS)))
        forms = _forms(uow, programme_id)
        centres = _centres(uow, programme_id)
    places = {centre.id: centre.name for centre in centres}
    return show(
        visit,
        "app_users.html",
        status=status,
        problem=problem,
        users=[{"user": user, "centre": places.get(user.location_id or 0, "")} for user in users],
        forms=forms,
        centres=centres,
    )


def _values(uow: UnitOfWork, visit: SignedIn, user_id: int) -> dict[str, Any]:
    user = _theirs(uow, visit, user_id)
    values: dict[str, Any] = {"user": user, "code": "", "server": "", "plain_server": "", "password": ""}
    if user.revoked_at is not None:
        return values
    given = credentials_of(uow, user)
    base = _public_address(visit)
    audit(
        uow,
        at=visit.at,
        actor=f"staff:{visit.member.staff_id}",
        action="app_user.code_read",
        object_kind="app_user",
        object_id=user.id,
    )
    text = settings_code(base, given.token, user.programme_id, settings_of(uow, user.programme_id).name_ar)
    return values | {
        "code": segno.make(text, error="l", micro=False).svg_data_uri(scale=4, border=4, dark="#000", light="#fff"),
        "server": server_address(base, given.token, user.programme_id),
        "plain_server": f"{base}/openrosa/{user.programme_id}",
        "password": given.password,
    }


def _public_address(visit: SignedIn) -> str:
    """Where phones reach us: the configured address, else the one under which this page is open."""
    if visit.console.base_url.startswith("https://"):
        return visit.console.base_url
    return f"{visit.request.url.scheme}://{visit.request.url.netloc}"


def _theirs(uow: UnitOfWork, visit: SignedIn, user_id: int) -> AppUser:
    query = select(AppUser).where(AppUser.id == user_id)
    user = uow.session.scalar(visible_to(visit.member, query, AppUser, Permission.MANAGE_APP_USERS))
    if user is None:
        raise NotHere
    return user


def _forms(uow: UnitOfWork, programme_id: str) -> list[ServedForm]:
    return forms_in_force(uow, programme_id)


def _centres(uow: UnitOfWork, programme_id: str) -> list[Location]:
    return list(uow.session.scalars(select(Location).filter_by(programme_id=programme_id).order_by(Location.name)))
