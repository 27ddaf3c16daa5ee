"""What a centre does in a transcript beside handling a referral: closes a day, has no times, has some again."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.appointments.booking import offer_times
from referrals.appointments.centre_records import Closure
from referrals.appointments.closures.closing import Span, close, reopen
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import three_for, wish_of
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.outreach.reaching import reach
from referrals.conversations.stages.appointing import offer_slots
from referrals.definitions.in_force import settings_of
from referrals.directory.records import Schedule
from referrals.families.identities import data_key_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.transcript_world import World

LONG = timedelta(days=60)


def at_the_centre(uow: UnitOfWork, world: World, what: str) -> None:
    """`close`: the day of the latest appointment; `full`, `free`: no time for weeks, and times again; `second`: times
    for another need of theirs; `alone`: the applicant is old and lives alone; `women`: its afternoons are for women."""
    referral = uow.session.scalars(select(Referral).order_by(Referral.id.desc())).first()
    assert referral is not None, "no referral stands in any queue"
    {"close": _close, "full": _full, "free": _free, "second": _second, "alone": _alone, "women": _women}[what](
        uow, world, referral
    )


def _close(uow: UnitOfWork, world: World, referral: Referral) -> None:
    visit = select(HomeVisit).where(HomeVisit.starts_at.is_not(None)).order_by(HomeVisit.id.desc())
    made = select(Appointment).where(Appointment.starts_at.is_not(None)).order_by(Appointment.id.desc())
    booked = uow.session.scalars(visit).first() or uow.session.scalars(made).first()
    assert booked is not None and booked.starts_at is not None, "no appointment was made"
    zone = ZoneInfo(settings_of(uow, referral.programme_id).time_zone)
    day = booked.starts_at.astimezone(zone).date()
    close(uow, referral.programme_id, booked.location_id, Span(day), "storm", world.clock(), 1)


def _full(uow: UnitOfWork, world: World, referral: Referral) -> None:
    at = world.clock()
    uow.session.add(
        Closure(
            programme_id=referral.programme_id,
            location_id=referral.to_location_id,
            day=at.date(),
            starts_at=at,
            ends_at=at + LONG,
            whole_day=False,
            reason="staff",
            state="closed",
            created_at=at,
        )
    )


def _free(uow: UnitOfWork, world: World, _: Referral) -> None:
    for closure in uow.session.scalars(select(Closure)).all():
        reopen(uow, closure, world.clock(), 1)


def _women(uow: UnitOfWork, _: World, referral: Referral) -> None:
    afternoons = Schedule.location_id == referral.to_location_id, Schedule.opens_at >= "15:00"
    uow.session.execute(update(Schedule).where(*afternoons).values(for_whom="women"))


def _second(uow: UnitOfWork, world: World, referral: Referral) -> None:
    at = world.clock()
    copied: dict[str, Any] = {
        column.name: getattr(referral, column.name)
        for column in Referral.__table__.columns
        if column.name not in ("id", "version", "holds_place")
    }
    again = Referral(**copied | {"need_code": "medicine"})
    uow.session.add(again)
    uow.flush()
    free = three_for(uow, wish_of(uow, again), at)
    appointment = offer_times(uow, again, [slot.starts_at for slot in free], at, 1)
    reason = f"offer:{appointment.id}"
    word = lambda desk: offer_slots(desk, appointment)  # noqa: E731 - what is said there
    reach(uow, again.person_id, again.programme_id, at, reason=reason, compose=word)


def _alone(uow: UnitOfWork, _: World, referral: Referral) -> None:
    application = uow.session.get_one(Application, referral.application_id)
    known = uow.vault.open_json(application.facts_sealed, FACTS)
    said = {**known, "applicant_age": 71, "household_size": 1}
    application.facts_sealed = uow.vault.seal_json(data_key_of(uow, application.person_id), said, FACTS)
