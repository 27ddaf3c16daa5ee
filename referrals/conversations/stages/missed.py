"""Who did not come is asked, never blamed: another time, or a closed door, and what kept them."""

from __future__ import annotations

from dataclasses import dataclass

from referrals.appointments.booking import offer_times
from referrals.appointments.kept_away import read_kept_away
from referrals.appointments.records import Appointment
from referrals.appointments.times.looking import three_for, wish_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, hear
from referrals.conversations.stages import helping
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.stages.appointment_words import (
    MISSED,
    REMINDER,
    WHY,
    let_pass,
    mine_of,
    settle,
    voice_there,
    words_of,
)
from referrals.conversations.stages.on_the_way import NEAR_AFTER
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.conversations.stages.waiting import ask_to_wait
from referrals.inbound import Content
from referrals.referral.records import Referral

REASONS = ("time", "way", "ill", "forgot", "none")
CLOSED, CAME, UNTOLD, OTHER = "closed", "came", "untold", "other"
SAID_TO_IT = {"ill": "appointment.missed_ill", UNTOLD: "appointment.missed_untold"}
STANDS = ("requested", "received", "accepted", "in-progress")


@dataclass
class Word:
    """What is said of a missed appointment at the family's desk, unless a message could bring them into danger."""

    appointment: Appointment
    again: bool
    withheld: bool = False

    def __call__(self, desk: Desk) -> None:
        if desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = True
        elif self.again:
            say_somebody_calls(desk, self.appointment)
        else:
            ask_why_missed(desk, self.appointment)


def ask_why_missed(desk: Desk, appointment: Appointment) -> None:
    """The neutral question of the same evening."""
    choices = [
        desk.choice(MISSED, value, f"button.missed_{value}", appointment.id) for value in ("again", "closed", "no")
    ]
    let_pass(desk)
    desk.beside(MISSED, _missed(desk, appointment, "appointment.missed"), choices, purpose="reminder")


def is_over(desk: Desk, appointment: Appointment) -> bool:
    """Whether nobody is on the way to it any more, also where no clock has looked at it yet."""
    return appointment.starts_at is not None and appointment.starts_at + NEAR_AFTER <= desk.at


def say_it_is_over(desk: Desk, appointment: Appointment) -> None:
    """It stands, though its time went by: no «نراكم» for a day that is gone, but another time."""
    named = (("other", "button.other_time"), ("cancel", "button.reminder_cancel"))
    choices = [desk.choice(REMINDER, value, label, appointment.id) for value, label in named]
    desk.beside(REMINDER, _missed(desk, appointment, "appointment.missed"), choices)


def say_somebody_calls(desk: Desk, appointment: Appointment) -> None:
    """The second time: a person finds a time together with them."""
    let_pass(desk)
    desk.tell(_missed(desk, appointment, "appointment.missed_again"), purpose="reminder")


def _missed(desk: Desk, appointment: Appointment, key: str) -> str:
    """«فات موعد اليوم»; asked on a later day it names the day."""
    assert appointment.starts_at is not None
    voice = voice_there(desk, appointment)
    if voice.day(appointment.starts_at) != voice.day(desk.at):
        key = "appointment.missed_on" if key == "appointment.missed" else "appointment.missed_again_on"
    return desk.voice.say(key, **words_of(desk, appointment))


def answer_missed(desk: Desk, heard: Heard) -> bool:
    """Another time, a closed door, or no; what kept them is asked once, and every answer to it leads on."""
    if heard.stage != MISSED:
        return False
    appointment = mine_of(desk, heard)
    if appointment is None:
        return False
    settle(desk)
    if heard.value == "closed":
        _was_closed(desk, appointment)
        return True
    then = "again" if heard.value == "again" else "no"
    choices = [desk.choice(WHY, value, f"button.why_{value}", appointment.id, then) for value in REASONS]
    desk.beside(WHY, desk.voice.say("appointment.missed_why"), choices)
    if desk.stage == WHY:
        desk.state["missed"] = [appointment.id, then]
    return True


def hear_what_kept(desk: Desk, heard: Heard) -> bool:
    """«كنت تعبانة», «جيت ولقيته مقفول» where we only asked about another time: kept, and other times come at once."""
    kept = read_kept_away(heard.text) if heard.text and not heard.tapped and desk.stage == MISSED else None
    appointment = asked_of(desk) if kept else None
    if kept is None or appointment is None:
        return False
    settle(desk)
    if kept == CLOSED:
        _was_closed(desk, appointment, heard.text)
        return True
    _keep(desk, appointment, kept)
    if kept == CAME:  # staff look whether they were not checked in
        helping.open_request(desk, "missed_why", heard.text, location_id=appointment.location_id)
        desk.say("appointment.missed_came")
        return True
    if kept == UNTOLD:
        helping.open_request(desk, "missed_why", heard.text, location_id=appointment.location_id)
    desk.say(SAID_TO_IT.get(kept, "appointment.missed_fine"))
    _offer_again(desk, appointment)
    return True


def asked_of(desk: Desk) -> Appointment | None:
    """The missed appointment that the question is about; None where none is asked of."""
    offered = next((button for button in desk.offered() if button.id.startswith(f"d:{MISSED}:")), None)
    return mine_of(desk, hear(Content(choice=offered.id))) if offered else None


def wants_another(desk: Desk, appointment: Appointment) -> Appointment | None:
    """They ask for another time at once, and what kept them is not asked: where one may be had, its appointment."""
    settle(desk)
    return _times_again(desk, appointment)


def _was_closed(desk: Desk, appointment: Appointment, words: str = "") -> None:
    """Nobody's fault but ours: staff hear of it, and it counts as none that was missed."""
    _keep(desk, appointment, CLOSED)
    helping.open_request(desk, "closed_place", words, location_id=appointment.location_id)
    desk.say("appointment.closed_noted")
    _offer_again(desk, appointment)


def answer_why(desk: Desk, heard: Heard) -> bool:
    """What kept them, by a tap or in words of their own; then other times, where they asked for one."""
    if heard.stage == WHY:
        found, value, then = mine_of(desk, heard), heard.value, heard.rest[-1]
    elif desk.stage == WHY and heard.text and "missed" in desk.state:
        number, then = desk.state["missed"]
        found, value = desk.uow.session.get(Appointment, number), OTHER
    else:
        return False
    if found is None or found.person_id != desk.person_id:
        return False
    desk.state.pop("missed", None)
    settle(desk)
    kept = read_kept_away(heard.text) if value == OTHER else None
    if kept == CLOSED:
        _was_closed(desk, found, heard.text)
        return True
    _keep(desk, found, value if value in REASONS else kept or OTHER)
    if value == OTHER:  # their own words are for staff to read
        helping.open_request(desk, "missed_why", heard.text, location_id=found.location_id)
    if then == "again":
        _offer_again(desk, found)
    else:
        desk.say("appointment.no_hurry")
    return True


def _keep(desk: Desk, appointment: Appointment, reason: str) -> None:
    if appointment.state == "noshow":
        appointment.reason, appointment.updated_at = f"missed:{reason}", desk.at
        desk.uow.flush()


def _offer_again(desk: Desk, appointment: Appointment) -> None:
    again = _times_again(desk, appointment)
    if again is not None:
        offer_slots(desk, again)


def _times_again(desk: Desk, appointment: Appointment) -> Appointment | None:
    """Times that may be had instead; None, and what is said to that, where nothing is free or the referral ended."""
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    free = three_for(desk.uow, wish_of(desk.uow, referral), desk.at)
    if not free and referral.state in STANDS:
        ask_to_wait(desk, referral)
        return None
    if not free or referral.state not in STANDS:
        helping.open_request(desk, "other_time", location_id=appointment.location_id)
        desk.say("appointment.desk_will_call")
        return None
    return offer_times(desk.uow, referral, [slot.starts_at for slot in free], desk.at, None)
