"""What they answer to times that were offered: one of them, another day or hour, a visit at home, or none of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from referrals.appointments.booking import offered_slots
from referrals.appointments.records import Appointment
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.times.looking import BY_DAY, free_for, times_for_women_suit, wish_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, hear, plain_number
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import at_home, by_day, keeping_time, taking, waiting
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.stages.appointment_words import SLOT, mine_of, moment_named, no_longer
from referrals.conversations.stages.greeting import MENU
from referrals.conversations.stages.objecting import objects
from referrals.inbound import Content
from referrals.referral.records import Referral

JUST_NOW = timedelta(minutes=10)


def answer_slot(desk: Desk, heard: Heard) -> bool:
    """One of the times, another day, a visit at home instead, or that a time was not meant."""
    if heard.stage != SLOT:
        return False
    appointment = mine_of(desk, heard)
    if appointment is not None and heard.value == "undo" and appointment.state in CURRENT:
        taking.not_this_time(desk, appointment)
    elif appointment is None or appointment.state != "proposed":
        no_longer(desk, appointment)
    elif heard.value in ("other", "day", "at", "back", "yes", "no"):
        _answer_by_day(desk, heard, appointment)
    elif heard.value == keeping_time.KEEP:
        if not keeping_time.keep(desk, appointment):
            offer_slots(desk, appointment)
    elif heard.value == "pass":
        waiting.answer_held(desk, appointment)
    elif heard.value == "home":
        at_home.ask_window(desk, appointment)
    else:
        taking.take_offered(desk, appointment, heard.number(1))
    return True


def _answer_by_day(desk: Desk, heard: Heard, appointment: Appointment) -> None:
    """They look at days, at the times of one, take one, or go back to what was offered."""
    if heard.value in ("at", "yes"):
        start = moment_named(heard.number(1))
        if start is not None:
            _take_then(desk, appointment, start, agreed=heard.value == "yes")
            return
    if heard.value == "day" and by_day.show_times(desk, appointment, heard.number(1), heard.number(2)):
        return
    if heard.value in ("back", "no"):
        offer_slots(desk, appointment)
    else:
        by_day.other_days(desk, appointment, heard.number(1))


def _take_then(desk: Desk, appointment: Appointment, start: datetime, *, agreed: bool) -> None:
    """That time, offered or found by day. `agreed`: they said that times for women alone suit them."""
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    offered = {slot.starts_at: slot for slot in offered_slots(desk.uow, appointment.id, desk.at)}
    free = free_for(desk.uow, wish_of(desk.uow, referral), desk.at, BY_DAY + timedelta(days=1))
    slot = offered.get(start) or next((each for each in free if each.starts_at == start), None)
    if slot is None:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    if agreed and slot.for_women:
        times_for_women_suit(desk.uow, referral)
    taking.take_at(desk, appointment, slot)


def no_to_what_was_taken(desk: Desk, heard: Heard) -> bool:
    """«لا», «غلط» right after a time was taken by their words is what its button [ليس هذا الوقت] says."""
    undo = next((button for button in desk.offered("aside") if button.id.startswith(f"d:{SLOT}:undo:")), None)
    if undo is None or desk.stage not in (IDLE, MENU) or not objects(heard):
        return False
    appointment = desk.uow.session.get(Appointment, plain_number(undo.id.split(":")[3]))
    if appointment is None or desk.at - appointment.updated_at > JUST_NOW:
        return False
    desk.state.pop("aside", None)
    return answer_slot(desk, hear(Content(choice=undo.id)))
