"""The statements that run for every reminder and for every look of the clock; each names the index that carries it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Select, bindparam, func, select, text, update

from referrals.applications.records import Application
from referrals.appointments.records import Appointment, Reminder
from referrals.directory.records import CalendarDay, Location
from referrals.outbox.records import OutboxMessage
from referrals.referral.records import Referral
from referrals.seasonal_hours import RAMADAN
from referrals.store.compiled import Ready

# Written out, not given as a value: a partial index serves only a query that says so itself.
PLANNED, OWED = text("reminder.state = 'planned'"), text("reminder.state = 'owed'")
COMING = text("appointment.state IN ('booked', 'confirmed')")


# What a reminder says, in the very row that makes it due.
TOLD = (Application.number, Location.name.label("centre"), Location.name_en.label("centre_en"))


def _due() -> Select[Any]:
    return (
        select(  # type: ignore[return-value]  # a row of many columns
            Reminder.id,
            Reminder.kind,
            Reminder.due_at,
            Reminder.appointment_id,
            Appointment.person_id,
            Appointment.state,
            Appointment.starts_at,
            Appointment.zone,
            Appointment.location_id,
            Referral.programme_id,
            Referral.state.label("referral_state"),
            *TOLD,
        )
        .join(Appointment, Appointment.id == Reminder.appointment_id)
        .join(Referral, Referral.id == Appointment.referral_id)
        .join(Application, Application.id == Referral.application_id)
        .join(Location, Location.id == Appointment.location_id)
        .where(PLANNED, Reminder.due_at <= bindparam("at", type_=Reminder.due_at.type))
        .order_by(Reminder.due_at, Reminder.id)
        .limit(bindparam("most"))
    )


# ix_reminder_planned: the earliest of what is planned. Two clocks never take the same one.
DUE = Ready({"sqlite": _due(), "postgresql": _due().with_for_update(of=Reminder, skip_locked=True)})

# ix_reminder_planned: its first entry.
FIRST = select(func.min(Reminder.due_at).label("due_at")).where(PLANNED)
NEXT = Ready(FIRST)

# uq_reminder_appointment_id_kind
SIBLINGS = Ready(
    select(Reminder.id, Reminder.kind, Reminder.state, Reminder.due_at, Reminder.owed_at).where(
        Reminder.appointment_id == bindparam("appointment"), Reminder.id != bindparam("reminder")
    )
)

# ix_appointment_person_id: a person's other appointments, with the reminder of the same kind that is planned for each.
SAME_DAY = Ready(
    select(
        Reminder.id,
        Reminder.due_at,
        Reminder.appointment_id,
        Appointment.starts_at,
        Appointment.zone,
        Appointment.location_id,
        *TOLD,
    )
    .join(Appointment, Appointment.id == Reminder.appointment_id)
    .join(Referral, Referral.id == Appointment.referral_id)
    .join(Application, Application.id == Referral.application_id)
    .join(Location, Location.id == Appointment.location_id)
    .where(
        Appointment.person_id == bindparam("person"),
        Appointment.id != bindparam("appointment"),
        COMING,
        Appointment.starts_at.between(
            bindparam("begins", type_=Reminder.due_at.type), bindparam("ends", type_=Reminder.due_at.type)
        ),
        Reminder.state == "planned",
        Reminder.kind == bindparam("kind"),
        Referral.programme_id == bindparam("programme"),
    )
    .order_by(Appointment.starts_at)
)

# ix_calendar_day_of_programme
CLOSED = Ready(
    select(CalendarDay.id)
    .where(
        CalendarDay.programme_id == bindparam("programme"),
        CalendarDay.day == bindparam("day"),
        CalendarDay.kind != RAMADAN,
        (CalendarDay.location_id.is_(None)) | (CalendarDay.location_id == bindparam("location")),
    )
    .limit(1)
)

# primary key
SETTLE = Ready(
    update(Reminder)
    .where(Reminder.id == bindparam("reminder"))
    .values(
        state=bindparam("new_state"),
        reason=bindparam("new_reason"),
        due_at=bindparam("new_due_at"),
        owed_at=bindparam("new_owed_at"),
        settled_at=bindparam("new_settled_at"),
    )
)

# uq_outbox_message_key
CARRIED = Ready(select(OutboxMessage.id).where(OutboxMessage.key == bindparam("key")))
