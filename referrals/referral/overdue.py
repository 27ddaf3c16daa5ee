"""What a supervisor looks after: referrals that nobody answered in time, loops that stayed open, and what families say
of those that ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, case, func, or_, select

from referrals.applications.records import Application
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Location
from referrals.protection.audit import audit
from referrals.referral.deadlines import DUE, WAITLISTED, due_at
from referrals.referral.records import Referral
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

MOST_ROWS = 200
FEWEST = 5  # fewer people than that are not counted aloud
LOOKED_BACK = timedelta(days=90)
LATE = ("escalated-2", "rerouted", "escalated-1", "overdue")
OPEN_LOOPS = ("loop-open-unreachable",)


@dataclass(frozen=True)
class LateRow:
    """A referral that needs somebody: no name, for what matters here is the centre."""

    id: int
    number: str
    state: str
    business_status: str
    priority: str
    need: str
    centre: str
    phone: str
    due_at: datetime | None
    attempt: int


@dataclass(frozen=True)
class Voices:
    """What families said in the last 90 days about one centre; None where fewer than five of them answered."""

    centre: str
    answered: int | None
    arrived: int | None
    partly: int | None
    not_arrived: int | None
    how: float | None
    explained: int | None
    """Of those who were refused and answered: how many understood why."""
    asked_why: int | None


def late_referrals(uow: UnitOfWork, member: Member, at: datetime) -> list[LateRow]:
    """What waits too long, the worst first, then the longest; the reading is audited."""
    query = (
        select(Referral, Application.number, Location.name, Location.phone)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == Referral.to_location_id)
        .where(_late(at))
        .order_by(_worst_first(), Referral.respond_due, Referral.id)
        .limit(MOST_ROWS)
    )
    found = uow.session.execute(visible_to(member, query, Referral, Permission.SEND_REFERRAL)).all()
    if found:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="overdue.read",
            object_kind="queue",
            object_id=len(found),
            details={"referrals": [row[0].id for row in found]},
            people=[row[0].person_id for row in found],
        )
    return [_row(uow, *row) for row in found]


def how_many_late(uow: UnitOfWork, member: Member, at: datetime) -> int:
    """How many of them there are."""
    query = select(func.count()).select_from(Referral).where(_late(at))
    return int(uow.session.execute(visible_to(member, query, Referral, Permission.SEND_REFERRAL)).scalar_one())


def voices_of_families(uow: UnitOfWork, member: Member, at: datetime) -> list[Voices]:
    """By centre; a centre of which fewer than five families said anything shows no number at all."""
    arrived = [func.sum(case((Referral.feedback == value, 1), else_=0)) for value in ("yes", "partly", "no")]
    explained = [func.sum(case((Referral.feedback_explained == value, 1), else_=0)) for value in ("yes", "no")]
    query = (
        select(
            Location.name,
            *arrived,
            func.count(Referral.feedback_how),
            func.avg(Referral.feedback_how),
            *explained,
        )
        .join(Location, Location.id == Referral.to_location_id)
        .where(Referral.feedback_at > at - LOOKED_BACK, Referral.state != "entered-in-error")
        .group_by(Location.id, Location.name)
        .order_by(Location.name)
    )
    rows = uow.session.execute(visible_to(member, query, Referral, Permission.OVERRIDE_REFERRAL)).all()
    return [_voices(*row) for row in rows]


def _voices(
    centre: str, yes: int, partly: int, no: int, rated: int, how: float | None, clear: int, unclear: int
) -> Voices:
    said, asked = yes + partly + no, clear + unclear
    enough, enough_why = said >= FEWEST, asked >= FEWEST
    return Voices(
        centre,
        answered=said if enough else None,
        arrived=yes if enough else None,
        partly=partly if enough else None,
        not_arrived=no if enough else None,
        how=round(float(how), 1) if how is not None and rated >= FEWEST else None,
        explained=clear if enough_why else None,
        asked_why=asked if enough_why else None,
    )


def _late(at: datetime) -> ColumnElement[bool]:
    unanswered = Referral.state.in_(("requested", "received"))
    return or_(
        and_(unanswered, Referral.business_status.in_(LATE)),
        and_(unanswered, Referral.business_status != WAITLISTED, at > DUE),
        and_(unanswered, Referral.business_status == WAITLISTED, Referral.respond_due < at),
        and_(Referral.state == "in-progress", Referral.business_status == "escalated-1"),  # not delivered
        and_(Referral.state != "entered-in-error", Referral.business_status.in_(OPEN_LOOPS)),
    )


def _worst_first() -> ColumnElement[int]:
    order = [*LATE, WAITLISTED, *OPEN_LOOPS]
    return case(*[(Referral.business_status == status, place) for place, status in enumerate(order)], else_=len(order))


def _row(uow: UnitOfWork, referral: Referral, number: str, centre: str, phone: str) -> LateRow:
    need = settings_of(uow, referral.programme_id).need(referral.need_code)
    return LateRow(
        id=referral.id,
        number=number,
        state=referral.state,
        business_status=referral.business_status,
        priority=referral.priority,
        need=need.name_ar if need else referral.need_code,
        centre=centre,
        phone=phone,
        due_at=due_at(referral),
        attempt=referral.attempt,
    )
