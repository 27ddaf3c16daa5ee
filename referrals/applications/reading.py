"""One application as those who review it see it: its answers, its needs, its steps so far and its referrals."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.applications.interviews import interview_of
from referrals.applications.questions import Group, Sight, groups_of
from referrals.applications.records import Application, ApplicationEvent, ApplicationNeed
from referrals.applications.stepping import NOTE
from referrals.definitions.in_force import settings_of
from referrals.definitions.settings import Need
from referrals.directory.places.stored import stored_places
from referrals.directory.records import Location
from referrals.protection.audit import audit
from referrals.protection.vault import Erased
from referrals.referral.records import Referral
from referrals.staff.records import Staff
from referrals.staff.roles import Permission
from referrals.staff.scope import Member, visible_to
from referrals.store.unit_of_work import UnitOfWork

HEALTH = ("health", "psychological")  # domains that a clerk does not read


@dataclass(frozen=True)
class StepSeen:
    """A step so far, as the page tells it."""

    event: str
    at: datetime
    actor: str
    reason: str
    note: str
    staff_name: str
    staff_id: int | None = None


@dataclass(frozen=True)
class ReferralSeen:
    """A referral of the application, beside its review."""

    id: int
    centre: str
    state: str
    business_status: str


def one_application(uow: UnitOfWork, member: Member, application_id: int) -> Application | None:
    """The application when it is this member's to see; None otherwise, as for one that never was."""
    query = select(Application).where(Application.id == application_id)
    return uow.session.scalar(visible_to(member, query, Application, Permission.READ_APPLICATION))


def application_by_number(uow: UnitOfWork, member: Member, number: str) -> int | None:
    """The id of the application with this number (Latin digits)."""
    query = select(Application.id).where(Application.number == number)
    return uow.session.scalar(visible_to(member, query, Application, Permission.READ_APPLICATION))


def sight_of(member: Member, application: Application) -> Sight:
    """What this member may read of it: a clerk no health and nothing that is kept private, a researcher only what is
    theirs, a supervisor all."""
    roles = {each.role for each in member.within(application.programme_id).holding(Permission.READ_APPLICATION)}
    theirs = application.reviewer_id == member.staff_id and "researcher" in roles
    above = "supervisor" in roles
    return Sight(
        identity=above or theirs or member.may(Permission.READ_IDENTITY),
        private=above or theirs,
        restricted=above and member.may(Permission.READ_DANGER),
    )


def answers_seen(
    uow: UnitOfWork, member: Member, application: Application, at: datetime
) -> tuple[list[Group], Sight] | None:
    """The answers by the form's groups; None where there is no form to read. The caller audits the page."""
    sight = sight_of(member, application)
    stored = interview_of(uow, application, at)
    if stored is None:
        return None
    return groups_of(stored.form, stored.session, sight, at), sight


def note_read(uow: UnitOfWork, member: Member, application: Application, at: datetime) -> None:
    """Says in the audit who read it."""
    audit(
        uow,
        at=at,
        actor=f"staff:{member.staff_id}",
        action="application.read",
        object_kind="application",
        object_id=application.id,
        people=(application.person_id,),
    )


def needs_seen(uow: UnitOfWork, application: Application, sight: Sight) -> list[str]:
    """What they ask for, by name, as far as this reader may know; none that tells of health to who may not."""
    settings = settings_of(uow, application.programme_id)
    query = select(ApplicationNeed).filter_by(application_id=application.id).order_by(ApplicationNeed.rank)
    rows = [row for row in uow.session.scalars(query) if sight.private or row.domain not in HEALTH]
    return [need.name_ar for row in rows if sight.identity and (need := settings.need(row.code)) is not None]


def steps_seen(uow: UnitOfWork, application: Application) -> list[StepSeen]:
    """The steps, the latest first, each with who took it and why."""
    query = (
        select(ApplicationEvent, Staff.name)
        .outerjoin(Staff, Staff.id == ApplicationEvent.staff_id)
        .where(ApplicationEvent.application_id == application.id)
        .order_by(ApplicationEvent.id.desc())
    )
    return [
        StepSeen(row.event, row.at, row.actor, row.reason, _note(uow, row), name or "", row.staff_id)
        for row, name in uow.session.execute(query)
    ]


def referrals_seen(uow: UnitOfWork, application: Application, sight: Sight) -> list[ReferralSeen]:
    """Its referrals, the latest first, each with where it stands at its centre; a centre whose name tells of a need
    that this reader may not know is blank."""
    settings = settings_of(uow, application.programme_id)
    query = (
        select(Referral.id, Location.name, Referral.state, Referral.business_status, Referral.need_code)
        .join(Location, Location.id == Referral.to_location_id)
        .where(Referral.application_id == application.id, Referral.state.not_in(("draft", "entered-in-error")))
        .order_by(Referral.id.desc())
    )
    return [
        ReferralSeen(id, name if _may_know(settings.need(code), sight) else "", state, status)
        for id, name, state, status, code in uow.connection.execute(query)
    ]


def _may_know(need: Need | None, sight: Sight) -> bool:
    return sight.identity and (sight.private or (need is not None and need.domain not in HEALTH))


def area_of(uow: UnitOfWork, application: Application) -> str:
    """Where they live, by name; blank where it is not known."""
    places = stored_places(uow, application.programme_id)
    return places.path_ar(application.area_code) if application.area_code in places else ""


def _note(uow: UnitOfWork, row: ApplicationEvent) -> str:
    try:
        return uow.vault.open_text(row.note_sealed, NOTE)
    except Erased:
        return ""
