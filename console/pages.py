"""Renders a page: the shell with its navigation and what waits behind it, and what the page itself shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from fastapi.responses import HTMLResponse, RedirectResponse, Response

from console.service import Console
from console.signed_in import SignedIn
from console.wording import span
from console.words import Words, plain_words
from referrals.applications.queue import how_many_on_us
from referrals.books.watching import last_checks
from referrals.protection.incidents.reading import pressing
from referrals.referral.queue import counts
from referrals.staff.help_desk import how_many_open
from referrals.staff.parked import how_many_parked
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.shown import how_many_unlinked
from referrals.transcribing.queue import how_many_wait

HOME = "/console/"


@dataclass(frozen=True)
class Tab:
    """One entry of the navigation, with how much waits behind it."""

    key: str
    path: str
    icon: str
    waiting: int = 0


def show(visit: SignedIn, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page within the shell."""
    words = Words(visit.voice)
    said = visit.request.query_params.get("said", "")
    text = visit.console.templates.get_template(template).render(
        words=words,
        t=words.t,
        n=words.n,
        visit=visit,
        csrf=visit.session.csrf,
        tabs=_tabs(visit),
        books_differ=_books_differ(visit),
        incident_clock=_incident_clock(visit, words),
        is_refused=status == 422,  # who listens to pages hears it first
        said=said if said and words.has(f"said.{said}") else "",
        Permission=Permission,
        **values,
    )
    return HTMLResponse(text, status)


@dataclass(frozen=True)
class Later:
    """A page that is drawn once its unit of work is over: nobody waits for the database while a template runs."""

    template: str
    status: int
    values: dict[str, Any]


def answer(visit: SignedIn, work: Callable[[UnitOfWork], Response | Later]) -> Response:
    """Runs the work in a unit of work and answers with what came of it."""
    done = visit.console.store.transact(work)
    return show(visit, done.template, status=done.status, **done.values) if isinstance(done, Later) else done


def show_outside(console: Console, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page of its own, for who is not signed in."""
    words = plain_words()
    text = console.templates.get_template(template).render(
        words=words, t=words.t, n=words.n, is_refused=status == 422, **values
    )
    return HTMLResponse(text, status)


def see_other(path: str, said: str = "") -> RedirectResponse:
    """Sends the browser to a page after something was done; `said` is the key of what it then reads."""
    return RedirectResponse(path + (f"?{urlencode({'said': said})}" if said else ""), 303)


def _books_differ(visit: SignedIn) -> bool:
    """Whether the books did not balance when they were compared last; only for those who may look at them."""
    if not visit.member.may(Permission.SEE_PARKED):
        return False
    with visit.console.store.reading() as uow:
        return any(not balanced for _, balanced in last_checks(uow).values())


def _incident_clock(visit: SignedIn, words: Words) -> str:
    """The clock of the incident that presses most, in a line; blank where none runs, and for who keeps no register."""
    if not visit.member.may(Permission.KEEP_INCIDENT):
        return ""
    with visit.console.store.reading() as uow:
        clock = pressing(uow, visit.member, visit.at)
    if clock is None:
        return ""
    key = "incidents.banner_over" if clock.state == "over" else "incidents.banner"
    return words.t(key, hours=words.voice.number(f"{clock.hours:g}"), left=span(words, abs(clock.left)))


def _tabs(visit: SignedIn) -> list[Tab]:
    """The pages that this member has, at most five."""
    with visit.console.store.reading() as uow:
        return list(_tabs_of(uow, visit))


def _tabs_of(uow: UnitOfWork, visit: SignedIn) -> list[Tab]:
    member = visit.member
    tabs = [Tab("today", HOME, "clock")]
    if member.may(Permission.SEE_QUEUE):
        tabs.append(Tab("queue", "/console/referrals", "inbox", counts(uow, member, visit.at, visit.at).new))
    if member.may(Permission.READ_APPLICATION):
        tabs.append(Tab("applications", "/console/applications", "check", how_many_on_us(uow, member)))
    if member.may(Permission.SEE_APPOINTMENTS):
        tabs.append(Tab("appointments", "/console/appointments", "calendar"))
    if member.may(Permission.CHECK_IN):
        tabs.append(Tab("check_in", "/console/check-in", "checkin"))
    if member.may(Permission.FILL_FORM):
        tabs.append(Tab("filling", "/console/filling", "people"))
    if member.may(Permission.READ_SUBMISSIONS):
        tabs.append(Tab("submissions", "/console/submissions", "checks", how_many_unlinked(uow, member)))
    elif member.may(Permission.MANAGE_APP_USERS):
        tabs.append(Tab("app_users", "/console/app-users", "phone"))
    if member.may(Permission.READ_HELP):
        urgent = how_many_open(uow, member, danger=True) if member.may(Permission.READ_DANGER) else 0
        tabs.append(Tab("help", "/console/help", "talk", how_many_open(uow, member) + urgent))
    if member.may(Permission.TRANSCRIBE):
        tabs.append(Tab("recordings", "/console/recordings", "voice", how_many_wait(uow, member)))
    if member.may(Permission.SEE_PARKED):
        tabs.append(Tab("parked", "/console/parked", "urgent", how_many_parked(uow, member)))
    if member.may(Permission.READ_AUDIT) and not member.may(Permission.SEE_QUEUE):
        tabs.append(Tab("audit", "/console/audit", "lock"))
        if member.may(Permission.KEEP_INCIDENT):
            tabs.append(Tab("incidents", "/console/incidents", "urgent"))
    return tabs
