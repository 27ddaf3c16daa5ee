"""«توقف»: nothing is stopped yet; a menu says what could be. Erasing asks once more."""

from __future__ import annotations

from sqlalchemy import select

from referrals.appointments.records import Appointment
from referrals.appointments.reminders.planning import let_go_of_persons
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import own_hours
from referrals.conversations.stages.appointment_words import REMINDER
from referrals.families.owed import cancel_owed_to
from referrals.protection.erasure.ending import end_everything
from referrals.protection.erasure.erasing import erase_person

STOP, ERASE, STOP_REMINDERS, WITHDRAW = "stop", "erase", "stopremind", "withdraw"
CLEAR_WORDS = ("مسح", "امسح", "erase", "clear")
STANDS = ("no_campaigns", "no_reminders", "language_chosen")  # what they once said stays, whatever else is stopped
WAYS = ("campaigns", "reminders", "hours", "application", "erase", "nothing")


def show_stop_menu(desk: Desk) -> None:
    desk.put_off()
    choices = [desk.choice(STOP, way, f"button.stop_{way}") for way in WAYS]
    desk.ask(STOP, desk.voice.say("stop.what"), choices)


def answer_stop(desk: Desk, heard: Heard) -> bool:
    if heard.stage != STOP:
        return False
    if heard.value == "campaigns":
        desk.state["no_campaigns"] = True
        cancel_owed_to(desk.uow, desk.identity_id, desk.person_id, purposes=("campaign",), reason="stopped")
        desk.say("stop.campaigns_done")
        desk.take_up()
    elif heard.value == "reminders":
        _stop_reminders(desk)
    elif heard.value == "hours":
        own_hours.show_hours(desk)
    elif heard.value == "application":
        choices = [desk.choice(WITHDRAW, value, f"button.{value}") for value in ("yes", "no")]
        desk.ask(WITHDRAW, desk.voice.say("stop.application_sure"), choices)
    elif heard.value == "erase":
        ask_erase(desk)
    else:
        _stop_nothing(desk)
    return True


def _stop_nothing(desk: Desk) -> None:
    desk.say("stop.nothing_stopped")
    desk.take_up()


def _stop_reminders(desk: Desk) -> None:
    upcoming = desk.uow.session.scalar(
        select(Appointment)
        .where(Appointment.person_id == desk.person_id, Appointment.state.in_(("booked", "confirmed")))
        .order_by(Appointment.starts_at)
        .limit(1)
    )
    if upcoming is not None and upcoming.starts_at is not None:
        choices = [desk.choice(STOP_REMINDERS, value, f"button.{value}") for value in ("yes", "no")]
        text = desk.voice.say("stop.reminders_sure", day=desk.voice.day(upcoming.starts_at))
        desk.ask(STOP_REMINDERS, text, choices)
        return
    _no_reminders(desk)


def answer_stop_reminders(desk: Desk, heard: Heard) -> bool:
    if heard.stage != STOP_REMINDERS:
        return False
    if heard.value == "yes":
        _no_reminders(desk)
    else:
        _stop_nothing(desk)
    return True


def _no_reminders(desk: Desk) -> None:
    desk.state["no_reminders"] = True
    cancel_owed_to(desk.uow, desk.identity_id, desk.person_id, purposes=("reminder",), reason="stopped")
    let_go_of_persons(desk.uow, [desk.person_id], "stopped", desk.at, "family")
    desk.say("stop.reminders_done")
    desk.take_up()
    if desk.stage == REMINDER:  # what they were reminded of last is not said to them once more
        desk.took_up = False
        desk.pend(IDLE)


def answer_withdraw(desk: Desk, heard: Heard) -> bool:
    if heard.stage != WITHDRAW:
        return False
    if heard.value == "yes":
        _withdraw(desk)
    else:
        _stop_nothing(desk)
    return True


def _withdraw(desk: Desk) -> None:
    """Everything open ends: appointments, referrals, the interview. What was said stays until they ask to erase it."""
    end_everything(desk.uow, [desk.person_id], desk.at)
    desk.session_id = None
    desk.state = {name: desk.state[name] for name in STANDS if name in desk.state}
    desk.pend(IDLE)
    desk.say("stop.application_done")


def tell_how_to_clear(desk: Desk) -> None:
    """«مسح» alone is about the chat on this phone, as we tell who was in danger; erasing takes a second word."""
    desk.tell(desk.voice.say(f"desk.clear_chat.{desk.channel}"), [desk.choice("menu", "erase", "button.stop_erase")])


def ask_erase(desk: Desk) -> None:
    desk.put_off()
    choices = [desk.choice(ERASE, "yes", "button.erase_yes"), desk.choice(ERASE, "no", "button.erase_no")]
    desk.ask(ERASE, desk.voice.say("stop.erase_sure"), choices)


def answer_erase(desk: Desk, heard: Heard) -> bool:
    if heard.stage != ERASE:
        return False
    if heard.value != "yes":
        _stop_nothing(desk)
        return True
    erase_person(desk)
    return True
