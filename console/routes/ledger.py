"""The books by channel and day, and the way of one message: for supervisors, without a word of what anybody said."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.ids import RowId
from console.pages import see_other, show
from console.routes.parked import reason_text
from console.signed_in import SignedIn, may_do, may_see
from console.words import Words
from referrals.books.balancing import STATES, Line
from referrals.books.references import Reference
from referrals.books.tracing import Step
from referrals.books.watching import last_checks, last_differences
from referrals.staff.following import found_by, lines_of, way_of
from referrals.staff.parked import reason_name
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Overseer = Annotated[SignedIn, Depends(may_see(Permission.SEE_PARKED))]
Searcher = Annotated[SignedIn, Depends(may_do(Permission.SEE_PARKED))]
SPANS = (1, 7, 31)
COLOURS = {"handled": "chip-ok", "sent": "chip-ok", "parked": "chip-late", "uncertain": "chip-soon"}
BAD = ("parked", "failed", "expired", "cancelled")


@routes.get("/ledger")
def ledger_page(visit: Overseer, days: int = 7, channel: str = "") -> Response:
    """The lines of the last days."""
    return _page(visit, days, channel)


@routes.post("/ledger/trace")
def search(visit: Searcher, ref: Annotated[str, Form(max_length=300)] = "") -> Response:
    """Opens the way of what was meant. By POST: a platform's id of a message may hold a telephone number."""
    with visit.console.store.reading() as uow:
        found = found_by(uow, visit.member, ref)
    if not found:
        return _page(visit, 7, "", status=422, problem="ref_unknown" if ref.strip() else "ref_missing")
    if len(found) == 1:
        return see_other(f"/console/ledger/trace/{found[0].kind}/{found[0].id}")
    return _page(visit, 7, "", found=found)


@routes.get("/ledger/trace/{kind}/{row_id}")
def trace_page(visit: Overseer, kind: Literal["in", "out", "ap"], row_id: RowId) -> Response:
    """Every step of one message; that it was looked at is audited."""
    reference = Reference(kind, row_id)
    found = visit.console.store.transact(lambda uow: way_of(uow, visit.member, reference, visit.at))
    if found is None:
        raise NotHere
    words = Words(visit.voice)
    return show(visit, "ledger_trace.html", of=reference, lines=[_step(words, each) for each in found.steps])


def _page(
    visit: SignedIn,
    span: int,
    channel: str,
    *,
    status: int = 200,
    problem: str = "",
    found: list[Reference] | None = None,
) -> Response:
    if span not in SPANS:
        raise NotHere
    here = visit.at.astimezone(ZoneInfo(visit.time_zone)).date()
    with visit.console.store.reading() as uow:
        lines = lines_of(uow, visit.member, here - timedelta(days=span - 1), here)
        checked, differ = last_checks(uow), last_differences(uow)
    channels = sorted({line.account.channel for line in lines if line.book != "push"})
    shown = [line for line in lines if not channel or line.account.channel == channel]
    words = Words(visit.voice)
    return show(
        visit,
        "ledger.html",
        status=status,
        lines=[_line(words, visit, line) for line in shown],
        span=span,
        spans=SPANS,
        channel=channel,
        channels=channels,
        checked=max((at for at, _ in checked.values()), default=None),
        wrong=[line for line in lines if not line.balance] or differ,
        problem=problem,
        found=found or [],
    )


def _line(words: Words, visit: SignedIn, line: Line) -> dict[str, Any]:
    states = [
        {"state": state, "count": words.voice.number(line.states.get(state, 0)), "colour": COLOURS.get(state, "")}
        for state in STATES[line.book]
        if line.states.get(state)
    ]
    day = line.day or visit.at.date()
    return {
        "line": line,
        "day": words.voice.day(_noon(day, line.account.zone)),
        "states": states,
        "missing": line.counted - line.found - sum(line.strays.values()),
        "strays": sum(line.strays.values()),
    }


def _noon(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(12), zone)


def _step(words: Words, step: Step) -> dict[str, Any]:
    """A step in words. A reason is only told where something did not go well."""
    is_in = step.reference.kind == "in"
    reason, kind = "", ""
    if step.reason and (step.what in (*BAD, "attempt", "uncertain") or (step.what == "waiting" and step.attempts)):
        book: Literal["in", "out"] = "in" if is_in else "out"
        settled = step.reason.startswith("settled")
        reason = "" if settled else reason_text(words, book, reason_name(book, step.reason, step.kind))
    if step.what in ("received", "owed"):
        known = words.has(f"ledger.kind.{step.kind}")
        kind = words.t(f"ledger.kind.{step.kind if known else 'other'}")
    has_outcome = step.outcome and words.has(f"ledger.outcome.{step.outcome}")
    return {
        "step": step,
        "text": words.t(f"ledger.step.{step.what}") if words.has(f"ledger.step.{step.what}") else step.what,
        "kind": kind,
        "lane": words.t(f"ledger.lane.{step.lane}") if words.has(f"ledger.lane.{step.lane}") else step.lane,
        "outcome": words.t(f"ledger.outcome.{step.outcome}") if has_outcome else "",
        "reason": reason,
        "is_bad": step.what in BAD,
        "by_staff": step.by.startswith("staff:"),
    }
