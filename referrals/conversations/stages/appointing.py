"""Appointments in the chat: times to pick from, the card, and what stands; reminders and no-shows have their own.

Other days and times are `by_day.py`, several in one way `in_one_way.py`, who waits for a time `waiting.py`, a visit at
home instead `at_home.py`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select

from referrals.applications.records import Application
from referrals.appointments.booking import (
    MOVES_BY_FAMILY,
    SlotTaken,
    ask_other_time,
    book,
    offered_slots,
)
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.reminders.worth import CURRENT
from referrals.appointments.times.place_time import zone_of
from referrals.conversations.desk import IDLE, Desk
from referrals.conversations.heard import Heard, button_id
from referrals.conversations.stages import helping
from referrals.conversations.stages.choosing import centre_name, directions
from referrals.documents.card_facts import CardFacts, card_words
from referrals.messages import Choice, MediaIntent
from referrals.referral.records import Referral
from referrals.spoken_numbers import shown
from referrals.texts import Voice

SLOT, REMINDER, CANCEL, MISSED, WHY = "slot", "reminder", "cancel", "missed", "why"
WAIT, TRIP, VISIT = "wait", "trip", "visit"
ASKED = (SLOT, REMINDER, CANCEL, MISSED, WHY, WAIT, TRIP, VISIT)
QR_PREFIX = "SANAD:"


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
    desk.beside(
        SLOT, desk.voice.say("appointment.offer", centre=centre, times=_times(desk, appointment, slots)), choices
    )


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


def _times(desk: Desk, appointment: Appointment, slots: Sequence[Slot]) -> str:
    voice = voice_there(desk, appointment)
    times = "\n".join(
        voice.number(f"{n}. ") + f"{voice.day(slot.starts_at)}، {voice.hour(slot.starts_at)}"
        for n, slot in enumerate(slots, 1)
    )
    return times if desk.language == "ar" else times.replace("،", ",")


def answer_slot(desk: Desk, heard: Heard) -> bool:
    if heard.stage != SLOT:
        return False
    from referrals.conversations.stages import at_home, by_day, waiting

    appointment = mine_of(desk, heard)
    if appointment is None or appointment.state != "proposed":
        no_longer(desk, appointment)
    elif heard.value in ("other", "day", "at", "back"):
        by_day.answer_by_day(desk, heard, appointment)
    elif heard.value == "pass":
        waiting.answer_held(desk, appointment)
    elif heard.value == "home":
        at_home.ask_window(desk, appointment)
    else:
        _take_offered(desk, appointment, heard.number(1))
    return True


def _take_offered(desk: Desk, appointment: Appointment, slot_id: int) -> None:
    slot = desk.uow.session.get(Slot, slot_id)
    if slot is None or slot.id not in [each.id for each in offered_slots(desk.uow, appointment.id, desk.at)]:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    take(desk, appointment, lambda: book(desk.uow, appointment, slot, desk.at, "family"))


def take(desk: Desk, appointment: Appointment, books: Callable[[], None]) -> None:
    """Books and hands over the card, or says that somebody else was faster and offers what is left."""
    try:
        books()
    except SlotTaken:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    settle(desk)
    text = desk.voice.say("appointment.booked", **words_of(desk, appointment))
    desk.tell(text, media=(MediaIntent("appointment_card", card(desk, appointment)),))


def card(desk: Desk, appointment: Appointment) -> dict[str, Any]:
    """What stands on the card, to be drawn at delivery; it names no need and no group."""
    words = words_of(desk, appointment)
    number = application_of(desk, appointment).number
    facts = CardFacts(
        programme="",
        number=words["number"],
        day=words["day"],
        time=words["time"],
        centre=words["centre"],
        address=directions(desk, appointment.location_id),
        bring=(desk.voice.say("card.bring_this"), desk.voice.say("card.bring_id")),
        qr=f"{QR_PREFIX}{number}",
        footer=desk.voice.say("card.footer"),
        words=card_words(desk.voice.say),
        language="en" if desk.language == "en" else "ar",
    )
    return facts.to_json()


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


def show_appointments(desk: Desk) -> None:
    """«مواعيدي»: what stands, what is offered, the visits at home, and the place in a waiting list."""
    from referrals.appointments.waitlist import waiting_of
    from referrals.conversations.stages import at_home, in_one_way, waiting

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
    choices = [
        desk.choice(REMINDER, "other", "button.other_time", appointment.id),
        desk.choice(REMINDER, "cancel", "button.reminder_cancel", appointment.id),
        desk.choice(REMINDER, "calendar", "button.calendar", appointment.id),
    ]
    desk.beside(REMINDER, desk.voice.say("appointment.yours", **words_of(desk, appointment)), choices)


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
