"""Signing in: with a password, by a link that works once, by an invitation; and signing out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import HTMLResponse

from console.errors import FormRefused
from console.kept import Kept, kept_from
from console.pages import HOME, see_other, show_outside
from console.security import (
    A_DAY,
    LARGEST_FORM,
    SESSION,
    VISITOR,
    comes_from_us,
    cookie,
    drop_cookie,
    same,
    set_cookie,
    visitor_csrf,
)
from console.service import Console, console_of
from console.signed_in import COMING_BACK, Acting
from referrals.staff.passwords import WeakPassword, refuse_weak
from referrals.staff.sessions import NewSession, end_session, open_session, start_session
from referrals.staff.sign_in_links import (
    LinkSpent,
    accept_invitation,
    link_is_open,
    open_invitation,
    use_sign_in_link,
)
from referrals.staff.signing_in import SignInRefused, TooManyTries, sign_in
from referrals.staff.tokens import new_token, token_hash
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)


@dataclass(frozen=True)
class Visitor:
    """Somebody at the door."""

    console: Console
    request: Request
    token: str
    at: datetime

    @property
    def csrf(self) -> str:
        return visitor_csrf(self.token)

    @property
    def user_agent(self) -> str:
        return self.request.headers.get("user-agent", "")


def visitor(request: Request) -> Visitor:
    """Whoever is at the door, with a token of their own for its forms."""
    console = console_of(request)
    return Visitor(console, request, cookie(console, request, VISITOR) or new_token(), console.session_clock())


def knocking(request: Request, csrf: Annotated[str, Form()] = "") -> Visitor:
    """A visitor who sends a form: it must come from our own door. Raises `FormRefused`."""
    console = console_of(request)
    token = cookie(console, request, VISITOR)
    if not token or not comes_from_us(console, request) or not same(csrf, visitor_csrf(token)):
        raise FormRefused
    return Visitor(console, request, token, console.session_clock())


AtTheDoor = Annotated[Visitor, Depends(visitor)]
Knocking = Annotated[Visitor, Depends(knocking)]


@routes.get("/sign-in")
def sign_in_page(door: AtTheDoor, to: str = "", said: str = "") -> Response:
    """The form for address and password."""
    return _at_the_door(door, "sign_in.html", said=said if said == "signed_out" else "", to=_ours(to))


@routes.post("/sign-in")
def sign_in_with_password(
    door: Knocking,
    email: Annotated[str, Form(max_length=200)] = "",
    password: Annotated[str, Form(max_length=400)] = "",
    to: Annotated[str, Form(max_length=200)] = "",
    kept: Annotated[str, Form(max_length=LARGEST_FORM)] = "",
) -> Response:
    """Signs in, or says that the two do not fit; the same words for an account that there is not."""
    there = {"to": _ours(to), "kept": kept, "email": email if kept else ""}
    address = door.request.client.host if door.request.client else ""
    try:
        session = sign_in(
            door.console.store,
            door.console.passwords,
            email=email,
            password=password,
            address=address,
            user_agent=door.user_agent,
            at=door.at,
        )
    except TooManyTries:
        return _at_the_door(door, "sign_in.html", status=429, problem="too_many_tries", **there)
    except SignInRefused:
        return _at_the_door(door, "sign_in.html", status=422, problem="wrong_password", **there)
    return _let_in(door, session, _again(door, session, kept_from(kept)) or see_other(_ours(to) or HOME))


@routes.get("/enter/{token}")
def link_page(door: AtTheDoor, token: str) -> Response:
    """A button: looking at the link, as previews of messages do, does not use it."""
    with door.console.store.reading() as uow:
        usable = link_is_open(uow, token, door.at)
    return _at_the_door(door, "enter.html", status=200 if usable else 404, usable=usable)


@routes.post("/enter/{token}")
def enter_by_link(door: Knocking, token: str) -> Response:
    """Signs in, once."""

    def enter(uow: UnitOfWork) -> NewSession:
        return start_session(uow, use_sign_in_link(uow, token, door.at), door.user_agent, door.at)

    try:
        session = door.console.store.transact(enter)
    except LinkSpent:
        return _at_the_door(door, "enter.html", status=404, usable=False)
    return _let_in(door, session, see_other(HOME))


@routes.get("/invitation/{token}")
def invitation_page(door: AtTheDoor, token: str) -> Response:
    """Where a new colleague chooses a password."""
    return _invitation(door, token)


@routes.post("/invitation/{token}")
def accept(
    door: Knocking,
    token: str,
    name: Annotated[str, Form(max_length=120)] = "",
    password: Annotated[str, Form(max_length=400)] = "",
    again: Annotated[str, Form(max_length=400)] = "",
) -> Response:
    """Makes the account. They then sign in, so that an invitation alone never opens an account that there was."""
    try:
        with door.console.store.reading() as uow:
            invited = open_invitation(uow, token, door.at)
        refuse_weak(password, invited.email, name)
    except LinkSpent:
        return _invitation(door, token)
    except WeakPassword:
        return _invitation(door, token, status=422, problem="weak_password", name=name)
    if password != again:
        return _invitation(door, token, status=422, problem="not_the_same", name=name)
    hashed = door.console.passwords.hash(password)
    try:
        door.console.store.transact(lambda uow: accept_invitation(uow, token, name.strip(), hashed, door.at))
    except LinkSpent:
        return _invitation(door, token)
    return _at_the_door(door, "sign_in.html", said="invitation_accepted", email=invited.email)


@routes.post("/sign-out")
def sign_out(visit: Acting) -> Response:
    """Ends the session for good: a copied cookie opens nothing any more."""
    at = visit.console.session_clock()
    visit.console.store.transact(
        lambda uow: end_session(uow, visit.session.token_sha256, at, staff_id=visit.member.staff_id)
    )
    response = see_other("/console/sign-in", "signed_out")
    drop_cookie(visit.console, response, SESSION)
    return response


def ask_to_sign_in(request: Request, kept: Kept) -> Response:
    """The sign-in form where a session ended under somebody's hands: it carries along what they had typed."""
    return _at_the_door(visitor(request), "sign_in.html", status=401, kept=kept.as_text())


def _again(door: Visitor, session: NewSession, kept: Kept | None) -> Response | None:
    """What was typed before, to be sent with one press; None where nothing was, or somebody else signed in."""
    with door.console.store.reading() as uow:
        opened = open_session(uow, session.token, door.at)
    if kept is None or opened is None or opened.staff_id != kept.staff_id:
        return None
    return show_outside(door.console, "again.html", csrf=session.csrf, kept=kept)


def _at_the_door(door: Visitor, template: str, *, status: int = 200, **values: object) -> HTMLResponse:
    given = {"said": "", "problem": "", "to": "", "email": "", "kept": "", **values}
    response = show_outside(door.console, template, status=status, csrf=door.csrf, **given)
    set_cookie(door.console, response, VISITOR, door.token, max_age=A_DAY)
    return response


def _invitation(door: Visitor, token: str, *, status: int = 200, problem: str = "", name: str = "") -> HTMLResponse:
    try:
        with door.console.store.reading() as uow:
            invited = open_invitation(uow, token, door.at)
    except LinkSpent:
        return _at_the_door(door, "invitation.html", status=404, invited=None, name="")
    shown = name or invited.name
    return _at_the_door(door, "invitation.html", status=status, invited=invited, problem=problem, name=shown)


def _let_in(door: Visitor, session: NewSession, response: Response) -> Response:
    """A new cookie for a new session; the one that this browser held before is ended."""
    before = cookie(door.console, door.request, SESSION)
    if before:
        door.console.store.transact(lambda uow: _end_before(uow, before, door.at))
    set_cookie(door.console, response, SESSION, session.token)
    drop_cookie(door.console, response, VISITOR)
    return response


def _end_before(uow: UnitOfWork, token: str, at: datetime) -> None:
    standing = open_session(uow, token, at)
    if standing is not None:
        end_session(uow, token_hash(token), at, staff_id=standing.staff_id)


def _ours(to: str) -> str:
    """The page to go to, when it is one of ours; an address of elsewhere is nothing."""
    return to if COMING_BACK.fullmatch(to) else ""
