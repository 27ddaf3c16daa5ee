"""Puts the console together: `app.mount("/console", make_console(store, clock, ...))`."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import DataError
from sqlalchemy.orm.exc import StaleDataError
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from console.errors import FormRefused, NoLongerSo, NotHere, PageStopped, SignInNeeded
from console.kept import Kept, typed
from console.pages import see_other, show, show_outside
from console.routes import (
    app_users,
    applications,
    applications_ask,
    applications_steps,
    appointments,
    audit_log,
    calendar,
    capacity,
    check_in,
    claims,
    closures,
    consents,
    coverage,
    duplicates,
    entrance,
    filling,
    filling_end,
    filling_field,
    filling_files,
    filling_pages,
    filling_visits,
    help_queue,
    incidents,
    known_family,
    ledger,
    moving,
    overdue,
    papers,
    parked,
    partners,
    posters,
    queue,
    referral,
    referral_steps,
    rights,
    slots,
    submissions,
    today,
    transfers,
    visits,
    voice_notes,
    week,
)
from console.security import HEADERS, SecurityHeaders
from console.service import Console, console_of, load_templates
from console.signed_in import signed_in
from referrals.lifecycles import TransitionRefused
from referrals.staff.fence import OutOfReach
from referrals.staff.passwords import Passwords
from referrals.store.unit_of_work import Store

PAGES = (
    entrance,
    today,
    capacity,
    coverage,
    queue,
    overdue,
    transfers,
    referral,
    referral_steps,
    applications,
    applications_steps,
    applications_ask,
    appointments,
    slots,
    week,
    closures,
    calendar,
    visits,
    check_in,
    filling,
    filling_files,
    filling_pages,
    filling_visits,
    filling_end,
    filling_field,
    papers,
    posters,
    submissions,
    app_users,
    help_queue,
    known_family,
    claims,
    duplicates,
    consents,
    rights,
    audit_log,
    incidents,
    moving,
    voice_notes,
    parked,
    partners,
    ledger,
)
log = logging.getLogger("sanad")
TITLES = {400: "form_wrong", 403: "not_allowed", 404: "not_here", 405: "not_here", 422: "form_wrong"}


def make_console(
    store: Store,
    clock: Callable[[], datetime],
    *,
    base_url: str,
    secure_cookies: bool,
    session_clock: Callable[[], datetime] | None = None,
    passwords: Passwords | None = None,
) -> FastAPI:
    """The console as an application to mount at `/console`; style sheets are expected at `/assets/`.

    `secure_cookies` is for https: cookies then carry the `__Host-` prefix. `session_clock` counts sessions, links and
    wrong passwords; it is the real time, also while `clock` is a demonstration's.
    """
    app = FastAPI(title="Sanad console", docs_url=None, redoc_url=None, openapi_url=None)
    app.state.console = Console(
        store=store,
        clock=clock,
        session_clock=session_clock or _real_time,
        base_url=base_url,
        secure_cookies=secure_cookies,
        passwords=passwords or Passwords(),
        templates=load_templates(),
    )
    for pages in PAGES:
        app.include_router(pages.routes)
    app.add_middleware(SecurityHeaders, secure=secure_cookies, refused=partial(_too_large, app))
    app.add_exception_handler(SignInNeeded, _to_the_door)
    app.add_exception_handler(FormRefused, _form_refused)
    app.add_exception_handler(PageStopped, _stopped)
    app.add_exception_handler(OutOfReach, _beyond)
    app.add_exception_handler(TransitionRefused, _too_late)
    app.add_exception_handler(StaleDataError, _too_late)
    app.add_exception_handler(DataError, _no_text)
    app.add_exception_handler(HTTPException, _refused)
    app.add_exception_handler(RequestValidationError, _unfit)
    app.add_exception_handler(Exception, _broken)
    return app


def _real_time() -> datetime:
    return datetime.now(UTC)


async def _to_the_door(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, SignInNeeded)
    kept = await typed(request)
    if kept is not None and kept.fits:
        return await run_in_threadpool(entrance.ask_to_sign_in, request, kept)
    return see_other("/console/sign-in" + (f"?to={problem.to}" if problem.to else ""))


def _stopped(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, PageStopped)
    return _error_page(request, problem.status, problem.key)


async def _form_refused(request: Request, problem: Exception) -> Response:
    """Who filled in a form and signed in again meanwhile, in another tab say, sends it with one more press."""
    assert isinstance(problem, FormRefused)
    kept = await typed(request)
    return await run_in_threadpool(_error_page, request, problem.status, problem.key, kept)


def _too_large(app: FastAPI, status: int, key: str) -> Response:
    """Before anybody looked at who sends it."""
    return show_outside(app.state.console, "error_outside.html", status=status, key=key, home=True)


def _beyond(request: Request, _: Exception) -> Response:
    """The second lock held: nobody can tell it from a row that is not there."""
    return _error_page(request, NotHere.status, NotHere.key)


def _too_late(request: Request, _: Exception) -> Response:
    return _error_page(request, NoLongerSo.status, NoLongerSo.key)


def _refused(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, HTTPException)
    return _error_page(request, problem.status_code, TITLES.get(problem.status_code, "broken"))


def _unfit(request: Request, problem: Exception) -> Response:
    assert isinstance(problem, RequestValidationError)
    in_the_path = any(error["loc"][:1] == ("path",) for error in problem.errors())
    return _error_page(request, *((NotHere.status, NotHere.key) if in_the_path else (422, "form_wrong")))


def _no_text(request: Request, problem: Exception) -> Response:
    """A sign or a number that the database does not take, such as the NUL of a form that was written by hand."""
    log.warning("a form held what the database does not take (%s)", type(problem).__name__)
    return _error_page(request, 422, "form_wrong")


def _broken(request: Request, _: Exception) -> Response:
    # Starlette answers this one outside our middleware, so it brings the headers itself.
    response = show_outside(console_of(request), "error_outside.html", status=500, key="broken", home=True)
    response.headers.update(HEADERS)
    return response


def _error_page(request: Request, status: int, key: str, kept: Kept | None = None) -> Response:
    """Within the shell for who is signed in, else on a page of its own."""
    try:
        visit = signed_in(request)
    except SignInNeeded:
        return show_outside(console_of(request), "error_outside.html", status=status, key=key, home=True)
    theirs = kept if kept is not None and kept.staff_id == visit.session.staff_id else None
    return show(visit, "error.html", status=status, key=key, kept=theirs)
