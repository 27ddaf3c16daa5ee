"""A time is taken: said back where it was said in words, asked once where it is for women alone, with its card."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from referrals.appointments.booking import SlotTaken, book, book_at, offered_slots
from referrals.appointments.other_times import misread
from referrals.appointments.records import Appointment, Slot
from referrals.appointments.times.looking import wish_of
from referrals.appointments.times.slots import Slot as FreeSlot
from referrals.conversations.desk import Desk
from referrals.conversations.stages import keeping_time
from referrals.conversations.stages.appointing import offer_slots, other_time
from referrals.conversations.stages.appointment_words import SLOT, application_of, settle, voice_there, words_of
from referrals.conversations.stages.centre_words import directions
from referrals.documents.card_facts import CardFacts, card_words
from referrals.messages import Choice, MediaIntent
from referrals.referral.records import Referral

QR_PREFIX = "SANAD:"
MISREAD_FOR = timedelta(hours=1)  # so long what was taken by words can be taken back and counts as no move


def not_this_time(desk: Desk, appointment: Appointment) -> None:
    """We misunderstood: no move of theirs, and the times come again. Later on it is a time like any other."""
    if desk.at - appointment.updated_at > MISREAD_FOR:
        other_time(desk, appointment)
        return
    again = misread(desk.uow, appointment, desk.at)
    if again is None:
        other_time(desk, appointment)
    else:
        offer_slots(desk, again)


def take_offered(desk: Desk, appointment: Appointment, slot_id: int) -> None:
    """One of the times that were offered, as long as it is free."""
    slot = desk.uow.session.get(Slot, slot_id)
    if slot is None or slot.id not in [each.id for each in offered_slots(desk.uow, appointment.id, desk.at)]:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    take_at(desk, appointment, slot)


def take_at(desk: Desk, appointment: Appointment, slot: Slot | FreeSlot, *, in_words: bool = False) -> None:
    """Books that time; one for women alone only after it was said that it is one, unless it is known to be for them."""
    referral = desk.uow.session.get_one(Referral, appointment.referral_id)
    start = slot.starts_at
    if slot.for_women and wish_of(desk.uow, referral).woman is None:
        choices = [
            desk.choice(SLOT, value, f"button.for_women_{value}", appointment.id, int(start.timestamp()))
            for value in ("yes", "no")
        ]
        words = {"day": voice_there(desk, appointment).day(start), "time": voice_there(desk, appointment).hour(start)}
        desk.beside(SLOT, desk.voice.say("appointment.for_women", **words), choices)
    elif isinstance(slot, Slot):
        take(desk, appointment, lambda: book(desk.uow, appointment, slot, desk.at, "family"), in_words=in_words)
    else:
        take(desk, appointment, lambda: book_at(desk.uow, appointment, start, desk.at, "family"), in_words=in_words)


def take(desk: Desk, appointment: Appointment, books: Callable[[], None], *, in_words: bool = False) -> None:
    """Books and hands over the card, or says that somebody else was faster and offers what is left. What was said
    `in_words` is said back, and one tap takes it back."""
    instead_of = keeping_time.instead_of(desk, appointment)
    try:
        books()
    except SlotTaken:
        desk.say("appointment.just_taken")
        offer_slots(desk, appointment)
        return
    settle(desk)
    words, undo = words_of(desk, appointment), list[Choice]()
    text = desk.voice.say("appointment.booked", **words) + instead_of
    if in_words:
        text = desk.voice.say("appointment.understood", **words) + "\n" + text
        undo = [desk.choice(SLOT, "undo", "button.not_this_time", appointment.id)]
    desk.tell(text, undo, media=(MediaIntent("appointment_card", card(desk, appointment)),))
    if undo:
        desk.state["aside"] = [[each.id, each.label] for each in undo]


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
