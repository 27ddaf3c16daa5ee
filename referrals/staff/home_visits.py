"""The visits at home that a centre's staff have to make, each with what was disclosed; the reading is audited."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import STANDING
from referrals.directory.records import Location
from referrals.protection.audit import audit
from referrals.referral.disclosed import disclosed_now
from referrals.referral.records import Referral
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork


@dataclass(frozen=True)
class VisitLine:
    """A visit as a line of the page: who, where as far as it is disclosed, when, and who goes."""

    visit: HomeVisit
    number: str
    name: str
    area: str
    centre: str
    staff_name: str


def visits_to_make(uow: UnitOfWork, member: Member, at: datetime) -> list[VisitLine]:
    """Those that stand, by day; the ones without a day first, for a family is still to be asked."""
    query = (
        select(HomeVisit, Referral, Application.number, Location.name, Staff.name)
        .join(Referral, Referral.id == HomeVisit.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == HomeVisit.location_id)
        .outerjoin(Staff, Staff.id == HomeVisit.staff_id)
        .where(HomeVisit.state.in_(STANDING))
        .order_by(HomeVisit.starts_at.nulls_first(), HomeVisit.id)
    )
    lines = []
    for visit, referral, number, centre, staff in uow.session.execute(
        visible_to(member, query, HomeVisit, Permission.MAKE_VISIT)
    ).all():
        told = disclosed_now(uow, referral, at)
        lines.append(
            VisitLine(visit, number, told.get("applicant_name", ""), told.get("area", ""), centre, staff or "")
        )
    if lines:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="visits.read",
            object_kind="visits",
            object_id=len(lines),
            details={"visits": [line.visit.id for line in lines]},
            people=[line.visit.person_id for line in lines],
        )
    return lines


def one_visit(uow: UnitOfWork, member: Member, visit_id: int) -> HomeVisit | None:
    """The visit when it is the member's to make; None otherwise."""
    query = select(HomeVisit).where(HomeVisit.id == visit_id)
    return uow.session.scalar(visible_to(member, query, HomeVisit, Permission.MAKE_VISIT))
