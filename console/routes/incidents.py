"""«سجل الحوادث»: what happened to people's data, the clocks, whom it touched, who was told, and what was found."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Form, Response
from fastapi.responses import HTMLResponse
from sqlalchemy import select

from console.errors import NoLongerSo, NotHere
from console.ids import LARGEST, RowId
from console.incident_pages import register_page, whole_incident
from console.our_time import of_our_time
from console.pages import Later, answer, see_other
from console.signed_in import SignedIn, may_do, may_see
from referrals.directory.records import Location
from referrals.partners.records import Partner
from referrals.protection.incidents.keeping import (
    Closed,
    close,
    note,
    open_incident,
    say_data,
    say_touched,
    take_back,
    tell_authority,
)
from referrals.protection.incidents.reading import as_file, one_incident
from referrals.protection.incidents.records import Incident
from referrals.protection.incidents.rules import NotYet
from referrals.protection.incidents.telling import decide, told_by_hand
from referrals.staff.accounts import colleague
from referrals.staff.agenda import number_of
from referrals.staff.rights import family_of
from referrals.staff.roles import Permission
from referrals.store.unit_of_work import UnitOfWork
from referrals.submissions.records import AppUser

routes = APIRouter(default_response_class=HTMLResponse)
Reader = Annotated[SignedIn, Depends(may_see(Permission.KEEP_INCIDENT))]
Keeper = Annotated[SignedIn, Depends(may_do(Permission.KEEP_INCIDENT))]
Officer = Annotated[SignedIn, Depends(may_do(Permission.EXPORT_INCIDENT))]
Short = Annotated[str, Form(max_length=200)]
Words_ = Annotated[str, Form(max_length=4000)]
Several = Annotated[tuple[str, ...], Form()]
HOME = "/console/incidents"


@routes.get("/incidents")
def register(visit: Reader) -> Response:
    """The open ones by the time that is left, those that are closed, and the form for a new one."""
    return answer(visit, lambda uow: register_page(uow, visit))


@routes.post("/incidents")
def begin(
    visit: Keeper,
    kind: Short = "",
    words: Words_ = "",
    data: Several = (),
    known_at: Short = "",
    happened_from: Short = "",
    happened_until: Short = "",
) -> Response:
    """A new one; the clocks run from when it was known."""
    typed: dict[str, object] = {"kind": kind, "words": words, "known_at": known_at, "data": data}
    typed |= {"happened_from": happened_from, "happened_until": happened_until}

    def work(uow: UnitOfWork) -> Response | Later:
        programme = next(iter(visit.member.programmes), None)
        try:
            if programme is None:
                raise ValueError("nobody works for no programme")
            incident = open_incident(
                uow,
                programme,
                kind,
                words,
                data,
                known_at=_moment(visit, known_at) or visit.at,
                at=visit.at,
                staff_id=visit.member.staff_id,
                happened_from=_moment(visit, happened_from),
                happened_until=_moment(visit, happened_until),
            )
        except ValueError:
            return register_page(uow, visit, status=422, problem="begin", typed=typed)
        return see_other(f"{HOME}/{incident.id}", "incident_opened")

    return answer(visit, work)


@routes.get("/incidents/{incident_id}")
def one(visit: Reader, incident_id: RowId) -> Response:
    """One of them whole; of the families only how many they are."""
    return answer(visit, lambda uow: whole_incident(uow, visit, _theirs(uow, visit, incident_id)))


@routes.post("/incidents/{incident_id}/note")
def add_note(visit: Keeper, incident_id: RowId, words: Words_ = "") -> Response:
    """Something more, also after it was closed."""
    return _do(visit, incident_id, "note", lambda uow, it: note(uow, it, words, visit.at, visit.member.staff_id), words)


@routes.post("/incidents/{incident_id}/data")
def which_data(visit: Keeper, incident_id: RowId, data: Several = ()) -> Response:
    """Which data it was about, as it is known now."""
    return _do(visit, incident_id, "data", lambda uow, it: say_data(uow, it, data, visit.at, visit.member.staff_id))


@routes.post("/incidents/{incident_id}/touched")
def whom(
    visit: Keeper, incident_id: RowId, by: Short = "", who: Short = "", since: Short = "", until: Short = ""
) -> Response:
    """By what the touched families are found: nobody writes a name."""

    def work(uow: UnitOfWork, incident: Incident) -> None:
        since_, until_ = _moment(visit, since), _moment(visit, until)
        found = _object(uow, visit, by, who)
        say_touched(uow, incident, by, found, visit.at, visit.member.staff_id, since=since_, until=until_)

    return _do(visit, incident_id, "touched", work)


@routes.post("/incidents/{incident_id}/touched/{entry_id}/back")
def not_whom(visit: Keeper, incident_id: RowId, entry_id: RowId) -> Response:
    """That entry was wrong; it stays to be read."""

    def work(uow: UnitOfWork, incident: Incident) -> None:
        if not take_back(uow, incident, entry_id, visit.at, visit.member.staff_id):
            raise NotHere

    return _do(visit, incident_id, "touched", work)


@routes.post("/incidents/{incident_id}/authority")
def authority(visit: Keeper, incident_id: RowId, code: Short = "", words: Words_ = "", told_at: Short = "") -> Response:
    """The authority was told, or need not be: the clocks stand still."""

    def work(uow: UnitOfWork, incident: Incident) -> None:
        moment, needed = _moment(visit, told_at) or visit.at, code != "not_needed"
        tell_authority(uow, incident, words, moment, visit.at, visit.member.staff_id, needed=needed)

    return _do(visit, incident_id, "authority", work, words)


@routes.post("/incidents/{incident_id}/families")
def families(visit: Keeper, incident_id: RowId, code: Short = "", words: Words_ = "") -> Response:
    """What becomes of the families: a neutral word now, each by a person, or none."""

    def work(uow: UnitOfWork, incident: Incident) -> None:
        decide(uow, incident, code, words, visit.at, visit.member.staff_id)

    return _do(visit, incident_id, "families", work, words)


@routes.post("/incidents/{incident_id}/by-hand")
def by_hand(visit: Keeper, incident_id: RowId, number: Short = "") -> Response:
    """A person has told the family of this number."""

    def work(uow: UnitOfWork, incident: Incident) -> None:
        wanted = number_of(number)
        family = family_of(uow, visit.member, wanted) if wanted else None
        if family is None or not told_by_hand(uow, incident, family.person_id, visit.at, visit.member.staff_id):
            raise ValueError("nobody of this incident has that number")

    return _do(visit, incident_id, "by_hand", work)


@routes.post("/incidents/{incident_id}/touched.csv")
def as_csv(visit: Officer, incident_id: RowId) -> Response:
    """Whom it touched as a file, for the officer alone; that it was taken out stands in the register and the audit."""

    def work(uow: UnitOfWork) -> str:
        return as_file(uow, visit.member, _theirs(uow, visit, incident_id), visit.at)

    found = visit.console.store.transact(work)
    headers = {"content-disposition": 'attachment; filename="incident.csv"', "cache-control": "no-store"}
    return Response(found, media_type="text/csv; charset=utf-8", headers=headers)


@routes.post("/incidents/{incident_id}/close")
def finish(visit: Keeper, incident_id: RowId, words: Words_ = "") -> Response:
    """It is over: what was found, and what changes by it."""
    return _do(
        visit, incident_id, "close", lambda uow, it: close(uow, it, words, visit.at, visit.member.staff_id), words
    )


def _do(
    visit: SignedIn, incident_id: int, what: str, work: Callable[[UnitOfWork, Incident], object], words: str = ""
) -> Response:
    """Does it and comes back to the page; the page with what is missing, and what was typed, where it was refused."""
    typed = {what: words}

    def tried(uow: UnitOfWork) -> Response | Later:
        incident = _theirs(uow, visit, incident_id)
        try:
            work(uow, incident)
        except Closed:
            raise NoLongerSo from None
        except NotYet as still:
            return whole_incident(uow, visit, incident, status=422, problem=f"missing.{still.missing}", typed=typed)
        except ValueError:
            return whole_incident(uow, visit, incident, status=422, problem=what, typed=typed)
        return see_other(f"{HOME}/{incident_id}", "incident_noted")

    return answer(visit, tried)


def _theirs(uow: UnitOfWork, visit: SignedIn, incident_id: int) -> Incident:
    if (incident := one_incident(uow, visit.member, incident_id)) is None:
        raise NotHere
    return incident


def _object(uow: UnitOfWork, visit: SignedIn, by: str, who: str) -> int | None:
    """The id of whom or what was named. Raises ValueError for none of this programme's."""
    if by in ("period", "all"):
        return None
    if by == "staff":
        found = colleague(uow, visit.member, who)
    else:
        record: Any = {"place": Location, "app_user": AppUser, "partner": Partner}.get(by)
        number = int(who) if who.isascii() and who.isdigit() and 0 < int(who) <= LARGEST else 0
        known = (
            record
            and uow.session.execute(
                select(record.id).where(record.id == number, record.programme_id.in_(visit.member.programmes))
            ).scalar()
        )
        found = known or None
    if found is None:
        raise ValueError("nobody of this programme")
    return found


def _moment(visit: SignedIn, typed: str) -> datetime | None:
    """What stands in a field for day and hour, by the programme's clock. Raises ValueError for what is none."""
    if not typed.strip():
        return None
    found = datetime.fromisoformat(typed.strip())
    if not of_our_time(found):
        raise ValueError("a year of our time")
    return found.replace(tzinfo=ZoneInfo(visit.time_zone)).astimezone(UTC)
