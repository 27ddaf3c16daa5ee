"""Visits at home that were agreed on a day or hours that close: who they are, and what becomes of each.

Like a booking: the visit is put off with the closing, and the family chooses another day itself. Who may be in danger,
and whom no message reaches, is left to people.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select

from referrals.appointments.calling import ask_to_call
from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.closing import closed_reason
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import AGREED, put_off
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.closed_day import VisitClosed
from referrals.directory.records import Location
from referrals.protection.danger import in_danger
from referrals.store.unit_of_work import UnitOfWork


def agreed_between(
    programme_id: str, location_id: int | None, between: tuple[datetime, datetime]
) -> ColumnElement[bool]:
    """Visits that stand in that time, from a place or (None) from any of a programme's. ix_visit_of_place"""
    places = select(Location.id).where(Location.programme_id == programme_id)
    from_there = HomeVisit.location_id.in_(places) if location_id is None else HomeVisit.location_id == location_id
    then = and_(HomeVisit.starts_at < between[1], HomeVisit.ends_at > between[0])
    return and_(from_there, HomeVisit.state.in_(AGREED), then)


def how_many_then(uow: UnitOfWork, location_id: int, between: tuple[datetime, datetime]) -> int:
    """How many families are to be visited from that place then."""
    there = agreed_between("", location_id, between)
    return int(uow.session.scalar(select(func.count()).select_from(HomeVisit).where(there)) or 0)


def put_off_by(closure: Closure) -> Select[HomeVisit]:
    """The visits whose families, or people for them, are still to hear of it, earliest first; none whose hours were
    over when it was declared."""
    between = (max(closure.starts_at, closure.created_at), closure.ends_at)
    there = agreed_between(closure.programme_id, closure.location_id, between)
    asked = HomeVisit.reason == closed_reason(closure)
    return select(HomeVisit).where(there, ~asked).order_by(HomeVisit.starts_at, HomeVisit.id)


def close_for_visit(uow: UnitOfWork, visit: HomeVisit, closure: Closure, at: datetime) -> None:
    """The visit is put off and its family asked for another day; a person decides where that could bring danger."""
    reason, starts_at, ends_at = closed_reason(closure), visit.starts_at, visit.ends_at
    assert starts_at is not None and ends_at is not None
    if in_danger(uow, visit.person_id):  # it stands until a person has decided whether and how they hear of it
        visit.reason, visit.remind_at, visit.updated_at = reason, None, at
        ask_to_call(uow, visit.person_id, visit.programme_id, at, kind="closed_day", restricted=True)
        return
    put_off(uow, visit, at, reason)
    word = VisitClosed(visit, starts_at, over=ends_at <= at)
    said = reach(uow, visit.person_id, visit.programme_id, at, reason=f"{reason}:visit:{visit.id}", compose=word)
    if word.withheld:
        ask_to_call(uow, visit.person_id, visit.programme_id, at, kind="closed_day", restricted=True)
    elif not said or not word.asked:
        place = uow.session.get_one(Location, visit.location_id)
        desk = place.id if place.gone_at is None else None  # nobody is there to call: the programme does
        ask_to_call(uow, visit.person_id, visit.programme_id, at, kind="closed_day", location_id=desk)
