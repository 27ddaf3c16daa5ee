"""Appointments in the chat: times to pick from, the card, and what stands; reminders and no-shows have their own.

What is taken is `taking.py`, other days and times are `by_day.py` and in words `by_words.py`, several in one way
`in_one_way.py`, who waits for a time `waiting.py`, a visit at home instead `at_home.py`.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from referrals.applications.records import Application
from referrals.appointments.booking import (
    MOVES_BY_FAMILY,
    ask_other_time,
    offered_slots,
)
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.times.place_time import zone_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.pending import IDLE
from referrals.conversations.stages import helping
from referrals.conversations.stages.centre_words import centre_name
from referrals.messages import Choice
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown
from referrals.texts import Voice

SLOT, REMINDER, CANCEL, MISSED, WHY = "slot", "reminder", "cancel", "missed", "why"
WAIT, TRIP, VISIT = "wait", "trip", "visit"
ASKED = (SLOT, REMINDER, CANCEL, MISSED, WHY, WAIT, TRIP, VISIT)


def offer_slots(desk: Desk, appointment: Appointment) -> None:
    """«… يستطيع استقبالكم. أي موعد يناسبكم؟» with the times that are still free; several open ones as one way."""
    from referrals.conversations.stages import by_day, in_one_way, waiting

    if in_one_way.offer_together(desk, appointment):
        return
    slots = offered_slots(desk.uow, appointment.id, desk.at)
    if not slots:
        if by_day.show_days(desk, appointment):
            return
        waiting.ask_to_wait(desk, desk.uow.session.get_one(Referral, appointment.referral_id))
        return
    choices = [*_taking(desk, appointment, slots), *_otherwise(desk, appointment, len(slots))]
    centre = centre_name(desk, appointment.location_id)
    women = {slot.starts_at for slot in slots if slot.for_women}
    times = lines_at(desk, voice_there(desk, appointment), [slot.starts_at for slot in slots], women)
    desk.beside(SLOT, desk.voice.say("appointment.offer", centre=centre, times=times), choices)


def _taking(desk: Desk, appointment: Appointment, slots: Sequence[Slot]) -> list[Choice]:
    voice, among = voice_there(desk, appointment), [slot.starts_at for slot in slots]
    return [
        Choice(button_id(SLOT, "take", appointment.id, slot.id), button_of(voice, slot.starts_at, among))
        for slot in slots
    ]


def _otherwise(desk: Desk, appointment: Appointment, taken: int) -> list[Choice]:
    """Another day, and a visit at home for those who may ask for one, as far as the channel has room."""
    from referrals.conversations.stages import at_home

    found = [desk.choice(SLOT, "other", "button.other_day", appointment.id)]
    if at_home.may_ask(desk, appointment):
        found.append(desk.choice(SLOT, "home", "button.home_visit", appointment.id))
    return found[: max(0, desk.capabilities.rows - taken)]


def lines_at(desk: Desk, voice: Voice, starts: Sequence[datetime], women: Collection[datetime] = ()) -> str:
    """«١. الأحد ٦ ديسمبر، ١٠ صباحاً», a line each; those for women alone say so."""
    said = (f"{voice.day(each)}، {voice.hour(each)}" for each in starts)
    marked = (
        desk.voice.say("button.day_for_women", day=line) if each in women else line
        for each, line in zip(starts, said, strict=True)
    )
    times = "\n".join(voice.number(f"{n}. ") + line for n, line in enumerate(marked, 1))
    return times if desk.language == "ar" else times.replace("،", ",")


def answer_slot(desk: Desk, heard: Heard) -> bool:
    if heard.stage != SLOT:
        return False
    from referrals.conversations.stages import at_home, by_day, taking, waiting

    appointment = mine_of(desk, heard)
    if appointment is not None and heard.value == "undo" and appointment.state in CURRENT:
        taking.not_this_time(desk, appointment)
    elif appointment is None or appointment.state != "proposed":
        no_longer(desk, appointment)
    elif heard.value in ("other", "day", "at", "back", "yes", "no"):
        by_day.answer_by_day(desk, heard, appointment)
    elif heard.value == "pass":
        waiting.answer_held(desk, appointment)
    elif heard.value == "home":
        at_home.ask_window(desk, appointment)
    else:
        taking.take_offered(desk, appointment, heard.number(1))
    return True


def other_time(desk: Desk, appointment: Appointment) -> None:
    """Other times than the one that does not suit; staff look for one where it was moved often enough. Where nothing
    else is free it stays, and they may wait for another."""

    again = ask_other_time(desk.uow, appointment, desk.at)
    desk.state.pop("aside", None)
    if again is not None:
        offer_slots(desk, again)
        return
    settle(desk)
    if appointment.moves >= MOVES_BY_FAMILY:
        helping.open_request(desk, "other_time", location_id=appointment.location_id)
        desk.say("appointment.desk_will_call")
        return
    desk.tell(desk.voice.say("appointment.no_other", **words_of(desk, appointment)))
    helping.open_request(desk, "other_time", location_id=appointment.location_id)


def settle(desk: Desk) -> None:
    """What was asked is answered: nothing pending, unless it stood beside something else."""
    desk.state.pop("aside", None)
    if desk.stage in ASKED:
        desk.pend(IDLE)


def let_pass(desk: Desk) -> None:
    """What was asked of an appointment before gives way to the newer word about it."""
    if desk.stage in (REMINDER, CANCEL):
        desk.pend(IDLE)


def no_longer(desk: Desk, appointment: Appointment | None) -> None:
    """An old button of an appointment that was settled since."""
    if appointment is not None and appointment.state in CURRENT:
        desk.tell(desk.voice.say("appointment.yours", **words_of(desk, appointment)))
    else:
        desk.say("interview.no_longer_asked")
    settle(desk)


def mine_of(desk: Desk, heard: Heard) -> Appointment | None:
    """The appointment a button names, when it is this person's."""
    appointment = desk.uow.session.get(Appointment, heard.number())
    return appointment if appointment is not None and appointment.person_id == desk.person_id else None


def application_of(desk: Desk, appointment: Appointment) -> Application:
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    return desk.uow.session.get_one(Application, referral.application_id)


def words_of(desk: Desk, appointment: Appointment) -> dict[str, str]:
    """Its centre and number, its day and hour by the clock of the place."""
    centre, number = centre_name(desk, appointment.location_id), application_of(desk, appointment).number
    return said_of(desk, centre, number, appointment.starts_at, voice_there(desk, appointment))


def said_of(desk: Desk, centre: str, number: str, starts_at: datetime | None, there: Voice) -> dict[str, str]:
    """The words that every text on an appointment may use."""
    words = {"centre": centre, "number": shown(number, "arab" if desk.voice.arabic_digits else "latn")}
    if starts_at is not None:
        words |= {"day": there.day(starts_at), "time": there.hour(starts_at)}
    return words


class Somewhere(Protocol):
    """What has a place, and perhaps the zone of its clock already."""

    @property
    def zone(self) -> str: ...
    @property
    def location_id(self) -> int: ...


def voice_there(desk: Desk, of: Somewhere) -> Voice:
    """How we speak, by the clock on the wall of the place."""
    return replace(desk.voice, time_zone=of.zone or zone_of(desk.uow, of.location_id, str(desk.programme_id)))


def button_of(voice: Voice, at: datetime, among: Sequence[datetime]) -> str:
    """«الأحد ١٠:٣٠ صباحاً»; with the date where two of the times are on the same weekday of different weeks."""
    day = voice.weekday(at)
    same = {voice.day(each) for each in among if voice.weekday(each) == day}
    if len(same) > 1:
        day = voice.day(at)
    return f"{day} {voice.hour(at)}"
