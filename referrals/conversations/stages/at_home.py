"""A visit at home instead of coming: offered to those who cannot, agreed by day and hours, reminded the day before."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select

from referrals.appointments.records import Appointment
from referrals.appointments.times.place_time import zone_of
from referrals.appointments.visits.records import HomeVisit
from referrals.appointments.visits.visiting import (
    STANDING,
    agree_visit,
    refuse_visit,
    standing_visit,
    why_visited,
    window_at,
    windows,
)
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.stages.appointment_words import SLOT, VISIT, button_of, moment_named, settle
from referrals.conversations.stages.safety import AFTER, CALL_ME, DANGER
from referrals.messages import Choice
from referrals.referral.records import Referral
from referrals.texts import Voice

MOST_WINDOWS = 6  # three days, morning and noon: one list that is still read to its end


def may_ask(desk: Desk, appointment: Appointment) -> bool:
    """Whether this family may be visited instead of coming."""
    return bool(why_visited(desk.uow, desk.uow.session.get_one(Referral, appointment.referral_id)))


def ask_window(desk: Desk, appointment: Appointment) -> None:
    """«متى نزوركم؟» in the place of the times at the centre."""
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    if not why_visited(desk.uow, referral):
        desk.say("interview.no_longer_asked")
        return
    ask_day(desk, referral, back=appointment.id)


def answer_visit(desk: Desk, heard: Heard) -> bool:
    """A day and hours, other ones, or no visit after all."""
    if heard.stage != VISIT:
        return False
    referral = desk.uow.session.get(Referral, heard.number())
    settle(desk)
    if referral is None or referral.person_id != desk.person_id:
        desk.say("interview.no_longer_asked")
        return True
    visit = standing_visit(desk.uow, referral.id)
    if heard.value == "take":
        take_window(desk, referral, heard.number(1))
    elif heard.value == "other" and visit is not None:
        ask_day(desk, referral)
    elif heard.value == "refuse" and visit is not None:
        refuse_visit(desk.uow, visit, desk.at)
        desk.say("visit.refused")
    elif heard.value == "ok" and visit is not None:
        desk.say("visit.thanks")
    else:
        desk.say("interview.no_longer_asked")
    return True


def show_visits(desk: Desk) -> bool:
    """The visits that are agreed, and those for which they choose a day anew; False when there is none."""
    mine = select(HomeVisit).where(HomeVisit.person_id == desk.person_id, HomeVisit.state.in_(STANDING))
    found = list(desk.uow.session.scalars(mine.order_by(HomeVisit.id)))
    for visit in found:
        if visit.starts_at is None:
            ask_day(desk, desk.uow.session.get_one(Referral, visit.referral_id))
        else:
            _tell(desk, visit, "visit.yours", ("other", "refuse"))
    return bool(found)


def ask_again(desk: Desk, visit: HomeVisit) -> None:
    """Nobody was at home: another day, without blame."""
    if desk.stage not in (DANGER, CALL_ME, AFTER):
        desk.say("visit.not_home", purpose="reminder")
        ask_day(desk, desk.uow.session.get_one(Referral, visit.referral_id))


@dataclass
class VisitNear:
    """The day before: when somebody comes, unless a message could bring them into danger."""

    visit: HomeVisit
    withheld: bool = False

    def __call__(self, desk: Desk) -> None:
        if desk.stage in (DANGER, CALL_ME, AFTER):
            self.withheld = True
        elif not desk.state.get("no_reminders"):
            _tell(desk, self.visit, "visit.near", ("ok", "other", "refuse"), reminder=True)


def ask_day(desk: Desk, referral: Referral, back: int = 0) -> bool:
    """«متى نزوركم؟»; False where nobody can come in the next weeks, and a person calls."""
    found = windows(desk.uow, referral, desk.at)[: min(MOST_WINDOWS, max(1, desk.capabilities.rows - 1))]
    if not found:
        desk.say("appointment.desk_will_call")
        return False
    voice = voice_at(desk, referral)
    among = [starts for starts, _ in found]
    choices = [
        Choice(button_id(VISIT, "take", referral.id, int(starts.timestamp())), button_of(voice, starts, among))
        for starts in among
    ]
    if back:
        choices.append(desk.choice(SLOT, "back", "button.back_to_offer", back))
    times = "\n".join(voice.number(f"{n}. ") + _span(voice, *window) for n, window in enumerate(found, 1))
    desk.beside(VISIT, desk.voice.say("visit.when", times=times), choices)
    return True


def voice_at(desk: Desk, referral: Referral) -> Voice:
    """How we speak, by the clock on the wall of the place that visits."""
    return replace(desk.voice, time_zone=zone_of(desk.uow, referral.to_location_id, referral.programme_id))


def take_window(desk: Desk, referral: Referral, seconds: int) -> None:
    """Agrees on the hours that begin then, where they are still among those that may be chosen."""
    start = moment_named(seconds)
    window = window_at(desk.uow, referral, start, desk.at) if start else None
    visit = standing_visit(desk.uow, referral.id)
    if window is None or (visit is None and not why_visited(desk.uow, referral)):
        desk.say("interview.no_longer_asked")
        return
    offered = select(Appointment).where(Appointment.referral_id == referral.id, Appointment.state == "proposed")
    visit = agree_visit(desk.uow, referral, window, desk.at, instead_of=desk.uow.session.scalar(offered.limit(1)))
    _tell(desk, visit, "visit.agreed", ())


def _tell(desk: Desk, visit: HomeVisit, key: str, offered: tuple[str, ...], *, reminder: bool = False) -> None:
    assert visit.starts_at is not None and visit.ends_at is not None
    voice = replace(desk.voice, time_zone=visit.zone)
    words = {
        "day": voice.day(visit.starts_at),
        "from_time": voice.hour(visit.starts_at),
        "to_time": voice.hour(visit.ends_at),
    }
    if visit.by_woman and key == "visit.agreed":
        key = "visit.agreed_woman"
    text = desk.voice.say(key, **words)
    choices = [desk.choice(VISIT, value, f"button.visit_{value}", visit.referral_id) for value in offered]
    if choices:
        desk.beside(VISIT, text, choices, purpose="reminder" if reminder else "service")
    else:
        desk.tell(text)


def _span(voice: Voice, starts: datetime, ends: datetime) -> str:
    """«الأحد ٦ ديسمبر، من ٩ صباحاً إلى ١٢ ظهراً»."""
    return voice.say("visit.window", day=voice.day(starts), from_time=voice.hour(starts), to_time=voice.hour(ends))
