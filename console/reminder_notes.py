"""What staff read beside an appointment: its reminders, that the family is on the way, why they did not come."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select

from console.words import Words
from referrals.appointments.records import Appointment, Reminder
from referrals.conversations.stages.missed import CLOSED, OTHER, REASONS
from referrals.store.unit_of_work import UnitOfWork

HIDDEN = ("cancelled", "superseded")  # said with another one, or no longer meant


def notes_of(uow: UnitOfWork, words: Words, appointment_ids: Sequence[int]) -> dict[int, list[str]]:
    """The lines for each of these appointments, reminders first, in order."""
    notes: dict[int, list[str]] = {each: [] for each in appointment_ids}
    reminders = (
        select(Reminder.appointment_id, Reminder.due_at, Reminder.state)
        .where(Reminder.appointment_id.in_(appointment_ids), Reminder.state.not_in(HIDDEN))
        .order_by(Reminder.due_at)
    )
    for row in uow.connection.execute(reminders):
        state = words.t(f"reminder.state.{row.state}")
        notes[row.appointment_id].append(words.t("reminder.line", when=words.when(row.due_at), state=state))
    mine = select(Appointment.id, Appointment.on_way_at, Appointment.reason).where(Appointment.id.in_(appointment_ids))
    for each in uow.connection.execute(mine):
        if each.on_way_at is not None:
            notes[each.id].append(words.t("appointment.on_way", when=words.when(each.on_way_at)))
        kind, _, why = each.reason.partition(":")
        if kind == "missed" and why in (*REASONS, CLOSED, OTHER):
            notes[each.id].append(words.t(f"appointment.missed.{why}"))
    return notes
