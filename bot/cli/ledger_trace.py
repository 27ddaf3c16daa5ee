"""`sanad ledger trace`: the way of one message, from webhook to outcome, for a terminal."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from referrals.books.tracing import Step, Trace
    from referrals.store.unit_of_work import UnitOfWork


def run_trace(typed: str, *, as_json: bool) -> int:
    """Prints the steps of everything that has this name; 1 when nothing has."""
    from zoneinfo import ZoneInfo

    from bot.cli.opened import open_here
    from referrals.books.accounts import accounts
    from referrals.books.references import find
    from referrals.books.tracing import trace
    from referrals.staff.following import note_traced

    opened = open_here()

    def work(uow: UnitOfWork) -> tuple[list[Trace], ZoneInfo]:
        found = [each for each in (trace(uow, one) for one in find(uow, typed)) if each is not None]
        for each in found:
            note_traced(uow, "operator", each.of, opened.now())
        return found, next((account.zone for account in accounts(uow, "inbox").values()), ZoneInfo("UTC"))

    found, zone = opened.store.transact(work)
    if as_json:
        print(json.dumps([_as_json(each) for each in found]))
    for each in [] if as_json else found:
        _print(each, zone)
    if not found:
        print(f"nothing here has the reference {typed!r}", file=sys.stderr)
        return 1
    return 0


def _print(trace: Trace, zone: ZoneInfo) -> None:
    print(f"{trace.of}   (times are of {zone.key})")
    for step in trace.steps:
        print(f"  {_local(step.at, zone)}  {step.reference!s:<12} {step.channel:<9} {_told(step)}".rstrip())


def _local(at: datetime, zone: ZoneInfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")


def _told(step: Step) -> str:
    beside = {
        "kind": step.kind,
        "lane": step.lane,
        "key": step.key,
        "attempts": str(step.attempts) if step.attempts else "",
        "outcome": step.outcome,
        "by": step.by,
        "reason": step.reason,
    }
    told = (f"{name}={value!r}" if " " in value else f"{name}={value}" for name, value in beside.items() if value)
    return " ".join([step.what, *told])


def _as_json(trace: Trace) -> dict[str, Any]:
    return {"reference": str(trace.of), "steps": [_step(each) for each in trace.steps]}


def _step(step: Step) -> dict[str, Any]:
    return {**asdict(step), "at": step.at.isoformat(), "reference": str(step.reference)}
