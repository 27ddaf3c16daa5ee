"""«مواعيدي»: what stands, what is offered, the visits at home, and the place in a waiting list."""

from __future__ import annotations

from sqlalchemy import select

from referrals.appointments.moving import stands_beside
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.waitlist import waiting_of
from referrals.conversations.desk import Desk
from referrals.conversations.stages import at_home, in_one_way, waiting
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.stages.appointment_words import REMINDER, words_of
from referrals.conversations.stages.missed import is_over, say_it_is_over


def show_appointments(desk: Desk) -> None:
    """All of it, a message each; what stands in one way is one."""
    mine = desk.uow.session.scalars(
        select(Appointment)
        .where(Appointment.person_id == desk.person_id, Appointment.state.in_((*CURRENT, "proposed")))
        .order_by(Appointment.starts_at)
    ).all()
    shown_any = waiting.show_waiting(desk) | at_home.show_visits(desk)
    together = in_one_way.ways_among(mine)
    for appointment in mine:
        shown_any = True
        if appointment.state == "proposed":
            if stands_beside(desk.uow, appointment):  # that one is shown, with its button for another time
                continue
            waits = appointment.seat is None and waiting_of(desk.uow, appointment.referral_id) is not None
            if not waits and not in_one_way.offered_with_another(desk, appointment, mine):
                offer_slots(desk, appointment)
        elif appointment.trip_id in together:
            if appointment is together[appointment.trip_id][0]:
                in_one_way.show_way(desk, together[appointment.trip_id])
        else:
            show_one(desk, appointment)
    if not shown_any:
        desk.say("appointment.none")


def show_one(desk: Desk, appointment: Appointment) -> None:
    """One appointment that stands, and what can be done about it."""
    if is_over(desk, appointment):
        say_it_is_over(desk, appointment)
        return
    choices = [
        desk.choice(REMINDER, "other", "button.other_time", appointment.id),
        desk.choice(REMINDER, "cancel", "button.reminder_cancel", appointment.id),
        desk.choice(REMINDER, "calendar", "button.calendar", appointment.id),
    ]
    desk.beside(REMINDER, desk.voice.say("appointment.yours", **words_of(desk, appointment)), choices)
