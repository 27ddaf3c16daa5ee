"""Where no door opens: places and services without one within the hour, for who plans a programme."""

from __future__ import annotations

from collections import Counter
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from fastapi.responses import HTMLResponse

from console.errors import NotHere
from console.pages import show
from console.signed_in import SignedIn, may_see
from console.words import Words
from referrals.applications.applicants import GENERAL
from referrals.definitions.settings import Settings
from referrals.matching.gap_report import Coverage, coverage_of, served_terms
from referrals.matching.rules.gaps import Gap
from referrals.matching.rules.reasons import spoken_minutes
from referrals.staff.roles import Permission

routes = APIRouter(default_response_class=HTMLResponse)
Planner = Annotated[SignedIn, Depends(may_see(Permission.SEE_COVERAGE))]
MOST_ROWS = 300
COLOURS = {"none": "chip-late", "full_only": "chip-late", "waitlist_only": "chip-soon", "ferry_only": "chip-soon"}


@routes.get("/coverage")
def coverage_page(visit: Planner) -> Response:
    """The gaps, those most asked for first; of one kind of service where the address names it."""
    settings = visit.settings
    if settings is None:
        raise NotHere
    wanted = visit.request.query_params.get("service", "")
    with visit.console.store.reading() as uow:
        terms = served_terms(uow, settings)
        if wanted and wanted not in terms:
            raise NotHere
        found = coverage_of(uow, settings, visit.at, (wanted,) if wanted else ())
    words = Words(visit.voice)
    return show(
        visit,
        "coverage.html",
        lines=[_line(words, settings, found, gap) for gap in found.gaps[:MOST_ROWS]],
        total=len(found.gaps),
        cut=len(found.gaps) > MOST_ROWS,
        kinds=[(kind, count) for kind, count in Counter(gap.kind for gap in found.gaps).most_common()],
        services=[(term, _service(words, settings, term)) for term in terms],
        wanted=wanted,
    )


def _line(words: Words, settings: Settings, found: Coverage, gap: Gap) -> dict[str, Any]:
    place, asked = found.places[gap.place_code], found.asked(gap)
    above = found.places.get(place.parent)
    far = gap.nearest_minutes
    return {
        "place": place.name_ar,
        "above": above.name_ar if above else "",
        "service": _service(words, settings, gap.service_term),
        "kind": gap.kind,
        "colour": COLOURS[gap.kind],
        "minutes": words.t("coverage.no_door") if far is None else words.n("span.minutes", spoken_minutes(far)),
        "asked": words.t("coverage.few") if asked is None else words.n("coverage.families", asked) if asked else "",
    }


def _service(words: Words, settings: Settings, term: str) -> str:
    """What a need that leads there is called in the programme, else the kind of service itself."""
    named = next((need.name_ar for need in settings.needs if need.service_term == term), "")
    return named or (words.t("coverage.general") if term == GENERAL else term)
