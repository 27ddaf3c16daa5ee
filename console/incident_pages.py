"""The pages of the register of incidents as values: the list with its clocks, and one incident whole."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from console.pages import Later
from console.signed_in import SignedIn
from console.wording import span
from console.words import Words
from referrals.directory.records import Location
from referrals.partners.records import Partner
from referrals.protection.incidents.reading import incidents_of, shown
from referrals.protection.incidents.records import Incident
from referrals.protection.incidents.rules import BY, DATA, KINDS, TELLING, Clock
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser

BLANK = {"kind": "", "words": "", "known_at": "", "happened_from": "", "happened_until": "", "data": ()}


def register_page(
    uow: UnitOfWork, visit: SignedIn, *, status: int = 200, problem: str = "", typed: Mapping[str, object] | None = None
) -> Later:
    """The open ones by the time that is left, those that are closed, and the form for a new one."""
    words = Words(visit.voice)
    found = incidents_of(uow, visit.member, visit.at)
    rows = [
        {"row": each, "known": words.when(each.known_at), "clocks": [_clock(words, it) for it in each.clocks]}
        for each in found
    ]
    values = {"rows": rows, "kinds": KINDS, "data": DATA, "problem": problem, "typed": {**BLANK, **(typed or {})}}
    return Later("incidents.html", status, values)


def whole_incident(
    uow: UnitOfWork,
    visit: SignedIn,
    incident: Incident,
    *,
    status: int = 200,
    problem: str = "",
    typed: Mapping[str, str] | None = None,
) -> Later:
    """One of them with every line; of the families only how many they are. `typed`: words by the form they stood in."""
    words = Words(visit.voice)
    found = shown(uow, visit.member, incident, visit.at)
    programme = incident.programme_id
    values: dict[str, Any] = {
        "it": found.incident,
        "known": words.when(incident.known_at),
        "clocks": [_clock(words, each) for each in found.clocks],
        "entries": [
            {
                "row": each,
                "when": words.when(each.at),
                "span": " – ".join(words.when(one) for one in (each.since, each.until) if one),
                "happened": words.when(each.happened_at) if each.happened_at else "",
                "data": [code for code in each.code.split(",") if each.kind == "data"],
            }
            for each in found.entries
        ],
        "touched": found.touched,
        "told": found.told,
        "ways": BY,
        "decisions": TELLING,
        "data": DATA,
        "places": _named(uow, Location, programme),
        "phones": _named(uow, AppUser, programme),
        "partners": [
            tuple(row) for row in uow.session.execute(select(Partner.id, Partner.url).filter_by(programme_id=programme))
        ],
        "problem": problem,
        "typed": typed or {},
    }
    return Later("incident.html", status, values)


def _named(uow: UnitOfWork, record: Any, programme_id: str) -> list[tuple[int, str]]:
    query = select(record.id, record.name).where(record.programme_id == programme_id).order_by(record.name)
    return [(row[0], row[1]) for row in uow.session.execute(query)]


def _clock(words: Words, clock: Clock) -> dict[str, Any]:
    """One deadline as a chip: which, and how much is left of it or by how much it is over."""
    late = clock.state in ("over", "late")
    return {
        "hours": words.voice.number(f"{clock.hours:g}"),
        "state": clock.state,
        "due": words.when(clock.due),
        "left": span(words, abs(clock.left)),
        "colour": "chip-late" if late else "chip-ok" if clock.state == "kept" else "chip-soon",
    }
