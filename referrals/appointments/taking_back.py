"""When a clock that ran ahead is set back: what it ended too early stands again, reminders and who «did not come»."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import and_, or_, select, update

from referrals.appointments.records import Appointment, Reminder
from referrals.appointments.reminders import due
from referrals.appointments.reminders.due import COMING
from referrals.appointments.reminders.following import ELSEWHERE, KEY
from referrals.appointments.reminders.planning import move_planned
from referrals.appointments.reminders.worth import JUST_SAID, NEARER, QUIET, QUIET_UNTIL, SAID, TOO_LATE
from referrals.lifecycles import APPOINTMENT, REMINDER, advance
from referrals.outbox.records import OutboxMessage
from referrals.referral.records import Referral
from referrals.store.unit_of_work import UnitOfWork

MISSED = "missed"
BY_THE_HOUR = (TOO_LATE, QUIET_UNTIL, JUST_SAID, NEARER, MISSED)
ENDED = ("skipped", "superseded", "cancelled")
WHY = "the clock was set back"


def take_back(uow: UnitOfWork, at: datetime) -> None:
    """What was ended after `at` is weighed anew by the clock as it is now; what was said stays said, and is not said
    again. Reads whole tables: a clock is seldom set back."""
    _come_after_all(uow, at)
    _on_their_way_again(uow, at)
    said = update(Reminder).where(Reminder.owed_at > at)
    uow.connection.execute(said.values(owed_at=at).execution_options(synchronize_session=False))
    anew = dict.fromkeys((row.appointment_id, row.programme_id) for row in _weighed_by(uow, at) if _plan(uow, row))
    for appointment_id, programme_id in anew:
        move_planned(uow, uow.session.get_one(Appointment, appointment_id), programme_id, at)


def _come_after_all(uow: UnitOfWork, at: datetime) -> None:
    """Nobody missed an appointment that is not over; what was not yet said of it is not said."""
    early = select(Appointment).where(
        Appointment.state == "noshow", Appointment.ends_at > at, Appointment.updated_at > Appointment.ends_at
    )
    for appointment in uow.session.scalars(early).all():
        appointment.state = advance(APPOINTMENT, appointment.state, "take_back", "system")
        appointment.updated_at = at
        uow.session.get_one(Referral, appointment.referral_id).business_status = "appointment-set"
        asked = OutboxMessage.key.startswith(f"missed:{appointment.id}:")
        uow.connection.execute(
            update(OutboxMessage)
            .where(asked, OutboxMessage.state == "waiting")
            .values(state="cancelled", reason=WHY)
            .execution_options(synchronize_session=False)
        )
    uow.flush()


def _on_their_way_again(uow: UnitOfWork, at: datetime) -> None:
    """Their message had expired and waits again."""
    carried = or_(OutboxMessage.key == KEY, OutboxMessage.key.startswith(KEY + ELSEWHERE))
    waits = select(OutboxMessage.id).where(carried, OutboxMessage.state == "waiting").exists()
    uow.connection.execute(
        update(Reminder)
        .where(Reminder.state == "expired", Reminder.settled_at > at, waits)
        .values(state=advance(REMINDER, "expired", "wait_again", "system"), reason=WHY, settled_at=None)
        .execution_options(synchronize_session=False)
    )


def _weighed_by(uow: UnitOfWork, at: datetime) -> Sequence[Any]:
    """The reminders of what is still ahead that the clock as it was had ended or put off."""
    ended = and_(Reminder.state.in_(ENDED), Reminder.settled_at > at, Reminder.reason.in_(BY_THE_HOUR))
    put_off = and_(Reminder.state == REMINDER.initial, Reminder.reason.in_((QUIET, JUST_SAID)))
    query = (
        select(Reminder.id, Reminder.state, Reminder.reason, Reminder.appointment_id, Referral.programme_id)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(COMING, Appointment.starts_at > at, or_(ended, put_off))
    )
    return uow.connection.execute(query).all()


def _plan(uow: UnitOfWork, row: Any) -> bool:
    """Whether the reminder is planned now. One that made room for a nearer one stays away where that was said."""
    if row.state == REMINDER.initial:
        return True
    siblings = due.SIBLINGS.all(uow.connection, appointment=row.appointment_id, reminder=row.id)
    if row.reason == NEARER and any(each.state in SAID for each in siblings):
        return False
    state = advance(REMINDER, row.state, "take_back", "system")
    uow.connection.execute(
        update(Reminder)
        .where(Reminder.id == row.id)
        .values(state=state, reason=WHY, settled_at=None)
        .execution_options(synchronize_session=False)
    )
    return True
