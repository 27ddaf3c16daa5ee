"""The place is closed on the day of their appointment: said in neutral words, with new times to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.appointments.records import Appointment
from referrals.conversations.desk import Desk
from referrals.conversations.stages import waiting
from referrals.conversations.stages.appointing import SLOT, let_pass, offer_slots, settle, voice_there, words_of
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.referral.records import Referral


@dataclass
class Closed:
    """What a family hears, unless a message could bring somebody into danger. Without `again` they may wait."""

    appointment: Appointment
    again: Appointment | None
    withheld: bool = False

    def __call__(self, desk: Desk) -> None:
        if desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = True
            return
        let_pass(desk)
        desk.tell(desk.voice.say("appointment.day_closed", **words_of(desk, self.appointment)))
        if self.again is not None:
            offer_slots(desk, self.again)
        else:
            waiting.ask_to_wait(desk, desk.uow.session.get_one(Referral, self.appointment.referral_id))


@dataclass
class HeldClosed:
    """To somebody of the waiting list: the time that is held for them is none, and they keep their place."""

    appointment: Appointment
    starts_at: datetime

    def __call__(self, desk: Desk) -> None:
        if desk.stage not in (DANGER, CALL_ME, AFTER):
            if desk.stage == SLOT:
                settle(desk)
            day = voice_there(desk, self.appointment).day(self.starts_at)
            desk.say("wait.closed", purpose="reminder", day=day)
