"""Who is at the page: the dependency of every route that shows or does something."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Annotated

from fastapi import Depends, Form, Request

from console.errors import FormRefused, NotAllowed, SignInNeeded
from console.security import PROGRAMME, SESSION, comes_from_us, cookie, same
from console.service import Console, console_of
from referrals.conversations.speaking import voice_of
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Settings
from referrals.staff.fence import Fence
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, member_of
from referrals.staff.sessions import OpenSession, note_seen, open_session
from referrals.staff.workplaces import workplace
from referrals.store.unit_of_work import UnitOfWork
from referrals.texts import Voice, common_catalogue

LANGUAGE = "ar"  # the console speaks Arabic; its English catalogue waits for a left-to-right sheet
COMING_BACK = re.compile(r"/console/[a-z0-9/-]*")


@dataclass(frozen=True)
class SignedIn:
    """A member of staff at a page, within one of their programmes."""

    console: Console
    request: Request
    session: OpenSession
    everywhere: Member
    member: Member
    settings: Settings | None
    programme_names: dict[str, str]
    workplace: str
    voice: Voice
    at: datetime

    def require(self, permission: Permission) -> None:
        """Raises `NotAllowed` where the role does not have it."""
        if not self.member.may(permission):
            raise NotAllowed(permission)

    @property
    def time_zone(self) -> str:
        return self.voice.time_zone


def signed_in(request: Request) -> SignedIn:
    """The member behind the request's session; raises `SignInNeeded`."""
    console = console_of(request)
    real = console.session_clock()
    with console.store.reading() as uow:
        session = open_session(uow, cookie(console, request, SESSION), real)
        everywhere = member_of(uow, session.staff_id) if session else None
        if session is None or everywhere is None:
            raise SignInNeeded(_coming_back(request))
        found = _at_work(uow, console, request, session, everywhere)
    if session.is_stale(real):
        console.store.transact(lambda writing: note_seen(writing, session.token_sha256, real))
    return found


Visiting = Annotated[SignedIn, Depends(signed_in)]


def acting(visit: Visiting, csrf: Annotated[str, Form()] = "") -> SignedIn:
    """The member, for a request that changes something: it must come from a page of theirs. Raises `FormRefused`."""
    if not comes_from_us(visit.console, visit.request) or not same(csrf, visit.session.csrf):
        raise FormRefused
    return visit


Acting = Annotated[SignedIn, Depends(acting)]


def may_see(permission: Permission) -> Callable[..., SignedIn]:
    """A dependency: the member, where the role has this permission. Raises `NotAllowed`."""

    def allowed(visit: Visiting) -> SignedIn:
        visit.require(permission)
        return visit

    return allowed


def may_do(permission: Permission) -> Callable[..., SignedIn]:
    """The same for a request that changes something."""

    def allowed(visit: Acting) -> SignedIn:
        visit.require(permission)
        return visit

    return allowed


def console_voice(uow: UnitOfWork, programme_id: str | None) -> Voice:
    """How a programme's console speaks: our words before the family's, its digits, its zone."""
    voice = voice_of(uow, programme_id, LANGUAGE)
    return replace(voice, catalogue=common_catalogue(LANGUAGE, "console").over(voice.catalogue))


def _at_work(uow: UnitOfWork, console: Console, request: Request, session: OpenSession, everywhere: Member) -> SignedIn:
    """The member in the programme that the cookie names, else in their first one."""
    wanted = cookie(console, request, PROGRAMME)
    mine = everywhere.programmes
    chosen = wanted if wanted in mine else next(iter(mine), None)
    member = everywhere.within(chosen) if chosen else everywhere
    return SignedIn(
        console=replace(console, store=console.store.watched(Fence(member).watch)),
        request=request,
        session=session,
        everywhere=everywhere,
        member=member,
        settings=settings_of(uow, chosen) if chosen else None,
        programme_names={each: settings_of(uow, each).name(LANGUAGE) for each in mine},
        workplace=workplace(uow, everywhere.within(chosen)) if chosen else "",
        voice=console_voice(uow, chosen),
        at=console.clock(),
    )


def _coming_back(request: Request) -> str:
    """The page to come back to after signing in; only a page of ours, and only one that was being read."""
    path = request.url.path
    return path if request.method == "GET" and COMING_BACK.fullmatch(path) else ""
