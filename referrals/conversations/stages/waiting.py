"""Waiting for a time: who wants to wait, how many are before them, and the time that is held for them at last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.centre_records import WaitlistEntry
from referrals.appointments.moving import standing_of
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.waitlist import families_before, join, pass_on, waiting_of
from referrals.appointments.waking import settle_wait
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.stages import helping
from referrals.conversations.stages.appointment_words import SLOT, WAIT, settle, voice_there, words_of
from referrals.conversations.stages.centre_words import centre_name
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.directory.records import Location
from referrals.messages import Choice
from referrals.referral.records import Referral

STANDS = ("requested", "received", "accepted", "in-progress", "on-hold")


def ask_to_wait(desk: Desk, referral: Referral) -> None:
    """«لا توجد أوقات الآن. هل ننتظر؟»; who waits already hears how many are before them."""
    entry = waiting_of(desk.uow, referral.id)
    if entry is not None:
        tell_place(desk, referral)
        return
    if desk.uow.session.get_one(Location, referral.to_location_id).gone_at is not None:  # nothing will be free there
        helping.open_request(desk, "no_times")
        desk.say("appointment.desk_will_call")
        return
    choices = [desk.choice(WAIT, value, f"button.wait_{value}", referral.id) for value in ("yes", "no")]
    desk.beside(WAIT, desk.voice.say("wait.ask", centre=centre_name(desk, referral.to_location_id)), choices)


def tell_place(desk: Desk, referral: Referral) -> None:
    """«أمامكم ٣ أسر»: what is true now."""
    entry = waiting_of(desk.uow, referral.id)
    assert entry is not None
    before = families_before(desk.uow, entry)
    centre = centre_name(desk, referral.to_location_id)
    text = (
        desk.voice.count("wait.before", before, centre=centre)
        if before
        else desk.voice.say("wait.first", centre=centre)
    )
    desk.tell(text, [desk.choice(WAIT, "leave", "button.wait_leave", referral.id)])


def answer_wait(desk: Desk, heard: Heard) -> bool:
    """They wait, or do not, or no longer."""
    if heard.stage != WAIT:
        return False
    referral = desk.uow.session.get(Referral, heard.number())
    settle(desk)
    if referral is None or referral.person_id != desk.person_id or referral.state not in STANDS:
        desk.say("interview.no_longer_asked")
    elif heard.value == "yes" and (standing := standing_of(desk.uow, [referral.id])):  # booked since it was asked
        desk.tell(desk.voice.say("appointment.yours", **words_of(desk, standing[0])))
    elif heard.value == "yes":
        join(desk.uow, referral, desk.at)
        tell_place(desk, referral)
    elif heard.value == "leave":
        left = settle_wait(desk.uow, referral.id, "left", desk.at)
        desk.say("wait.left" if left else "interview.no_longer_asked")
    else:
        helping.open_request(desk, "no_times", location_id=referral.to_location_id)
        desk.say("appointment.desk_will_call")
    return True


def answer_held(desk: Desk, appointment: Appointment) -> None:
    """The time that is held does not suit them."""
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    settle(desk)
    if pass_on(desk.uow, appointment, desk.at) is None:
        desk.say("interview.no_longer_asked")
        return
    desk.say("wait.passed")
    tell_place(desk, referral)


@dataclass
class Held:
    """«وجدنا لكم وقتاً»: one time, held until an hour, said unless a message could bring them into danger."""

    appointment: Appointment
    until: datetime
    withheld: bool = False

    def __call__(self, desk: Desk) -> None:
        if desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = True
            return
        appointment, voice = self.appointment, voice_there(desk, self.appointment)
        slot = desk.uow.session.get_one(Slot, appointment.slot_id)
        words = words_of(desk, appointment)
        text = desk.voice.say(
            "wait.found",
            **words | {"day": voice.day(slot.starts_at), "time": voice.hour(slot.starts_at)},
            until_day=voice.day(self.until),
            until=voice.hour(self.until),
        )
        choices = [
            Choice(button_id(SLOT, "take", appointment.id, slot.id), desk.voice.say("button.wait_take")),
            desk.choice(SLOT, "pass", "button.wait_pass", appointment.id),
        ]
        desk.beside(SLOT, text, choices, purpose="reminder", expires_at=self.until)


@dataclass
class HoldEnded:
    """They did not answer in time, and hear that they still wait."""

    def __call__(self, desk: Desk) -> None:
        if desk.stage not in (DANGER, CALL_ME, AFTER):
            desk.say("wait.hold_ended", purpose="reminder")


def show_waiting(desk: Desk) -> bool:
    """The places in waiting lists that this person has; False when they wait nowhere."""
    waiting = desk.uow.session.scalars(
        select(WaitlistEntry.referral_id).where(
            WaitlistEntry.person_id == desk.person_id, WaitlistEntry.state == "waiting"
        )
    ).all()
    for referral_id in waiting:
        tell_place(desk, desk.uow.session.get_one(Referral, referral_id))
    return bool(waiting)
