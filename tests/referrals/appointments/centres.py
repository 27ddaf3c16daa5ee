"""What the tests of times at a centre have in common: a second referral of a family, small rules, what stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import func, select

from referrals.applications.filing import FACTS
from referrals.applications.records import Application
from referrals.appointments.booking_rules import Rule, set_rule
from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.records import Appointment, Reminder, Slot
from referrals.families.identities import data_key_of
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork
from tests.families import Families

NOT_COPIED = {"id", "version"}


def second_referral(families: Families, referral_id: int) -> int:
    """Another need of the same family at the same place, as if they had been referred there for it too; its id."""

    def work(uow: UnitOfWork) -> int:
        first = uow.session.get_one(Referral, referral_id)
        values = {c.name: getattr(first, c.name) for c in Referral.__table__.columns if c.name not in NOT_COPIED}
        again = Referral(**values | {"need_code": "medicine", "version": 0})
        if hasattr(again, "holds_place"):
            again.holds_place = False
        uow.session.add(again)
        uow.flush()
        return again.id

    return families.store.transact(work)


def location_of(families: Families, referral_id: int) -> int:
    with families.store.reading() as uow:
        return uow.session.get_one(Referral, referral_id).to_location_id


def rule(families: Families, location_id: int, minutes: int, seats: int) -> None:
    """The centre receives so many at once, so long each."""
    families.store.transact(
        lambda uow: set_rule(uow, location_id, Rule(minutes, seats), "Asia/Kuwait", families.clock(), 1)
    )


def facts(families: Families, referral_id: int, **said: Any) -> None:
    """The application says something else."""

    def work(uow: UnitOfWork) -> None:
        application = uow.session.get_one(Application, uow.session.get_one(Referral, referral_id).application_id)
        known = uow.vault.open_json(application.facts_sealed, FACTS)
        key = data_key_of(uow, application.person_id)
        application.facts_sealed = uow.vault.seal_json(key, {**known, **said}, FACTS)

    families.store.transact(work)


def states(families: Families) -> list[str]:
    """Every appointment's state, in order."""
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(Appointment.state).order_by(Appointment.id)))


def waiting(families: Families) -> list[str]:
    with families.store.reading() as uow:
        return list(uow.session.scalars(select(WaitlistEntry.state).order_by(WaitlistEntry.id)))


def promises_kept(uow: UnitOfWork) -> None:
    """What must always hold: no seat twice or too many, nobody in two places, reminders of what stands only."""
    held = (
        select(Appointment.slot_id, Appointment.seat, func.count())
        .where(Appointment.seat.is_not(None))
        .group_by(Appointment.slot_id, Appointment.seat)
    )
    assert all(count == 1 for _, _, count in uow.session.execute(held))
    slots = {slot.id: slot for slot in uow.session.scalars(select(Slot))}
    standing: Sequence[Appointment] = uow.session.scalars(
        select(Appointment).where(Appointment.seat.is_not(None))
    ).all()
    for slot in slots.values():
        over = [
            each
            for each in standing
            if (other := slots[each.slot_id or 0]).location_id == slot.location_id
            and other.given_id == slot.given_id
            and other.starts_at < slot.ends_at
            and slot.starts_at < other.ends_at
        ]
        mine = [each for each in over if each.slot_id == slot.id]
        assert len(mine) <= slot.seats, (slot.id, slot.seats, len(mine))
    _nobody_in_two_places(standing)
    _reminders_follow(uow)


def _nobody_in_two_places(standing: Sequence[Appointment]) -> None:
    current = [each for each in standing if each.state in ("booked", "confirmed")]
    for each in current:
        assert each.starts_at is not None and each.ends_at is not None
        for other in current:
            if other.id > each.id and other.person_id == each.person_id:
                assert other.starts_at is not None and other.ends_at is not None
                assert not (each.starts_at < other.ends_at and other.starts_at < each.ends_at), (each.id, other.id)


def _reminders_follow(uow: UnitOfWork) -> None:
    planned = select(Appointment.state).join(Reminder, Reminder.appointment_id == Appointment.id)
    assert set(uow.session.scalars(planned.where(Reminder.state == "planned"))) <= {"booked", "confirmed"}


def at_hour(families: Families, days: int, hour: int, minute: int = 0) -> datetime:
    """That many days on, at an hour of UTC (Kuwait's clock shows three more)."""
    return (families.clock.now + timedelta(days=days)).replace(hour=hour, minute=minute, second=0, microsecond=0)
