"""What the clock owes: reminders once each, a kind question after a missed appointment, one nudge for an interview."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime, time, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from referrals.appointments.booking import miss
from referrals.appointments.records import Appointment, Reminder
from referrals.conversations.desk import Desk
from referrals.conversations.offering import INTERVIEW
from referrals.conversations.reaching import reach
from referrals.conversations.records import Conversation, InterviewSession
from referrals.conversations.stages import appointing, interviewing, resuming
from referrals.definitions.in_force import settings_of
from referrals.quiet_hours import QuietHours, next_allowed
from referrals.referral.records import Referral
from referrals.store.unit_of_work import Store, UnitOfWork

log = logging.getLogger("sanad")

CURRENT = ("booked", "confirmed")
AT_A_TIME = 50
NUDGE_AFTER = timedelta(hours=22)  # one nudge, inside the platforms' 24 hours for free text
NUDGE_UNTIL = timedelta(hours=24)
WITHIN_INTERVIEW = timedelta(minutes=30)
AFTER_A_FAULT = timedelta(minutes=5)


def tick(store: Store, at: datetime) -> int:
    """Everything that became due; several clocks may tick, each thing is owed once. Returns how much was owed."""
    owes = (owe_reminders, owe_missed, owe_nudges)
    return sum(store.transact(partial(owe, at=at)) for owe in owes)


def owe_reminders(uow: UnitOfWork, at: datetime) -> int:
    """Reminders whose time has come, unless the appointment was given up or the family wants none."""
    due = uow.session.execute(
        select(Reminder.id, Reminder.kind, Reminder.appointment_id, Referral.programme_id)
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Reminder.owed_at.is_(None), Reminder.due_at <= at)
        .order_by(Reminder.due_at)
        .limit(AT_A_TIME)
        .with_for_update(of=Reminder, skip_locked=True)
    ).all()
    for row in due:
        if not _by_itself(uow, partial(_owe_reminder, uow, row, at), f"reminder {row.id}"):
            _put_off(uow, row.id, at + AFTER_A_FAULT)
    return len(due)


def _owe_reminder(uow: UnitOfWork, row: Any, at: datetime) -> None:
    reminder = uow.session.get_one(Reminder, row.id)
    appointment = uow.session.get_one(Appointment, row.appointment_id)
    reminder.owed_at = at
    if appointment.state not in CURRENT or appointment.starts_at is None or appointment.starts_at <= at:
        return
    allowed = _allowed(uow, row.programme_id, at)
    if at < allowed < appointment.starts_at:  # the clock came late, into the night: in the morning
        reminder.owed_at, reminder.due_at = None, allowed
        return
    reach(
        uow,
        appointment.person_id,
        row.programme_id,
        at,
        reason=f"reminder:{appointment.id}:{reminder.kind}",
        compose=partial(_remind, appointment=appointment),
    )


def _put_off(uow: UnitOfWork, reminder_id: int, until: datetime) -> None:
    uow.connection.execute(update(Reminder).where(Reminder.id == reminder_id).values(due_at=until))


def _allowed(uow: UnitOfWork, programme_id: str, at: datetime) -> datetime:
    """The first moment from now on outside the programme's quiet hours."""
    settings = settings_of(uow, programme_id)
    quiet = QuietHours.parse(settings.quiet_from, settings.quiet_to)
    return next_allowed(at, settings.time_zone, quiet.starts, quiet.ends)


def _by_itself(uow: UnitOfWork, owe: Callable[[], None], what: str) -> bool:
    """Owes one thing in a savepoint; False when that failed, which must not keep the others from being owed."""
    try:
        with uow.nested():
            owe()
    except Exception:  # whatever one family's thing raises is told and tried again; the others go on
        log.exception("%s could not be owed; trying again later", what)
        return False
    return True


def _remind(desk: Desk, appointment: Appointment) -> None:
    if desk.state.get("no_reminders"):
        return
    in_interview = desk.stage == INTERVIEW and desk.seen_at is not None and desk.at - desk.seen_at < WITHIN_INTERVIEW
    appointing.remind(desk, appointment)
    if in_interview:
        interviewing.repeat(desk)


def owe_missed(uow: UnitOfWork, at: datetime) -> int:
    """At the end of the centre's day: who was not checked in is asked, kindly, whether another time suits."""
    rows = uow.session.execute(
        select(Appointment.id, Appointment.ends_at, Referral.programme_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .where(Appointment.state.in_(CURRENT), Appointment.ends_at < at - timedelta(hours=1))
        .order_by(Appointment.ends_at)
        .limit(AT_A_TIME)
        .with_for_update(of=Appointment, skip_locked=True)
    ).all()
    done = 0
    for row in rows:
        evening = _evening_of(row.ends_at, settings_of(uow, row.programme_id).time_zone)
        if at >= evening and _allowed(uow, row.programme_id, at) <= at:
            done += _by_itself(uow, partial(_owe_missed, uow, row, at), f"the question after appointment {row.id}")
    return done


def _owe_missed(uow: UnitOfWork, row: Any, at: datetime) -> None:
    appointment = uow.session.get_one(Appointment, row.id)
    miss(uow, appointment, at, "system")
    reach(
        uow,
        appointment.person_id,
        row.programme_id,
        at,
        reason=f"missed:{appointment.id}",
        compose=partial(appointing.ask_why_missed, appointment=appointment),
    )


def _evening_of(moment: datetime, zone: str) -> datetime:
    local = moment.astimezone(ZoneInfo(zone))
    return datetime.combine(local.date(), time(18), tzinfo=ZoneInfo(zone))


def owe_nudges(uow: UnitOfWork, at: datetime) -> int:
    """One short reminder of an interview that rests since almost a day; never a second one."""
    rows = uow.session.execute(
        select(InterviewSession.id, InterviewSession.person_id, InterviewSession.programme_id)
        .join(Conversation, Conversation.session_id == InterviewSession.id)
        .where(
            InterviewSession.status.in_(("asking", "reviewing", "editing")),
            InterviewSession.nudged_at.is_(None),
            InterviewSession.updated_at.between(at - NUDGE_UNTIL, at - NUDGE_AFTER),
            Conversation.stage == INTERVIEW,
        )
        .order_by(InterviewSession.updated_at)
        .limit(AT_A_TIME)
        .with_for_update(of=InterviewSession, skip_locked=True)
    ).all()
    done = 0
    for row in rows:
        if _allowed(uow, row.programme_id, at) <= at:
            done += _by_itself(uow, partial(_nudge, uow, row, at), f"the nudge of interview {row.id}")
    return done


def _nudge(uow: UnitOfWork, row: Any, at: datetime) -> None:
    uow.connection.execute(update(InterviewSession).where(InterviewSession.id == row.id).values(nudged_at=at))
    reach(uow, row.person_id, row.programme_id, at, reason=f"nudge:{row.id}", compose=resuming.nudge)
