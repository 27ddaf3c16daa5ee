"""A centre's day: whose appointments stand, and the appointment that a number or a card names."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.records import Appointment
from referrals.directory.records import Location
from referrals.families.phone_safety import PhoneSafety, phone_safety
from referrals.protection.audit import audit
from referrals.referral.disclosed import disclosed_now
from referrals.referral.records import Referral
from referrals.spoken_numbers import read_back
from referrals.staff.roles import Permission
from referrals.staff.scope import AnySelect, Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

OF_A_DAY = ("booked", "confirmed", "arrived", "fulfilled", "noshow")
CARD_PREFIX = "SANAD:"


@dataclass(frozen=True)
class Visit:
    """An appointment as a line of the day."""

    id: int
    referral_id: int
    number: str
    name: str
    centre: str
    location_id: int
    state: str
    starts_at: datetime
    ends_at: datetime
    phone: str = ""
    """Blank where it was not disclosed to the centre; then `safety` is None."""
    safety: PhoneSafety | None = None


def visits_between(uow: UnitOfWork, member: Member, starts: datetime, ends: datetime, at: datetime) -> list[Visit]:
    """The appointments of a day that the member may see, earliest first; the reading is audited."""
    query = (
        _visits()
        .where(Appointment.starts_at >= starts, Appointment.starts_at < ends, Appointment.state.in_(OF_A_DAY))
        .order_by(Appointment.starts_at, Appointment.id)
    )
    return _read(uow, member, query, at)


def visit_by_number(uow: UnitOfWork, member: Member, number: str, at: datetime) -> Visit | None:
    """The appointment of an application's number that comes next, else the latest one; None when there is none here."""
    query = _visits().where(Application.number == number, Appointment.state.in_(OF_A_DAY))
    found = _read(uow, member, query.order_by(Appointment.starts_at), at)
    waiting = [visit for visit in found if visit.state in ("booked", "confirmed")]
    return next(iter(waiting or found[-1:]), None)


def one_appointment(uow: UnitOfWork, member: Member, appointment_id: int) -> Appointment | None:
    """The appointment when it is the member's to check in; None otherwise."""
    query = select(Appointment).where(Appointment.id == appointment_id)
    return uow.session.scalar(visible_to(member, query, Appointment, Permission.CHECK_IN))


def appointments_of(uow: UnitOfWork, referral_id: int) -> Sequence[Appointment]:
    """Every appointment of a referral, the latest first. Ask for the referral itself first: this narrows nothing."""
    query = select(Appointment).filter_by(referral_id=referral_id).order_by(Appointment.id.desc())
    return uow.session.scalars(query).all()


def number_of(text: str) -> str | None:
    """The number that was typed, said or scanned (`SANAD:4821`), in Latin digits; None when it is none of ours."""
    return read_back(text.strip().removeprefix(CARD_PREFIX).removeprefix(CARD_PREFIX.lower()))


def _visits() -> AnySelect:
    return (
        select(Appointment, Referral, Application.number, Location.name)
        .join(Referral, Referral.id == Appointment.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(Appointment.starts_at.is_not(None))
    )


def _read(uow: UnitOfWork, member: Member, query: AnySelect, at: datetime) -> list[Visit]:
    found = uow.session.execute(visible_to(member, query, Appointment, Permission.SEE_APPOINTMENTS)).all()
    visits = [_visit(uow, *row, at=at) for row in found]
    if visits:
        audit(
            uow,
            at=at,
            actor=f"staff:{member.staff_id}",
            action="appointments.read",
            object_kind="appointments",
            object_id=len(visits),
            details={"appointments": [visit.id for visit in visits]},
            people=[referral.person_id for _, referral, _, _ in found],
        )
    return visits


def _visit(
    uow: UnitOfWork, appointment: Appointment, referral: Referral, number: str, centre: str, *, at: datetime
) -> Visit:
    told = disclosed_now(uow, referral, at)
    phone = told.get("phone", "")
    assert appointment.starts_at is not None and appointment.ends_at is not None
    return Visit(
        appointment.id,
        referral.id,
        number,
        told.get("applicant_name", ""),
        centre,
        appointment.location_id,
        appointment.state,
        appointment.starts_at,
        appointment.ends_at,
        phone,
        phone_safety(uow, referral.person_id, phone, referral.programme_id) if phone else None,
    )
