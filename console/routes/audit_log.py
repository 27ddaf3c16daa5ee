"""The audit for those who answer for it: who read or changed what; by number, by object, by member of staff."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from console.audit_words import doer_place, doer_words, done_words, files_words, kind_words, reason_words
from console.errors import NotHere
from console.ids import LARGEST, RowId
from console.our_time import of_our_time
from console.pages import see_other, show
from console.signed_in import SignedIn, may_do, may_see
from console.wording import day_starts
from console.words import Words
from referrals.applications.records import Application
from referrals.protection.audit_trail.log import BY, OF_A_PROGRAMME, Line, Sought, as_csv, lines, note_reading
from referrals.protection.audit_trail.who_saw import OF_A_PERSON
from referrals.protection.audit_trail.whose import numbers_of, reasons_of
from referrals.protection.break_glass import ReasonMissing, open_again, openings
from referrals.referral.in_sight import one_referral
from referrals.referral.records import Referral
from referrals.spoken_numbers import read_back
from referrals.staff.accounts import colleague
from referrals.staff.records import Staff, StaffMembership
from referrals.staff.roles import Permission
from referrals.staff.scope import visible_to
from referrals.store.unit_of_work import UnitOfWork

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.READ_AUDIT))]
Searcher = Annotated[SignedIn, Depends(may_do(Permission.READ_AUDIT))]
Opener = Annotated[SignedIn, Depends(may_see(Permission.OPEN_CLOSED))]
Breaker = Annotated[SignedIn, Depends(may_do(Permission.OPEN_CLOSED))]
Typed = Annotated[str, Form(max_length=200)]
KINDS = tuple(OF_A_PERSON)
MOST_IN_A_FILE = 20_000
DAYS = ("since", "until")
SOUGHT = ("number", "kind", "object_id", "staff", "by", *DAYS)


def _typed(
    number: Typed = "",
    kind: Typed = "",
    object_id: Typed = "",
    staff: Typed = "",
    by: Typed = "",
    since: Typed = "",
    until: Typed = "",
) -> dict[str, str]:
    """What was typed to find entries, by field."""
    return dict(zip(SOUGHT, (number, kind, object_id, staff, by, since, until), strict=True))


SoughtFor = Annotated[dict[str, str], Depends(_typed)]


@routes.get("/audit")
def audit_page(visit: Reader) -> Response:
    """The latest that the programme's staff did, and the closed files that were opened."""
    return _page(visit, {})


@routes.post("/audit")
def search(visit: Searcher, typed: SoughtFor, before: Typed = "") -> Response:
    """What was sought, with the older pages of it. By POST: whom somebody asks about stands in no address."""
    return _page(visit, {**typed, "before": before})


@routes.post("/audit/file.csv")
def as_file(visit: Searcher, typed: SoughtFor) -> Response:
    """The same as a file for a spreadsheet."""
    found, problem = visit.console.store.transact(lambda uow: _find(uow, visit, typed, MOST_IN_A_FILE))
    if problem:
        return _page(visit, typed)
    words = Words(visit.voice)
    content = as_csv(found, lambda line: done_words(words, line.action))
    headers = {"content-disposition": 'attachment; filename="audit.csv"'}
    return Response(content, media_type="text/csv; charset=utf-8", headers=headers)


@routes.get("/referrals/{referral_id}/open-again")
def closed_file(visit: Opener, referral_id: RowId) -> Response:
    """Asks for the reason; nothing of the family is on this page."""
    return _ask_reason(visit, referral_id)


@routes.post("/referrals/{referral_id}/open-again")
def open_closed_file(
    visit: Breaker, referral_id: RowId, reason: Annotated[str, Form(max_length=2000)] = ""
) -> Response:
    """What had been disclosed, once, with a written reason that others are told of."""

    def work(uow: UnitOfWork) -> list[dict[str, str]] | None:
        return open_again(uow, visit.member, _theirs(uow, visit, referral_id), reason, visit.at)

    try:
        shown = visit.console.store.transact(work)
    except ReasonMissing:
        return _ask_reason(visit, referral_id, status=422, problem="reason_short", typed=reason)
    if shown is None:
        return see_other(f"/console/referrals/{referral_id}/open-again", "nothing_left")
    return _ask_reason(visit, referral_id, shown=shown)


def _theirs(uow: UnitOfWork, visit: SignedIn, referral_id: int) -> Referral:
    referral = one_referral(uow, visit.member, referral_id, Permission.OPEN_CLOSED)
    if referral is None:
        raise NotHere
    return referral


def _ask_reason(
    visit: SignedIn,
    referral_id: int,
    *,
    status: int = 200,
    problem: str = "",
    typed: str = "",
    shown: list[dict[str, str]] | None = None,
) -> Response:
    with visit.console.store.reading() as uow:
        referral = _theirs(uow, visit, referral_id)
        number = Words(visit.voice).number(uow.session.get_one(Application, referral.application_id).number)
    return show(
        visit,
        "open_again.html",
        status=status,
        id=referral_id,
        number=number,
        problem=problem,
        typed=typed,
        shown=shown,
    )


def _page(visit: SignedIn, typed: dict[str, str]) -> Response:
    def work(uow: UnitOfWork) -> dict[str, Any]:
        found, problem = _find(uow, visit, typed, 0)
        names = _names(uow, visit) if visit.member.may(Permission.OPEN_CLOSED) else {}
        files, reasons = numbers_of(uow, visit.member, found), reasons_of(uow, found)
        opened = openings(uow, visit.member.programmes) if visit.member.may(Permission.OPEN_CLOSED) else []
        words = Words(visit.voice)
        return {
            "found": [_line(words, each, names, files[each.seq], reasons.get(each.seq)) for each in found],
            "older": str(found[-1].seq) if len(found) == PAGE else "",
            "opened": [
                {"opening": each, "when": words.when(each.at), "number": words.number(each.number)} for each in opened
            ],
            "problem": problem,
        }

    values = visit.console.store.transact(work)
    sought = {name: typed.get(name, "") for name in SOUGHT}
    status = 422 if values["problem"] else 200
    return show(visit, "audit.html", status=status, sought=sought, kinds=KINDS, actors=tuple(BY), **values)


PAGE = 100


def _find(uow: UnitOfWork, visit: SignedIn, typed: dict[str, str], most: int) -> tuple[list[Line], str]:
    """What was sought within the member's programmes, and why nothing was where that is so; the reading is audited."""
    sought = _sought(uow, visit, typed)
    if isinstance(sought, str):
        return [], sought
    note_reading(uow, f"staff:{visit.member.staff_id}", sought, visit.at)
    return lines(uow, sought, visit.member.programmes, most=most or PAGE), ""


def _sought(uow: UnitOfWork, visit: SignedIn, typed: dict[str, str]) -> Sought | str:
    person, staff = None, None
    if number := typed.get("number", "").strip():
        query = select(Application.person_id).where(Application.number == (read_back(number) or ""))
        person = uow.session.scalar(visible_to(visit.member, query, Application, Permission.READ_AUDIT))
        if person is None:
            return "number_unknown"
    if who := typed.get("staff", "").strip():
        staff = colleague(uow, visit.member, who)
        if staff is None:
            return "staff_unknown"
    kind, found = typed.get("kind", ""), typed.get("object_id", "").strip()
    if (kind and kind not in KINDS) or (found and not _is_id(found)):
        return "object_wrong"
    by = typed.get("by", "")
    if by and by not in BY:
        return "object_wrong"
    if by and by not in OF_A_PROGRAMME and person is None and not (kind and found):
        return "by_needs_number"
    days = _days(typed, visit.voice.time_zone)
    if days is None:
        return "day_wrong"
    before = typed.get("before", "")
    return Sought(person, kind, found, staff, int(before) if _is_id(before) else None, by, *days)


def _days(typed: dict[str, str], zone: str) -> tuple[datetime | None, datetime | None] | None:
    """From the beginning of the first day to the end of the second, as they are where the programme is; None where
    one is no day, or the second comes first."""
    try:
        since, until = (date.fromisoformat(text) if (text := typed.get(name, "").strip()) else None for name in DAYS)
    except ValueError:
        return None
    if not all(of_our_time(day) for day in (since, until) if day) or (since and until and until < since):
        return None
    return day_starts(since, zone) if since else None, day_starts(until + timedelta(days=1), zone) if until else None


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= LARGEST


def _names(uow: UnitOfWork, visit: SignedIn) -> dict[str, str]:
    """Colleagues by actor; an auditor reads numbers and roles, and no name of anybody."""
    mine = select(StaffMembership.staff_id).where(StaffMembership.programme_id.in_(visit.member.programmes))
    rows = uow.session.execute(select(Staff.id, Staff.name).where(Staff.id.in_(mine)))
    return {f"staff:{staff_id}": name for staff_id, name in rows}


def _line(
    words: Words, line: Line, names: dict[str, str], numbers: list[str], step: tuple[str, str] | None
) -> dict[str, Any]:
    return {
        "line": line,
        "who": doer_words(words, line, names),
        "role": doer_place(words, line),
        "did": done_words(words, line.action),
        "why": reason_words(words, line.object_kind, step),
        "whose": files_words(words, numbers),
        "kind": kind_words(words, line) if line.object_kind in KINDS else "",
    }
