"""Times to pick from: those that were offered, or others where none of them suits.

What is pending and how it is worded is `appointment_words.py`; other days are `by_day.py`, several in one way
`in_one_way.py`, who waits for a time `waiting.py`, a visit at home instead `at_home.py`. What they answer is
`choosing_time.py`, in words `by_words.py`, and what is taken `taking.py`.
"""

from __future__ import annotations

from collections.abc import Sequence

from referrals.appointments.booking import offered_slots
from referrals.appointments.other_times import MOVES_BY_FAMILY, ask_other_time
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.looking import wish_of
from referrals.conversations.desk import Desk
from referrals.conversations.heard import button_id
from referrals.conversations.stages import at_home, by_day, helping, in_one_way, keeping_time
from referrals.conversations.stages.appointment_words import SLOT, button_of, lines_at, settle, voice_there
from referrals.conversations.stages.centre_words import centre_name
from referrals.messages import Choice
from referrals.referral.records import Referral


def offer_slots(desk: Desk, appointment: Appointment) -> None:
    """«… يستطيع استقبالكم. أي موعد يناسبكم؟» with the times that are still free; several open ones as one way."""
    if in_one_way.offer_together(desk, appointment):
        return
    slots = offered_slots(desk.uow, appointment.id, desk.at)
    if not slots:
        if by_day.show_days(desk, appointment):
            return
        keeping_time.nothing_free(desk, appointment)
        return
    kept = keeping_time.keep_choice(desk, SLOT, [appointment])
    otherwise = _otherwise(desk, appointment, len(slots) + len(kept))
    choices = [*_taking(desk, appointment, slots), *otherwise, *kept]
    centre = centre_name(desk, appointment.location_id)
    women = {slot.starts_at for slot in slots if slot.for_women}
    times = lines_at(desk, voice_there(desk, appointment), [slot.starts_at for slot in slots], women)
    text = keeping_time.until_then(desk, appointment) + _no_ferry(desk, appointment, slots)
    desk.beside(SLOT, text + desk.voice.say("appointment.offer", centre=centre, times=times), choices)


def _no_ferry(desk: Desk, appointment: Appointment, slots: Sequence[Slot]) -> str:
    """A line where nothing takes this family over the river at one of the times; blank elsewhere."""
    river = wish_of(desk.uow, desk.uow.session.get_one(Referral, appointment.referral_id)).river
    reached = all(river.lets(slot.starts_at, slot.ends_at) for slot in slots)
    return "" if reached else desk.voice.say("appointment.no_ferry") + "\n"


def _taking(desk: Desk, appointment: Appointment, slots: Sequence[Slot]) -> list[Choice]:
    voice, among = voice_there(desk, appointment), [slot.starts_at for slot in slots]
    return [
        Choice(button_id(SLOT, "take", appointment.id, slot.id), button_of(voice, slot.starts_at, among))
        for slot in slots
    ]


def _otherwise(desk: Desk, appointment: Appointment, taken: int) -> list[Choice]:
    """Another day, and a visit at home for those who may ask for one, as far as the channel has room."""
    found = [desk.choice(SLOT, "other", "button.other_day", appointment.id)]
    if at_home.may_ask(desk, appointment):
        found.append(desk.choice(SLOT, "home", "button.home_visit", appointment.id))
    return found[: max(0, desk.capabilities.rows - taken)]


def other_time(desk: Desk, appointment: Appointment) -> None:
    """Other times than the one that does not suit, which stays theirs until one of them is taken; staff look for one
    where it was moved often enough, or where nothing else is free."""

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
    keeping_time.say_no_other(desk, appointment)
