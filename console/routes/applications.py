"""Applications for those who read them: what waits on us, and one with its answers, its referrals, its steps so far."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId, page_number
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import Chip, due_chip, priority_chip, state_chip
from console.words import Words
from referrals.applications import reviewing
from referrals.applications.asking_info import last_request
from referrals.applications.queue import ON_US, SHOWS, Listed, applications, counts
from referrals.applications.reading import (
    StepSeen,
    answers_seen,
    application_by_number,
    area_of,
    needs_seen,
    note_read,
    one_application,
    referrals_seen,
    sight_of,
    steps_seen,
)
from referrals.applications.records import Application
from referrals.applications.stepping import newest_step, who_declined
from referrals.lifecycles.application import DECLINE_REASONS
from referrals.staff.agenda import number_of
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_APPLICATION))]
Searcher = Annotated[SignedIn, Depends(may_do(Permission.READ_APPLICATION))]
HOME = "/console/applications"
COLOURS = {
    "submitted": "chip-new",
    "duplicate_review": "chip-soon",
    "under_review": "chip-brand",
    "info_requested": "chip-soon",
    "lapsed": "chip-late",
    "accepted": "chip-ok",
}
MOST_PAGES = 10_000


@routes.get("/applications")
def applications_page(visit: Reader) -> Response:
    """The lines of one filter, a page of them."""
    asked = visit.request.query_params
    return _list(visit, asked.get("show", "us"), page_number(asked.get("page", "1")))


@routes.post("/applications/search")
def search(visit: Searcher, number: Annotated[str, Form(max_length=60)] = "") -> Response:
    """Opens the application with this number. By POST: a number belongs in no address and no history."""
    wanted, found = number_of(number), None
    if wanted is not None:
        with visit.console.store.reading() as uow:
            found = application_by_number(uow, visit.member, wanted)
    if found is None:
        return _list(visit, "us", 1, 422, "number_unknown" if wanted else "number_wrong", number)
    return see_other(f"{HOME}/{found}")


@routes.get("/applications/{application_id}")
def application_page(visit: Reader, application_id: RowId) -> Response:
    """Everything that this member may read of it, audited, and what can be done now."""
    return application_shown(visit, application_id)


def theirs(uow: UnitOfWork, visit: SignedIn, application_id: int) -> Application:
    """The application, where it is the member's to see. Raises `NotHere`."""
    found = one_application(uow, visit.member, application_id)
    if found is None:
        raise NotHere
    return found


def application_shown(
    visit: SignedIn, application_id: int, *, status: int = 200, problem: str = "", note: str = ""
) -> HTMLResponse:
    """The page, also once more with what is missing."""
    values = visit.console.store.transact(lambda uow: _values(uow, visit, application_id))
    return show(visit, "application.html", status=status, problem=problem, note=note, **values)


def application_chip(words: Words, state: str) -> Chip:
    """Where an application stands."""
    return Chip(words.t(f"application.state.{state}"), COLOURS.get(state, ""))


def _list(
    visit: SignedIn, wanted: str, page: int, status: int = 200, problem: str = "", typed: str = ""
) -> HTMLResponse:
    if wanted not in SHOWS or not 1 <= page <= MOST_PAGES:
        raise NotHere
    found, count = visit.console.store.transact(
        lambda uow: (applications(uow, visit.member, wanted, page, visit.at), counts(uow, visit.member))
    )
    words = Words(visit.voice)
    return show(
        visit,
        "applications.html",
        status=status,
        lines=[_line(words, visit, each) for each in found.lines],
        counts=count,
        shows=tuple(SHOWS),
        chosen=wanted,
        page=page,
        after=found.after,
        problem=problem,
        typed=typed,
    )


def _line(words: Words, visit: SignedIn, row: Listed) -> dict[str, Any]:
    due = due_chip(words, row.due_at, visit.at) if row.state in ON_US else None
    late = due is not None and due.colour == "chip-late"
    return {
        "row": row,
        "colour": "queue-item-urgent" if late or row.priority != "normal" else "",
        "due": due,
        "state": application_chip(words, row.state),
        "priority": priority_chip(words, row.priority),
        "number": words.number(row.number),
        "when": words.voice.day(row.submitted_at),
    }


def _values(uow: UnitOfWork, visit: SignedIn, application_id: int) -> dict[str, Any]:
    """Everything that the page shows, read in one unit of work."""
    application = theirs(uow, visit, application_id)
    words, member = Words(visit.voice), visit.member
    note_read(uow, member, application, visit.at)
    sight = sight_of(member, application)
    seen = answers_seen(uow, member, application, visit.at) if sight.identity else None
    request = last_request(uow, application.id)
    reviewer = uow.session.get(Staff, application.reviewer_id) if application.reviewer_id else None
    may_read_referral = member.may(Permission.READ_REFERRAL)
    steps = reviewing.steps_open(uow, member, application)
    return {
        "application": application,
        "seen": newest_step(uow, application.id),
        "number": words.number(application.number),
        "state": application_chip(words, application.state),
        "priority": priority_chip(words, application.priority),
        "due": due_chip(words, application.answer_due, visit.at) if application.state in ON_US else None,
        "area": area_of(uow, application) if sight.identity else "",
        "needs": needs_seen(uow, application, sight),
        "sight": sight,
        "groups": seen[0] if seen is not None else None,
        "answers_hidden": seen is not None and any(line.hidden for group in seen[0] for line in group.lines),
        "referrals": [
            (each, state_chip(words, each.state, each.business_status))
            for each in referrals_seen(uow, application, sight)
        ],
        "may_read_referral": may_read_referral,
        "steps": [(each, _step_line(words, each, member.staff_id)) for each in steps_seen(uow, application)],
        "open": steps,
        "barred": member.staff_id in who_declined(uow, application.id) and application.state in ON_US,
        "undoable": reviewing.may_undo(uow, member, application),
        "may_take": reviewing.may_take_over(member, application),
        "may_write": reviewing.may_write_answers(uow, member, application),
        "reviewer": reviewer.name if reviewer is not None else "",
        "mine": application.reviewer_id == member.staff_id,
        "request": request if application.state in ("info_requested", "lapsed") else None,
        "reasons": [(each, words.t(f"application.reason.{each}")) for each in DECLINE_REASONS],
    }


def _step_line(words: Words, step: StepSeen, staff_id: int) -> str:
    """What happened, who did it and why, in one line."""
    line = words.t(f"application.event.{step.event}")
    if step.event == "undo" and step.reason:
        line = words.t("application.undone", step=words.t(f"application.event.{step.reason}"))
    if step.staff_name:
        line = words.t("event.by", line=line, name=step.staff_name)
    if step.event == "decline" and step.reason:
        line = words.t("event.why", line=line, reason=words.t(f"application.reason.{step.reason}"))
    return line
