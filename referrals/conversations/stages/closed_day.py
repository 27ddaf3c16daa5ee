"""The place is closed on the day of their appointment: said in neutral words, with new times to choose from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from referrals.appointments.records import Appointment
from referrals.appointments.visits.records import HomeVisit
from referrals.conversations.desk import Desk
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import at_home, waiting
from referrals.conversations.stages.appointing import offer_slots
from referrals.conversations.stages.appointment_words import SLOT, VISIT, let_pass, settle, voice_there, words_of
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
        ends_at = self.appointment.ends_at
        over = ends_at is not None and ends_at <= desk.at
        key = "appointment.day_was_closed" if over else "appointment.day_closed"
        desk.tell(desk.voice.say(key, **words_of(desk, self.appointment)))
        if self.again is not None:
            offer_slots(desk, self.again)
        else:
            waiting.ask_to_wait(desk, desk.uow.session.get_one(Referral, self.appointment.referral_id))


@dataclass
class VisitClosed:
    """Who was to be visited then, at `starts_at`, hears that nobody can come, or could where that is `over`, and
    chooses another day; `asked` says whether there was any to choose. Names no visit: others may read it."""

    visit: HomeVisit
    starts_at: datetime
    over: bool = False
    withheld: bool = False
    asked: bool = False

    def __call__(self, desk: Desk) -> None:
        if desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = True
            return
        let_pass(desk)
        if desk.stage == VISIT:  # about the day that is none any more
            desk.pend(IDLE)
        day = voice_there(desk, self.visit).day(self.starts_at)
        desk.tell(desk.voice.say("visit.day_was_closed" if self.over else "visit.day_closed", day=day))
        self.asked = at_home.ask_day(desk, desk.uow.session.get_one(Referral, self.visit.referral_id))


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
